"""Consequences that are one statement: with the position in it, once each, and the ordinary way where anything is odd."""

from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial

from shared.contracts import Envelope
from shared.ids import new_id
from shared.store.consequence import Consequence
from shared.store.dead import WAITING
from tests.service.spine import Hearer, Spine, care, in_order, some_care
from tests.waiting import until

WRITE_DOWN = """told AS (INSERT INTO heard (lane, sequence, subject, version)
    SELECT n.* FROM passed, unnest($1::text[], $2::bigint[], $3::text[], $4::integer[]) AS n)"""
TOO_MUCH = 2**31
"""A version that no integer column takes."""


def written_down(envelopes: Sequence[Envelope]) -> nullcontext[Consequence]:
    rows = [(e.lane, e.sequence, e.subject, e.raw["data"]["version"]) for e in envelopes]
    return nullcontext(Consequence(WRITE_DOWN, arguments=[list(column) for column in zip(*rows, strict=True)]))


async def a_hearer(spine: Spine) -> Hearer:
    """One that has heard an event, the ordinary way: the lane had no position yet."""
    hearer = await spine.hearer()
    hearer.at_once = written_down
    await hearer.start()
    spine.start_relay()
    await spine.tell(*some_care(1))
    await hearer.hears(1)
    return hearer


async def test_batches_that_follow_on_are_one_statement_each(spine: Spine) -> None:
    hearer = await a_hearer(spine)
    await spine.tell(*some_care(20))
    assert in_order(await hearer.hears(21), 21)
    assert hearer.batches == [1], "nothing but the first went the ordinary way"
    assert await hearer.position() == 21


async def test_what_comes_again_or_too_soon_counts_once(one_process: Spine) -> None:
    hearer = await a_hearer(one_process)
    await one_process.tell(*some_care(3))
    await hearer.hears(4)
    known = await one_process.log()
    await hearer.consumer.commit(known[1:])
    await hearer.stop()
    await one_process.tell(*some_care(3))
    await until(partial(_told, one_process, 7))
    await hearer.consumer.commit((await one_process.log())[6:])
    assert in_order(await hearer.heard(), 7)
    assert await hearer.position() == 7


async def test_an_event_that_breaks_the_statement_dies_alone_and_its_subject_waits(spine: Spine) -> None:
    hearer, subject = await a_hearer(spine), new_id()
    await spine.tell(care(new_id(), 2), care(subject, TOO_MUCH), care(new_id(), 4))
    await hearer.hears(3)
    await spine.tell(care(subject, 5), care(new_id(), 6))
    assert [heard.version for heard in await hearer.hears(4)] == [1, 2, 4, 6]
    assert [(row.sequence, row.error) for row in await hearer.dead()][1:] == [(5, WAITING)]


async def _told(spine: Spine, count: int) -> bool:
    return len(await spine.log()) == count
