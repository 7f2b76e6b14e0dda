"""The children of a provider's homes: who is expected, who lives there, who left of late, and each of them."""

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.placements.pages.called import LEFT
from services.placements.pages.provider.asking import Reporter
from services.placements.pages.provider.invited import HERE as INVITED
from services.placements.pages.provider.words import LIVES, REPORTED, child_in_words, report_in_words, upper
from services.placements.pages.queue import PAGES
from services.placements.pages.words import reference_of, welcome_to
from services.placements.queries import prices_of
from services.placements.queries.at_home import MOST, stays_in_my_homes, the_stay
from shared.contracts.vocabulary import PlacementStatus, PriceElement, StayReport
from shared.store.database import Reading, Writing
from shared.store.session import Row
from shared.web.authorities import authority_called
from shared.web.called import kind_of
from shared.web.pages import day, pounds

HERE = "/placements/stays"
EXPECTED = (PlacementStatus.BOOKED, PlacementStatus.CONFIRMED)
router = APIRouter(prefix=HERE, include_in_schema=False)


@router.get("")
async def stays(request: Request, by: Reporter, session: Reading) -> Response:
    """Who is expected, the soonest first; who lives there; who left of late."""
    rows, today = await stays_in_my_homes(session, by), session.clock.today()
    lines = [_line(row, today) for row in rows]
    return PAGES.show(
        request,
        "stays.html",
        expected=[one for one in lines if one["status"] in EXPECTED],
        living=[one for one in lines if one["status"] == PlacementStatus.STARTED],
        left=[one for one in lines if one["status"] == PlacementStatus.ENDED],
        full=len(rows) == MOST,
    )


@router.get("/{placement:uuid}")
async def stay(request: Request, placement: UUID, by: Reporter, session: Writing) -> Response:
    """One child's stay: what is known of it, what the home said, and what it can say now."""
    row = await the_stay(session, placement, by)
    session.audit(by.id, "read placement", placement)
    today = session.clock.today()
    return PAGES.show(
        request,
        "at_home.html",
        row=row,
        name=row.name or kind_of(row.type),
        reference=reference_of(row.child),
        about=_about(row, authority_called(request, row.authority), today),
        said=report_in_words(row) if row.report in REPORTED.get(row.status, ()) else "",
        today=today,
        here=f"{HERE}/{placement}",
        invitation=f"{INVITED}/{row.offer}" if row.offer else "",
        welcome=welcome_to(row),
        state=LIVES[row.status][0],
        colour=LIVES[row.status][1],
        crumbs=crumbs((f"Child {reference_of(row.child)}", "")),
    )


def crumbs(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """The way back to the children of a provider's homes; the last is the page itself."""
    back = [("Children in your homes", HERE), *steps[:-1]]
    return [{"text": name, "href": path} for name, path in back] + [{"text": steps[-1][0]}]


def _about(row: Row, placed_by: str, today: date) -> list[tuple[str, str]]:
    told = [
        ("Child", upper(child_in_words(row, max(today, row.starts)))),
        ("Home", row.name or kind_of(row.type)),
        ("Placed by", placed_by),
    ]
    if row.status == PlacementStatus.ENDED:
        told.append(("Why it ended", LEFT.get(row.reason or "", "Not said")))
        if row.planned is not None:
            told.append(("Planned", "Yes" if row.planned else "No"))
    return told + [_price(line) for line in prices_of(row) if line.ends is None or line.ends > today]


def _price(line: Any) -> tuple[str, str]:
    element = PriceElement(line.element).replace("_", " ").capitalize()
    until = f" until {day(line.ends)}" if line.ends else ""
    return f"{element}, a week", f"{pounds(line.weekly_pence)} from {day(line.starts)}{until}"


def _line(row: Row, today: date) -> dict[str, Any]:
    said = report_in_words(row) if row.report in REPORTED.get(row.status, ()) else ""
    return {
        "state": LIVES[row.status][0],
        "colour": LIVES[row.status][1],
        "path": f"{HERE}/{row.placement}",
        "status": row.status,
        "child": row.child,
        "reference": reference_of(row.child),
        "who": child_in_words(row, max(today, row.starts)),
        "home": row.name or kind_of(row.type),
        "starts": row.starts,
        "ends": row.ends,
        "said": said,
        "notice": bool(said) and row.report == StayReport.NOTICE,
        "late": row.starts < today and not said,
        "today": row.starts == today,
    }
