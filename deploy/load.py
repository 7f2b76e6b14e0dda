"""Loads SSDA903 returns by the public API: `python -m deploy.load FOLDER_OR_ZIP`, first into referrals, then placements.

Into a ledger that lives it shows first what differs, and writes only when that is agreed to.
"""

import argparse
import asyncio
import io
import os
import sys
import zipfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from deploy.demo.asking import Asking
from deploy.demo.screen import bar
from deploy.shown import NotLoaded, differences_in_words, in_words, repairs_in_words
from shared.ssda903.held import MANIFEST
from shared.ssda903.repairs import RepairKind

SERVICES = ("referrals", "placements")
"""Children first: placements waits for them."""
LOOK_AGAIN_SECONDS = 0.1
STAGES: Mapping[str, tuple[float, float]] = {
    "reading": (0.0, 0.3),
    "checking": (0.3, 0.1),
    "waiting_for_children": (0.3, 0.3),
    "writing": (0.6, 0.4),
    "previewed": (0.6, 0.0),
    "done": (1.0, 0.0),
}
"""Where in the whole of a load each state begins, and how much of it it is."""
ENDED = frozenset({"previewed", "done", "refused", "failed"})
Report = Callable[[int, int], None]
Loads = dict[str, dict[str, Any]]
"""What each service said of its half."""
Agree = Callable[[Loads], Awaitable[bool]]


class NotAgreed(Exception):
    """What would change was shown, and nobody agreed to it."""


async def agreed(shown: Loads) -> bool:  # noqa: ARG001 - whatever it is
    """For those who know what they load."""
    return True


@dataclass(frozen=True)
class Sending:
    """A return on its way to both services; `asked` are the year and the repairs."""

    client: httpx.AsyncClient
    headers: Mapping[str, str]
    packed: bytes
    asked: Mapping[str, Any]
    report: Report

    async def send(self, service: str, **asked: Any) -> dict[str, Any]:
        """What the service says once it is done, or has shown what differs. Raises NotLoaded."""
        headers = {**self.headers, "Content-Type": "application/zip"}
        params = {**self.asked, **asked}
        answer = await self.client.post(
            f"/{service}/returns", content=self.packed, headers=headers, params=params, timeout=60
        )
        if answer.status_code != httpx.codes.ACCEPTED:
            raise NotLoaded(service, answer.json())
        where, load = answer.headers["location"], answer.json()
        while load["state"] not in ENDED:
            self._tell(service, load)
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            load = await self._get(where)
        for listed in ("repairs", "differences"):
            if load["repairs" if listed == "repairs" else "differing"]:
                load[f"{listed}_listed"] = (await self._get(f"{where}/{listed}"))[listed]
        if load["state"] not in ("previewed", "done"):
            raise NotLoaded(service, load)
        self._tell(service, load)
        return dict(load)

    def _tell(self, service: str, load: Mapping[str, Any]) -> None:
        begins, length = STAGES[load["state"]]
        share = begins + length * load["done"] / max(load["total"], 1)
        self.report(int(100 * (SERVICES.index(service) + share) / len(SERVICES)), 100)

    async def _get(self, path: str) -> dict[str, Any]:
        return dict((await self.client.get(path, headers=self.headers)).raise_for_status().json())


async def sending(
    client: httpx.AsyncClient, token: str, source: Path, report: Report, year: int | None, repair: Sequence[RepairKind]
) -> Sending:
    """A folder, a zip or a CSV file, packed up to be sent."""
    packed = await asyncio.to_thread(packed_up, source)
    asked = {"repair": [kind.value for kind in repair]} | ({} if year is None else {"year": year})
    return Sending(client, {"Authorization": f"Bearer {token}"}, packed, asked, report)


async def load_returns(
    client: httpx.AsyncClient,
    token: str,
    source: Path,
    report: Report,
    year: int | None = None,
    *,
    repair: Sequence[RepairKind] = (),
    agree: Agree = agreed,
) -> dict[str, dict[str, int]]:
    """Load a folder, a zip or a CSV file; answers what each service counted. Raises NotLoaded, NotAgreed.

    Where something differs from what is kept, both services show it before either writes, and `agree` is asked.
    """
    return counts_of(await _load(await sending(client, token, source, report, year, repair), agree))


