"""What placements answers about the facts that the return asks for besides episodes."""

from uuid import UUID

from services.placements.statutory import KINDS, Kind, KindName
from shared.errors import NotFound
from shared.identity.person import Person
from shared.store.session import ReadSession, Row


async def the_child(session: ReadSession, child: UUID, by: Person) -> Row:
    """Our copy of a child of the person's authority. Raises NotFound for anybody else's."""
    row = await session.one("SELECT * FROM children WHERE child = $1", child)
    if row is None or not by.belongs_to(row.authority):
        raise NotFound("We cannot find that child.", field="child")
    return row


async def the_fact(session: ReadSession, kind: Kind, record: UUID, by: Person) -> Row:
    """A fact about a child of the person's authority, locked. Raises NotFound for anybody else's."""
    row = await session.one(f"SELECT * FROM {kind.table} WHERE {kind.key} = $1 FOR UPDATE", record)
    if row is None or not by.belongs_to(row.authority):
        raise NotFound("We cannot find that record.", field="record")
    return row


async def facts_of(session: ReadSession, child: UUID) -> dict[KindName, list[Row]]:
    """Everything that stands of a child, in order."""
    sql = "SELECT * FROM {} WHERE child = $1 AND NOT annulled ORDER BY {}"
    return {name: await session.all(sql.format(kind.table, kind.when), child) for name, kind in KINDS.items()}
