"""Adding places to a home, correcting what they offer, and closing them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic_core import to_json

from services.providers.actions.letting_go import cut_out_of_service, release_expired
from services.providers.actions.vacancies import end_vacancies
from services.providers.domain import must_follow
from services.providers.forms.places import AddPlace, ClosePlace, CorrectPlace, NewPlace
from services.providers.queries import home_managed, places_of
from shared.contracts.providers import PlaceLine, PlacesChanged
from shared.errors import Invalid, NotFound, Refused, must_be_current
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import Row, WriteSession

ADD = """INSERT INTO place (place, home, number, features, opens, closes, reserved_for, emergency, beyond)
    SELECT n.place, $1, n.position + (SELECT coalesce(max(number), 0) FROM place WHERE home = $1),
        n.features, $2, $3, n.reserved_for, n.emergency, $4
    FROM ROWS FROM (jsonb_to_recordset($5::jsonb) AS
            (place uuid, features text[], reserved_for text, emergency boolean))
        WITH ORDINALITY AS n (place, features, reserved_for, emergency, position)"""
CORRECT = "UPDATE place SET features = $2, reserved_for = $3, emergency = $4 WHERE place = $1"
GROWN_OLDER = "UPDATE home SET version = version + 1 WHERE home = $1 RETURNING version"
LOCK_PLACES = """SELECT place FROM place WHERE home = $1 AND ($2::uuid IS NULL OR place = $2)
    ORDER BY place FOR NO KEY UPDATE"""
STILL_THERE = """SELECT 1 FROM occupation WHERE place = ANY($1) AND released_at IS NULL AND kind <> 'out_of_service'
    AND during && daterange($2, NULL) LIMIT 1"""
CLOSE_PLACES = "UPDATE place SET closes = greatest($2, opens) WHERE home = $1 AND (closes IS NULL OR closes > $2)"
CLOSE_PLACE = "UPDATE place SET closes = greatest($2, opens) WHERE place = $1"


async def add_place(session: WriteSession, home: UUID, form: AddPlace, *, by: Person) -> UUID:
    """Add one place to an open home; answers the place."""
    row = await home_managed(session, home, by, lock=True)
    if row.closed is not None:
        raise Refused("The home has closed.", code="home_closed")
    if form.opens < row.opened:
        raise Invalid("A place cannot open before its home did.", field="opens")
    (place,) = await add_places(session, home, [form], opens=form.opens, closes=form.closes, beyond=form.beyond)
    await _tell(session, home)
    session.audit(by.id, "add place", place)
    return place


async def add_places(
    session: WriteSession,
    home: UUID,
    forms: Sequence[NewPlace],
    *,
    opens: date,
    closes: date | None = None,
    beyond: str | None = None,
) -> list[UUID]:
    """Write places down, numbered on from the last; others are told of them by `tell_places`."""
    places = [new_id() for _ in forms]
    offers = {"features", "reserved_for", "emergency"}
    rows = [{"place": place} | form.model_dump(include=offers) for place, form in zip(places, forms, strict=True)]
    await session.run(ADD, home, opens, closes, beyond, to_json(rows).decode())
    return places


async def correct_place(session: WriteSession, place: UUID, form: CorrectPlace, *, by: Person) -> UUID:
    """Say what a place offers now and what it is kept for; answers its home."""
    home = await _home_of(session, place, form.version, by)
    await session.run(CORRECT, place, list(form.features), form.reserved_for, form.emergency)
    await _tell(session, home)
    session.audit(by.id, "correct place", place)
    return home


async def close_place(session: WriteSession, place: UUID, form: ClosePlace, *, by: Person) -> UUID:
    """Close one place on a day from which on nobody is to live in it; answers its home."""
    home = await _home_of(session, place, form.version, by)
    kept = await session.one("SELECT opens, closes FROM place WHERE place = $1", place)
    assert kept is not None
    if kept.closes is not None and kept.closes <= form.on:
        raise Refused("The place closes already.", field="on", code="place_closed")
    must_follow(kept.opens, form.on, field="on", words="A place must close after it opens.")
    await empty_from(session, home, form.on, by, place=place)
    await session.run(CLOSE_PLACE, place, form.on)
    await _tell(session, home)
    session.audit(by.id, "close place", place)
    return home


async def empty_from(session: WriteSession, home: UUID, on: date, by: Person, place: UUID | None = None) -> None:
    """Refuse while a child is to be there on that night or later; end what is offered or out of service.

    The whole home, or one place of it.
    """
    places = [row.place for row in await session.all(LOCK_PLACES, home, place)]
    await release_expired(session, places)
    if await session.value(STILL_THERE, places, on):
        raise Refused("Children have places here on or after that day.", field="on", code="home_still_needed")
    await cut_out_of_service(session, places, on, by=by)
    await end_vacancies(session, home, on, place=place)


async def tell_places(session: WriteSession, home: UUID, version: int) -> None:
    """Publish every place of a home as it now stands."""
    rows: list[Row] = await places_of(session, home)
    session.publish(PlacesChanged(home=home, version=version, places=tuple(PlaceLine(**row) for row in rows)))


async def _tell(session: WriteSession, home: UUID) -> None:
    await tell_places(session, home, await session.value(GROWN_OLDER, home))


async def _home_of(session: WriteSession, place: UUID, version: int, by: Person) -> UUID:
    """The home of a place that the caller runs, locked. Raises NotFound, Stale."""
    home = await session.value("SELECT home FROM place WHERE place = $1", place)
    if home is None:
        raise NotFound
    row = await home_managed(session, home, by, lock=True)
    must_be_current(row.version, version)
    return UUID(str(home))
