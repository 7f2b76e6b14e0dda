"""Siblings in one home: distinct places exactly where there is a way, compared with trying every way."""

from itertools import product
from random import Random
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.placements.matching import Offered, Rule, Wanted, judge, market_of, search_together
from services.placements.matching.siblings import assigned
from shared.contracts.vocabulary import Feature, Sex
from tests.unit.offering import CAN, ME, NOW, SISTER, WREN, a_place, patiently, seeded, some, wanted

SEXES = (Sex.FEMALE, Sex.MALE)
GROUP = (ME, SISTER, WREN)
LISTED = st.lists(st.lists(st.integers(0, 4), max_size=4, unique=True), max_size=4)


def one_of(child: UUID, **changes: object) -> Wanted:
    return wanted(child=child, siblings=frozenset(GROUP[:2]) - {child}, **changes)


def every_way(offered: list[Offered], asked: list[Wanted]) -> set[tuple[UUID, ...]]:
    """Brute force: each child in a place of its own that suits it alone, all in one home; by places."""
    suits = [[place for place in offered if judge(place, one, NOW).possible] for one in asked]
    return {
        tuple(place.place for place in way)
        for way in product(*suits)
        if len({place.place for place in way}) == len(way) and len({place.home for place in way}) == 1
    }


def a_group(dice: Random) -> tuple[list[Offered], list[Wanted]]:
    """Two or three children, up to seven places of two homes, some under two vacancies."""
    children = GROUP[: dice.randint(2, 3)]
    asked = [
        wanted(child=child, siblings=frozenset(children) - {child}, needs=some(dice, CAN, 2), sex=dice.choice(SEXES))
        for child in children
    ]
    beds = [(dice.randint(1, 4), dice.randint(1, 2)) for _ in range(dice.randint(0, 7))]
    offered = [
        a_place(
            number,
            home,
            features=some(dice, CAN, 3),
            vacancy=UUID(int=at),
            sexes=some(dice, SEXES, 2) or frozenset(SEXES),
        )
        for at, (number, home) in enumerate(beds)
    ]
    return offered, asked


groups = seeded(a_group)


@patiently
@given(groups)
def test_a_home_is_shown_for_siblings_exactly_where_each_can_have_a_place(
    drawn: tuple[list[Offered], list[Wanted]],
) -> None:
    offered, asked = drawn
    ways, found = every_way(offered, asked), search_together(market_of(offered), asked, NOW)
    homes = {offered[row].place: offered[row].home for row in range(len(offered))}
    shown = {offered[found.placing(home)[0]].home for home in found.possible.tolist()}
    assert shown == {homes[way[0]] for way in ways}
    for home in found.possible.tolist():
        assert tuple(offered[row].place for row in found.placing(home)) in ways


@patiently
@given(groups)
def test_a_place_is_shown_for_a_sibling_exactly_where_the_others_can_still_be_placed(
    drawn: tuple[list[Offered], list[Wanted]],
) -> None:
    offered, asked = drawn
    ways, found = every_way(offered, asked), search_together(market_of(offered), asked, NOW)
    for child, each in enumerate(found.each):
        assert {offered[row].place for row in each.possible.tolist()} == {way[child] for way in ways}


@patiently
@given(groups)
def test_a_home_that_cannot_take_all_says_whom_and_by_which_rule(drawn: tuple[list[Offered], list[Wanted]]) -> None:
    offered, asked = drawn
    found = search_together(market_of(offered), asked, NOW)
    assert len(found.possible) + len(found.ruled_out) == len({place.home for place in offered})
    for home in found.ruled_out.tolist():
        named = list(found.unplaced(home))
        assert named
        for child, row, rules in named:
            assert rules
            alone = judge(offered[row], asked[child], NOW)
            assert alone.rules == rules or (alone.possible and rules == (Rule.TOGETHER,))
    assert sum(found.counts().values()) >= len(found.ruled_out)


@patiently
@given(LISTED)
def test_everyone_gets_a_different_one_exactly_where_there_is_a_way(wishes: list[list[int]]) -> None:
    ways = [way for way in product(*wishes) if len(set(way)) == len(way)]
    found = assigned([{key: key for key in keys} for keys in wishes])
    assert tuple(found) in ways if found is not None else not ways


def test_two_siblings_are_not_given_the_one_place_that_suits_both() -> None:
    only = [a_place(1), a_place(2, features=frozenset())]
    found = search_together(market_of(only), [one_of(ME), one_of(SISTER)], NOW)
    assert found.possible.tolist() == []
    assert [rules for _, _, rules in found.unplaced(0)] == [(Rule.TOGETHER,)] * 2
    assert found.counts() == {Rule.TOGETHER: 1}


def test_the_place_that_one_sibling_needs_is_not_shown_for_the_other() -> None:
    room, plain = frozenset({CAN[0]}), frozenset({CAN[1]})
    offered = [a_place(1, features=room | plain), a_place(2, features=plain)]
    needs_room, easy = one_of(ME, needs=room), one_of(SISTER, needs=frozenset[Feature]())
    found = search_together(market_of(offered), [needs_room, easy], NOW)
    assert [offered[row].number for row in found.each[1].possible.tolist()] == [2]
    assert found.each[1].judgement(0).refusals == (
        "Together: it has not a place for this child and for each of the others",
    )


def test_a_solo_home_takes_no_siblings_and_a_child_who_is_to_be_alone_has_none_with_it() -> None:
    plain, solo = [a_place(1), a_place(2)], [a_place(1, solo=True), a_place(2, solo=True)]
    pair, alone = [one_of(ME), one_of(SISTER)], [one_of(ME, solo=True), one_of(SISTER)]
    shown = [
        len(search_together(market_of(home), asked, NOW).possible) for home in (plain, solo) for asked in (pair, alone)
    ]
    assert shown == [1, 0, 0, 0]


def test_siblings_who_must_not_live_together_have_no_home() -> None:
    pair = [one_of(ME, not_with=frozenset({SISTER})), one_of(SISTER)]
    found = search_together(market_of([a_place(1), a_place(2)]), pair, NOW)
    assert len(found.possible) == 0
    assert [(child, rules) for child, _, rules in found.unplaced(0)] == [(0, (Rule.NOT_WITH,))]


def test_an_empty_market_has_an_answer_for_siblings_too() -> None:
    found = search_together(market_of([]), [one_of(ME), one_of(SISTER)], NOW)
    assert (len(found.possible), len(found.ruled_out)) == (0, 0)
