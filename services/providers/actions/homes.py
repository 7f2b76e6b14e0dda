"""Opening homes, adding places to them, and closing them."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.providers.actions.letting_go import cut_out_of_service, release_expired
from services.providers.actions.vacancies import end_vacancies
from services.providers.domain import must_follow, outward_of
from services.providers.forms.homes import AddPlace, CloseHome, OpenHome
from services.providers.queries import home_managed, places_of, provider_managed
from shared.contracts.providers import HomeClosed, HomeOpened, PlaceLine, PlacesChanged
from shared.errors import Invalid, Refused, must_be_current
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import Row, WriteSession

OPEN = """INSERT INTO home
    (home, provider, version, name, type, sector, area, postcode, youngest, oldest, sexes, opened)
    VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11)"""
ADD = """INSERT INTO place (place, home, number, features, opens, closes)
    VALUES ($1, $2, (SELECT coalesce(max(number), 0) + 1 FROM place WHERE home = $2), $3, $4, $5)"""
LOCK_PLACES = "SELECT place FROM place WHERE home = $1 ORDER BY place FOR NO KEY UPDATE"
STILL_THERE = """SELECT 1 FROM occupation WHERE home = $1 AND released_at IS NULL AND kind <> 'out_of_service'
    AND during && daterange($2, NULL) LIMIT 1"""
CLOSE_PLACES = """UPDATE place SET closes = greatest($2, opens) WHERE home = $1 AND (closes IS NULL OR closes > $2)"""


async def open_home(session: WriteSession, form: OpenHome, *, by: Person) -> UUID:
    """Add a home with its places to a provider that the caller runs; answers the home."""
    asked = form.provider or by.provider
    if asked is None:
        raise Invalid("Say whose home it is.", field="provider")
    provider = await provider_managed(session, asked, by)
    home = new_id()
    told = form.model_dump(exclude={"places", "postcode", "provider"})
    await session.run(OPEN, home, provider.provider, *_columns(form, provider.sector))
    for place in form.places:
        await session.run(ADD, new_id(), home, list(place.features), form.opened, None)
    session.publish(
        HomeOpened(
            home=home,
            provider=provider.provider,
            version=1,
            sector=provider.sector,
            outward=outward_of(form.postcode),
            closed=None,
            **told,
        )
    )
    await _tell_places(session, home, 1)
    session.audit(by.id, "open home", home)
    return home


def _columns(form: OpenHome, sector: str) -> Sequence[Any]:
    ages = (form.youngest, form.oldest)
    return form.name, form.type, sector, form.area, form.postcode, *ages, list(form.sexes), form.opened


async def add_place(session: WriteSession, home: UUID, form: AddPlace, *, by: Person) -> UUID:
    """Add one place to an open home; answers the place."""
    row = await home_managed(session, home, by, lock=True)
    if row.closed is not None:
        raise Refused("The home has closed.", code="home_closed")
    if form.opens < row.opened:
        raise Invalid("A place cannot open before its home did.", field="opens")
    place = new_id()
    await session.run(ADD, place, home, list(form.features), form.opens, form.closes)
    version = await session.value("UPDATE home SET version = version + 1 WHERE home = $1 RETURNING version", home)
    await _tell_places(session, home, version)
    session.audit(by.id, "add place", place)
    return place


async def close_home(session: WriteSession, home: UUID, form: CloseHome, *, by: Person) -> None:
    """Close a home and its places on a day from which on nobody is to live there."""
    row = await home_managed(session, home, by, lock=True)
    must_be_current(row.version, form.version)
    if row.closed is not None:
        raise Refused("The home has closed already.", code="home_closed")
    must_follow(row.opened, form.on, field="on", words="A home must close after it opened.")
    await _empty_from(session, home, form.on, by)
    await session.run(CLOSE_PLACES, home, form.on)
    version = row.version + 1
    await session.run("UPDATE home SET closed = $2, version = $3 WHERE home = $1", home, form.on, version)
    session.publish(HomeClosed(**{**row, "closed": form.on, "version": version}))
    await _tell_places(session, home, version)
    session.audit(by.id, "close home", home)


async def _empty_from(session: WriteSession, home: UUID, on: date, by: Person) -> None:
    """Refuse while a child is to be there on that night or later; end what is offered or out of service."""
    places = [place.place for place in await session.all(LOCK_PLACES, home)]
    await release_expired(session, places)
    if await session.value(STILL_THERE, home, on):
        raise Refused("Children have places here on or after that day.", field="on", code="home_still_needed")
    await cut_out_of_service(session, home, on, by=by)
    await end_vacancies(session, home, on)


async def _tell_places(session: WriteSession, home: UUID, version: int) -> None:
    rows: list[Row] = await places_of(session, home)
    session.publish(PlacesChanged(home=home, version=version, places=tuple(PlaceLine(**row) for row in rows)))
