"""What councils printed of their figures, out of the platform's: a flow statement and a table by age."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from deploy.demo.asking import Asking

BANDS = ("under 1", "1 to 4", "5 to 9", "10 to 12", "13 to 15", "16 and over")
BASES = ("uasc_included", "uasc_excluded", "uasc_only")


async def flow(ask: Asking, person: str, after: date, to: date) -> dict[str, dict[str, int]]:
    """Looked after at first, came, left, looked after at last, and at any time: all, without and only UASC."""
    return {basis: await _flow(ask, person, after, to, basis) for basis in BASES}


async def _flow(ask: Asking, person: str, after: date, to: date, basis: str) -> dict[str, int]:
    async def figure(measure: str, **asked: Any) -> int:
        answer = await ask.get(person, f"/metrics/measures/{measure}", basis=basis, **asked)
        return int(answer["value"] or 0)

    window = {"from": str(after), "to": str(to)}
    first = await figure("cla", as_at=str(after))
    came = await figure("cla_started", **window)
    left = await figure("cla_ceased", **window)
    last = await figure("cla", as_at=str(to))
    return {"at first": first, "came": came, "left": left, "at last": last, "at any time": first + came}


async def by_age(ask: Asking, person: str, days: Sequence[date]) -> dict[str, list[int]]:
    """Children looked after by age band on each day, and their sum."""
    table: dict[str, list[int]] = {band: [] for band in (*BANDS, "sum")}
    for day in days:
        answer = await ask.get(person, "/metrics/measures/cla", as_at=str(day), by="age_band")
        cells = answer["cells"]
        for band in BANDS:
            table[band].append(cells[band]["value"] if band in cells else 0)
        table["sum"].append(answer["value"])
    return table


def flow_in_words(told: dict[str, dict[str, int]], after: date, to: date) -> str:
    """As Cambridgeshire printed it in March 2019."""
    of, only = told["uasc_included"], told["uasc_only"]
    return (
        f"Between {_day(after)} and {_day(to)} the number of children in care went from {of['at first']:,} to "
        f"{of['at last']:,}. {of['came']:,} came into care ({of['came'] - only['came']:,} and {only['came']:,} "
        f"unaccompanied) and {of['left']:,} left ({of['left'] - only['left']:,} and {only['left']:,}); "
        f"{of['at any time']:,} were in care at some time."
    )


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def months_to(last: date, count: int) -> list[date]:
    """The ends of so many months, the last that of a day's own."""
    ends = [date(last.year + (last.month - back) // 12, (last.month - back) % 12 + 1, 1) for back in range(count)]
    return [date.fromordinal(day.toordinal() - 1) for day in reversed(ends)]
