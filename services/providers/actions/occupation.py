"""Giving a place's nights to a placement, or taking them out of service: the database lets nobody have them twice."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import asyncpg

from services.providers.actions.letting_go import OURSELVES, RELEASE_HOLD, release_expired
from services.providers.actions.telling import Stay, tell, tell_refused
from services.providers.domain import (
    NIGHTS_IMPOSSIBLE,
    PLACE_NOT_OPEN,
    PLACE_OUT_OF_SERVICE,
    PLACE_TAKEN,
    PLACE_UNKNOWN,
    refusal,
)
from services.providers.forms.occupation import TakeOutOfService
from services.providers.queries import OCCUPATION, home_managed
from services.providers.tables import GIVEN_ONCE
from shared.contracts.vocabulary import OccupationKind
from shared.errors import NotFound, Refused
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import Row, WriteSession

# Locking the place makes those who want it queue, so that two of them never wait for each other.
LOCK = """SELECT home, daterange(opens, closes) @> daterange($2, $3) AS open, EXISTS (
        SELECT 1 FROM occupation o WHERE o.place = $1 AND o.released_at IS NULL AND o.expires_at <= $4) AS has_expired
    FROM place WHERE place = $1 FOR NO KEY UPDATE"""
GIVE = f"""INSERT INTO occupation AS o
    (occupation, version, place, home, kind, during, placement, authority, reason, expires_at)
    VALUES ($1, 1, $2, $3, $4, daterange($5, $6), $7, $8, $9, $10)
    ON CONFLICT ON CONSTRAINT {GIVEN_ONCE} DO NOTHING RETURNING {OCCUPATION}"""
CHANGE = f"""UPDATE occupation o SET version = o.version + 1, place = $2, home = $3, kind = $4,
    during = daterange($5, $6), expires_at = $7
    WHERE o.placement = $1 AND o.released_at IS NULL RETURNING {OCCUPATION}"""
# The usual case: what was held is booked, what was booked is lived in. Its nights are its own, so nothing can refuse.
KEEP = f"""UPDATE occupation o SET version = o.version + 1, kind = $5, expires_at = $6
    WHERE o.placement = $1 AND o.released_at IS NULL AND o.place = $2 AND o.during = daterange($3, $4)
    RETURNING {OCCUPATION}"""
# Another child's nights are the stronger reason: they do not end with a repair.
IN_THE_WAY = """SELECT kind FROM occupation WHERE place = $1 AND released_at IS NULL AND during && daterange($2, $3)
    AND ($4::uuid IS NULL OR placement IS DISTINCT FROM $4) ORDER BY kind = 'out_of_service' LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Nights `[starts, ends)` of one place, as what, and for which placement if for one."""

    place: UUID
    kind: OccupationKind
    starts: date
    ends: date | None
    placement: UUID | None = None
    authority: str | None = None
    reason: str | None = None
    expires_at: datetime | None = None


async def give_place(
    session: WriteSession, stay: Stay, kind: OccupationKind, *, standing: bool, expires_at: datetime | None = None
) -> None:
    """Give a placement the nights it asks for in its place, or say which rule refuses; `standing`: it has some now."""
    assert stay.place is not None
    nights = (stay.starts, stay.ends)
    wanted = Wanted(stay.place, kind, *nights, stay.placement, stay.authority, expires_at=expires_at)
    try:
        row = await _obtain(session, wanted, standing=standing)
    except Refused as refused:
        tell_refused(session, stay, refused)
        return
    if expires_at is not None:
        await session.after(expires_at, RELEASE_HOLD, row.occupation)
    elif standing:
        await session.no_longer_due(RELEASE_HOLD, row.occupation)
    tell(session, row, by=OURSELVES)


async def take_out_of_service(session: WriteSession, place: UUID, form: TakeOutOfService, *, by: Person) -> Row:
    """Nobody can be placed there on these nights. Raises NotFound, Refused with the rule's code."""
    home = await session.value("SELECT home FROM place WHERE place = $1", place)
    if home is None:
        raise NotFound
    await home_managed(session, home, by)
    wanted = Wanted(place, OccupationKind.OUT_OF_SERVICE, form.starts, form.ends, reason=form.reason)
    row = await _obtain(session, wanted, standing=False)
    tell(session, row, by=by)
    return row


async def _obtain(session: WriteSession, wanted: Wanted, *, standing: bool) -> Row:
    """Write the nights down. Raises Refused with the rule's code; holds that had expired stay released."""
    if wanted.ends is not None and wanted.ends <= wanted.starts:
        raise refusal(NIGHTS_IMPOSSIBLE)
    if standing and (kept := await _keep(session, wanted)) is not None:
        return kept
    home = await _open_place(session, wanted)
    row = await (_change if standing else _give)(session, wanted, home)
    if row is None:
        kind = await session.value(IN_THE_WAY, wanted.place, wanted.starts, wanted.ends, wanted.placement)
        raise refusal(PLACE_OUT_OF_SERVICE if kind == OccupationKind.OUT_OF_SERVICE else PLACE_TAKEN)
    return row


async def _open_place(session: WriteSession, wanted: Wanted) -> UUID:
    """Lock the place and rid it of expired holds; answers its home. Raises Refused where it is not open."""
    place = await session.one(LOCK, wanted.place, wanted.starts, wanted.ends, session.clock.now())
    if place is None or not place.open:
        raise refusal(PLACE_NOT_OPEN if place else PLACE_UNKNOWN)
    if place.has_expired:
        await release_expired(session, [wanted.place], but=wanted.placement)
    home: UUID = place.home
    return home


async def _keep(session: WriteSession, w: Wanted) -> Row | None:
    return await session.one(KEEP, w.placement, w.place, w.starts, w.ends, w.kind, w.expires_at)


async def _give(session: WriteSession, w: Wanted, home: UUID) -> Row | None:
    whose = (w.placement, w.authority, w.reason, w.expires_at)
    return await session.one(GIVE, new_id(), w.place, home, w.kind, w.starts, w.ends, *whose)


async def _change(session: WriteSession, w: Wanted, home: UUID) -> Row | None:
    try:
        async with session.savepoint():
            return await session.one(CHANGE, w.placement, w.place, home, w.kind, w.starts, w.ends, w.expires_at)
    except asyncpg.ExclusionViolationError:
        return None
