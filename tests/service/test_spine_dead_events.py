"""Events that cannot be handled: set aside one by one, their subjects queued behind them, all others untouched."""

import asyncio
from functools import partial

import pytest

from shared.contracts import Envelope
from shared.ids import new_id
from shared.store.dead import WAITING
from shared.store.session import WriteSession
from tests.service.spine import LANE, Hearer, Spine, care, in_order, some_care
from tests.waiting import until

SECRET = "Wren Abara of 1 Mill Lane"
WAITERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


class Poison:
    """A reaction's bug that shows with one event."""

    def __init__(self, hearer: Hearer, subject: object, version: int) -> None:
        self.subject, self.version, self.tries = str(subject), version, 0
        hearer.refuse = self

    async def __call__(self, _: WriteSession, envelope: Envelope) -> None:
        if envelope.subject == self.subject and envelope.raw["data"]["version"] == self.version:
            self.tries += 1
            raise ValueError(f"cannot place {SECRET}")


async def test_of_a_batch_of_500_one_dies_its_subject_waits_and_the_others_go_on(spine: Spine) -> None:
    hearer, subject = await spine.hearer(), new_id()
    poison = Poison(hearer, subject, version=0)
    events = some_care(500)
    events[100], events[200], events[300] = care(subject, 0), care(subject, 1), care(subject, 2)
    await hearer.start()
    await spine.tell(*events)
    spine.start_relay()
    heard = await hearer.hears(497)
    assert hearer.batches[0] == 500
    assert [h.sequence for h in heard] == [n for n in range(1, 501) if n not in (101, 201, 301)]
    assert await hearer.position() == 500
    assert poison.tries == 4, "once with the whole batch, three times alone"
    dead = await hearer.dead()
    assert [(row.lane, row.sequence, row.subject, row.error) for row in dead] == [
        (LANE, 101, str(subject), "ValueError"),
        (LANE, 201, str(subject), WAITING),
        (LANE, 301, str(subject), WAITING),
    ]


async def test_later_batches_queue_behind_too_and_all_are_handled_again_in_order(spine: Spine) -> None:
    hearer, subject = await spine.hearer(), new_id()
    Poison(hearer, subject, version=1)
    await hearer.start()
    spine.start_relay()
    for version in range(1, 6):
        await spine.tell(care(subject, version), care(new_id(), 0))
        await until(partial(_reached, hearer, 2 * version))
    assert [h.version for h in await hearer.heard()] == [0] * 5
    assert len(await hearer.dead()) == 5
    with pytest.raises(ValueError, match="cannot place"):
        await hearer.handle_again(subject)
    assert [row.sequence for row in await hearer.dead()] == [1, 3, 5, 7, 9], "a failed try changed something"
    hearer.refuse = _content
    assert await hearer.handle_again(subject) == 5
    assert [h.version for h in await hearer.heard() if h.subject == str(subject)] == [1, 2, 3, 4, 5]
    assert await hearer.dead() == []
    await spine.tell(care(subject, 6))
    assert (await hearer.hears(11))[-1].version == 6


async def _content(_: WriteSession, __: Envelope) -> None:
    pass


async def _reached(hearer: Hearer, sequence: int) -> bool:
    return await hearer.position() == sequence


async def test_no_value_of_a_payload_stands_in_an_error(one_process: Spine) -> None:
    """Python's, pydantic's and PostgreSQL's messages all repeat values; what is kept is what kind of error it was."""
    hearer = await one_process.hearer()
    await hearer.database.pool.execute("CREATE TABLE carers (name text PRIMARY KEY CHECK (name <> $$x$$))")
    subjects = {new_id(): cause for cause in CAUSES}

    async def fail(session: WriteSession, envelope: Envelope) -> None:
        for subject, cause in subjects.items():
            if envelope.subject == str(subject):
                await cause(session)

    hearer.refuse = fail
    await hearer.start()
    one_process.start_relay()
    await one_process.tell(*(care(subject, 1) for subject in subjects), care(new_id(), 2))
    assert [h.version for h in await hearer.hears(1)] == [2]
    errors = {row.error for row in await hearer.dead()}
    assert errors == set(CAUSES.values())


async def _raises(_: WriteSession) -> None:
    raise KeyError(SECRET)


async def _breaks_a_constraint(session: WriteSession) -> None:
    for _ in range(2):
        await session.run("INSERT INTO carers (name) VALUES ($1)", SECRET)


async def _fits_no_column(session: WriteSession) -> None:
    await session.value("SELECT $1::int", SECRET)


async def _is_no_identifier(session: WriteSession) -> None:
    await session.value("SELECT $1::text::uuid", SECRET)


