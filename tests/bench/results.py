"""What a bench found: rows beside their ceilings, as a file, a table to read and a table for the README."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parents[2] / "bench" / "results.json"
HEADS = ("", "scenario", "ours", "ceiling", "ratio", "aim", "met")


@dataclass(frozen=True)
class Result:
    """One number of ours and the same number with nothing in the hops, measured in the same run."""

    id: str
    title: str
    ours: float
    ceiling: float | None
    ratio: float | None
    unit: str
    aim: str
    met: bool


def result(
    id: str, title: str, ours: float, ceiling: float | None, unit: str, aim: str, *, met: bool | None = None
) -> Result:
    """A row with its ratio; `met` is None only where the aim leaves nothing to judge."""
    ratio = ours / ceiling if ceiling else None
    return Result(id, title, _brief(ours), ceiling and _brief(ceiling), ratio and round(ratio, 2), unit, aim, bool(met))


def _brief(number: float) -> float:
    """Three figures that mean something."""
    return float(f"{number:.3g}") if abs(number) < 1000 else round(number)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all does not exceed; a value for every one that never came must be among them."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def keep(results: Iterable[Result], path: Path = RESULTS) -> None:
    """Write what was found; a scenario that was not run this time keeps its last rows."""
    found = [asdict(result) for result in results]
    run = {row["id"].partition("-")[0] for row in found}
    before = json.loads(path.read_text()) if path.exists() else []
    kept = [row for row in before if row["id"].partition("-")[0] not in run]
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(sorted([*kept, *found], key=_in_order), indent=2) + "\n")


def _in_order(row: Mapping[str, Any]) -> tuple[int, str]:
    """S2 before S10."""
    number, _, part = str(row["id"]).partition("-")
    return int(number[1:]), part


def kept(path: Path = RESULTS) -> list[Result]:
    """What was last found."""
    return [Result(**row) for row in json.loads(path.read_text())]


def _cells(row: Result) -> tuple[str, ...]:
    unit = f" {row.unit}"
    ceiling = "" if row.ceiling is None else f"{row.ceiling:,g}{unit}"
    ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
    return (row.id, row.title, f"{row.ours:,g}{unit}", ceiling, ratio, row.aim, _met(row))


def _met(row: Result) -> str:
    """Nothing, where there is no aim to meet."""
    return ("yes" if row.met else "no") if row.aim else ""


def table(results: Sequence[Result]) -> str:
    """For the terminal."""
    rows = [HEADS, *map(_cells, results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def markdown(results: Sequence[Result]) -> str:
    """For the README."""
    rule = tuple("---" for _ in HEADS)
    return "\n".join(f"| {' | '.join(row)} |" for row in [HEADS, rule, *map(_cells, results)])
