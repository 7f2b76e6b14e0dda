"""Writing what a child is told of a home, its pictures, and giving it to the child of a placement."""

from collections.abc import Sequence
from uuid import UUID

from services.providers.actions.letting_go import OURSELVES
from services.providers.actions.pictures import JPEG, Picture
from services.providers.forms.welcome import MOST_PICTURES, AddPicture, WriteWelcome
from services.providers.queries import home_managed
from services.providers.queries.welcomes import welcome_of
from shared.contracts.placements import PlacementConfirmed
from shared.errors import Refused, must_be_current
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import Row, WriteSession

WRITE = """INSERT INTO welcome (home, version, hello, people, bedroom, meals, fun, rules, pictures, written_at, written_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"""
# The same words with other pictures are a version of their own.
PICTURED = """INSERT INTO welcome (home, version, hello, people, bedroom, meals, fun, rules, pictures, written_at, written_by)
    SELECT home, version + 1, hello, people, bedroom, meals, fun, rules, $3, $4, $5
    FROM welcome WHERE home = $1 AND version = $2"""
ADD = """INSERT INTO welcome_picture (picture, home, shows, kind, width, height, content, digest)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (home, digest) DO NOTHING"""
TAKE = "DELETE FROM welcome_picture WHERE picture = $1 AND home = $2"
ISSUE = """INSERT INTO welcome_issued (placement, authority, home, version, issued_at)
    SELECT $1, $2, home, version, $4 FROM welcome WHERE home = (SELECT home FROM place WHERE place = $3)
        AND EXISTS (SELECT FROM occupation WHERE placement = $1 AND released_at IS NULL)
    ORDER BY version DESC LIMIT 1 ON CONFLICT (placement) DO NOTHING"""


async def write_welcome(session: WriteSession, home: UUID, form: WriteWelcome, *, by: Person) -> None:
    """The words of a home from now on; what children were given before stays as it was, and the same words again are nothing new. Raises NotFound, Stale."""
    before = await _before(session, home, by)
    words = (form.hello, form.people, form.bedroom, form.meals, form.fun, form.rules)
    if before is not None:
        if words == (before.hello, before.people, before.bedroom, before.meals, before.fun, before.rules):
            return
        must_be_current(before.version, form.version or 0)
    version, pictures = (before.version + 1, before.pictures) if before else (1, [])
    await session.run(WRITE, home, version, *words, pictures, session.clock.now(), by.id)
    session.audit(by.id, "write welcome", home)


async def add_picture(session: WriteSession, home: UUID, form: AddPicture, picture: Picture, *, by: Person) -> None:
    """One more picture, after the others; the same one sent again is there already. Raises NotFound, Refused."""
    before = await _before(session, home, by)
    if before is None:
        raise Refused(
            "Write what a child is told first: pictures stand beside words.", field="picture", code="no_words"
        )
    if len(before.pictures) >= MOST_PICTURES:
        raise Refused(f"There are {MOST_PICTURES} pictures already. Take one away first.", field="picture", code="full")
    key, size = new_id(), (picture.width, picture.height)
    kept = (key, home, form.shows, JPEG, *size, picture.content, picture.digest)
    if (await session.run(ADD, *kept)).endswith(" 1"):
        await _pictured(session, before, [*before.pictures, key], by)
        session.audit(by.id, "add picture", key)


async def take_picture_away(session: WriteSession, home: UUID, picture: UUID, *, by: Person) -> None:
    """It is gone for good, also from what was given before: perhaps a child can be seen in it. Raises NotFound."""
    before = await _before(session, home, by)
    if before is not None and (await session.run(TAKE, picture, home)).endswith(" 1"):
        await _pictured(session, before, [one for one in before.pictures if one != picture], by)
        session.audit(by.id, "take picture away", picture)


async def issue_welcome(session: WriteSession, event: PlacementConfirmed) -> None:
    """Give the child of a placement what is told of the home now, once. Nothing is given where nothing is written, or where the home could not keep the place."""
    asked = (event.placement, event.authority, event.place, session.clock.now())
    if (await session.run(ISSUE, *asked)).endswith(" 1"):
        session.audit(OURSELVES.id, "issue welcome", event.placement)


async def _before(session: WriteSession, home: UUID, by: Person) -> Row | None:
    """What is told now of a home of the caller's, which nobody else changes meanwhile."""
    await home_managed(session, home, by, lock=True)
    return await welcome_of(session, home)


async def _pictured(session: WriteSession, before: Row, pictures: Sequence[UUID], by: Person) -> None:
    await session.run(PICTURED, before.home, before.version, list(pictures), session.clock.now(), by.id)
