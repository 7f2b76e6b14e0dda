"""What a home says of a child: came, did not come, notice, left; and takes back. The authority records what follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.placements.actions.reports import SAID_WHILE, report_stay
from services.placements.forms.reports import Report
from services.placements.pages.provider.asking import Asking, Reporter, ask, kept_or_asked, onward
from services.placements.pages.provider.stays import HERE, crumbs
from services.placements.pages.provider.words import LEFT_REASONS, NOTICE_REASONS, child_in_words
from services.placements.pages.words import reference_of
from services.placements.queries import the_placement
from services.placements.queries.at_home import the_stay
from shared.contracts.vocabulary import StayReport
from shared.errors import NotFound
from shared.store.database import Writing
from shared.store.session import ReadSession, Row
from shared.web.called import kind_of
from shared.web.pages import day
from shared.web.questions import Question, answered_all, form_of, seen_in, typed_in


def _on(asks: str, missing: str, hint: str = "For example, 31 3 2026.") -> Question:
    return Question("on", "on", Report, asks, "date", "Day", hint=hint, missing=missing)


def _why(asks: str, options: Mapping[str, str]) -> Question:
    return Question("reason", "reason", Report, asks, "choice", "Reason", missing="Choose why.", options=options)


PLANNED = Question(
    "planned", "planned", Report, "Was it planned?", "yes_no", "Planned", missing="Say whether it was planned."
)


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing that a home can say: the page that asks for it."""

    heading: str
    button: str
    questions: Sequence[Question]
    said: str
    from_start: bool = False
    warning: bool = False


SAYINGS: Mapping[str, Saying] = {
    StayReport.ARRIVED: Saying(
        "The child came",
        "Say that the child came",
        (_on("What was the first night?", "Enter the first night."),),
        "The child’s social worker is told, and records the arrival with its legal basis.",
    ),
    StayReport.NOT_ARRIVED: Saying(
        "The child did not come",
        "Say that the child did not come",
        (_on("On which day did you expect the child?", "Enter the day on which you expected the child."),),
        "The authority is told at once. Your place stays kept until it says what happens next.",
        from_start=True,
        warning=True,
    ),
    StayReport.NOTICE: Saying(
        "Give notice",
        "Give notice",
        (
            _on("By which day is the child to leave?", "Enter the day by which the child is to leave."),
            _why("Why?", NOTICE_REASONS),
        ),
        "The authority is told at once that the placement will not last, and looks for another home. "
        "Your contract says how long notice is.",
        warning=True,
    ),
    StayReport.LEFT: Saying(
        "The child left",
        "Say that the child left",
        (
            _on("On which day did the child leave?", "Enter the day on which the child left."),
            _why("Why did it end?", LEFT_REASONS),
            PLANNED,
        ),
        "The child’s social worker is told, and records the ending. The night before was the last with you.",
    ),
}
router = APIRouter(prefix=HERE + "/{placement:uuid}", include_in_schema=False)


@router.get("/say/{word}")
async def saying(request: Request, placement: UUID, word: str, by: Reporter, session: Writing) -> Response:
    """What has to be said."""
    row = await the_stay(session, placement, by)
    report = _known(word)
    session.audit(by.id, "read placement", placement)
    if row.status != SAID_WHILE[report]:
        return onward(f"{HERE}/{placement}")
    return ask(request, _asking(session, row, report))


@router.post("/say/{word}")
async def said(request: Request, placement: UUID, word: str, by: Reporter, session: Writing) -> Response:
    """The home's word is kept. Sent twice it is said once."""
    await the_placement(session, placement, by, lock=True)
    row, report, form = await the_stay(session, placement, by), _known(word), await typed_in(request)
    sent = answered_all(SAYINGS[report].questions, form)

    async def keep() -> Any:
        words = form_of(Report, {**sent.kept, "report": report, "version": seen_in(form)})
        return await report_stay(session, placement, words, by=by)

    return await kept_or_asked(request, session, _asking(session, row, report), sent, keep)


@router.post("/take-back")
async def taken_back(request: Request, placement: UUID, by: Reporter, session: Writing) -> Response:
    """What was said is taken back; where somebody has done so already it stays so."""
    await the_placement(session, placement, by, lock=True)
    row, form = await the_stay(session, placement, by), await typed_in(request)
    if row.report is not None:
        await report_stay(session, placement, Report(report=None, version=seen_in(form)), by=by)
    return onward(f"{HERE}/{placement}")


def _known(word: str) -> StayReport:
    found = next((one for one in StayReport if one.replace("_", "-") == word), None)
    if found is None:
        raise NotFound("We cannot find that page.")
    return found


def _asking(session: ReadSession, row: Row, report: StayReport) -> Asking:
    one, today = SAYINGS[report], session.clock.today()
    path, child = f"{HERE}/{row.placement}", f"Child {reference_of(row.child)}"
    kept = {} if report is StayReport.NOTICE else {"on": (row.starts if one.from_start else today).isoformat()}
    if row.report == report:
        kept = {"on": row.said_of.isoformat(), "reason": row.said_why, "planned": row.said_planned}
    since = "Expected on" if report in (StayReport.ARRIVED, StayReport.NOT_ARRIVED) else "There since"
    about = [
        ("Child", f"{reference_of(row.child)}, {child_in_words(row, max(today, row.starts))}"),
        ("Home", row.name or kind_of(row.type)),
        (since, day(row.starts)),
    ]
    return Asking(
        one.heading,
        about,
        one.questions,
        one.button,
        back=path,
        crumbs=crumbs((child, path), (one.heading, "")),
        version=row.said or 0,
        kept=kept,
        said=one.said,
        warning=one.warning,
    )
