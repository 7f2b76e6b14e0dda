"""The one way a row of ours is changed, and a placement's first written and found by those whose it is."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.placements.queries import the_placement
from shared.errors import NotFound, must_be_current
from shared.identity.person import Person
from shared.store.session import Row, WriteSession


async def write_placement(session: WriteSession, columns: dict[str, Any]) -> Row:
    """A new placement's first version."""
    values = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    row = await session.one(
        f"INSERT INTO placements (version, {', '.join(columns)}) VALUES (1, {values}) RETURNING *", *columns.values()
    )
    assert row is not None
    return row


async def change_row(session: WriteSession, table: str, key: str, of: UUID, changes: Mapping[str, Any]) -> Row:
    """Set columns of a row that is there, and count its version on."""
    settings = ", ".join(f"{column} = ${number}" for number, column in enumerate(changes, 2))
    sql = f"UPDATE {table} SET version = version + 1, {settings} WHERE {key} = $1 RETURNING *"
    row = await session.one(sql, of, *changes.values())
    assert row is not None
    return row


async def change_placement(session: WriteSession, placement: UUID, **changes: Any) -> Row:
    """Set columns of a placement, count its version on, and wake whoever waits for it."""
    row = await change_row(session, "placements", "placement", placement, changes)
    session.signal(placement)
    return row


async def our_placement(
    session: WriteSession, placement: UUID, seen: int | None, by: Person, *, lock: bool = True
) -> Row:
    """A placement of the person's authority in the version they saw. Raises NotFound, Stale."""
    row = await the_placement(session, placement, by, lock=lock)
    if not by.belongs_to(row.authority):
        raise NotFound("We cannot find that placement.", field="placement")
    must_be_current(row.version, seen)
    return row
