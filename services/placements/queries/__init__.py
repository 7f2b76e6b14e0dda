"""What placements answers from its own tables."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from services.placements.domain import Stay
from services.placements.queries.market import WANTED, all_wanted, places_offered, wanted_for, wanted_in
from shared.contracts.placements import LegalLine, PriceLine
from shared.contracts.vocabulary import LegalStatus, PlacementStatus, Purpose
from shared.errors import NotFound
from shared.identity.person import Person, Role
from shared.store.session import ReadSession, Row

__all__ = [
    "WANTED",
    "Filter",
    "all_wanted",
    "child_of_referral",
    "home_of",
    "legal_statuses_of",
    "my_offers",
    "my_placements",
    "places_offered",
    "prices_of",
    "siblings_apart",
    "stays_of",
    "the_offer",
    "the_period",
    "the_periods",
    "the_placement",
    "wanted_for",
    "wanted_in",
]

STAYS = "SELECT placement, status, purpose, starts, ends, on_hold FROM placements WHERE child = $1 AND status NOT IN ('cancelled', 'annulled')"

APART = """SELECT count(*) > 0 FROM referral_children WHERE referral = $1 AND child = ANY($2)
    AND (solo OR not_with && $2)"""
ASKED_FOR = """SELECT true FROM referrals JOIN referral_children USING (referral)
    WHERE referral = $1 AND child = $2 AND authority = $3 AND open"""
PERIOD = """SELECT p.*, ARRAY(SELECT ROW(l.status, l.starts) FROM legal_statuses l
    WHERE l.period = p.period ORDER BY l.starts) AS statuses FROM care_periods p"""
PERIODS = f"{PERIOD} WHERE p.child = $1 AND p.authority = $2 ORDER BY p.started, p.period"
PRICES = TypeAdapter(tuple[PriceLine, ...])


@dataclass(frozen=True, slots=True)
class Filter:
    """Which placements are asked for; what is None or empty does not narrow. `as_at`: lived in at the end of that day."""

    statuses: Sequence[str] = ()
    child: UUID | None = None
    home: UUID | None = None
    fragile: bool | None = None
    as_at: date | None = None


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


async def home_of(session: ReadSession, home: UUID) -> Row | None:
    """Our copy of a home."""
    return await session.one("SELECT * FROM homes WHERE home = $1", home)


async def siblings_apart(session: ReadSession, referral: UUID, children: Sequence[UUID]) -> bool:
    """Whether one of these children of a referral is to live alone, or without another of them."""
    return bool(await session.value(APART, referral, list(children)))


async def stays_of(session: ReadSession, child: UUID) -> list[Stay]:
    """Every placement of a child that was not cancelled."""
    rows = await session.all(STAYS, child)
    return [Stay(r.placement, PlacementStatus(r.status), Purpose(r.purpose), r.starts, r.ends, r.on_hold) for r in rows]


def prices_of(row: Row | Mapping[str, Any]) -> tuple[PriceLine, ...]:
    """A placement's prices as its row keeps them."""
    return PRICES.validate_json(row["prices"])


async def child_of_referral(session: ReadSession, referral: UUID, child: UUID, by: Person) -> bool:
    """Whether the person's authority asked, in this open referral, for a home for this child."""
    return bool(await session.value(ASKED_FOR, referral, child, by.authority))


async def legal_statuses_of(session: ReadSession, period: UUID) -> list[LegalLine]:
    """Every legal status of a period of care, in order."""
    rows = await session.all("SELECT status, starts FROM legal_statuses WHERE period = $1 ORDER BY starts", period)
    return [LegalLine(status=LegalStatus(row.status), starts=row.starts) for row in rows]


async def the_periods(session: ReadSession, child: UUID, by: Person) -> list[Row]:
    """A child's periods of care with their legal statuses. Raises NotFound for anybody else's child."""
    authority = await session.value("SELECT authority FROM children WHERE child = $1", child)
    if authority is None or not by.belongs_to(authority):
        raise NotFound("We cannot find that child.", field="child")
    return await session.all(PERIODS, child, authority)


async def the_period(session: ReadSession, period: UUID) -> Row | None:
    """One period of care with its legal statuses."""
    return await session.one(f"{PERIOD} WHERE p.period = $1", period)


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


async def my_placements(session: ReadSession, by: Person, asked: Filter) -> list[Row]:
    """Placements of the person's authority or provider, latest first."""
    return await session.all(
        """SELECT * FROM placements WHERE (provider = $1 OR ($1::uuid IS NULL AND authority = $2))
             AND ($3::text[] = '{}' OR status = ANY($3)) AND ($4::uuid IS NULL OR child = $4)
             AND ($5::uuid IS NULL OR home = $5) AND ($6::bool IS NULL OR (fear IS NOT NULL AND ($1::uuid IS NULL OR fear = 'notice_given')) = $6)
             AND ($7::date IS NULL OR (status IN ('started', 'ended') AND starts <= $7
                  AND (ends IS NULL OR ends > $7)))
           ORDER BY starts DESC, placement LIMIT 500""",
        by.provider,
        by.authority,
        list(asked.statuses),
        asked.child,
        asked.home,
        asked.fragile,
        asked.as_at,
    )
