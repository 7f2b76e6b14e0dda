"""What is told of a home to children, its pictures, and to whom it was given."""

from collections.abc import Sequence
from uuid import UUID

from shared.errors import NotFound
from shared.identity.person import Person
from shared.store.session import ReadSession, Row

WELCOME = "home, version, hello, people, bedroom, meals, fun, rules, pictures, written_at"
PICTURE = "picture, home, shows, width, height"
GIVEN = "SELECT count(*) AS times, max(issued_at) AS last FROM welcome_issued WHERE home = $1"
ISSUED = """SELECT i.placement, i.authority, i.home, i.version, i.issued_at, h.provider, h.name, h.type, p.owned_by
    FROM welcome_issued i JOIN home h USING (home) JOIN provider p USING (provider) WHERE i.placement = $1"""
# A picture is shown with what it stands in: to the home's own people, and to authorities a version with it was given to.
OF_PICTURE = """SELECT w.content, w.kind, h.provider, p.owned_by,
        EXISTS (SELECT FROM welcome_issued i JOIN welcome v USING (home, version)
            WHERE i.home = w.home AND i.authority = $2 AND w.picture = ANY(v.pictures)) AS given
    FROM welcome_picture w JOIN home h USING (home) JOIN provider p USING (provider) WHERE w.picture = $1"""


async def welcome_of(session: ReadSession, home: UUID, version: int | None = None) -> Row | None:
    """What is told of a home now, or was in one version; None where nobody has written anything."""
    return await session.one(
        f"""SELECT {WELCOME} FROM welcome WHERE home = $1 AND ($2::integer IS NULL OR version = $2)
        ORDER BY version DESC LIMIT 1""",
        home,
        version,
    )


async def pictures_of(session: ReadSession, pictures: Sequence[UUID]) -> list[Row]:
    """Those of these pictures that are kept still, in this order, without their content."""
    return await session.all(
        f"SELECT {PICTURE} FROM welcome_picture WHERE picture = ANY($1) ORDER BY array_position($1, picture)",
        list(pictures),
    )


async def given(session: ReadSession, home: UUID) -> Row:
    """How often a home's welcome was given to a child, and when last."""
    row = await session.one(GIVEN, home)
    assert row is not None
    return row


async def welcome_given(session: ReadSession, placement: UUID, by: Person) -> Row:
    """What was given for a placement, to those whose child it is and to the home. Raises NotFound."""
    row = await session.one(ISSUED, placement)
    if row is None or not (by.belongs_to(row.authority) or _runs(row, by)):
        raise NotFound("The child was given nothing about the home: it had written no words for children yet.")
    return row


async def picture_shown(session: ReadSession, picture: UUID, by: Person) -> Row:
    """A picture with its content, to those who may see what it stands in. Raises NotFound."""
    row = await session.one(OF_PICTURE, picture, by.authority)
    if row is None or not (_runs(row, by) or (by.authority is not None and row.given)):
        raise NotFound
    return row


def _runs(row: Row, by: Person) -> bool:
    return by.provider == row.provider or (row.owned_by is not None and by.belongs_to(row.owned_by))
