"""Routes of homes, their ratings and their calendar."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from services.providers import queries
from services.providers.actions import homes
from services.providers.api.kept_map import Map
from services.providers.domain import must_follow
from services.providers.forms.homes import (
    CalendarDay,
    CloseHome,
    CorrectHome,
    HomeAnswer,
    HomeSummary,
    NoteRating,
    OpenHome,
    RatingAnswer,
)
from services.providers.forms.occupation import OccupationAnswer
from shared.errors import Invalid
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Reading, Writing
from shared.store.session import ReadSession
from shared.web.fields import Day

MOST_DAYS = timedelta(days=1_100)

router = APIRouter(prefix="/providers/homes", tags=["homes"])
Manager = Annotated[Person, Depends(may("providers:manage_homes"))]
Registrar = Annotated[Person, Depends(may("providers:register"))]
Reader = Annotated[Person, Depends(may("providers:read_market"))]


async def _answer(session: ReadSession, home: UUID, by: Person) -> HomeAnswer:
    return HomeAnswer.of(await queries.home_seen(session, home, by), await queries.places_of(session, home))


@router.post("", status_code=201, summary="Open a home with its places")
async def open_home(form: OpenHome, by: Manager, places: Map, session: Writing) -> HomeAnswer:
    return await _answer(session, await homes.open_home(session, form, by=by, places=places), by)


@router.get("", summary="The homes of the providers you may look at")
async def homes_(by: Reader, session: Reading) -> list[HomeSummary]:
    return [HomeSummary(**row) for row in await queries.homes_in_sight(session, by)]


@router.get("/{home:uuid}", summary="One home with its places")
async def home(home: UUID, by: Reader, session: Reading) -> HomeAnswer:
    return await _answer(session, home, by)


@router.post("/{home:uuid}/correct", summary="Correct what is known of a home")
async def correct_home(home: UUID, form: CorrectHome, by: Manager, places: Map, session: Writing) -> HomeAnswer:
    await homes.correct_home(session, home, form, by=by, places=places)
    return await _answer(session, home, by)


@router.post("/{home:uuid}/rating", status_code=201, summary="Note what Ofsted judged")
async def rate_home(home: UUID, form: NoteRating, by: Registrar, session: Writing) -> HomeAnswer:
    """By the authority that registered its provider: nobody rates themselves."""
    await homes.rate_home(session, home, form, by=by)
    return await _answer(session, home, by)


@router.get("/{home:uuid}/ratings", summary="What Ofsted has judged a home to be, the latest first")
async def ratings(home: UUID, by: Reader, session: Reading) -> list[RatingAnswer]:
    await queries.home_seen(session, home, by)
    return [RatingAnswer(**row) for row in await queries.ratings_of(session, home)]


@router.get("/{home:uuid}/out-of-service", summary="Which places of yours are out of service, when and why")
async def out_of_service(home: UUID, by: Reader, session: Reading) -> list[OccupationAnswer]:
    await queries.home_managed(session, home, by)
    return [OccupationAnswer(**row) for row in await queries.out_of_service_of(session, home)]


@router.post("/{home:uuid}/close", summary="Close a home")
async def close_home(home: UUID, form: CloseHome, by: Manager, session: Writing) -> HomeAnswer:
    await homes.close_home(session, home, form, by=by)
    return await _answer(session, home, by)


@router.get("/{home:uuid}/calendar", summary="What is occupied, held, void, out of service and vacant on each night")
async def calendar(
    home: UUID,
    by: Reader,
    session: Reading,
    starts: Annotated[Day, Query(alias="from", examples=["2026-04-01"])],
    ends: Annotated[Day, Query(alias="to", description="the first night left out", examples=["2026-05-01"])],
) -> list[CalendarDay]:
    """Of your own homes only: how full another's are is their business."""
    _must_be_reasonable(starts, ends)
    await queries.home_managed(session, home, by)
    return [CalendarDay(**asdict(night)) for night in await queries.calendar(session, home, starts, ends)]


def _must_be_reasonable(starts: date, ends: date) -> None:
    must_follow(starts, ends, field="to", words="The last day must come after the first.")
    if ends - starts > MOST_DAYS:
        raise Invalid(f"Ask for at most {MOST_DAYS.days} days at once.", field="to")
