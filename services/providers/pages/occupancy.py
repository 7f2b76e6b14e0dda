"""How full a provider's homes have been: every month of a year together, and the last ones home by home."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.providers.pages.desk import HERE, PAGES, Poster, crumbs
from services.providers.pages.words import months_from
from services.providers.queries.occupancy import MONTHS, fullness_by_month
from shared.store.database import Reading
from shared.store.session import Row

SHOWN = 3
"""Months that each home is shown for."""

router = APIRouter(prefix=HERE + "/occupancy", include_in_schema=False)


@router.get("")
async def occupancy(request: Request, by: Poster, session: Reading) -> Response:
    """The year until last night."""
    today = session.clock.today()
    first = months_from((today - timedelta(days=1)).replace(day=1), 1 - MONTHS)
    rows = await fullness_by_month(session, by, first, today)
    months = sorted({row.first for row in rows})
    return PAGES.show(
        request,
        "occupancy.html",
        months=[{"first": month, **_sums(row for row in rows if row.first == month)} for month in months],
        shown=months[-SHOWN:],
        homes=_by_home(rows, months[-SHOWN:]),
        until=today - timedelta(days=1),
        crumbs=crumbs("How full your homes have been"),
    )


def _by_home(rows: Sequence[Row], months: Sequence[Any]) -> list[dict[str, Any]]:
    homes: dict[Any, dict[str, Any]] = {}
    for row in rows:
        home = homes.setdefault(row.home, {"path": f"{HERE}/homes/{row.home}", "name": row.name, "months": []})
        if row.first in months:
            home["months"].append(_sums([row]))
    return list(homes.values())


def _sums(rows: Iterable[Row]) -> dict[str, Any]:
    """Nights together, and the share that was occupied of those that could have been; None where there was none."""
    several = list(rows)
    occupied, out = sum(row.occupied for row in several), sum(row.out for row in several)
    available = sum(row.approved for row in several) - out
    return {"occupied": occupied, "available": available, "out": out, "percent": percent(occupied, available)}


def percent(part: int, whole: int) -> int | None:
    """A share in whole per cent, half up; None of nothing."""
    return (200 * part + whole) // (2 * whole) if whole > 0 else None
