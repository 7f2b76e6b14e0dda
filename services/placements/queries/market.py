"""What is on offer to an authority, and what one of its referrals asks for, as matching judges them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from pydantic import TypeAdapter

from services.placements.matching import Grid, Offered, Resident, Spot, Terms, Wanted
from shared.clock import age_on
from shared.contracts.referrals import ImportantPlace
from shared.contracts.vocabulary import (
    ContractKind,
    Feature,
    ImportantPlaceKind,
    LegalStatus,
    Location,
    PlacementType,
    Rating,
    ReservedPurpose,
    Sector,
    Sex,
    Urgency,
)
from shared.errors import NotFound
from shared.geography import Geography, bordering
from shared.geography.authorities import known_as
from shared.identity.person import Person
from shared.store.session import ReadSession, Row

Word = TypeVar("Word", Feature, PlacementType, Sex)
# A hold that has expired takes no nights, whether or not anybody has released it: providers releases it when asked.
STANDS = "NOT o.released AND (o.expires_at IS NULL OR o.expires_at > $1)"
MARKET = f"""
SELECT p.place, p.number, p.features, p.opens, p.closes, p.reserved_for, p.emergency, p.beyond_approved,
       v.vacancy, v.available_from, v.available_until, v.weekly_pence, v.confirmed_at,
       h.home, h.provider, h.name, h.type, h.also, h.sector, h.area, h.outward, h.solo, h.rating, h.closed,
       greatest(h.youngest, v.youngest) AS youngest, least(h.oldest, v.oldest) AS oldest, h.sexes,
       v.sexes AS narrowed_sexes, w.checked_until, l.postcode,
       ARRAY(SELECT ROW(o.starts, o.ends) FROM occupations o WHERE o.place = p.place AND {STANDS}) AS taken
FROM vacancies v JOIN places p ON p.place = ANY(v.places) JOIN homes h ON h.home = p.home
JOIN providers w ON w.provider = v.provider AND coalesce(w.owned_by, $2) = $2
LEFT JOIN home_locations l ON l.home = h.home
WHERE NOT v.withdrawn AND ($3::uuid IS NULL OR v.vacancy = $3)
ORDER BY p.place, v.confirmed_at DESC"""
# Who is booked but not held yet is on the way there, too.
RESIDENTS = f"""
SELECT lived.home, lived.starts, lived.ends, lived.held, c.child, coalesce(a.solo, false) OR coalesce(r.solo, false) AS solo,
       coalesce(a.not_with, '{{}}') || coalesce(r.not_with, '{{}}') AS not_with
FROM (SELECT o.home, o.starts, o.ends, o.placement, true AS held FROM occupations o WHERE o.kind <> 'out_of_service' AND {STANDS}
      UNION ALL
      SELECT b.home, b.starts, b.ends, b.placement, false FROM placements b
      WHERE b.status = 'booked' AND b.place IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM occupations o WHERE o.placement = b.placement AND {STANDS})) lived
LEFT JOIN placements c ON c.placement = lived.placement
LEFT JOIN assessments a ON a.child = c.child
LEFT JOIN referral_children r ON r.referral = c.referral AND r.child = c.child
WHERE $2::uuid IS NULL OR lived.home = (SELECT home FROM vacancies WHERE vacancy = $2)"""
CONTRACTS = "SELECT provider, kind, tier, types, starts, ends FROM contracts WHERE authority = $1"
WANTED = """
SELECT r.referral, r.authority, r.open, r.urgency, r.wanted_from, r.wanted_until, r.types, r.together,
       r.most_weekly_pence, rc.child, rc.needs, rc.solo OR coalesce(a.solo, false) AS solo,
       rc.not_with || coalesce(a.not_with, '{}') AS not_with, c.born, c.sex,
       CASE WHEN NOT c.uasc THEN d.home_postcode END AS home_postcode, i.places AS important,
       ARRAY(SELECT s.child FROM referral_children s
           WHERE r.together AND s.referral = r.referral AND s.child <> rc.child) AS siblings,
       (SELECT p.legal_status FROM care_periods p
           WHERE p.child = rc.child AND p.ended IS NULL AND NOT p.annulled LIMIT 1) AS legal_status
