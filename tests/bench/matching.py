"""S8: a market of 20,000 places judged and ranked for one child, and for siblings, with the rule behind every refusal."""

import gc
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from statistics import median
from time import perf_counter
from uuid import UUID

import numpy as np

from services.placements.matching import (
    Found,
    Grid,
    Market,
    Offered,
    Resident,
    Spot,
    Terms,
    Together,
    Wanted,
    market_of,
    search,
    search_together,
)
from services.placements.matching.market import FEATURES, SEXES, TYPES, bits
from shared.clock import age_on
from shared.contracts.vocabulary import (
    ContractKind,
    Feature,
    ImportantPlaceKind,
    PlacementType,
    Rating,
    Sector,
    Sex,
    Urgency,
)
from tests.bench.results import Result, result

PLACES, HOMES, PROVIDERS, CHILDREN = 20_000, 8_000, 400, 6_000
QUESTIONS = 40
PAGE = 50
TODAY = date(2026, 4, 1)
NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
KINDS = (PlacementType.FOSTER, PlacementType.CHILDRENS_HOME, PlacementType.SUPPORTED_ACCOMMODATION)
AIM = "≤ 10 ms"


def matching(show: Callable[[str], None]) -> list[Result]:
    """The market is made once; each question is another child's."""
    dice = Random(8)
    children = [_id(dice) for _ in range(CHILDREN)]
    show(f"S8: a market of {PLACES:,} places in {HOMES:,} homes")
    began = perf_counter()
    market = market_of(_places(dice, children))
    making = (perf_counter() - began) * 1000
    asked = [_wanted(dice, child) for child in children[:QUESTIONS]]
    pairs = [_pair(one, other) for one, other in zip(asked[::2], asked[1::2], strict=True)]
    gc.collect()
    gc.freeze()
    bare = _milliseconds(lambda one: _bare(market, one), asked)
    ours = _milliseconds(lambda one: _page(search(market, one, NOW)), asked)
    words = _milliseconds(lambda one: _every_word(search(market, one, NOW)), asked[:3])
    together = _milliseconds(lambda pair: _page_of_homes(search_together(market, pair, NOW)), pairs)
    gc.unfreeze()
    show(f"    the columns made anew: {making:.0f} ms; with all refusals of one child in words: {words:.0f} ms")
    title = f"{PLACES:,} places ranked for one child, every refusal by rule, {PAGE} + {PAGE} in words"
    return [
        result("S8", title, ours, bare, "ms", AIM, met=ours <= 10),
        result(
            "S8-siblings", "the same for two siblings in one home", together, 2 * bare, "ms", AIM, met=together <= 10
        ),
    ]


def _milliseconds(do: Callable[..., object], questions: list) -> float:
    """The median of each question asked once, after one asked for nothing."""
    do(questions[0])
    took = []
    for question in questions:
        began = perf_counter()
        do(question)
        took.append((perf_counter() - began) * 1000)
    return median(took)


def _bare(market: Market, wanted: Wanted) -> object:
    """What no answer can do without: a mask over each column and a sort by price. No reasons, no homes, no miles."""
    born = wanted.born
    assert born is not None
    assert wanted.sex is not None
    age, first, needs = age_on(born, wanted.starts), wanted.starts.toordinal(), bits(wanted.needs, FEATURES)
    fits = (market["types"] & bits(wanted.types, TYPES)) != 0
    fits &= (market["youngest"] <= age) & (age <= market["oldest"]) & ((market["sexes"] & SEXES[wanted.sex]) != 0)
    fits &= (market["opens"] <= first) & ((market["features"] & needs) == needs)
    taken = market.taken
    fits[taken.rows[taken.ends > first]] = False
    rows = np.flatnonzero(fits)
    return rows[np.argsort(market["pence"][rows], kind="stable")]


def _page(found: Found) -> object:
    rows = [*found.possible[:PAGE].tolist(), *found.ruled_out[:PAGE].tolist()]
    return found.counts(), [found.judgement(row) for row in rows]


def _every_word(found: Found) -> object:
    return _page(found), [found.judgement(row).refusals for row in found.ruled_out.tolist()]


def _page_of_homes(found: Together) -> object:
    placing = [found.placing(home) for home in found.possible[:PAGE].tolist()]
    said = [[each.judgement(row) for each, row in zip(found.each, rows, strict=True)] for rows in placing]
    unplaced = [found.judgement(*who) for home in found.ruled_out[:PAGE].tolist() for who in found.unplaced(home)]
    return found.counts(), said, unplaced


