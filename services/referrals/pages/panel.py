"""The panel's pages: referrals that wait for a decision, deciding one, opening its search, and asking for more to be told."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.referrals import queries
from services.referrals.actions import panel
from services.referrals.domain import Act, short_reference
from services.referrals.forms.panel import AskForInformation, Decide
from services.referrals.forms.referrals import Order, ReferralAnswer
from services.referrals.pages.desk import PAGES, line_of
from services.referrals.pages.drafting import onward
from services.referrals.pages.following import asked_for, may_be_done, timeline_of
from services.referrals.pages.words import ABOUT, DECISIONS, STATES
from services.referrals.queries import the_referral
from shared.contracts.vocabulary import ReferralStatus
from shared.errors import NotAllowed, NotFound, Refused
from shared.identity.access import may
from shared.identity.permissions import allows
from shared.identity.person import Person
from shared.store.database import Reading, Writing
from shared.store.session import Row, WriteSession
from shared.web.called import FEATURES
from shared.web.questions import (
    Answered,
    Question,
    answered_all,
    as_typed,
    form_of,
    seen_in,
    summary_of,
    typed_in,
    wrong_with,
)

HERE = "/referrals/panel"
UNPROCESSABLE = 422
SECTIONS = (
    ("Wait for the panel’s decision", ReferralStatus.SUBMITTED),
    ("Approved: open the search", ReferralStatus.APPROVED),
    ("Wait for information", ReferralStatus.INFORMATION_ASKED),
)


def _of(form: Any, field: str, kind: str, short: str, asks: str, **more: Any) -> Question:
    return Question(field.replace("_", "-"), field, form, asks, kind, short, **more)


DECIDED = (
    _of(
        *(Decide, "decision", "radios", "Decision", "What did the panel decide?"),
        missing="Choose what the panel decided.",
        options=DECISIONS,
    ),
    _of(
        *(Decide, "decided_on", "date", "Decided", "On which day?"),
        hint="For example, 31 3 2026.",
        missing="Enter the day of the decision.",
    ),
    _of(
        *(Decide, "most_weekly_pence", "pounds", "The most a week", "If approved: up to how much a week?"),
        hint="A dearer home needs an approver.",
    ),
    _of(
        *(Decide, "approved_until", "date", "Holds until", "If approved: until which day may a home be booked?"),
        hint="Leave it empty where it has no end.",
    ),
    _of(
        *(Decide, "conditions", "prose", "Conditions", "Upon what conditions, or why not?"),
        hint="It stays in your authority.",
    ),
)
ASKED = (
    _of(
        *(AskForInformation, "about", "radios", "About", "What must be told?"),
        missing="Choose what it is about.",
        options={code: words.capitalize() for code, words in ABOUT.items()},
    ),
    _of(
        *(AskForInformation, "words", "prose", "Question", "What do you ask the social worker?"),
        hint="It stays in your authority.",
        missing="Enter your question.",
    ),
)
router = APIRouter(prefix=HERE, include_in_schema=False)
Considering = Annotated[Person, Depends(may("referrals:consider"))]
Approver = Annotated[Person, Depends(may("referrals:decide"))]


@router.get("")
async def waiting(request: Request, by: Considering, session: Reading) -> Response:
    """What waits for the panel, and what its decision waits for."""
    rows = await queries.referrals_of_authority(session, by, order=Order.DUE)
    found = [(title, [_line(row, session) for row in rows if row.status == status]) for title, status in SECTIONS]
    return PAGES.show(request, "panel.html", sections=[(title, lines) for title, lines in found if lines])


@router.get("/{referral:uuid}")
async def one(request: Request, referral: UUID, by: Considering, session: Writing) -> Response:
    """A referral as the panel sees it."""
    return await _shown(request, session, referral, by)


@router.post("/{referral:uuid}/decide")
async def decide(request: Request, referral: UUID, by: Approver, session: Writing) -> Response:
    """Note what the panel decided. Sent twice, the second leads where the first did."""
    row = await queries.referral_of(session, referral, by, lock=True)
    form = await typed_in(request)
    sent = answered_all(DECIDED, form)
    if row.status in (ReferralStatus.APPROVED, ReferralStatus.REFUSED):
        return onward(f"{HERE}/{referral}")
    if not sent.wrong:
        try:
            async with session.savepoint():
                said = form_of(Decide, {**sent.kept, "version": seen_in(form) or row.version})
                await panel.decide(session, referral, said, by=by)
            return onward(f"{HERE}/{referral}")
        except (NotAllowed, NotFound):
            raise
        except Refused as refused:
            sent = Answered(sent.typed, {}, wrong_with(refused, [question.field for question in DECIDED]))
    return await _shown(request, session, referral, by, sent)


@router.post("/{referral:uuid}/open")
async def open_search(referral: UUID, by: Considering, session: Writing) -> Response:
    """Homes may be asked from now on. Sent twice, the second finds it open."""
    row = await queries.referral_of(session, referral, by, lock=True)
    if row.status == ReferralStatus.APPROVED:
        await panel.open_search(session, referral, version=None, by=by)
    return onward(f"{HERE}/{referral}")


@router.get("/{referral:uuid}/question")
async def asking(request: Request, referral: UUID, by: Considering, session: Writing) -> Response:
    """Room for what has to be told."""
    row = await queries.referral_of(session, referral, by)
    session.audit(by.id, "read referral", referral)
    if not may_be_done(Act.ASK, row.status):
        return onward(f"{HERE}/{referral}")
    return _question(request, row)


@router.post("/{referral:uuid}/question")
async def ask(request: Request, referral: UUID, by: Considering, session: Writing) -> Response:
    """Ask it; decision and search wait. Sent twice, the second leads where the first did."""
    row = await queries.referral_of(session, referral, by, lock=True)
    if not may_be_done(Act.ASK, row.status):
        return onward(f"{HERE}/{referral}")
    form = await typed_in(request)
    sent = answered_all(ASKED, form)
    if sent.wrong:
        return _question(request, row, sent)
    said = form_of(AskForInformation, {**sent.kept, "version": row.version})
    await panel.ask_for_information(session, referral, said, by=by)
    return onward(f"{HERE}/{referral}")


def _line(row: Row, session: Any) -> dict[str, Any]:
    return line_of(row, session) | {"path": f"{HERE}/{row.referral}"}


def _question(request: Request, row: Row, sent: Answered | None = None) -> Response:
    back, name = f"{HERE}/{row.referral}", f"Referral {short_reference(row.referral)}"
    return _page(
        request, "panel_question.html", ASKED, {}, sent, back=back, crumbs=_crumbs((name, back), ("Question", ""))
    )


async def _shown(
    request: Request, session: WriteSession, referral: UUID, by: Person, sent: Answered | None = None
) -> Response:
    told: ReferralAnswer = await the_referral(session, referral, by)
    row = await queries.referral_of(session, referral, by)
    session.audit(by.id, "read referral", referral)
    state, colour = STATES[told.status]
    return _page(
        request,
        "panel_referral.html",
        DECIDED,
        {"decided_on": session.clock.today().isoformat()},
        sent,
        told=told,
        state=state,
        colour=colour,
        asked=asked_for(told),
        children=[(line, [FEATURES.get(need, need) for need in line.needs]) for line in told.children],
        timeline=timeline_of(told),
        own=by.id in (row.made_by, row.submitted_by),
        may_decide=allows("referrals:decide", by) and may_be_done(Act.DECIDE, told.status),
        may_open=may_be_done(Act.OPEN_SEARCH, told.status),
        may_ask=may_be_done(Act.ASK, told.status),
        searching=told.status in (ReferralStatus.SEARCHING, ReferralStatus.MATCHED),
        crumbs=_crumbs((f"Referral {told.reference}", "")),
    )


def _page(
    request: Request,
    template: str,
    questions: Sequence[Question],
    kept: Mapping[str, Any],
    sent: Answered | None,
    **facts: Any,
) -> Response:
    wrong = dict(sent.wrong) if sent else {}
    errors = (
        summary_of(wrong)
        if facts.get("may_decide", True)
        else [{"text": one, "href": "#main-content"} for one in wrong.values()]
    )
    return PAGES.show(
        request,
        template,
        status=UNPROCESSABLE if wrong else 200,
        questions=questions,
        typed=sent.typed if sent else {one.field: as_typed(one, kept.get(one.field)) for one in questions},
        wrong=wrong,
        errors_shown=errors,
        **facts,
    )


def _crumbs(*steps: tuple[str, str]) -> list[dict[str, str]]:
    """The way back to the list; the last is the page itself."""
    back = [{"text": name, "href": path} for name, path in (("Panel", HERE), *steps[:-1])]
    return [*back, {"text": steps[-1][0]}]
