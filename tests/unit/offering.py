"""Places, children and whole small markets for tests of matching, plain or drawn by chance."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TypeVar
from uuid import UUID

from hypothesis import settings
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

Word = TypeVar("Word")
patiently = settings(deadline=None)
"""How long a judgement takes says more of the machine than of the rule."""
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


# Drawn from a seed in plain Python: a market has hundreds of parts, and drawing each by Hypothesis takes longer than
# all that is tested of it.


def a_day(dice: Random) -> date:
    return DAY + timedelta(days=dice.randint(-30, 60))


def a_run(dice: Random) -> tuple[date, date | None]:
    """Nights `[starts, ends)`, often without an end."""
    starts = a_day(dice)
    return starts, None if dice.random() < 0.5 else starts + timedelta(days=dice.randint(1, 60))


def some(dice: Random, words: Iterable[Word], most: int) -> frozenset[Word]:
    among = list(words)
    return frozenset(dice.sample(among, dice.randint(0, min(most, len(among)))))


def perhaps(dice: Random, of: Callable[[Random], Word], chance: float = 0.4) -> Word | None:
    return of(dice) if dice.random() < chance else None


def a_grid(dice: Random) -> Grid:
    return Grid(dice.randint(400_000, 430_000), dice.randint(300_000, 330_000), dice.random() < 0.1)


def a_resident(dice: Random) -> Resident:
    starts, ends = a_run(dice)
    solo = dice.random() < 0.3
    return Resident(dice.choice([None, *CHILDREN]), starts, ends, solo, some(dice, CHILDREN, 1), dice.random() < 0.7)


def some_terms(dice: Random) -> Terms:
    tier = perhaps(dice, lambda d: d.randint(1, 6), 0.7)
    return Terms(dice.choice(list(ContractKind)), tier, some(dice, KINDS, 1), a_day(dice), perhaps(dice, a_day))


def any_place(dice: Random, number: int = 1, home: int = 2) -> Offered:
    """Any place, likelier than not to keep each rule."""
    youngest = dice.randint(0, 12)
    return a_place(
        number,
        home,
        type=dice.choice(KINDS),
        also=some(dice, KINDS, 1),
        sector=dice.choice([Sector.OWN, Sector.PRIVATE]),
        youngest=youngest,
        oldest=dice.randint(youngest, 18),
        sexes=some(dice, [Sex.FEMALE, Sex.MALE], 2) or frozenset({Sex.FEMALE}),
        features=some(dice, CAN, 3),
        closes=perhaps(dice, a_day, 0.2),
        available_from=dice.choice([date(2026, 1, 1), DAY, DAY + timedelta(days=3)]),
        available_until=perhaps(dice, a_day, 0.2),
        weekly_pence=dice.randint(0, 900_000),
        confirmed_at=NOW - timedelta(days=dice.randint(0, 60)),
        taken=tuple(a_run(dice) for _ in range(dice.choice([0, 0, 1]))),
        solo=dice.random() < 0.3,
        reserved_for=perhaps(dice, lambda d: d.choice(list(ReservedPurpose)), 0.2),
        emergency=dice.random() < 0.2,
        beyond_approved=dice.random() < 0.2,
        rating=perhaps(dice, lambda d: d.choice(list(Rating)), 0.7),
        checked_until=perhaps(dice, a_day),
        grid=perhaps(dice, a_grid, 0.8),
        residents=tuple(a_resident(dice) for _ in range(dice.choice([0, 0, 1, 2]))),
        terms=tuple(some_terms(dice) for _ in range(dice.choice([0, 1, 2]))),
    )


def a_question(dice: Random) -> Wanted:
    """Anything that may be asked for a child, with some of it not heard yet."""
    starts, ends = a_run(dice)

    def spots(kind: ImportantPlaceKind | None) -> tuple[Spot, ...]:
        within = perhaps(dice, lambda d: d.randint(0, 12))
        return (Spot(kind, perhaps(dice, a_grid, 0.8), within),) if dice.random() < 0.5 else ()

    return wanted(
        born=perhaps(dice, lambda d: date(2008, 1, 1) + timedelta(days=d.randint(0, 4400)), 0.9),
        sex=perhaps(dice, lambda d: d.choice([Sex.FEMALE, Sex.MALE]), 0.9),
        starts=starts,
        ends=ends,
        types=some(dice, KINDS, 3),
        needs=some(dice, CAN, 2),
        solo=dice.random() < 0.3,
        not_with=some(dice, CHILDREN, 2) - {ME},
        siblings=some(dice, [SISTER, WREN], 1),
        urgency=perhaps(dice, lambda d: d.choice(list(Urgency)), 0.8),
        purposes=some(dice, ReservedPurpose, 2),
        most_weekly_pence=perhaps(dice, lambda d: d.randint(0, 900_000)),
        avoid=spots(ImportantPlaceKind.AVOID),
        near=(*spots(None), *spots(ImportantPlaceKind.SCHOOL)),
    )


def a_market(dice: Random) -> list[Offered]:
    """Up to seven different places of four homes."""
    beds = {(dice.randint(1, 3), dice.randint(1, 4)) for _ in range(dice.randint(0, 7))}
    return [any_place(dice, number, home) for number, home in beds]


def seeded(make: Callable[[Random], Word]) -> st.SearchStrategy[Word]:
    """Drawn by a seed that Hypothesis chooses and, where a test fails, prints."""
    return st.integers(0, 2**40).map(lambda seed: make(Random(seed)))


places, questions, residents, markets = seeded(any_place), seeded(a_question), seeded(a_resident), seeded(a_market)
