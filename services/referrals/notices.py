"""What people are told of referrals, each audience in its own words."""

from shared.contracts.referrals import InformationAsked, PanelDecided, ReferralSubmitted, SearchOpened
from shared.contracts.vocabulary import ReferralStatus
from shared.service.notices.notice import Notice

ASKS, FINDS, DECIDES = "referrals:submit", "placements:match", "referrals:decide"


def _referral(event: InformationAsked | PanelDecided) -> str:
    return f"/referrals/desk/{event.referral}"


def _to_find(event: SearchOpened) -> str:
    return f"/placements/desk/referrals/{event.referral}"


def _to_decide(event: ReferralSubmitted) -> str | None:
    """One that needs no panel is searching at once."""
    return "/referrals/panel" if event.status == ReferralStatus.SUBMITTED else None


NOTICES = (
    Notice(
        kind="information_asked_worker",
        event=InformationAsked,
        title="You are asked for more about a referral",
        says="Somebody needs to know more before a home can be looked for. The clock goes on.",
        permission=ASKS,
        leads=_referral,
    ),
    Notice(
        kind="panel_decided_worker",
        event=PanelDecided,
        title="A panel has decided about a referral",
        says="See what was decided and what follows.",
        permission=ASKS,
        leads=_referral,
    ),
    Notice(
        kind="search_opened_finder",
        event=SearchOpened,
        title="A new referral: find a home",
        says="Homes may now be asked.",
        permission=FINDS,
        leads=_to_find,
    ),
    Notice(
        kind="referral_submitted_approver",
        event=ReferralSubmitted,
        title="A referral waits for a panel",
        says="It cannot be searched until a panel has decided.",
        permission=DECIDES,
        leads=_to_decide,
    ),
)
