"""`python -m deploy.judge`: the return of a year, given out by a running installation or from two zips, is judged."""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import httpx

from deploy.demo.asking import Asking
from deploy.judge.asking import CRASHES, Opinion, opinion, whose

SAMPLE_LIST = Path(__file__).parents[1] / "samples/ofsted-providers.xlsx"
MOST_SHOWN = 10


async def exported(asked: argparse.Namespace, folder: Path) -> tuple[Path, Path]:
    """This year's return and last year's, as the installation has them now."""
    from deploy.people import DEMONSTRATION_SECRET  # noqa: PLC0415 - whose demonstration loads by deploy.load

    async with httpx.AsyncClient(base_url=asked.at, trust_env=False, timeout=600) as client:
        token = asked.token or await Asking(client, DEMONSTRATION_SECRET).token(asked.person)
        found = []
        for year in (asked.year, asked.year - 1):
            answer = await client.get(f"/placements/returns/years/{year}", headers={"Authorization": f"Bearer {token}"})
            found.append(folder / f"{year}.zip")
            found[-1].write_bytes(answer.raise_for_status().content)
    return found[0], found[1]


def in_words(said: Opinion) -> Iterable[str]:
    """What the judge said, a line each."""
    yield f"{said.year}: {len(said.ran)} rules ran, {len(said.skipped)} had no rows to look at, {said.seconds:.0f} s"
    for rule in sorted(said.crashed):
        usual = "as it does whatever it is given" if rule in CRASHES[said.year] else "which it did not do before"
        yield f"  {rule} crashed, {usual}"
    for rule, rows in said.wrongly.items():
        yield f"  {rule} marks {len(rows)} rows that are right (deploy/judge/asking.py says why)"
    for rule, rows in said.marked.items():
        yield f"  {rule}: {len(rows)} rows"
        for row in rows[:MOST_SHOWN]:
            yield f"    {row['table']}: CHILD {row.get('CHILD')}, {row.get('DECOM') or ''}".rstrip(", ")
    yield "  Clean." if said.clean else "  Not clean."


async def _main(asked: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory() as folder:
        this, last = asked.this, asked.last
        if this is None:
            this, last = await exported(asked, Path(folder))
        year, authority = whose(this) if asked.authority is None else (asked.year, asked.authority)
        said = await opinion(year, authority, this, last, asked.ofsted)
    print("\n".join(in_words(said)))
    return 0 if said.clean else 1


def main() -> None:
    """The command line; exits with 1 where the judge found something."""
    parser = argparse.ArgumentParser(
        prog="make judge", description="Have a return judged by the councils' own checker."
    )
    parser.add_argument(
        "this", type=Path, nargs="?", help="this year's zip; without it a running installation is asked"
    )
    parser.add_argument("last", type=Path, nargs="?", help="last year's zip")
    parser.add_argument("--year", type=int, default=2026, help="the collection year, where an installation is asked")
    parser.add_argument("--authority", help="ONS code, for a zip without a manifest")
    parser.add_argument("--ofsted", type=Path, default=SAMPLE_LIST, help="Ofsted's list of providers (.xlsx)")
    parser.add_argument(
        "--as", dest="person", default="commissioner", help="whose name, where there are demonstration people"
    )
    parser.add_argument("--at", default="http://127.0.0.1:8000", help="where Sufficiency is")
    parser.add_argument("--token", default=os.environ.get("SUFFICIENCY_TOKEN", ""), help="a bearer token of your own")
    try:
        sys.exit(asyncio.run(_main(parser.parse_args())))
    except httpx.HTTPError as failure:
        sys.exit(f"The installation does not answer as it should: {failure}")


if __name__ == "__main__":
    main()