FROM referrals r JOIN referral_children rc USING (referral)
LEFT JOIN children c ON c.child = rc.child AND c.authority = r.authority
LEFT JOIN assessments a ON a.child = rc.child
LEFT JOIN statutory_details d ON d.child = rc.child
LEFT JOIN important_places i ON i.child = rc.child
WHERE r.referral = $1 AND ($2::uuid IS NULL OR rc.child = $2) ORDER BY rc.child"""
IMPORTANT = TypeAdapter(tuple[ImportantPlace, ...])
REMAND = frozenset({LegalStatus.REMANDED, LegalStatus.PACE, LegalStatus.YOUTH_REHABILITATION})
SHORT_BREAKS = frozenset({LegalStatus.SHORT_BREAKS, LegalStatus.SHORT_BREAK_AGREEMENTS})
ADULT = 18


async def places_offered(
    session: ReadSession, authority: str, vacancy: UUID | None = None, where: Geography | None = None
) -> list[Offered]:
    """Every place of every live vacancy (or of one) that an authority may use, and who lives in its home.

    Another authority's own homes are not on its market. Without a map nobody can tell how far a home is.
    """
    now = session.clock.now()
    rows = await session.all(MARKET, now, authority, vacancy)
    residents = _by(await session.all(RESIDENTS, now, vacancy), "home", _resident)
    terms = _by(await session.all(CONTRACTS, authority), "provider", _terms)
    postcodes = {row.home: row.postcode for row in rows}
    grids = {home: grid_of(where, postcode) for home, postcode in postcodes.items()}
    locations = {area: _location(authority, area, session.clock.today()) for area in {row.area for row in rows}}
    words = _Words()
    return [
        _offered(row, words, grids[row.home], locations[row.area], residents[row.home], terms[row.provider])
        for row in rows
    ]


def grid_of(where: Geography | None, postcode: str | None) -> Grid | None:
    """Where a postcode is, as far as anybody can tell."""
    point = where.find(postcode) if where else None
    if point is None or point.easting is None or point.northing is None:
        return None
    return Grid(point.easting, point.northing, point.irish)


def _location(authority: str, area: str, on: date) -> Location | None:
    own = known_as(authority, on)
    if own is None or not area:
        return None
    if area == own:
        return Location.IN_AREA
    return Location.BORDERING if bordering(own, area) else Location.AT_DISTANCE


class _Words:
    """Sets of words, of which a market has many and few that differ."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], frozenset[Any]] = {}

    def of(self, kind: type[Word], codes: list[str]) -> frozenset[Word]:
        key = (kind.__name__, *codes)
        if key not in self._known:
            self._known[key] = frozenset(map(kind, codes))
        return self._known[key]


def _by(rows: Iterable[Row], key: str, made: Any) -> Mapping[UUID, tuple[Any, ...]]:
    found: dict[UUID, tuple[Any, ...]] = defaultdict(tuple)
    for row in rows:
        found[row[key]] += (made(row),)
    return found


def _resident(row: Row) -> Resident:
    return Resident(row["child"], row["starts"], row["ends"], row["solo"], frozenset(row["not_with"]), row["held"])


def _terms(row: Row) -> Terms:
    types = frozenset(map(PlacementType, row["types"]))
    return Terms(ContractKind(row["kind"]), row["tier"], types, row["starts"], row["ends"])


