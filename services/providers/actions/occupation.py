"""Giving a place's nights to a placement, or taking them out of service: the database lets nobody have them twice."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import asyncpg

from services.providers.actions.letting_go import OURSELVES, RELEASE_HOLD, release_expired
from services.providers.actions.telling import Stay, tell, tell_refused
from services.providers.domain import (
    HOME_IS_SOLO,
    NIGHTS_IMPOSSIBLE,
    PLACE_NOT_OPEN,
    PLACE_OUT_OF_SERVICE,
    PLACE_TAKEN,
    PLACE_UNKNOWN,
    refusal,
)
from services.providers.forms.occupation import CorrectOutOfService, TakeOutOfService
from services.providers.queries import OCCUPATION, home_managed
from shared.contracts.vocabulary import OccupationKind
from shared.errors import NotFound, Refused, must_be_current
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import Row, WriteSession

# Locking the place makes those who want it queue, so that two of them never wait for each other; whether the home takes
# one child at a time cannot change meanwhile.
LOCK = """SELECT p.home, h.solo, daterange(p.opens, p.closes) @> daterange($2, $3) AS open
    FROM place p JOIN home h USING (home) WHERE p.place = $1 FOR NO KEY UPDATE OF p FOR KEY SHARE OF h"""
QUEUE = "SELECT 1 FROM home WHERE home = $1 FOR NO KEY UPDATE"
EXPIRED = """SELECT place FROM occupation
    WHERE (place = $1 OR $2 AND home = $3) AND released_at IS NULL AND expires_at <= $4"""
GIVE = f"""INSERT INTO occupation AS o
    (occupation, version, place, home, kind, during, placement, authority, reason, expires_at, solo)
    VALUES ($1, 1, $2, $3, $4, daterange($5, $6), $7, $8, $9, $10, $11)
    ON CONFLICT DO NOTHING RETURNING {OCCUPATION}"""
CHANGE = f"""UPDATE occupation o SET version = o.version + 1, place = $2, home = $3, kind = $4,
    during = daterange($5, $6), expires_at = $7, solo = $8
    WHERE o.placement = $1 AND o.released_at IS NULL RETURNING {OCCUPATION}"""
# The usual case: what was held is booked, what was booked is lived in. Its nights are its own, so nothing can refuse.
KEEP = f"""UPDATE occupation o SET version = o.version + 1, kind = $5, expires_at = $6
    WHERE o.placement = $1 AND o.released_at IS NULL AND o.place = $2 AND o.during = daterange($3, $4)
    RETURNING {OCCUPATION}"""
SPELL = """SELECT home, place, version, released_at FROM occupation
    WHERE occupation = $1 AND kind = 'out_of_service' FOR NO KEY UPDATE"""
BESIDE = f"""SELECT CASE WHEN bool_or(kind <> 'out_of_service') THEN '{PLACE_TAKEN}' ELSE '{PLACE_OUT_OF_SERVICE}' END
    FROM occupation WHERE place = $1 AND released_at IS NULL AND during && daterange($2, $3) AND occupation <> $4"""
CORRECT_SPELL = f"""UPDATE occupation o SET version = o.version + 1, during = daterange($2, $3), reason = $4
    WHERE o.occupation = $1 RETURNING {OCCUPATION}"""
# Another child's nights are the stronger reason: they do not end with a repair.
IN_THE_WAY = f"""SELECT CASE WHEN kind = 'out_of_service' THEN '{PLACE_OUT_OF_SERVICE}'
        WHEN place = $1 THEN '{PLACE_TAKEN}' ELSE '{HOME_IS_SOLO}' END
    FROM occupation WHERE released_at IS NULL AND during && daterange($2, $3)
    AND (place = $1 OR ($5 AND kind <> 'out_of_service' AND home = $6))
    AND ($4::uuid IS NULL OR placement IS DISTINCT FROM $4) ORDER BY kind = 'out_of_service', place <> $1 LIMIT 1"""


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


async def correct_out_of_service(
    session: WriteSession, occupation: UUID, form: CorrectOutOfService, *, by: Person
) -> Row:
    """A spell has other nights or another reason than was said. Raises NotFound, Stale, Refused with the rule's code."""
    kept = await session.one(SPELL, occupation)
    if kept is None:
        raise NotFound
    await home_managed(session, kept.home, by)
    must_be_current(kept.version, form.version)
    if kept.released_at is not None:
        raise Refused("The place was returned to service already.", code="released_already")
    await _open_place(session, Wanted(kept.place, OccupationKind.OUT_OF_SERVICE, form.starts, form.ends))
    try:
        async with session.savepoint():
            row = await session.one(CORRECT_SPELL, occupation, form.starts, form.ends, form.reason)
    except asyncpg.ExclusionViolationError:
        nights = (kept.place, form.starts, form.ends)
        raise refusal(await session.value(BESIDE, *nights, occupation)) from None
    assert row is not None
    tell(session, row, by=by)
    return row


async def _obtain(session: WriteSession, wanted: Wanted, *, standing: bool) -> Row:
    """Write the nights down. Raises Refused with the rule's code; holds that had expired stay released."""
    if wanted.ends is not None and wanted.ends <= wanted.starts:
        raise refusal(NIGHTS_IMPOSSIBLE)
    if standing and (kept := await _keep(session, wanted)) is not None:
        return kept
    there = await _open_place(session, wanted)
    row = await (_change if standing else _give)(session, wanted, there)
    if row is None:
        of_children = there.solo and wanted.kind != OccupationKind.OUT_OF_SERVICE
        nights = (wanted.place, wanted.starts, wanted.ends, wanted.placement)
        raise refusal(await session.value(IN_THE_WAY, *nights, of_children, there.home) or PLACE_TAKEN)
    return row


async def _open_place(session: WriteSession, wanted: Wanted) -> Row:
    """Lock the place and rid it of expired holds; answers its home. Raises Refused where it is not open."""
    there = await session.one(LOCK, wanted.place, wanted.starts, wanted.ends)
    if there is None or not there.open:
        raise refusal(PLACE_NOT_OPEN if there else PLACE_UNKNOWN)
    if there.solo:
        await session.run(QUEUE, there.home)
    expired = await session.all(EXPIRED, wanted.place, there.solo, there.home, session.clock.now())
    if expired:
        await release_expired(session, [row.place for row in expired], but=wanted.placement)
    return there


async def _keep(session: WriteSession, w: Wanted) -> Row | None:
    return await session.one(KEEP, w.placement, w.place, w.starts, w.ends, w.kind, w.expires_at)


async def _give(session: WriteSession, w: Wanted, there: Row) -> Row | None:
    whose = (w.placement, w.authority, w.reason, w.expires_at)
    return await session.one(GIVE, new_id(), w.place, there.home, w.kind, w.starts, w.ends, *whose, there.solo)


async def _change(session: WriteSession, w: Wanted, there: Row) -> Row | None:
    now = (w.place, there.home, w.kind, w.starts, w.ends, w.expires_at, there.solo)
    try:
        async with session.savepoint():
            return await session.one(CHANGE, w.placement, *now)
    except asyncpg.ExclusionViolationError:
        return None
