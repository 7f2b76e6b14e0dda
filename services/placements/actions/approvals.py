"""An approver asked whether a child may live in a home that costs more than the panel allowed, or is far away."""

from dataclasses import dataclass
from uuid import UUID

from services.placements.actions.circumstances import Whereabouts, surrounding
from services.placements.actions.offers import approve_distance
from services.placements.forms import ApproveDistance
from services.placements.forms.deciding import AskApproval, DecideApproval
from services.placements.queries import home_of, the_offer
from services.placements.queries.approvals import approval_of, most_for
from shared.contracts.vocabulary import OfferStatus
from shared.errors import Invalid, NotFound, Refused, must_be_current
from shared.geography import Geography
from shared.identity.person import Person
from shared.store.session import ReadSession, Row, WriteSession

MAY_BE_CHOSEN = (OfferStatus.OFFERED, OfferStatus.ACCEPTED)
ASK = """INSERT INTO approvals (offer, authority, version, weekly_pence, dear, far, why, asked_by, asked_at)
    VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (offer) DO UPDATE SET version = approvals.version + 1, weekly_pence = excluded.weekly_pence,
        dear = excluded.dear, far = excluded.far, why = excluded.why, asked_by = excluded.asked_by,
        asked_at = excluded.asked_at, approved = NULL, words = NULL, decided_by = NULL, decided_at = NULL"""
DECIDE = """UPDATE approvals SET version = version + 1, approved = $2, words = $3, decided_by = $4, decided_at = $5
    WHERE offer = $1"""


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why an approver has to decide about an offer, if so."""

    over_pence: int
    """How much above the panel's limit it is; 0 where it is within."""
    where: Whereabouts
    distance_decided: bool

    @property
    def dear(self) -> bool:
        return self.over_pence > 0

    @property
    def far(self) -> bool:
        return self.where.far and not self.distance_decided

    @property
    def any(self) -> bool:
        return self.dear or self.far


async def grounds_of(session: ReadSession, geography: Geography, offer: Row) -> Grounds:
    """Why an approver has to decide about an offer as it stands."""
    most, home = await most_for(session, offer.referral), await home_of(session, offer.home)
    if home is None:
        raise Refused("We have not heard of that home yet. Try again in a moment.", field="offer", code="home_unknown")
    around = await surrounding(session, geography, offer, home.type, offer.available_from or session.clock.today())
    over = max(0, offer.weekly_pence - most) if most is not None and offer.weekly_pence is not None else 0
    return Grounds(over, around.where, offer.distance_approved_by is not None)


async def ask_approval(
    session: WriteSession, offer: UUID, form: AskApproval, geography: Geography, *, by: Person
) -> None:
    """Ask an approver. Asked twice it is asked once. Raises NotFound, Stale, Refused where nobody need decide."""
    row = await the_offer(session, offer, by, lock=True)
    if not by.belongs_to(row.authority):
        raise NotFound("We cannot find that offer.", field="offer")
    asked = await approval_of(session, offer)
    if asked is not None and asked.approved is None and asked.weekly_pence == row.weekly_pence:
        return
    must_be_current(row.version, form.version)
    if row.status not in MAY_BE_CHOSEN:
        raise Refused("That home is not offered any more.", field="why", code="not_in_that_order")
    grounds = await grounds_of(session, geography, row)
    if not grounds.any:
        raise Refused("Nobody has to approve this: book it.", field="why", code="no_approval_needed")
    said = (row.weekly_pence, grounds.dear, grounds.far, form.why, by.id, session.clock.now())
    await session.run(ASK, offer, row.authority, *said)
    session.audit(by.id, "ask for approval", offer)


async def decide_approval(session: WriteSession, offer: UUID, form: DecideApproval, *, by: Person) -> None:
    """Approve or refuse. Raises NotFound, Stale, Invalid, Refused for whoever asked, or where it is decided."""
    row = await the_offer(session, offer, by, lock=True)
    asked = await approval_of(session, offer)
    if asked is None:
        raise NotFound("Nobody has asked you to approve that.", field="offer")
    if by.id in (asked.asked_by, row.invited_by):
        raise Refused("You asked for this home: somebody else must decide.", field="approved", code="needs_approval")
    must_be_current(asked.version, form.version)
    if asked.approved is not None:
        raise Refused("Somebody has decided this already.", field="approved", code="decided")
    if row.status not in MAY_BE_CHOSEN:
        raise Refused("That home is not offered any more.", field="approved", code="not_in_that_order")
    if form.approved:
        await _allow(session, row, asked, form, by)
    await session.run(DECIDE, offer, form.approved, form.words, by.id, session.clock.now())
    session.audit(by.id, "approve offer" if form.approved else "refuse offer", offer)


async def _allow(session: WriteSession, row: Row, asked: Row, form: DecideApproval, by: Person) -> None:
    if row.weekly_pence != asked.weekly_pence:
        raise Refused("The price has changed since you were asked.", field="approved", code="price_changed")
    if asked.far and row.distance_approved_by is None:
        if form.distance_reason is None:
            raise Invalid("Say why the child is to live so far away.", field="distance_reason")
        await approve_distance(session, row.offer, ApproveDistance(distance_reason=form.distance_reason), by=by)