def _offered(
    row: Row,
    words: _Words,
    grid: Grid | None,
    location: Location | None,
    residents: tuple[Resident, ...],
    terms: tuple[Terms, ...],
) -> Offered:
    get = partial(Row.__getitem__, row)
    sexes = words.of(Sex, get("sexes"))
    narrowed = words.of(Sex, get("narrowed_sexes"))
    return Offered(
        **{name: get(name) for name in AS_KEPT},
        type=PlacementType(get("type")),
        also=words.of(PlacementType, get("also")),
        sector=Sector(get("sector")),
        sexes=sexes & narrowed if narrowed else sexes,
        features=words.of(Feature, get("features")),
        closes=min((day for day in (get("closes"), get("closed")) if day is not None), default=None),
        taken=tuple((starts, ends) for starts, ends in get("taken")),
        reserved_for=ReservedPurpose(get("reserved_for")) if get("reserved_for") else None,
        rating=Rating(get("rating")) if get("rating") else None,
        grid=grid,
        location=location,
        residents=residents,
        terms=terms,
    )


AS_KEPT = (
    *("place", "number", "vacancy", "home", "provider", "name", "area", "outward", "youngest", "oldest", "opens"),
    *("available_from", "available_until", "weekly_pence", "confirmed_at", "solo", "emergency", "beyond_approved"),
    "checked_until",
)


async def all_wanted(session: ReadSession, referral: UUID, child: UUID | None, by: Person) -> list[Row]:
    """A row of WANTED for each child of an authority's referral, or for one. Raises NotFound for anybody else's."""
    rows = await session.all(WANTED, referral, child)
    if not rows or not by.belongs_to(rows[0].authority):
        raise NotFound(
            "We cannot find that referral. If it was sent just now, try again in a moment.", field="referral"
        )
    return rows


async def wanted_for(
    session: ReadSession, referral: UUID, child: UUID | None, by: Person, where: Geography | None = None
) -> tuple[Row, Wanted]:
    """What an authority's referral asks for one of its children. Raises NotFound for anybody else's."""
    row = (await all_wanted(session, referral, child, by))[0]
    return row, wanted_in(row, row.wanted_from, row.wanted_until, where)


def wanted_in(row: Row, starts: date, ends: date | None, where: Geography | None = None) -> Wanted:
    """What a row of WANTED asks for on some nights.

    Without a map nothing is near and nothing is avoided: for whom takes another place of a home chosen with one.
    """
    important = IMPORTANT.validate_json(row.important) if row.important and where else ()
    home = [Spot(None, grid_of(where, row.home_postcode))] if row.home_postcode and where else []
    spots = [Spot(place.kind, grid_of(where, place.postcode), place.within_miles) for place in important]
    return Wanted(
        born=row.born,
        sex=Sex(row.sex) if row.sex else None,
        starts=starts,
        ends=ends,
        types=frozenset(map(PlacementType, row.types)),
        needs=frozenset(map(Feature, row.needs)),
        child=row.child,
        solo=row.solo,
        not_with=frozenset(row.not_with),
        siblings=frozenset(row.siblings),
        urgency=Urgency(row.urgency),
        purposes=frozenset(_purposes(row, starts)),
        most_weekly_pence=row.most_weekly_pence,
        avoid=tuple(spot for spot in spots if spot.kind is ImportantPlaceKind.AVOID),
        near=(*home, *(spot for spot in spots if _to_be_near(spot))),
    )


def _to_be_near(spot: Spot) -> bool:
    """School and family always; another place where somebody said how near."""
    if spot.kind in (ImportantPlaceKind.SCHOOL, ImportantPlaceKind.FAMILY):
        return True
    return spot.kind is ImportantPlaceKind.OTHER and spot.within_miles is not None


def _purposes(row: Row, starts: date) -> Iterable[ReservedPurpose]:
    """For which reserved places the child is the one they are kept for."""
    if Feature.PARENT_AND_CHILD in row.needs:
        yield ReservedPurpose.PARENT_AND_CHILD
    if row.legal_status in REMAND:
        yield ReservedPurpose.REMAND
    if row.legal_status in SHORT_BREAKS:
        yield ReservedPurpose.SHORT_BREAKS
    if row.born and age_on(row.born, starts) >= ADULT:
        yield ReservedPurpose.STAYING_PUT
