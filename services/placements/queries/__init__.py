"""What placements answers from its own tables."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from services.placements.domain import Stay
from services.placements.queries.market import WANTED, places_offered, wanted_for, wanted_in
from shared.contracts.placements import PriceLine
from shared.contracts.vocabulary import PlacementStatus, Purpose
from shared.errors import NotFound
from shared.identity.person import Person, Role
from shared.store.session import ReadSession, Row

__all__ = [
    "WANTED",
    "my_offers",
    "my_placements",
    "places_offered",
    "prices_of",
    "stays_of",
    "the_offer",
    "the_placement",
    "wanted_for",
    "wanted_in",
]

STAYS = "SELECT placement, status, purpose, starts, ends FROM placements WHERE child = $1 AND status <> 'cancelled'"


PRICES = TypeAdapter(tuple[PriceLine, ...])


async def the_offer(session: ReadSession, offer: UUID, by: Person, *, lock: bool = False) -> Row:
    """An offer of the person's authority or provider. Raises NotFound for anybody else's."""
    row = await session.one(f"SELECT * FROM offers WHERE offer = $1{' FOR UPDATE' if lock else ''}", offer)
    if row is None or not _mine(row, by):
        raise NotFound("We cannot find that offer.", field="offer")
    return row


async def the_placement(session: ReadSession, placement: UUID, by: Person, *, lock: bool = False) -> Row:
    """A placement of the person's authority, or with the person's provider. Raises NotFound for anybody else's."""
    row = await session.one(f"SELECT * FROM placements WHERE placement = $1{' FOR UPDATE' if lock else ''}", placement)
    if row is None or not _mine(row, by):
        raise NotFound("We cannot find that placement.", field="placement")
    return row


def _mine(row: Row, by: Person) -> bool:
    if Role.PROVIDER_MANAGER in by.roles or by.provider is not None:
        return by.provider is not None and row.provider == by.provider
    return by.belongs_to(row.authority)


async def stays_of(session: ReadSession, child: UUID) -> list[Stay]:
    """Every placement of a child that was not cancelled."""
    rows = await session.all(STAYS, child)
    return [Stay(r.placement, PlacementStatus(r.status), Purpose(r.purpose), r.starts, r.ends) for r in rows]


def prices_of(row: Row | Mapping[str, Any]) -> tuple[PriceLine, ...]:
    """A placement's prices as its row keeps them."""
    return PRICES.validate_json(row["prices"])


async def my_offers(session: ReadSession, by: Person, statuses: Iterable[str], referral: UUID | None) -> list[Row]:
    """Offers of the person's authority or provider, newest answer-by first; `wants` is what a provider may know."""
    return await session.all(
        """SELECT o.*, r.urgency, r.wanted_from, r.wanted_until, rc.needs, c.sex, c.born
           FROM offers o JOIN referrals r USING (referral)
           JOIN referral_children rc ON rc.referral = o.referral AND rc.child = o.child
           LEFT JOIN children c ON c.child = o.child
           WHERE (o.provider = $1 OR ($1::uuid IS NULL AND o.authority = $2))
             AND ($3::text[] = '{}' OR o.status = ANY($3)) AND ($4::uuid IS NULL OR o.referral = $4)
           ORDER BY o.answer_by DESC, o.offer LIMIT 500""",
        by.provider,
        by.authority,
        list(statuses),
        referral,
    )


async def my_placements(session: ReadSession, by: Person, statuses: Iterable[str], child: UUID | None) -> list[Row]:
    """Placements of the person's authority or provider, latest first."""
    return await session.all(
        """SELECT * FROM placements WHERE (provider = $1 OR ($1::uuid IS NULL AND authority = $2))
             AND ($3::text[] = '{}' OR status = ANY($3)) AND ($4::uuid IS NULL OR child = $4)
           ORDER BY starts DESC, placement LIMIT 500""",
        by.provider,
        by.authority,
        list(statuses),
        child,
    )
