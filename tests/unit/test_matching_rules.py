"""Every hard rule said again, plainly, one place at a time: what is possible by the columns is possible by these."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from math import hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.placements.domain import overlap
from services.placements.matching import Offered, Resident, Rule, Wanted, judge, market_of, search
from services.placements.matching.words import SENTENCES
from shared.clock import age_on
from shared.contracts.vocabulary import Feature, PlacementType, Rating, Sex, Urgency
from tests.unit.offering import DAY, ME, NOW, a_place, markets, patiently, places, questions, residents


def lived_in(place: Offered, asked: Wanted) -> list[Resident]:
    """Who lives in the home on some of the nights."""
    return [one for one in place.residents if overlap(asked.starts, asked.ends, one.starts, one.ends)]


def others(place: Offered, asked: Wanted) -> list[Resident]:
    return [one for one in lived_in(place, asked) if one.child != asked.child]


def registered(place: Offered, asked: Wanted) -> bool:
    return not asked.types or place.type in asked.types or bool(place.also & asked.types)


def of_age(place: Offered, asked: Wanted) -> bool:
    last = asked.ends - timedelta(days=1) if asked.ends else asked.starts
    return (
        asked.born is not None
        and place.youngest <= age_on(asked.born, asked.starts)
        and age_on(asked.born, last) <= place.oldest
    )


def open_long_enough(place: Offered, asked: Wanted) -> bool:
    ends = [day for day in (place.closes, place.available_until) if day is not None]
    return not ends or (asked.ends is not None and asked.ends <= min(ends))


def one_at_a_time(place: Offered, asked: Wanted) -> bool:
    kept = [one for one in lived_in(place, asked) if one.held or one.child != asked.child]
    return not place.solo or not (kept or asked.siblings)


def alone_if_need_be(place: Offered, asked: Wanted) -> bool:
    with_her = others(place, asked)
    alone = asked.solo or Feature.NO_OTHER_CHILDREN in asked.needs
    return not (with_her or asked.siblings) if alone else not any(one.solo for one in with_her)


def with_nobody_harmful(place: Offered, asked: Wanted) -> bool:
    met = others(place, asked)
    said_of_her = any(one.child in asked.not_with or (asked.not_with and one.child is None) for one in met)
    said_of_them = any(asked.child in one.not_with for one in met)
    return not said_of_her and not said_of_them and not asked.not_with & asked.siblings


def far_enough(place: Offered, asked: Wanted) -> bool:
    for spot in asked.avoid:
        if place.grid is None or spot.grid is None or place.grid.irish != spot.grid.irish:
            return False
        metres = hypot(place.grid.easting - spot.grid.easting, place.grid.northing - spot.grid.northing)
        if round(metres / 1609.3, 6) < (5 if spot.within_miles is None else spot.within_miles) + 0.05:
            return False
    return True


KEEPS: dict[Rule, Callable[[Offered, Wanted], bool]] = {
    Rule.REGISTRATION: registered,
    Rule.RESERVED: lambda place, asked: place.reserved_for is None or place.reserved_for in asked.purposes,
    Rule.EMERGENCY: lambda place, asked: not place.emergency or asked.urgency is Urgency.EMERGENCY,
    Rule.AGE: of_age,
    Rule.SEX: lambda place, asked: asked.sex is not None and asked.sex in place.sexes,
    Rule.FREE_FROM: lambda place, asked: asked.starts >= place.opens and asked.starts >= place.available_from,
    Rule.FREE_UNTIL: open_long_enough,
    Rule.TAKEN: lambda place, asked: not any(overlap(asked.starts, asked.ends, *run) for run in place.taken),
    Rule.NEEDS: lambda place, asked: asked.needs <= place.features,
    Rule.SOLO_HOME: one_at_a_time,
    Rule.SOLO: alone_if_need_be,
    Rule.NOT_WITH: with_nobody_harmful,
    Rule.AVOID: far_enough,
    Rule.DUE_DILIGENCE: lambda place, asked: place.checked_until is None or place.checked_until >= DAY,
    Rule.RATING: lambda place, asked: place.rating is not Rating.INADEQUATE,
}


@settings(patiently, max_examples=1_000)
@given(places, questions)
def test_a_place_is_refused_by_exactly_the_rules_it_breaks(place: Offered, asked: Wanted) -> None:
    judged = judge(place, asked, NOW)
    assert set(judged.rules) == {rule for rule, keeps in KEEPS.items() if not keeps(place, asked)}
    assert judged.possible == (not judged.rules)


@patiently
@given(markets, questions)
def test_a_place_is_judged_alike_in_every_company(offered: list[Offered], asked: Wanted) -> None:
    judged = search(market_of(offered), asked, NOW)
    for row, place in enumerate(offered):
        assert judged.rules(row) == judge(place, asked, NOW).rules
    assert sorted([*judged.possible.tolist(), *judged.ruled_out.tolist()]) == list(range(len(offered)))


@patiently
@given(places, questions)
def test_the_words_of_a_refusal_are_one_sentence_for_each_rule(place: Offered, asked: Wanted) -> None:
    judged = judge(place, asked, NOW)
    assert len(judged.refusals) == len(judged.rules)
    assert all(said[0].isupper() and ": " in said for said in judged.refusals)
    assert not (judged.refusals and judged.reasons_for)


@patiently
@given(places, questions, residents)
def test_another_child_in_the_home_never_takes_a_refusal_away(place: Offered, asked: Wanted, more: Resident) -> None:
    fuller = replace(place, residents=(*place.residents, more))
    assert set(judge(place, asked, NOW).rules) <= set(judge(fuller, asked, NOW).rules)


FORGETTING: list[dict[str, object]] = [{"born": None}, {"sex": None}, {"urgency": None}, {"purposes": frozenset()}]


@patiently
@given(places, questions, st.sampled_from(FORGETTING))
def test_what_we_have_not_heard_of_a_child_passes_no_rule(
    place: Offered, asked: Wanted, forgotten: dict[str, object]
) -> None:
    less = replace(asked, **forgotten)  # type: ignore[arg-type]
    assert set(judge(place, asked, NOW).rules) <= set(judge(place, less, NOW).rules)


@patiently
@given(places, questions)
def test_a_home_whose_whereabouts_nobody_knows_is_never_far_enough(place: Offered, asked: Wanted) -> None:
    nowhere = judge(replace(place, grid=None), asked, NOW)
    assert (Rule.AVOID in nowhere.rules) == bool(asked.avoid)


def test_every_rule_has_a_sentence() -> None:
    assert set(SENTENCES) == set(Rule)
    assert set(KEEPS) | {Rule.TOGETHER} == set(Rule)


def half_free(**lives_there: object) -> Offered:
    """The second place of a carer approved for two, with one child in the first."""
    return a_place(2, residents=(Resident(UUID_OF_ONE, date(2025, 1, 1), None, **lives_there),))  # type: ignore[arg-type]


UUID_OF_ONE = a_place(9).place


def test_a_carer_with_two_approved_places_and_one_child_is_half_free() -> None:
    full = a_place(1, taken=((date(2025, 1, 1), None),), residents=half_free().residents)
    judged = search(market_of([full, half_free()]), QUESTION, NOW)
    assert [judged.market.places[row].number for row in judged.possible] == [2]
    assert judged.rules(0) == (Rule.TAKEN,)


QUESTION = Wanted(
    born=date(2014, 1, 1),
    sex=Sex.FEMALE,
    starts=DAY,
    ends=None,
    types=frozenset({PlacementType.CHILDRENS_HOME}),
    needs=frozenset({Feature.OWN_BEDROOM}),
    child=ME,
)


@pytest.mark.parametrize(
    ("home", "asked", "rule"),
    [
        (half_free(), replace(QUESTION, solo=True), Rule.SOLO),
        (half_free(solo=True), QUESTION, Rule.SOLO),
        (half_free(), replace(QUESTION, not_with=frozenset({UUID_OF_ONE})), Rule.NOT_WITH),
        (half_free(not_with=frozenset({ME})), QUESTION, Rule.NOT_WITH),
        (replace(half_free(), solo=True), QUESTION, Rule.SOLO_HOME),
    ],
)
def test_in_half_a_home_the_rules_of_both_children_hold(home: Offered, asked: Wanted, rule: Rule) -> None:
    judged = judge(home, asked, NOW)
    assert judged.rules == (rule,)
    assert not judge(replace(home, residents=(), solo=False), asked, NOW).rules


def test_a_child_is_no_company_for_itself_when_it_moves_within_a_home() -> None:
    home = a_place(2, residents=(Resident(ME, date(2025, 1, 1), None),))
    assert judge(home, replace(QUESTION, solo=True), NOW).possible


def test_the_last_night_is_the_one_before_the_end() -> None:
    until_twelve = a_place(oldest=12)
    assert judge(until_twelve, replace(QUESTION, ends=date(2027, 1, 1)), NOW).possible
    assert judge(until_twelve, replace(QUESTION, ends=date(2027, 1, 2)), NOW).rules == (Rule.AGE,)
