"""Asking the judge: which of its rules are known to be broken, and what it says of a return without them."""

import asyncio
import json
import os
import sys
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".judge/bin/python"
OPINION = Path(__file__).with_name("opinion.py")

CRASHES: Mapping[int, frozenset[str]] = {
    2023: frozenset(),
    2024: frozenset(),
    2025: frozenset({"231"}),
    2026: frozenset({"231", "233"}),
    2027: frozenset({"231", "233"}),
}
"""Rules that stop with an error whatever is judged: they look for columns that no table has. Found by running."""
WRONG: Mapping[tuple[int, str], tuple[str, frozenset[str]]] = {
    (year, "146"): ("PLACE", frozenset({"K3"})) for year in (2025,)
}
"""Rules that mark what is right: the column they look at, and the codes they do not know.

146 in 2025 has `k3` in its list of codes and compares it with capitals: supported accommodation, which came in that
year, never passes.
"""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the judge said; `marked` is without what it is known to be wrong about, which is in `wrongly`."""

    year: int
    crashed: frozenset[str]
    skipped: frozenset[str]
    ran: frozenset[str]
    marked: Mapping[str, Sequence[Mapping[str, Any]]]
    wrongly: Mapping[str, Sequence[Mapping[str, Any]]]
    seconds: float

    @property
    def clean(self) -> bool:
        """Nothing is wrong with the return, and nothing but what always crashes did."""
        return not self.marked and self.crashed == CRASHES[self.year]


async def opinion(
    year: int, authority: str, this: Path, last: Path | None = None, ofsted: Path | None = None
) -> Opinion:
    """Have a return (a zip or a folder) judged beside last year's and Ofsted's list. Raises RuntimeError with its words."""
    if not PYTHON.exists():
        raise RuntimeError("The judge is not installed: make judge does it.")
    begun = perf_counter()
    words = [str(year), authority, str(this), str(last or "-"), str(ofsted or "-")]
    judging = await asyncio.create_subprocess_exec(
        *(PYTHON, "-W", "ignore", OPINION, *words),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": ""},
    )
    answer, failure = await judging.communicate()
    if judging.returncode:
        raise RuntimeError(failure.decode()[-2_000:])
    return _weighed(year, json.loads(answer.splitlines()[-1]), perf_counter() - begun)


def _weighed(year: int, said: Mapping[str, Any], seconds: float) -> Opinion:
    marked: dict[str, list[Mapping[str, Any]]] = {}
    wrongly: dict[str, list[Mapping[str, Any]]] = {}
    for rule, rows in said["marked"].items():
        column, codes = WRONG.get((year, rule), ("", frozenset()))
        for row in rows:
            (wrongly if row.get(column) in codes else marked).setdefault(rule, []).append(row)
    crashed, skipped, ran = (frozenset(said[name]) for name in ("crashed", "skipped", "ran"))
    return Opinion(year, crashed, skipped, ran, marked, wrongly, seconds)


def whose(this: Path) -> tuple[int, str]:
    """The collection year and the authority that a zip of ours says it is of."""
    with zipfile.ZipFile(this) as archive:
        name = next((name for name in archive.namelist() if name.endswith("manifest.json")), None)
        if name is None:
            sys.exit(f"{this.name} has no manifest.json: say --year and --authority")
        manifest = json.loads(archive.read(name))
    return int(manifest["collection_year"]), str(manifest["authority"])
