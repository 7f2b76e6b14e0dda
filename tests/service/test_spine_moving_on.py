"""Events nobody here acts upon: the position moves without a reaction, and nothing is skipped because of it."""

from functools import partial

from shared.contracts.event import EVENTS
from shared.ids import new_id
from tests.service.spine import Hearer, Spine, care, some_care
from tests.waiting import until


async def test_what_nobody_here_acts_upon_only_moves_the_position(spine: Spine) -> None:
    hearer = await _told_of_three(spine)
    assert hearer.batches == [1], "only the first made the lane's row; the others were passed over"


async def test_what_comes_after_is_handled_once_a_release_acts_upon_it(spine: Spine) -> None:
    hearer = await _told_of_three(spine)
    await spine.crash()
    hearer.heeds = EVENTS
    await hearer.start()
    spine.start_relay()
    await spine.tell(care(new_id(), 4))
    assert [heard.sequence for heard in await hearer.hears(2)] == [1, 4]


async def test_a_position_lost_in_a_crash_of_the_database_is_made_good_from_the_feed(spine: Spine) -> None:
    hearer = await _told_of_three(spine)
    await hearer.database.pool.execute("UPDATE spine.inbox SET sequence = 1")
    await spine.tell(*some_care(2))
    await until(partial(_stands_at, hearer, 5))
    assert [heard.sequence for heard in await hearer.heard()] == [1], "all were passed over again"


async def _told_of_three(spine: Spine) -> Hearer:
    hearer = await spine.hearer()
    hearer.heeds = frozenset()
    await hearer.start()
    spine.start_relay()
    for number in (1, 2, 3):
        await spine.tell(care(new_id(), number))
        await until(partial(_stands_at, hearer, number))
    return hearer


async def _stands_at(hearer: Hearer, sequence: int) -> bool:
    return await hearer.position() == sequence
