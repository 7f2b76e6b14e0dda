"""Loads SSDA903 returns by the public API: `python -m deploy.load FOLDER_OR_ZIP`, first into referrals, then placements."""

import argparse
import asyncio
import io
import os
import sys
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import httpx

from deploy.demo.asking import Asking
from deploy.demo.screen import bar

SERVICES = ("referrals", "placements")
"""Children first: placements waits for them."""
LOOK_AGAIN_SECONDS = 0.1
MOST_SHOWN = 20
STAGES: Mapping[str, tuple[float, float]] = {
    "reading": (0.0, 0.3),
    "checking": (0.3, 0.1),
    "waiting_for_children": (0.3, 0.3),
    "writing": (0.6, 0.4),
    "done": (1.0, 0.0),
}
"""Where in the whole of a load each state begins, and how much of it it is."""
ENDED = frozenset({"done", "refused", "failed"})
Report = Callable[[int, int], None]


class NotLoaded(Exception):
    """A return was refused, or could not be loaded; `answer` is what the service said of it."""

    def __init__(self, service: str, answer: Mapping[str, Any]) -> None:
        super().__init__(answer.get("words") or answer.get("detail") or "It was not loaded.")
        self.service, self.answer = service, answer


async def load_returns(
    client: httpx.AsyncClient, token: str, source: Path, report: Report, year: int | None = None
) -> dict[str, dict[str, int]]:
    """Load a folder, a zip or a CSV file; answers what each service counted. Raises NotLoaded."""
    packed = await asyncio.to_thread(packed_up, source)
    headers = {"Authorization": f"Bearer {token}"}
    counts = {}
    for number, service in enumerate(SERVICES):

        def tell(share: float, before: int = number) -> None:
            report(int(100 * (before + share) / len(SERVICES)), 100)

        counts[service] = (await _load(client, service, packed, headers, year, tell))["counts"]
    return counts


def packed_up(source: Path) -> bytes:
    """A zip of the CSV files in a folder, with the folders they stand in, which may tell the year; a zip as it is."""
    if source.suffix.lower() == ".zip":
        return source.read_bytes()
    files = sorted(source.rglob("*.csv")) if source.is_dir() else [source]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.relative_to(source.parent))
    return content.getvalue()


async def _load(
    client: httpx.AsyncClient,
    service: str,
    packed: bytes,
    headers: Mapping[str, str],
    year: int | None,
    tell: Callable[[float], None],
) -> dict[str, Any]:
    params = {} if year is None else {"year": year}
    sent = {**headers, "Content-Type": "application/zip"}
    answer = await client.post(f"/{service}/returns", content=packed, headers=sent, params=params, timeout=60)
    if answer.status_code != httpx.codes.ACCEPTED:
        raise NotLoaded(service, answer.json())
    where, load = answer.headers["location"], answer.json()
    while load["state"] not in ENDED:
        begins, length = STAGES[load["state"]]
        tell(begins + length * load["done"] / max(load["total"], 1))
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
        load = (await client.get(where, headers=headers)).raise_for_status().json()
    if load["state"] != "done":
        raise NotLoaded(service, load)
    tell(1.0)
    return dict(load)


def in_words(failure: NotLoaded) -> Iterable[str]:
    """What was wrong, a line each, as far as somebody can take in at once."""
    yield f"{failure.service.capitalize()}: {failure}"
    problems = [p for p in failure.answer.get("problems", ()) if p["severity"] == "refused"]
    for problem in problems[:MOST_SHOWN]:
        where = ", ".join(
            said for said in (problem["file"], problem["row"] and f"row {problem['row']}", problem["field"]) if said
        )
        yield f"  {where}: {problem['message']}" if where else f"  {problem['message']}"
    more = failure.answer.get("refused", 0) - len(problems[:MOST_SHOWN])
    if more > 0:
        yield f"  and {more:,} more."


async def _main(asked: argparse.Namespace) -> int:
    from deploy.people import DEMONSTRATION_SECRET  # noqa: PLC0415 - whose demonstration loads by this module

    async with httpx.AsyncClient(base_url=asked.at, trust_env=False, timeout=60) as client:
        token = asked.token or await Asking(client, DEMONSTRATION_SECRET).token(asked.person)
        try:
            counts = await load_returns(client, token, asked.source, bar(f"Loading {asked.source.name}"), asked.year)
        except NotLoaded as failure:
            print("\n" + "\n".join(in_words(failure)), file=sys.stderr)
            return 1
    for service, counted in counts.items():
        print(f"  {service}: " + ", ".join(f"{n:,} {name.replace('_', ' ')}" for name, n in counted.items()))
    return 0


def main() -> None:
    """The command line; exits with 1 where nothing was loaded."""
    parser = argparse.ArgumentParser(description="Load SSDA903 Header and Episodes of one or many years.")
    parser.add_argument("source", type=Path, help="a folder with CSV files, a zip of one, or a CSV file")
    parser.add_argument(
        "--as", dest="person", default="commissioner", help="whose name, where there are demonstration people"
    )
    parser.add_argument("--at", default="http://127.0.0.1:8000", help="where Sufficiency is")
    parser.add_argument("--year", type=int, help="the collection year of all files, where their names do not tell")
    parser.add_argument("--token", default=os.environ.get("SUFFICIENCY_TOKEN", ""), help="a bearer token of your own")
    asked = parser.parse_args()
    if not asked.source.exists():
        parser.error(f"there is no {asked.source}")
    try:
        sys.exit(asyncio.run(_main(asked)))
    except httpx.HTTPError as failure:
        sys.exit(f"{asked.at} does not answer as it should: {failure}")


if __name__ == "__main__":
    main()
