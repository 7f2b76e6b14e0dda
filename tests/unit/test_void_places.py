"""Which empty places a block contract pays for: its own children first, no place twice, never more than are bought."""

from hypothesis import given
from hypothesis import strategies as st

from services.providers.domain import Bed, Block, void_places
from shared.ids import new_id

KINDS = st.frozensets(st.sampled_from(["K2", "U4", "H5"]), min_size=1)
OURS, THEIRS = "E09000033", "E09000020"
AUTHORITIES = st.sampled_from([OURS, THEIRS])
BEDS = st.lists(
    st.builds(lambda k, a, e: Bed(new_id(), k, None if e else a, e), KINDS, st.none() | AUTHORITIES, st.booleans())
)
BLOCKS = st.lists(st.builds(Block, AUTHORITIES, KINDS, st.integers(1, 6)), max_size=4)


def beds(*who: str | None, kind: str = "K2") -> list[Bed]:
    return [Bed(new_id(), frozenset([kind]), authority, authority is None) for authority in who]


def test_a_block_that_nobody_uses_lies_upon_the_first_empty_places() -> None:
    there = beds(None, THEIRS, None, None)
    assert void_places(there, [Block(OURS, frozenset(["K2"]), 2)]) == {there[0].place, there[2].place}


def test_an_authoritys_own_children_fill_its_block_and_nobody_elses() -> None:
    there = beds(OURS, None, None)
    assert void_places(there, [Block(OURS, frozenset(["K2"]), 1)]) == frozenset()
    assert void_places(there, [Block(THEIRS, frozenset(["K2"]), 1)]) == {there[1].place}


def test_a_block_of_another_kind_pays_for_nothing_here() -> None:
    assert void_places(beds(None), [Block(OURS, frozenset(["U4"]), 3)]) == frozenset()


def test_two_blocks_take_different_places_and_a_child_fills_only_one() -> None:
    there, block = beds(OURS, None, None, None), Block(OURS, frozenset(["K2"]), 1)
    assert len(void_places(there, [block, block])) == 1
    assert len(void_places(beds(None, None, None), [block, block])) == 2


@given(BEDS, BLOCKS)
def test_only_empty_places_are_void_and_never_more_than_were_bought(there: list[Bed], blocks: list[Block]) -> None:
    void = void_places(there, blocks)
    assert void <= {bed.place for bed in there if bed.empty}
    assert len(void) <= sum(block.places for block in blocks)
    bought = frozenset(kind for block in blocks for kind in block.kinds)
    assert all(bed.kinds & bought for bed in there if bed.place in void)
