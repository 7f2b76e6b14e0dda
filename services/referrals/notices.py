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
        "information_asked_worker",
        InformationAsked,
        "You are asked for more about a referral",
        "Somebody needs to know more before a home can be looked for. The clock goes on.",
        ASKS,
        _referral,
    ),
    Notice(
        "panel_decided_worker",
        PanelDecided,
        "A panel has decided about a referral",
        "See what was decided and what follows.",
        ASKS,
        _referral,
    ),
    Notice(
        "search_opened_finder",
        SearchOpened,
        "A new referral: find a home",
        "Homes may now be asked.",
        FINDS,
        _to_find,
    ),
    Notice(
        "referral_submitted_approver",
        ReferralSubmitted,
        "A referral waits for a panel",
        "It cannot be searched until a panel has decided.",
        DECIDES,
        _to_decide,
    ),
)
