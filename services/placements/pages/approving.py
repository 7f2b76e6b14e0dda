"""An approver asked about an offer that is dear or far away: how it stands, the list of what waits, and the decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from services.placements.actions.approvals import Grounds, decide_approval, grounds_of
from services.placements.actions.owning import note_colleague
from services.placements.forms.deciding import AskApproval, DecideApproval
from services.placements.pages.choosing import errors_on
from services.placements.pages.queue import PAGES, SEE_OTHER
from services.placements.pages.words import FAR_AWAY, OFFERS, RATINGS, clock, reference_of
from services.placements.queries import home_of, the_offer
from services.placements.queries.approvals import approval_of, approvals_decided, approvals_waiting, most_for
from shared.contracts.vocabulary import OfferStatus
from shared.errors import NotFound, Refused
from shared.geography.kept import the_map
from shared.identity.access import may
from shared.identity.person import Person, Role
from shared.store.database import Writing
from shared.store.session import ReadSession, Row, WriteSession
from shared.web.called import URGENCIES, kind_of
from shared.web.pages import pounds
from shared.web.questions import Answered, Question, answered_all, form_of, seen_in, typed_in, wrong_with

HERE = "/placements/approvals"
LATELY = 10
UNPROCESSABLE = 422
WHY = Question(
    "why",
    "why",
    AskApproval,
    "Why should the child live there all the same?",
    "prose",
    "Why",
    hint="The approver reads it. It stays in your authority.",
    missing="Say why the child should live there.",
)
APPROVED = Question(
    "approved",
    "approved",
    DecideApproval,
    "May this home be booked?",
    "yes_no",
    "Decision",
    missing="Say whether the home may be booked.",
)
FAR = Question(
    "distance-reason",
    "distance_reason",
    DecideApproval,
    "If it may: why is the child to live so far away?",
    "choice",
    "Why so far away",
    options=FAR_AWAY,
)
WORDS = Question(
    "words",
    "words",
    DecideApproval,
    "What should whoever asked know?",
    "prose",
    "In words",
    hint="A no says why. It stays in your authority.",
)
router = APIRouter(prefix=HERE, include_in_schema=False)
Approver = Annotated[Person, Depends(may("placements:approve"))]


@dataclass(frozen=True, slots=True)
class HowApproved:
    """Whether an offer needs an approver, what is in the way, and what was asked and decided."""

    grounds: Sequence[str]
    asked: Row | None
    blocked: bool
    """Whoever looks cannot book it before somebody else has decided."""

    @property
    def waits(self) -> bool:
        return self.asked is not None and self.asked.approved is None


async def how_approved(request: Request, session: ReadSession, row: Row, by: Person) -> HowApproved:
    """How an offer that could be booked stands with the approver."""
    grounds = await grounds_of(session, await the_map(request.app.state.running.settings.map_folder), row)
    asked = await approval_of(session, row.offer)
    agreed = asked is not None and asked.approved and row.weekly_pence <= asked.weekly_pence
    dear = grounds.dear and not agreed and row.status == OfferStatus.OFFERED
    decides = Role.APPROVER in by.roles and by.id != row.invited_by
    stale = asked is not None and asked.approved is None and asked.weekly_pence != row.weekly_pence
    return HowApproved(in_words(grounds), None if stale else asked, (dear or grounds.far) and not decides)


def in_words(grounds: Grounds) -> list[str]:
    """Why an approver decides, a sentence each."""
    said = [f"It costs {pounds(grounds.over_pence)} a week more than the panel allowed."] if grounds.dear else []
    if grounds.far:
        tenths = grounds.where.miles_tenths
        far = f"{tenths / 10} miles from the child’s home and" if tenths is not None else "at a distance,"
        said.append(f"It is {far} outside the area.")
    return said


@router.get("")
async def approvals(request: Request, by: Approver, session: Writing) -> Response:
    """What waits for an approver, the soonest due first; and what was decided last."""
    await note_colleague(session, by)
    return PAGES.show(
        request,
        "approvals.html",
        waiting=[_line(row, session, by) for row in await approvals_waiting(session, by)],
        decided=[_line(row, session, by) for row in await approvals_decided(session, by, LATELY)],
    )


@router.get("/{offer:uuid}")
async def approval(request: Request, offer: UUID, by: Approver, session: Writing) -> Response:
    """One of them with what speaks for it."""
    return await _shown(request, session, offer, by)


@router.post("/{offer:uuid}")
async def decide(request: Request, offer: UUID, by: Approver, session: Writing) -> Response:
    """Approve it or refuse. Sent twice, the second leads where the first did."""
    asked = await _asked(session, offer, by)
    if asked.approved is not None and asked.decided_by == by.id:
        return RedirectResponse(HERE, SEE_OTHER)
    form = await typed_in(request)
    questions = (APPROVED, FAR, WORDS) if asked.far else (APPROVED, WORDS)
    sent = answered_all(questions, form)
    if sent.wrong:
        return await _shown(request, session, offer, by, sent)
    try:
        async with session.savepoint():
            # Words are named even where there are none, so that a no is asked for them.
            said = {"words": None, **sent.kept, "version": seen_in(form)}
            await decide_approval(session, offer, form_of(DecideApproval, said), by=by)
    except NotFound:
        raise
    except Refused as refused:
        wrong = wrong_with(refused, [one.field for one in questions])
        return await _shown(request, session, offer, by, Answered(sent.typed, {}, wrong))
    await note_colleague(session, by)
    return RedirectResponse(HERE, SEE_OTHER)


async def _asked(session: ReadSession, offer: UUID, by: Person) -> Row:
    await the_offer(session, offer, by)
    asked = await approval_of(session, offer)
    if asked is None:
        raise NotFound("Nobody has asked you to approve that.", field="offer")
    return asked


async def _shown(
    request: Request, session: WriteSession, offer: UUID, by: Person, sent: Answered | None = None
) -> Response:
    row, asked = await the_offer(session, offer, by), await _asked(session, offer, by)
    session.audit(by.id, "read offer", offer)
    home = await home_of(session, row.home)
    geography = await the_map(request.app.state.running.settings.map_folder)
    grounds = await grounds_of(session, geography, row)
    wrong = dict(sent.wrong) if sent else {}
    own = by.id in (asked.asked_by, row.invited_by)
    open_ = asked.approved is None and row.status in (OfferStatus.OFFERED, OfferStatus.ACCEPTED)
    questions = (APPROVED, FAR, WORDS) if asked.far else (APPROVED, WORDS)
    standing = questions if open_ and not own else ()
    return PAGES.show(
        request,
        "approval.html",
        status=UNPROCESSABLE if wrong else 200,
        row=row,
        asked=asked,
        home=home,
        kind=kind_of(home.type) if home else "",
        rating=RATINGS[home.rating] if home else RATINGS[None],
        miles=grounds.where.miles_tenths / 10 if grounds.where.miles_tenths is not None else None,
        most=await most_for(session, row.referral),
        grounds=in_words(grounds),
        child=reference_of(row.child),
        state=OFFERS[row.status][0],
        own=own,
        may_decide=open_,
        questions=questions,
        typed=sent.typed if sent else {"approved": "", "distance_reason": row.distance_reason or "", "words": ""},
        wrong=wrong,
        errors_shown=errors_on([one.field for one in standing], wrong),
        crumbs=[{"text": "Approvals", "href": HERE}, {"text": f"Referral {reference_of(row.referral)}"}],
    )


def _line(row: Row, session: ReadSession, by: Person) -> dict[str, Any]:
    words, late = clock(row.due_at, session.clock.now())
    over = row.price - row.most_weekly_pence if row.dear and row.most_weekly_pence is not None else 0
    return {
        "path": f"{HERE}/{row.offer}",
        "home": row.home_name or "A home",
        "reference": reference_of(row.referral),
        "urgency": URGENCIES[row.urgency],
        "clock": words,
        "late": late,
        "price": row.price,
        "over": max(over, 0),
        "far": row.far,
        "asked_by": row.asked_by_name,
        "asked_at": row.asked_at,
        "own": by.id in (row.asked_by, row.invited_by),
        "approved": row.approved,
        "decided_by": row.decided_by_name,
        "decided_at": row.decided_at,
    }
