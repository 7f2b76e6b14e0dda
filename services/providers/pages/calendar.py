"""A home's own page: what it offers, and how each of its places stands on every night of a month."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.providers.pages.desk import HERE, PAGES, crumbs, vacancy_line
from services.providers.pages.words import NIGHTS, REASONS, counted, for_whom, months_from
from services.providers.queries import places_of
from services.providers.queries.desk import my_vacancies
from services.providers.queries.nights import STANDS, Night, Standing, nights_of
from services.providers.queries.watching import home_watched, stays_in
from shared.contracts.vocabulary import OccupationKind
from shared.identity.access import may
from shared.identity.permissions import allows
from shared.identity.person import Person
from shared.store.database import Reading
from shared.store.session import ReadSession, Row
from shared.web.called import FEATURES, RATINGS, kind_of

FURTHEST = 60
"""Months from this one, before and after, that can be looked at."""
DONE = {
    "out": "The place is out of service on those nights: nobody can be placed there.",
    "back": "The place can be used again.",
    "changed": "The nights are changed.",
}

router = APIRouter(prefix=HERE + "/homes/{home:uuid}", include_in_schema=False)
Watcher = Annotated[Person, Depends(may("providers:read_market"))]


@router.get("")
async def home(request: Request, home: UUID, by: Watcher, session: Reading) -> Response:
    """For its own people with what they can do; for an authority's that has business with it, to look at."""
    row, runs = await home_watched(session, home, by)
    today = session.clock.today()
    first = _month(request, today)
    after = months_from(first, 1)
    places = [place for place in await places_of(session, home) if place.closes is None or place.closes > first]
    nights = await nights_of(session, [row.provider], [home], first, after)
    return PAGES.show(
        request,
        "home.html",
        **await _facts(session, row, by, runs),
        month=f"{first:%B %Y}",
        **_onward(first, today),
        days=[first + timedelta(days=number) for number in range((after - first).days)],
        today=today,
        lines=_lines([place for place in places if place.opens < after], nights),
        vacant=Counter(one.day for one in nights if one.night == Night.VACANT),
        nights=_totals(nights),
        stays=[_stay(stay, runs) for stay in await stays_in(session, home, first, after)],
        done=DONE.get(request.query_params.get("done", "")),
        crumbs=crumbs(row.name) if by.provider else None,
    )


async def _facts(session: ReadSession, row: Row, by: Person, runs: bool) -> dict[str, Any]:
    now = session.clock.now()
    posts = runs and allows("providers:post_vacancies", by)
    offered = [vacancy_line(one, now) for one in await my_vacancies(session, by, row.home)] if posts else []
    return {
        "home": row,
        "here": f"{HERE}/homes/{row.home}",
        "kind": kind_of(row.type),
        "whom": for_whom(row, row),
        "rating": RATINGS[row.rating],
        "runs": runs and allows("providers:manage_homes", by),
        "posts": posts,
        "offered": offered,
    }


def _month(request: Request, today: date) -> date:
    """The first day of the month that the address names, or of this one."""
    here = today.replace(day=1)
    try:
        asked = date.fromisoformat(f"{request.query_params.get('month', '')}-01")
    except ValueError:
        return here
    return min(max(asked, months_from(here, -FURTHEST)), months_from(here, FURTHEST))


def _onward(first: date, today: date) -> dict[str, Any]:
    before, after, here = months_from(first, -1), months_from(first, 1), today.replace(day=1)
    return {
        "before": (f"?month={before:%Y-%m}", f"{before:%B %Y}"),
        "after": (f"?month={after:%Y-%m}", f"{after:%B %Y}"),
        "this_month": first == here,
    }


def _lines(places: Sequence[Row], nights: Sequence[Standing]) -> list[dict[str, Any]]:
    """A line for each place, a cell for each night it is open."""
    cells: dict[UUID, dict[date, tuple[str, str, str]]] = {place.place: {} for place in places}
    for one in nights:
        cells[one.place][one.day] = (one.night.value, *NIGHTS[one.night])
    return [
        {
            "number": place.number,
            "features": ", ".join(FEATURES.get(name, name).lower() for name in place.features),
            "cells": cells[place.place],
        }
        for place in places
    ]


def _totals(nights: Sequence[Standing]) -> list[tuple[str, str, str, str, int]]:
    """Each way to stand with its letter, its nights in words and their number."""
    found = Counter(one.night for one in nights)
    return [(night.value, *NIGHTS[night], counted(found[night], "night"), found[night]) for night in NIGHTS]


def _stay(stay: Row, runs: bool) -> dict[str, Any]:
    out = stay.kind == OccupationKind.OUT_OF_SERVICE
    return {
        "number": stay.number,
        "starts": stay.starts,
        "ends": stay.ends,
        "night": STANDS[stay.kind].value,
        "words": NIGHTS[STANDS[stay.kind]][0],
        "reason": REASONS.get(stay.reason, "") if out and runs else "",
        "spell": stay.occupation if out and runs else None,
    }
