"""What is offered to a child: every hard rule together, and words for each side."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from services.placements.domain import overlap
from services.placements.matching import Offered, judge, judge_all, refusals
from shared.clock import age_on
from shared.contracts.vocabulary import Feature, PlacementType, Sex
from tests.unit.offering import DAY, PLACE, wanted

NOW = datetime(2026, 4, 1, tzinfo=UTC)
days = st.integers(-30, 60).map(lambda n: DAY + timedelta(days=n))
features = st.frozensets(st.sampled_from(list(Feature)), max_size=4)


def a_place(**changes: object) -> Offered:
    return replace(PLACE, **{"place": uuid4()} | changes)  # type: ignore[arg-type]


def test_a_place_that_keeps_every_rule_is_offered_with_reasons_both_ways() -> None:
    judged = judge(a_place(), wanted(), NOW)
    assert judged.possible
    assert "Has own bedroom" in judged.reasons_for
    assert judged.reasons_against


def test_each_hard_rule_refuses_in_words_of_its_own() -> None:
    broken = {
        "Registration": (a_place(type=PlacementType.FOSTER), wanted()),
        "Age": (a_place(oldest=11), wanted()),
        "Sex": (a_place(sexes=frozenset({Sex.MALE})), wanted()),
        "Needs": (a_place(features=frozenset()), wanted()),
        "Dates: it is free only from": (a_place(available_from=DAY + timedelta(days=1)), wanted()),
        "Dates: it is free only until": (a_place(available_until=DAY + timedelta(days=9)), wanted()),
        "Dates: it is taken": (a_place(taken=((DAY + timedelta(days=5), None),)), wanted()),
    }
    for word, (place, asked) in broken.items():
        said = refusals(place, asked, NOW)
        assert len(said) == 1, word
        assert said[0].startswith(word)


def test_two_needs_on_two_places_is_no_match() -> None:
    both = wanted(needs=frozenset({Feature.OWN_BEDROOM, Feature.STEP_FREE}))
    one = a_place(features=frozenset({Feature.OWN_BEDROOM}))
    other = a_place(features=frozenset({Feature.STEP_FREE}))
    assert judge_all([one, other], both, NOW)[0] == []
    assert len(judge_all([one, other, a_place()], both, NOW)[0]) == 1


def test_what_we_have_not_heard_passes_no_rule_and_raises_no_rank() -> None:
    assert not judge(a_place(), wanted(born=None, sex=None), NOW).possible


def test_a_stale_vacancy_ranks_below_a_fresh_one() -> None:
    stale, fresh = a_place(confirmed_at=NOW - timedelta(days=40), weekly_pence=1), a_place()
    possible, _ = judge_all([stale, fresh], wanted(), NOW)
    assert [j.place for j in possible] == [fresh, stale]
    assert any("40 days" in word for word in possible[1].reasons_against)


@settings(deadline=None)
@given(
    st.lists(st.tuples(days, st.none() | days).filter(lambda r: r[1] is None or r[1] > r[0]), max_size=4),
    days,
    st.none() | days,
    features,
    features,
    st.integers(0, 17),
)
def test_nothing_is_shown_that_breaks_a_rule(
    taken: list[tuple[date, date | None]],
    starts: date,
    ends: date | None,
    has: frozenset[Feature],
    needs: frozenset[Feature],
    youngest: int,
) -> None:
    ends = ends if ends is None or ends > starts else None
    place = a_place(taken=tuple(taken), features=has, youngest=youngest)
    asked = wanted(starts=starts, ends=ends, needs=needs)
    fits = (
        needs <= has
        and not any(overlap(starts, ends, *run) for run in taken)
        and starts >= place.available_from
        and youngest <= age_on(date(2014, 1, 1), starts)
    )
    assert judge(place, asked, NOW).possible == fits
