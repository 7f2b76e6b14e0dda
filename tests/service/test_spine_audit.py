"""The audit's chain: whatever is altered or removed, the verifier names the first broken link."""

import asyncio
from contextlib import suppress

import pytest

from shared.store.audit import audit_read, link_audit, link_some, verify_audit
from shared.store.database import Database
from tests.service.spine import SLOW_POLL, Spine, killed
from tests.waiting import until


@pytest.fixture
async def database(one_process: Spine) -> Database:
    return await one_process.database("referrals")


async def linked(database: Database, entries: int) -> None:
    """Write as many entries and link them."""
    for number in range(entries):
        async with database.writing() as session:
            session.audit(f"person-{number}", "read child", f"child-{number}")
    await link_all(database)


async def link_all(database: Database) -> None:
    async with database.writing() as session:
        while await link_some(session):
            pass


async def verified(database: Database) -> tuple[int, int | None]:
    async with database.reading() as session:
        return await verify_audit(session)


async def test_an_untouched_chain_holds(database: Database) -> None:
    assert await verified(database) == (0, None)
    await linked(database, 12)
    assert await verified(database) == (12, None)
    await linked(database, 3)
    assert await verified(database) == (15, None)


@pytest.mark.parametrize("column", ["person", "action", "subject", "trace"])
async def test_an_altered_entry_is_named(database: Database, column: str) -> None:
    await linked(database, 12)
    await database.pool.execute(f"UPDATE spine.audit SET {column} = 'nobody' WHERE link IN (5, 9)")
    assert await verified(database) == (4, 5)


async def test_an_altered_time_is_named(database: Database) -> None:
    await linked(database, 12)
    await database.pool.execute("UPDATE spine.audit SET at = at - interval '1 day' WHERE link = 7")
    assert await verified(database) == (6, 7)


@pytest.mark.parametrize("link", [1, 6, 12])
async def test_a_removed_entry_is_named_be_it_the_first_or_the_last(database: Database, link: int) -> None:
    await linked(database, 12)
    await database.pool.execute("DELETE FROM spine.audit WHERE link = $1", link)
    assert await verified(database) == (link - 1, link)


async def test_a_removed_last_entry_stays_known_after_others_have_followed(database: Database) -> None:
    await linked(database, 12)
    await database.pool.execute("DELETE FROM spine.audit WHERE link = 12")
    await linked(database, 5)
    assert await verified(database) == (11, 12)


async def test_a_chain_that_was_emptied_is_not_a_chain_that_holds(database: Database) -> None:
    await linked(database, 3)
    await database.pool.execute("DELETE FROM spine.audit")
    assert await verified(database) == (0, 1)


async def test_two_entries_that_change_places_are_named(database: Database) -> None:
    await linked(database, 12)
    await database.pool.execute("UPDATE spine.audit SET link = -3 WHERE link = 3")
    await database.pool.execute("UPDATE spine.audit SET link = 3 WHERE link = 8")
    await database.pool.execute("UPDATE spine.audit SET link = 8 WHERE link = -3")
    assert await verified(database) == (2, 3)


async def test_an_entry_slipped_in_is_named(database: Database) -> None:
    await linked(database, 4)
    await database.pool.execute(
        """INSERT INTO spine.audit (at, person, action, subject, trace, link, digest)
           SELECT at, person, action, subject, trace, 5, digest FROM spine.audit WHERE link = 4"""
    )
    assert await verified(database) == (4, 5)


async def test_concurrent_writers_and_linkers_make_one_chain(database: Database) -> None:
    linking = [asyncio.create_task(link_audit(database, SLOW_POLL)) for _ in range(2)]

    async def write(person: int) -> None:
        for number in range(25):
            await audit_read(database, f"person-{person}", "child", str(number))

    await asyncio.gather(*(write(person) for person in range(8)))
    await until(lambda: _holds(database, 200))
    for task in linking:
        await killed(task)


async def _holds(database: Database, links: int) -> bool:
    return await verified(database) == (links, None)


async def test_a_chain_being_added_to_holds_whenever_it_is_verified(database: Database) -> None:
    linking = asyncio.create_task(link_audit(database, 0.001))
    adding = asyncio.create_task(_keep_reading(database))
    for _ in range(40):
        links, broken = await verified(database)
        assert broken is None, f"link {broken} after {links}"
    await killed(adding)
    await killed(linking)


async def _keep_reading(database: Database) -> None:
    while True:
        await audit_read(database, "somebody", "child", "c")


async def test_an_entry_of_a_transaction_that_failed_is_not_there(database: Database) -> None:
    with suppress(KeyError):
        async with database.writing() as session:
            session.audit("somebody", "change", "child")
            await session.flush()
            raise KeyError
    await linked(database, 2)
    assert await verified(database) == (2, None)
