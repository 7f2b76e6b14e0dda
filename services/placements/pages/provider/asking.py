"""One page with a form of a provider's: as it is opened, sent back with what is wrong, or kept."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import RedirectResponse, Response

from services.placements.pages.queue import PAGES
from shared.errors import NotFound, Refused
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.session import WriteSession
from shared.web.questions import Answered, Question, as_typed, summary_of, wrong_with

SEE_OTHER, UNPROCESSABLE = 303, 422
Answerer = Annotated[Person, Depends(may("placements:answer_offers"))]
Reporter = Annotated[Person, Depends(may("placements:report_stays"))]


@dataclass(frozen=True, slots=True)
class Asking:
    """A page's heading, what stands above its form, its questions, its button, and where it leads."""

    heading: str
    about: Sequence[tuple[str, str]]
    questions: Sequence[Question]
    button: str
    back: str
    crumbs: Sequence[Mapping[str, str]]
    version: int
    kept: Mapping[str, Any] = field(default_factory=dict)
    said: str = ""
    warning: bool = False


def onward(path: str) -> Response:
    """After a post comes a get, so that going back or loading again sends nothing twice."""
    return RedirectResponse(path, SEE_OTHER)


def ask(request: Request, asking: Asking, sent: Answered | None = None) -> Response:
    """The page as it is opened, or with what is wrong."""
    wrong = dict(sent.wrong) if sent else {}
    typed = sent.typed if sent else {one.field: as_typed(one, asking.kept.get(one.field)) for one in asking.questions}
    return PAGES.show(
        request,
        "asking.html",
        status=UNPROCESSABLE if wrong else 200,
        asking=asking,
        typed=typed,
        wrong=wrong,
        errors_shown=summary_of(wrong),
        crumbs=asking.crumbs,
    )


async def kept_or_asked(
    request: Request,
    session: WriteSession,
    asking: Asking,
    sent: Answered,
    keep: Callable[[], Awaitable[Any]],
) -> Response:
    """Keep what was sent and go on, or ask again with what is wrong; nothing is half kept."""
    if sent.wrong:
        return ask(request, asking, sent)
    try:
        async with session.savepoint():
            await keep()
    except NotFound:
        raise
    except Refused as refused:
        wrong = wrong_with(refused, [one.field for one in asking.questions])
        return ask(request, asking, Answered(sent.typed, {}, wrong))
    return onward(asking.back)
