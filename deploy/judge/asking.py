"""Asking the judge: which of its rules are known to be broken, and what it says of a return without them."""

import asyncio
import json
import os
import sys
import zipfile
from collections.abc import Callable, Mapping, Sequence
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
    2027: frozenset({"231", "233", "706", "709", "710"}),
}
"""Rules that stop with an error whatever is judged. Found by running.

231, 233, 709 and 710 look for columns that no table has; 706 for last year's DoLo, which was not asked for then.
"""
Marked = Mapping[str, Any]
"""A row that a rule marked: its table and its cells."""
SEX_TO_2024 = {"1": "M", "2": "F"}
SHORT_BREAKS = frozenset({"V3", "V4"})


def _short_break(row: Marked) -> bool:
    return row.get("LS") in SHORT_BREAKS


def _supported(row: Marked) -> bool:
    return row.get("PLACE") == "K3"


def _semi_independent(row: Marked) -> bool:
    return row.get("PLACE") == "H5"


def _same_sex(row: Marked) -> bool:
    return SEX_TO_2024.get(str(row.get("SEX_last"))) == row.get("SEX")


WRONG: Mapping[tuple[int, str], Callable[[Marked], bool]] = {
    (2024, "503F"): _semi_independent,
    (2025, "146"): _supported,
    (2025, "202"): _same_sex,
    (2026, "218"): _short_break,
    (2027, "218"): _short_break,
    (2026, "241"): _supported,
    (2027, "241"): _supported,
}
"""Rules that mark what is right, and of which rows.

503F in 2024 wants the URN that stood there at the end of 2023: of semi-independent accommodation 222 of 2023 refused
one, and 230 of 2024 requires it since Ofsted registers it. 146 in 2025 has `k3` in its list of codes and compares it
with capitals: supported accommodation, which came in that year, never passes. 202 compares the codes of sex of 2025
(M, F) with those of 2024 (1, 2). 218 asks from 2026 for the URN of short breaks, which 214 of the same year refuses.
241 should compare where supported accommodation stands with where its number of Ofsted's has premises; it compares
with whose return it is, and marks every such placement outside the authority.
"""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the judge said; `marked` is without what it is known to be wrong about, which is in `wrongly`."""

    year: int
    crashed: frozenset[str]
    skipped: frozenset[str]
    ran: frozenset[str]
    marked: Mapping[str, Sequence[Marked]]
    wrongly: Mapping[str, Sequence[Marked]]
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
        *(str(PYTHON), "-W", "ignore", str(OPINION), *words),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": ""},
    )
    answer, failure = await judging.communicate()
    if judging.returncode:
        raise RuntimeError(failure.decode()[-2_000:])
    return _weighed(year, json.loads(answer.splitlines()[-1]), perf_counter() - begun)


def _never(_: Marked) -> bool:
    return False


def _weighed(year: int, said: Mapping[str, Any], seconds: float) -> Opinion:
    marked: dict[str, list[Marked]] = {}
    wrongly: dict[str, list[Marked]] = {}
    for rule, rows in said["marked"].items():
        is_wrong = WRONG.get((year, rule), _never)
        for row in rows:
            (wrongly if is_wrong(row) else marked).setdefault(rule, []).append(row)
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
