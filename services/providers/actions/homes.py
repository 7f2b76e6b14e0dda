"""Opening homes, correcting what is known of them, rating and closing them."""

from uuid import UUID

from services.providers.actions.places import CLOSE_PLACES, add_places, empty_from, tell_places
from services.providers.domain import area_of, must_follow
from services.providers.forms.homes import CloseHome, CorrectHome, NoteRating, OpenHome
from services.providers.queries import HOME, home_managed, home_vouched_for, provider_managed
from shared.contracts.providers import HomeClosed, HomeLocated, HomeOpened, HomeUpdated, RatingChanged
from shared.contracts.vocabulary import PlacementType
from shared.errors import Invalid, Refused, must_be_current
from shared.geography import Geography
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import Row, WriteSession

OPEN = f"""INSERT INTO home AS h (home, provider, version, name, type, sector, area, postcode, youngest, oldest, sexes,
        opened, urn, setting, listed, solo, also)
    VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, false, $14, $15) RETURNING {HOME}"""
CORRECT = f"""UPDATE home h SET version = version + 1, listed = false, name = $2, area = $3, postcode = $4,
        youngest = $5, oldest = $6, sexes = $7, urn = $8, setting = $9, solo = $10, also = $11
    WHERE home = $1 RETURNING {HOME}"""
# Whoever lives there now counts as one child at a time from now on, or the database says that there are more.
MARK_STAYS = "UPDATE occupation SET solo = $2 WHERE home = $1 AND released_at IS NULL AND solo <> $2"
CLOSE = f"UPDATE home h SET closed = $2, version = version + 1 WHERE home = $1 RETURNING {HOME}"
NOTE_RATING = """INSERT INTO home_rating (home, inspected_on, rating) VALUES ($1, $2, $3)
    ON CONFLICT (home, inspected_on) DO UPDATE SET rating = excluded.rating"""
RATE = f"""UPDATE home h SET version = version + 1, rating = $3, rated_on = $2
    WHERE home = $1 AND (rated_on IS NULL OR rated_on <= $2) RETURNING {HOME}"""


async def open_home(session: WriteSession, form: OpenHome, *, by: Person, places: Geography) -> UUID:
    """Add a home with its places to a provider that the caller runs; answers the home."""
    asked = form.provider or by.provider
    if asked is None:
        raise Invalid("Say whose home it is.", field="provider")
    provider = await provider_managed(session, asked, by)
    area = area_of(places, form.postcode, form.area, on=session.clock.today())
    home = new_id()
    setting = setting_of(form.type, form.urn, form.postcode)
    of = (form.name, form.type, provider.sector, area, form.postcode, form.youngest, form.oldest, list(form.sexes))
    known = (form.opened, form.urn, setting, form.solo, list(form.also))
    row = await session.one(OPEN, home, provider.provider, *of, *known)
    assert row is not None
    await add_places(session, home, form.places, opens=form.opened)
    session.publish(HomeOpened(**row))
    _locate(session, row, form.postcode)
    await tell_places(session, home, 1)
    session.audit(by.id, "open home", home)
    return home


async def correct_home(session: WriteSession, home: UUID, form: CorrectHome, *, by: Person, places: Geography) -> None:
    """Say what is true of a home now. From then on Ofsted's list changes no more of it than its rating."""
    row = await home_managed(session, home, by, nobody_moves_in=True)
    must_be_current(row.version, form.version)
    _must_be_open(row)
    kept = await session.value("SELECT postcode FROM home WHERE home = $1", home)
    postcode = form.postcode or kept
    area = _area(form, row, kept) or area_of(places, postcode, form.area, on=session.clock.today())
    of = (form.name, area, postcode, form.youngest, form.oldest, list(form.sexes))
    known = (form.urn, setting_of(row.type, form.urn, postcode), form.solo, list(form.also))
    corrected = await session.one(CORRECT, home, *of, *known)
    assert corrected is not None
    await session.run(MARK_STAYS, home, form.solo)
    session.publish(HomeUpdated(**corrected))
    if postcode != kept:
        _locate(session, corrected, postcode)
    session.audit(by.id, "correct home", home)


def _area(form: CorrectHome, row: Row, kept: str | None) -> str | None:
    """The area that is kept, where nothing new is said of where the home is."""
    unmoved = form.postcode in (None, kept) and form.area in (None, row.area)
    return str(row.area) if unmoved else None


async def rate_home(session: WriteSession, home: UUID, form: NoteRating, *, by: Person) -> None:
    """Note what Ofsted judged: the latest inspection is the home's rating. A provider does not rate itself."""
    if form.inspected_on > session.clock.today():
        raise Invalid("It cannot have been inspected after today.", field="inspected_on")
    await home_vouched_for(session, home, by)
    await session.run(NOTE_RATING, home, form.inspected_on, form.rating)
    row = await session.one(RATE, home, form.inspected_on, form.rating)
    if row is not None:
        session.publish(RatingChanged(**row))
    session.audit(by.id, "rate home", home)


async def close_home(session: WriteSession, home: UUID, form: CloseHome, *, by: Person) -> None:
    """Close a home and its places on a day from which on nobody is to live there."""
    row = await home_managed(session, home, by, lock=True)
    must_be_current(row.version, form.version)
    _must_be_open(row)
    must_follow(row.opened, form.on, field="on", words="A home must close after it opened.")
    await empty_from(session, home, form.on, by)
    await session.run(CLOSE_PLACES, home, form.on)
    closed = await session.one(CLOSE, home, form.on)
    assert closed is not None
    session.publish(HomeClosed(**closed))
    await tell_places(session, home, closed.version)
    session.audit(by.id, "close home", home)


def setting_of(type: str, urn: str | None, postcode: str | None) -> str:
    """What tells apart the homes of one URN: supported accommodation is registered once for several addresses."""
    return postcode or "" if urn is not None and type == PlacementType.SUPPORTED_ACCOMMODATION else ""


def _must_be_open(row: Row) -> None:
    if row.closed is not None:
        raise Refused("The home has closed.", code="home_closed")


def _locate(session: WriteSession, row: Row, postcode: str | None) -> None:
    """Tell exactly where it is, to the one service that counts miles."""
    if postcode is not None:
        session.publish(HomeLocated(home=row.home, version=row.version, postcode=postcode))
