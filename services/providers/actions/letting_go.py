"""Giving nights back: holds that expire, placements that are cancelled, places that can be used again."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from services.providers.actions.telling import tell
from services.providers.queries import OCCUPATION, home_managed
from shared.contracts.vocabulary import OccupationKind
from shared.errors import NotFound, Refused
from shared.identity.person import Person, acting_for
from shared.store.session import Row, WriteSession

RELEASE_HOLD = "release_hold"
"""What falls due when a hold expires."""

_RELEASE = "UPDATE occupation o SET released_at = $1, version = o.version + 1 WHERE o.released_at IS NULL AND"
EXPIRED_HOLD = f"{_RELEASE} o.occupation = $2 AND o.expires_at <= $1 RETURNING {OCCUPATION}"
EXPIRED_HOLDS = f"""{_RELEASE} o.place = ANY($2) AND o.expires_at <= $1 AND o.placement IS DISTINCT FROM $3
    RETURNING {OCCUPATION}"""
OF_PLACEMENT = f"{_RELEASE} o.placement = $2 RETURNING {OCCUPATION}"
OUT_OF_SERVICE = f"{_RELEASE} o.occupation = $2 RETURNING {OCCUPATION}"
KEPT = "SELECT home, kind, released_at FROM occupation WHERE occupation = $1 FOR UPDATE"
SPELLS = """SELECT occupation, lower(during) AS starts FROM occupation
    WHERE place = ANY($1) AND kind = 'out_of_service' AND released_at IS NULL AND during && daterange($2, NULL)
    ORDER BY occupation FOR UPDATE"""
CUT = f"""UPDATE occupation o SET during = daterange(lower(o.during), $2), version = o.version + 1
    WHERE o.occupation = $1 RETURNING {OCCUPATION}"""

OURSELVES = acting_for("providers")


async def release_expired(session: WriteSession, places: Collection[UUID], but: UUID | None = None) -> None:
    """Release the holds on these places whose time is over, but for one placement's own."""
    for row in await session.all(EXPIRED_HOLDS, session.clock.now(), list(places), but):
        tell(session, row, by=OURSELVES)


async def release_hold(session: WriteSession, occupation: str) -> None:
    """Release one hold if its time is over and nobody has confirmed it; falls due."""
    row = await session.one(EXPIRED_HOLD, session.clock.now(), UUID(occupation))
    if row is not None:
        tell(session, row, by=OURSELVES)


async def release_placement(session: WriteSession, placement: UUID) -> None:
    """Release what a placement has, if anything."""
    row = await session.one(OF_PLACEMENT, session.clock.now(), placement)
    if row is not None:
        await session.no_longer_due(RELEASE_HOLD, row.occupation)
        tell(session, row, by=OURSELVES)


async def return_to_service(session: WriteSession, occupation: UUID, *, by: Person) -> Row:
    """A place that was out of service can be used on all of those nights. Raises NotFound, Refused."""
    kept = await session.one(KEPT, occupation)
    if kept is None:
        raise NotFound
    await home_managed(session, kept.home, by)
    if kept.kind != OccupationKind.OUT_OF_SERVICE:
        raise Refused("Only the placement's own authority can give these nights back.", code="not_out_of_service")
    if kept.released_at is not None:
        raise Refused("The place was returned to service already.", code="released_already")
    row = await session.one(OUT_OF_SERVICE, session.clock.now(), occupation)
    assert row is not None
    tell(session, row, by=by)
    return row


async def cut_out_of_service(session: WriteSession, places: Collection[UUID], on: date, *, by: Person) -> None:
    """What is out of service in places that close ends with them."""
    for spell in await session.all(SPELLS, list(places), on):
        if spell.starts >= on:
            row = await session.one(OUT_OF_SERVICE, session.clock.now(), spell.occupation)
        else:
            row = await session.one(CUT, spell.occupation, on)
        assert row is not None
        tell(session, row, by=by)
