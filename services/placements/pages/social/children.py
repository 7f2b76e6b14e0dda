"""Where children live: who is expected somewhere, which placements may not last, and one child's homes and care over time."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.placements.pages.called import CARE_ENDED, FEARS, LEFT, LEGAL
from services.placements.pages.queue import PAGES
from services.placements.pages.said import words_of_homes
from services.placements.pages.social.stays import CONSIDERS, HERE, Worker, crumbs
from services.placements.pages.words import BOOKED, reference_of, welcome_to
from services.placements.queries import the_periods
from services.placements.queries.desk import moves_of
from services.placements.queries.lives import PER_PAGE, expected, fragile, known_here, living, to_consider
from shared.contracts.vocabulary import PlacementStatus, Purpose
from shared.identity.permissions import allows
from shared.identity.person import Person
from shared.store.database import Database, Reading
from shared.store.session import Row
from shared.web.called import kind_of

ACCEPTED = 202
RECORD = "/referrals/desk/children"
TO_COME = (PlacementStatus.BOOKED, PlacementStatus.CONFIRMED)
router = APIRouter(prefix=HERE, include_in_schema=False)


@router.get("")
async def lives(request: Request, by: Worker, session: Reading) -> Response:
    """What needs somebody first: homes offered, arrivals, fears; then everybody, a page at a time."""
    asked = request.query_params.get("page", "")
    page = int(asked) if asked.isascii() and asked.isdigit() and 1 <= int(asked[:6]) <= 10_000 else 1
    rows, in_all = await living(session, by, page)
    today = session.clock.today()
    coming, shaky = await expected(session, by), await fragile(session, by)
    words = await words_of_homes(session, [row.placement for row in (*coming, *shaky, *rows)])
    return PAGES.show(
        request,
        "lives.html",
        offered=[_offered(row) for row in await to_consider(session, by)] if allows(CONSIDERS, by) else [],
        expected=[_line(row, today, words) for row in coming],
        fragile=[_line(row, today, words) for row in shaky],
        living=[_line(row, today, words) for row in rows],
        in_all=in_all,
        before=page > 1 and f"{HERE}?page={page - 1}",
        next=page * PER_PAGE < in_all and f"{HERE}?page={page + 1}",
    )


@router.get("/{child:uuid}")
async def life(request: Request, child: UUID, by: Worker) -> Response:
    """Where one child lives and has lived, and since when the child is looked after.

    Whoever comes from a page that knows the child (`seen`) waits a moment until it is heard of here, too.
    """
    database: Database = request.app.state.database
    if "seen" in request.query_params and not await _heard_of(database, request, child, by):
        again, back = f"{HERE}/{child}?seen=1", f"{RECORD}/{child}"
        return PAGES.show(request, "arriving.html", status=ACCEPTED, again=again, back=back)
    async with database.writing() as session:
        periods = await the_periods(session, child, by)
        rows = await moves_of(session, child, by)
        words = await words_of_homes(session, [row.placement for row in rows])
        session.audit(by.id, "read child", child)
        today = session.clock.today()
    stays = [_line(row, today, words) | {"why": _why(row), "welcome": welcome_to(row)} for row in rows]
    return PAGES.show(
        request,
        "life.html",
        child=child,
        reference=reference_of(child),
        now=[one for one in stays if one["status"] == PlacementStatus.STARTED],
        to_come=[one for one in stays if one["status"] in TO_COME],
        timeline=stays,
        care=[_care(row, today) for row in reversed(periods) if not row.annulled],
        crumbs=crumbs((f"Child {reference_of(child)}", "")),
    )


async def _heard_of(database: Database, request: Request, child: UUID, by: Person) -> bool:
    async def known() -> bool | None:
        async with database.reading() as session:
            return await known_here(session, child, by) or None

    return bool(await database.signals.until(child, known, request.app.state.running.settings.booking_wait_seconds))


def _offered(row: Row) -> dict[str, Any]:
    """A child with homes to think about."""
    path = f"{HERE}/referrals/{row.referral}"
    return {
        "child": row.child,
        "reference": reference_of(row.child),
        "homes": row.homes,
        "since": row.since,
        "path": path,
    }


def _line(row: Row, today: date, words: Mapping[UUID, str]) -> dict[str, Any]:
    """A placement as a list and a timeline show it."""
    state, colour = BOOKED[row.status]
    return {
        "placement": row.placement,
        "path": f"{HERE}/placements/{row.placement}",
        "child": row.child,
        "reference": reference_of(row.child),
        "status": row.status,
        "state": state,
        "colour": colour,
        "home": row.name,
        "name": row.name or kind_of(row.type),
        "kind": kind_of(row.type) + (f" in {row.outward}" if row.outward else ""),
        "away": row.purpose == Purpose.TEMPORARY,
        "starts": row.starts,
        "ends": row.ends,
        "nights": ((row.ends or max(today, row.starts)) - row.starts).days,
        "late": row.status in TO_COME and row.starts < today,
        "today": row.starts == today,
        "word": words.get(row.placement, ""),
        "fear": FEARS.get(row.fear or "", ""),
    }


def _why(row: Row) -> str:
    """Why a placement ended, in words; a return may not say."""
    if row.status != PlacementStatus.ENDED:
        return ""
    planned = {True: "planned", False: "not planned", None: ""}[row.planned]
    return ", ".join(filter(None, (LEFT.get(row.reason or "", ""), planned)))


def _care(row: Row, today: date) -> dict[str, Any]:
    """A period of care with its legal statuses, the newest first."""
    return {
        "started": row.started,
        "start_known": row.start_known,
        "ended": row.ended,
        "days": ((row.ended or today) - row.started).days,
        "why": CARE_ENDED.get(row.reason or "", ""),
        "statuses": [(LEGAL.get(line[0], line[0]), line[1]) for line in reversed(row.statuses)],
    }