def counts_of(loads: Loads) -> dict[str, dict[str, int]]:
    """What each service counted."""
    return {service: load["counts"] for service, load in loads.items()}


async def _load(returns: Sending, agree: Agree) -> Loads:
    children = await returns.send("referrals")
    if children["state"] == "done":
        episodes = await returns.send("placements")
    else:
        episodes = await returns.send("placements", preview=True)
    loads = {"referrals": children, "placements": episodes}
    shown = {service: load for service, load in loads.items() if load["state"] == "previewed"}
    if shown and not await agree(shown):
        raise NotAgreed
    for service, load in shown.items():
        loads[service] = await returns.send(service, go_ahead=load["load"])
    return loads


async def preview_returns(returns: Sending) -> Loads:
    """What both services would change; nothing is written. Raises NotLoaded."""
    return {service: await returns.send(service, preview=True) for service in SERVICES}


def packed_up(source: Path) -> bytes:
    """A zip of the CSV files in a folder, with the folders they stand in, which may tell the year; a zip as it is."""
    if source.suffix.lower() == ".zip":
        return source.read_bytes()
    files = sorted([*source.rglob("*.csv"), *source.rglob(MANIFEST)]) if source.is_dir() else [source]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.relative_to(source.parent))
    return content.getvalue()


def _show(loads: Loads) -> None:
    print()
    for service, load in loads.items():
        print("\n".join([*repairs_in_words(load), *differences_in_words(service, load)]))


def _agreement(yes: bool) -> Agree:
    async def ask(shown: Loads) -> bool:
        _show(shown)
        if yes or not sys.stdin.isatty():
            return yes
        return (await asyncio.to_thread(input, "Write this? [y/N] ")).strip().lower() in ("y", "yes")

    return ask


async def _main(asked: argparse.Namespace) -> int:
    from deploy.people import DEMONSTRATION_SECRET  # noqa: PLC0415 - whose demonstration loads by this module

    async with httpx.AsyncClient(base_url=asked.at, trust_env=False, timeout=60) as client:
        token = asked.token or await Asking(client, DEMONSTRATION_SECRET).token(asked.person)
        report = bar(f"Loading {asked.source.name}")
        returns = await sending(client, token, asked.source, report, asked.year, asked.repair)
        try:
            if asked.preview:
                _show(await preview_returns(returns))
                return 0
            loads = await _load(returns, _agreement(asked.yes))
        except NotLoaded as failure:
            print("\n" + "\n".join(in_words(failure)), file=sys.stderr)
            return 1
        except NotAgreed:
            print("Nothing was loaded. Say --yes to have this written.", file=sys.stderr)
            return 1
    for service, load in loads.items():
        print(f"  {service}: " + ", ".join(f"{n:,} {name.replace('_', ' ')}" for name, n in load["counts"].items()))
        print("\n".join(repairs_in_words(load)))
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Load SSDA903 returns of one or many years.")
    parser.add_argument("source", type=Path, help="a folder with CSV files, a zip of one, or a CSV file")
    parser.add_argument(
        "--as", dest="person", default="commissioner", help="whose name, where there are demonstration people"
    )
    parser.add_argument("--at", default="http://127.0.0.1:8000", help="where Sufficiency is")
    parser.add_argument("--year", type=int, help="the collection year of all files, where their names do not tell")
    parser.add_argument("--token", default=os.environ.get("SUFFICIENCY_TOKEN", ""), help="a bearer token of your own")
    kinds = ", ".join(RepairKind)
    parser.add_argument(
        "--repair", action="append", type=RepairKind, default=[], help=f"make the repairs of a kind: {kinds}"
    )
    parser.add_argument("--preview", action="store_true", help="only show what would change")
    parser.add_argument("--yes", action="store_true", help="agree to what would change without being asked")
    asked = parser.parse_args()
    if not asked.source.exists():
        parser.error(f"there is no {asked.source}")
    return asked


def main() -> None:
    """The command line; exits with 1 where nothing was loaded."""
    asked = _arguments()
    try:
        sys.exit(asyncio.run(_main(asked)))
    except httpx.HTTPError as failure:
        sys.exit(f"{asked.at} does not answer as it should: {failure}")


if __name__ == "__main__":
    main()