async def _gives_an_argument_too_many(session: WriteSession) -> None:
    await session.value("SELECT 1", SECRET)


CAUSES = {
    _raises: "KeyError",
    _breaks_a_constraint: "UniqueViolationError 23505 carers_pkey",
    _fits_no_column: "DataError 22000",
    _is_no_identifier: "InvalidTextRepresentationError 22P02",
    _gives_an_argument_too_many: "InterfaceError",
}


async def test_events_and_audit_of_a_failed_reaction_are_dropped_with_its_rows(one_process: Spine) -> None:
    hearer, subject = await one_process.hearer(), new_id()

    async def audit_and_fail(session: WriteSession, envelope: Envelope) -> None:
        session.audit("somebody", "note", envelope.subject)
        if envelope.subject == str(subject):
            raise KeyError

    hearer.refuse = audit_and_fail
    await hearer.start()
    one_process.start_relay()
    told = [care(subject, 1), *some_care(3)]
    await one_process.tell(*told)
    await hearer.hears(3)
    audited = await hearer.database.pool.fetch("SELECT subject FROM spine.audit ORDER BY entry")
    assert [row.subject for row in audited] == [event.subject for event in told[1:]]


async def test_a_reaction_that_fails_on_everything_stops_its_consumer_and_nothing_is_lost(spine: Spine) -> None:
    hearer = await spine.hearer()
    hearer.refuse = _fail
    events = some_care(60)
    await hearer.start()
    await spine.tell(*events)
    spine.start_relay()
    await asyncio.wait_for(hearer.task, 30)
    assert hearer.consumer.stopped_because.startswith("more than 20 of the last 100 events")
    assert len(await hearer.dead()) == await hearer.position() == 21
    assert await hearer.heard() == []
    await spine.crash()
    hearer.refuse = _content
    await hearer.start()
    spine.start_relay()
    assert [h.sequence for h in await hearer.hears(39)] == list(range(22, 61))
    for row in await hearer.dead():
        assert await hearer.handle_again(row.subject) == 1
    heard = sorted(await hearer.heard(), key=lambda h: h.sequence)
    assert in_order(heard, 60)
    assert [(h.subject, h.version) for h in heard] == [(e.subject, e.version) for e in events]


async def _fail(_: WriteSession, __: Envelope) -> None:
    raise ValueError(SECRET)


async def test_what_arrives_while_its_subject_is_handled_again_is_handled_after_it(one_process: Spine) -> None:
    """The consumer waits for the command's lock, and what it read before it had the lock must not count."""
    hearer, subject = await one_process.hearer(), new_id()
    Poison(hearer, subject, version=1)
    await hearer.start()
    one_process.start_relay()
    await one_process.tell(care(subject, 1))
    await until(hearer.dead)
    may_end = asyncio.Event()

    async def wait(_: WriteSession, envelope: Envelope) -> None:
        if envelope.sequence == 1:
            await may_end.wait()

    hearer.refuse = wait
    again = asyncio.create_task(hearer.handle_again(subject))
    await until(lambda: len(hearer.batches) >= 5)
    await one_process.tell(care(subject, 2))
    await until(lambda: hearer.database.pool.fetchval(WAITERS))
    may_end.set()
    assert await again == 1
    assert [h.version for h in await hearer.hears(2)] == [1, 2]
    assert await hearer.dead() == []


async def test_a_replica_that_takes_over_waits_behind_what_the_other_is_setting_aside(one_process: Spine) -> None:
    hearer, subject = await one_process.hearer(), new_id()
    await one_process.tell(care(subject, 1), care(subject, 2))
    one_process.start_relay()
    await until(lambda: _told(one_process, 2))
    first, second = await one_process.log()
    failing, may_fail = asyncio.Event(), asyncio.Event()

    async def fail_in_the_end(_: WriteSession, envelope: Envelope) -> None:
        if envelope.sequence == 1:
            failing.set()
            await may_fail.wait()
            raise KeyError

    hearer.refuse = fail_in_the_end
    await hearer.start()
    slow = asyncio.create_task(hearer.consumer.commit([first]))
    await failing.wait()
    quick = asyncio.create_task(hearer.consumer.commit([first, second]))
    await until(lambda: hearer.database.pool.fetchval(WAITERS))
    may_fail.set()
    await asyncio.gather(slow, quick)
    assert await hearer.heard() == []
    assert [(row.sequence, row.error) for row in await hearer.dead()] == [(1, "KeyError"), (2, WAITING)]


async def _told(spine: Spine, count: int) -> bool:
    return len(await spine.log()) == count
