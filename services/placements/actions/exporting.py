"""Giving out the statutory return: all of it as at one moment, and a note of every child whose record was read."""

import asyncio
from functools import partial

from services.placements.queries.ledgers import kept_for_return
from services.placements.returns.export import Exported, Format, packed, the_return
from shared.identity.person import Person
from shared.store.database import Database


async def export_return(database: Database, authority: str, year: int, format_: Format, *, by: Person) -> bytes:
    """The zip of a year's return; who read which child's record is audited before it is given out."""
    exported = await the_return_of(database, authority, year)
    content = await asyncio.to_thread(packed, exported, format_)
    async with database.writing() as session:
        session.audit(by.id, f"export return {year}", authority)
        for child in exported.children:
            session.audit(by.id, "read child", child)
    return content


async def the_return_of(database: Database, authority: str, year: int) -> Exported:
    """The return as the ledger now has it."""
    async with database.writing() as session:
        kept = await kept_for_return(session, authority)
    return await asyncio.to_thread(partial(the_return, kept, authority, year, database.clock.today()))
