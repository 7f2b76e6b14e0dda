"""What placements takes many of in one call: offers, bookings, stays and what becomes of them."""

from uuid import UUID

from services.placements import actions, statutory
from services.placements.actions.statutory import record_fact
from services.placements.forms import (
    ApproveDistance,
    Book,
    Cancel,
    ChangeLegalStatus,
    Choose,
    Correct,
    CorrectCare,
    DeclareCoverage,
    Decline,
    End,
    Invite,
    MakeOffer,
    NotArrived,
    PlaceDirectly,
    Price,
    Start,
)
from services.placements.forms import statutory as facts
from services.placements.queries import the_periods
from shared.errors import NotFound
from shared.service.commands import Action, Doing, Kind, changing, commands_router, making
from shared.web.fields import Form

NIL = UUID(int=0)
N = statutory.KindName
RECORD, ANSWER = "placements:record", "placements:answer_offers"
CHILD = "5f0f2f34-9a8a-7cc0-8a3e-0d2f7b1c9a10"


async def _place(doing: Doing) -> UUID:
    row = await actions.place_directly(doing.session, doing.form, doing.geography, by=doing.by)
    return row.placement  # type: ignore[no-any-return]


async def _book(doing: Doing) -> UUID:
    return await actions.book_placement(doing.session, doing.form, doing.geography, by=doing.by)


async def _correct(doing: Doing) -> UUID:
    assert doing.about is not None
    await actions.correct_placement(doing.session, doing.about, doing.form, doing.geography, by=doing.by)
    return doing.about


async def _cover(doing: Doing) -> UUID:
    """An authority's coverage has no id."""
    await actions.declare_own_coverage(doing.session, doing.form, by=doing.by)
    return NIL


def noting(kind: statutory.KindName, form: type[Form]) -> Kind:
    """A fact about a child that the return asks for besides episodes."""

    async def do(doing: Doing) -> UUID:
        assert doing.about is not None
        of = statutory.KINDS[kind]
        row = await record_fact(doing.session, of, doing.about, doing.form, by=doing.by)
        return row[of.key]  # type: ignore[no-any-return]

    return Kind(RECORD, form, do, named=True)


def of_child(action: Action, form: type[Form]) -> Kind:
    """About a period of care that is named by its child, the newest: within a call nobody has been told its own id."""

    async def do(doing: Doing) -> UUID:
        assert doing.about is not None
        periods = [one for one in await the_periods(doing.session, doing.about, doing.by) if not one.annulled]
        if not periods:
            raise NotFound("We cannot find a period of care of that child.")
        await action(doing.session, periods[-1].period, doing.form, by=doing.by)
        return periods[-1].period  # type: ignore[no-any-return]

    return Kind(RECORD, form, do, named=True)


KINDS = {
    "invite": Kind("placements:invite", Invite, making(actions.invite_offer, "offer")),
    "offer": Kind(ANSWER, MakeOffer, changing(actions.make_offer), named=True),
    "decline": Kind(ANSWER, Decline, changing(actions.decline_offer), named=True),
    "accept": Kind("placements:accept", Choose, changing(actions.accept_offer), named=True),
    "let_lapse": Kind("placements:invite", Choose, changing(actions.let_lapse), named=True),
    "approve_distance": Kind("placements:approve", ApproveDistance, changing(actions.approve_distance), named=True),
    "book": Kind("placements:book", Book, _book),
    "cancel": Kind("placements:book", Cancel, changing(actions.cancel_placement), named=True),
    "place_directly": Kind("placements:place_directly", PlaceDirectly, _place),
    "start": Kind(RECORD, Start, changing(actions.start_placement), named=True),
    "not_arrived": Kind(RECORD, NotArrived, changing(actions.not_arrived), named=True),
    "price": Kind(RECORD, Price, changing(actions.reprice_placement), named=True),
    "end": Kind(RECORD, End, changing(actions.end_placement), named=True),
    "declare_coverage": Kind("placements:declare_coverage", DeclareCoverage, _cover),
    "correct": Kind(RECORD, Correct, _correct, named=True),
    "record_review": noting(N.REVIEWS, facts.RecordReview),
    "record_health": noting(N.HEALTH, facts.RecordHealth),
    "record_care_leaver": noting(N.CARE_LEAVERS, facts.RecordCareLeaver),
    "record_previous_permanence": noting(N.PREVIOUS_PERMANENCE, facts.RecordPreviousPermanence),
    "record_adoption": noting(N.ADOPTIONS, facts.RecordAdoption),
    "record_adoption_decision": noting(N.ADOPTION_DECISIONS, facts.RecordAdoptionDecision),
    "record_missing": noting(N.MISSING, facts.RecordMissing),
    "record_social_worker": noting(N.SOCIAL_WORKERS, facts.RecordSocialWorker),
    "record_liberty": noting(N.LIBERTY, facts.RecordLiberty),
    "change_legal_status": of_child(actions.change_legal_status, ChangeLegalStatus),
    "correct_care": of_child(actions.correct_care, CorrectCare),
}

router = commands_router(
    "placements",
    KINDS,
    [
        {
            "kind": "place_directly",
            "key": "with-aunt",
            "form": {"child": CHILD, "type": "U3", "sector": "PR1", "starts": "2026-04-01", "arrived_on": "2026-04-01"},
        },
        {
            "kind": "price",
            "about": {"ref": "with-aunt"},
            "form": {"starts": "2026-04-01", "weekly_pence": 41_400},
        },
    ],
)