def _id(dice: Random) -> UUID:
    return UUID(int=dice.getrandbits(128))


def _grid(dice: Random) -> Grid:
    return Grid(dice.randint(380_000, 540_000), dice.randint(160_000, 400_000))


def _places(dice: Random, children: list[UUID]) -> list[Offered]:
    providers = [(_id(dice), _terms(dice)) for _ in range(PROVIDERS)]
    homes = [(_id(dice), *dice.choice(providers), _grid(dice), _residents(dice, children)) for _ in range(HOMES)]
    return [_place(dice, number, *homes[number % HOMES]) for number in range(PLACES)]


def _terms(dice: Random) -> tuple[Terms, ...]:
    kinds = dice.sample(list(ContractKind), 2)
    return tuple(Terms(kind, dice.randint(1, 4), frozenset(KINDS[:2]), date(2024, 4, 1), None) for kind in kinds)


def _residents(dice: Random, children: list[UUID]) -> tuple[Resident, ...]:
    """A child or two in half of the homes; one in twenty must be alone, one in ten not with some other."""

    def one() -> Resident:
        ends = None if dice.random() < 0.7 else TODAY + timedelta(days=dice.randint(1, 90))
        apart = frozenset(dice.sample(children, 1)) if dice.random() < 0.1 else frozenset()
        return Resident(dice.choice(children), TODAY - timedelta(days=300), ends, dice.random() < 0.05, apart)

    return tuple(one() for _ in range(dice.choice([0, 0, 1, 2])))


def _place(
    dice: Random,
    number: int,
    home: UUID,
    provider: UUID,
    terms: tuple[Terms, ...],
    grid: Grid,
    residents: tuple[Resident, ...],
) -> Offered:
    youngest = dice.randint(0, 11)
    return Offered(
        place=_id(dice),
        number=number // HOMES + 1,
        vacancy=_id(dice),
        home=home,
        provider=provider,
        name="A home",
        type=dice.choice(KINDS),
        sector=dice.choice([Sector.OWN, Sector.PRIVATE, Sector.PRIVATE, Sector.VOLUNTARY]),
        area="E09000033",
        outward="SW1A",
        youngest=youngest,
        oldest=dice.randint(youngest, 18),
        sexes=frozenset(dice.choice([[Sex.FEMALE], [Sex.MALE], [Sex.FEMALE, Sex.MALE], [Sex.FEMALE, Sex.MALE]])),
        features=frozenset(dice.sample(list(Feature), dice.randint(0, 6))),
        opens=date(2020, 1, 1),
        closes=None,
        available_from=TODAY - timedelta(days=dice.randint(-10, 100)),
        available_until=None if dice.random() < 0.9 else TODAY + timedelta(days=60),
        weekly_pence=dice.randint(50_000, 600_000),
        confirmed_at=NOW - timedelta(days=dice.randint(0, 60)),
        taken=((TODAY - timedelta(days=200), None),) if dice.random() < 0.4 else (),
        rating=dice.choice([None, *Rating]),
        checked_until=TODAY + timedelta(days=dice.randint(-20, 400)),
        grid=grid,
        residents=residents,
        terms=terms,
    )


def _wanted(dice: Random, child: UUID) -> Wanted:
    home = _grid(dice)
    return Wanted(
        born=TODAY - timedelta(days=dice.randint(1_000, 6_000)),
        sex=dice.choice([Sex.FEMALE, Sex.MALE]),
        starts=TODAY,
        ends=None,
        types=frozenset(dice.sample(KINDS, 2)),
        needs=frozenset(dice.sample(list(Feature), dice.randint(0, 2))),
        child=child,
        not_with=frozenset({_id(dice)}),
        urgency=Urgency.PLANNED,
        most_weekly_pence=450_000,
        avoid=(Spot(ImportantPlaceKind.AVOID, home, 2),),
        near=(Spot(None, home), Spot(ImportantPlaceKind.SCHOOL, _grid(dice), 10)),
    )


def _pair(one: Wanted, other: Wanted) -> list[Wanted]:
    """Two children asked for in one home, with the same nights and kinds of home."""
    assert one.child is not None
    assert other.child is not None
    return [_sibling(one, one, other.child), _sibling(other, one, one.child)]


def _sibling(child: Wanted, asked: Wanted, other: UUID) -> Wanted:
    return replace(child, types=asked.types, near=asked.near, avoid=asked.avoid, siblings=frozenset({other}))
