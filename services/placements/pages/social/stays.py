"""What a social worker's pages about one placement share: who may, where they are, and a form about it sent back or kept."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from services.placements.pages.queue import PAGES
from services.placements.pages.words import reference_of
from services.placements.queries import the_placement
from services.placements.queries.desk import homes_of
from shared.errors import NotFound, Refused
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.session import ReadSession, Row, WriteSession
from shared.web.called import kind_of
from shared.web.questions import Answered, Question, as_typed, summary_of, wrong_with

HERE = "/placements/lives"
CONSIDERS = "placements:consider"
SEE_OTHER, UNPROCESSABLE = 303, 422
Worker = Annotated[Person, Depends(may("placements:record"))]


@dataclass(frozen=True, slots=True)
class Asking:
    """One page about a placement: its heading, its questions, its button, and what is said besides."""

    heading: str
    questions: Sequence[Question]
    button: str
    kept: Mapping[str, Any] = field(default_factory=dict)
    """What stands in the fields when the page is opened."""
    said: Sequence[str] = ()
    warning: bool = False


def onward(path: str) -> Response:
    """After a post comes a get, so that going back or loading again sends nothing twice."""
    return RedirectResponse(path, SEE_OTHER)


def life_of(child: UUID) -> str:
    """The page of where a child lives."""
    return f"{HERE}/{child}"


def crumbs(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """The way back to where children live; the last is the page itself."""
    back = [("Where children live", HERE), *steps[:-1]]
    return [{"text": name, "href": path} for name, path in back] + [{"text": steps[-1][0]}]


async def stay_of(session: ReadSession, placement: UUID, by: Person, *, lock: bool = False) -> Row:
    """A placement of the person's own authority. Raises NotFound for anybody else's."""
    row = await the_placement(session, placement, by, lock=lock)
    if not by.belongs_to(row.authority):
        raise NotFound("We cannot find that placement.", field="placement")
    return row


async def name_of(session: ReadSession, row: Row) -> str:
    """What the home of a placement is called, or which kind of home it is."""
    home = (await homes_of(session, [row.home])).get(row.home) if row.home else None
    return home.name if home else kind_of(row.type)


async def ask(
    request: Request, session: ReadSession, row: Row, asking: Asking, sent: Answered | None = None
) -> Response:
    """The page with its form, as it is opened or with what is wrong."""
    wrong = dict(sent.wrong) if sent else {}
    typed = sent.typed if sent else {one.field: as_typed(one, asking.kept.get(one.field)) for one in asking.questions}
    life = life_of(row.child)
    return PAGES.show(
        request,
        "stay.html",
        status=UNPROCESSABLE if wrong else 200,
        asking=asking,
        row=row,
        name=await name_of(session, row),
        child=reference_of(row.child),
        life=life,
        typed=typed,
        wrong=wrong,
        errors_shown=summary_of(wrong),
        crumbs=crumbs((f"Child {reference_of(row.child)}", life), (asking.heading, "")),
    )


async def kept_or_asked(
    request: Request,
    session: WriteSession,
    row: Row,
    asking: Asking,
    sent: Answered,
    keep: Callable[[], Awaitable[Any]],
) -> Response:
    """Keep what was sent and go back to the child's page, or ask again with what is wrong; nothing is half kept."""
    if sent.wrong:
        return await ask(request, session, row, asking, sent)
    try:
        async with session.savepoint():
            await keep()
    except NotFound:
        raise
    except Refused as refused:
        wrong = wrong_with(refused, [one.field for one in asking.questions])
        return await ask(request, session, row, asking, Answered(sent.typed, {}, wrong))
    return onward(life_of(row.child))
