"""Places, children and whole small markets for tests of matching, plain or drawn by Hypothesis."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import strategies as st

from services.placements.matching import Grid, Offered, Resident, Spot, Terms, Wanted
from shared.contracts.vocabulary import (
    ContractKind,
    Feature,
    ImportantPlaceKind,
    PlacementType,
    Rating,
    ReservedPurpose,
    Sector,
    Sex,
    Urgency,
)

DAY = date(2026, 4, 1)
NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
ME, SISTER, ROBIN, WREN = (UUID(int=1000 + number) for number in range(4))
CHILDREN = (ME, SISTER, ROBIN, WREN)
KINDS = (PlacementType.CHILDRENS_HOME, PlacementType.FOSTER, PlacementType.SUPPORTED_ACCOMMODATION)
CAN = (Feature.OWN_BEDROOM, Feature.STEP_FREE, Feature.NIGHT_STAFF)

PLACE = Offered(
    place=UUID(int=1),
    number=1,
    vacancy=UUID(int=1),
    home=UUID(int=2),
    provider=UUID(int=3),
    name="Beech House",
    type=PlacementType.CHILDRENS_HOME,
    sector=Sector.PRIVATE,
    area="E09000033",
    outward="LS1",
    youngest=8,
    oldest=17,
    sexes=frozenset({Sex.FEMALE, Sex.MALE}),
    features=frozenset({Feature.OWN_BEDROOM, Feature.STEP_FREE}),
    opens=date(2020, 1, 1),
    closes=None,
    available_from=date(2026, 1, 1),
    available_until=None,
    weekly_pence=400_000,
    confirmed_at=NOW,
)
WANTED = Wanted(
    born=date(2014, 1, 1),
    sex=Sex.FEMALE,
    starts=DAY,
    ends=None,
    types=frozenset({PlacementType.CHILDRENS_HOME}),
    needs=frozenset({Feature.OWN_BEDROOM}),
    child=ME,
)


def a_place(number: int = 1, home: int = 2, **changes: object) -> Offered:
    """A place that keeps every rule, but for what is changed."""
    identity = UUID(int=home * 100 + number)
    return replace(PLACE, **{"place": identity, "number": number, "home": UUID(int=home)} | changes)  # type: ignore[arg-type]


def wanted(**changes: object) -> Wanted:
    """A child of twelve who needs a room of her own, but for what is changed."""
    return replace(WANTED, **changes)  # type: ignore[arg-type]


def there(child: UUID | None = ROBIN, *, solo: bool = False, not_with: tuple[UUID, ...] = ()) -> Resident:
    """Somebody who lives in a home, all the time."""
    return Resident(child, date(2025, 1, 1), None, solo, frozenset(not_with))


days = st.integers(-30, 60).map(lambda n: DAY + timedelta(days=n))
runs = st.tuples(days, st.none() | days).filter(lambda run: run[1] is None or run[1] > run[0])
features = st.frozensets(st.sampled_from(CAN), max_size=3)
grids = st.none() | st.builds(
    Grid, st.integers(400_000, 430_000), st.integers(300_000, 330_000), st.sampled_from([False, False, False, True])
)
children = st.sampled_from([None, *CHILDREN])
some = st.frozensets(st.sampled_from(CHILDREN), max_size=2)


@st.composite
def residents(draw: st.DrawFn) -> Resident:
    starts, ends = draw(runs)
    return Resident(draw(children), starts, ends, draw(st.booleans()), draw(some))


terms = st.builds(
    Terms,
    st.sampled_from(ContractKind),
    st.none() | st.integers(1, 6),
    st.frozensets(st.sampled_from(KINDS), max_size=2),
    days,
    st.none() | days,
)


@st.composite
def places(draw: st.DrawFn, number: int = 1, home: int = 2, lived_in: tuple[Resident, ...] | None = None) -> Offered:
    """Any place, likelier than not to keep each rule."""
    youngest = draw(st.integers(0, 14))
    return a_place(
        number,
        home,
        type=draw(st.sampled_from(KINDS)),
        also=draw(st.frozensets(st.sampled_from(KINDS), max_size=1)),
        sector=draw(st.sampled_from([Sector.OWN, Sector.PRIVATE])),
        youngest=youngest,
        oldest=draw(st.integers(youngest, 18)),
        sexes=draw(st.frozensets(st.sampled_from([Sex.FEMALE, Sex.MALE]), min_size=1)),
        features=draw(features),
        closes=draw(st.none() | st.none() | days),
        available_from=draw(st.sampled_from([date(2026, 1, 1), DAY, DAY + timedelta(days=3)])),
        available_until=draw(st.none() | st.none() | days),
        weekly_pence=draw(st.integers(0, 900_000)),
        confirmed_at=NOW - timedelta(days=draw(st.integers(0, 60))),
        taken=tuple(draw(st.lists(runs, max_size=1))),
        solo=draw(st.sampled_from([False, False, True])),
        reserved_for=draw(st.none() | st.none() | st.sampled_from(ReservedPurpose)),
        emergency=draw(st.sampled_from([False, False, True])),
        beyond_approved=draw(st.booleans()),
        rating=draw(st.none() | st.sampled_from(Rating)),
        checked_until=draw(st.none() | days),
        grid=draw(grids),
        residents=tuple(draw(st.lists(residents(), max_size=2))) if lived_in is None else lived_in,
        terms=tuple(draw(st.lists(terms, max_size=2))),
    )


@st.composite
def questions(draw: st.DrawFn) -> Wanted:
    """Anything that may be asked for a child, with some of it not heard yet."""
    starts, ends = draw(runs)
    return wanted(
        born=draw(st.none() | st.dates(date(2008, 1, 1), date(2020, 1, 1))),
        sex=draw(st.none() | st.sampled_from([Sex.FEMALE, Sex.MALE])),
        starts=starts,
        ends=ends,
        types=draw(st.frozensets(st.sampled_from(KINDS), max_size=3)),
        needs=draw(features),
        solo=draw(st.booleans()),
        not_with=draw(some) - {ME},
        siblings=draw(st.frozensets(st.sampled_from([SISTER, WREN]), max_size=1)),
        urgency=draw(st.none() | st.sampled_from(Urgency)),
        purposes=draw(st.frozensets(st.sampled_from(ReservedPurpose), max_size=1)),
        most_weekly_pence=draw(st.none() | st.integers(0, 900_000)),
        avoid=tuple(draw(st.lists(spots(ImportantPlaceKind.AVOID), max_size=1))),
        near=tuple(
            draw(st.lists(spots(None), max_size=1)) + draw(st.lists(spots(ImportantPlaceKind.SCHOOL), max_size=1))
        ),
    )


def spots(kind: ImportantPlaceKind | None) -> st.SearchStrategy[Spot]:
    return st.builds(Spot, st.just(kind), grids, st.none() | st.integers(0, 12))
