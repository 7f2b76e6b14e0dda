"""What people are told of offers and placements, each audience in its own words."""

from shared.contracts.placements import (
    FragilityRaised,
    OfferAccepted,
    OfferDeclined,
    OfferInvited,
    OfferMade,
    OfferNotChosen,
    OfferWithdrawn,
    PlacementConfirmed,
    StayReported,
)
from shared.service.notices.notice import Notice

FINDS, ANSWERS, RECORDS = "placements:match", "placements:answer_offers", "placements:consider"


def _offers(event: OfferMade | OfferDeclined) -> str:
    return f"/placements/desk/referrals/{event.referral}/offers"


def _opinion(event: OfferMade) -> str:
    return f"/placements/lives/offers/{event.offer}"


def _invitation(event: OfferInvited | OfferAccepted | OfferNotChosen) -> str:
    return f"/placements/invited/{event.offer}"


def _life(event: PlacementConfirmed) -> str | None:
    """Rows of a return are confirmed too: nobody waits for those."""
    return f"/placements/lives/{event.child}" if event.referral else None


def _stay(event: PlacementConfirmed) -> str | None:
    return "/placements/stays" if event.referral and event.provider else None


def _taken_back(event: OfferWithdrawn) -> str | None:
    """Those that fall with a referral or a sibling's offer are nobody's news."""
    return f"/placements/desk/referrals/{event.referral}/offers" if event.reason else None


def _word(event: StayReported) -> str | None:
    return f"/placements/lives/{event.child}" if event.report else None


def _fear(event: FragilityRaised) -> str | None:
    return f"/placements/desk/placements/{event.placement}" if event.fear else None


NOTICES = (
    Notice(
        "offer_made_finder",
        OfferMade,
        "A provider offers a home",
        "An offer has come in for a referral. Compare it with the others.",
        FINDS,
        _offers,
    ),
    Notice(
        "offer_made_worker",
        OfferMade,
        "A home is offered for a child: say what you think",
        "You can agree to it or object, before it is chosen.",
        RECORDS,
        _opinion,
    ),
    Notice(
        "offer_declined_finder",
        OfferDeclined,
        "A provider said no",
        "A provider you asked cannot take the child, and says why.",
        FINDS,
        _offers,
    ),
    Notice(
        "offer_taken_back_finder",
        OfferWithdrawn,
        "A provider took its offer back",
        "A home that was offered can no longer be chosen. See why, and what other homes there are.",
        FINDS,
        _taken_back,
    ),
    Notice(
        "stay_reported_worker",
        StayReported,
        "A home says something of a child",
        "A child has come, has not come, is to leave or has left. See what the home says, and record what follows.",
        RECORDS,
        _word,
    ),
    Notice(
        "placement_confirmed_worker",
        PlacementConfirmed,
        "A home is booked for a child",
        "The place is kept. Arrange the arrival, and record it when the child has come.",
        RECORDS,
        _life,
    ),
    Notice(
        "fragility_raised_finder",
        FragilityRaised,
        "A placement may not last",
        "Somebody fears that a child may have to move. See what can be done.",
        FINDS,
        _fear,
    ),
    Notice(
        "offer_invited_provider",
        OfferInvited,
        "You are asked for a home",
        "A council asks whether you can take a child. The invitation says until when it waits.",
        ANSWERS,
        _invitation,
        to_provider=True,
    ),
    Notice(
        "offer_accepted_provider",
        OfferAccepted,
        "Your offer was accepted",
        "The council has chosen your home. You can now see who the child is.",
        ANSWERS,
        _invitation,
        to_provider=True,
    ),
    Notice(
        "offer_not_chosen_provider",
        OfferNotChosen,
        "Another home was chosen",
        "The council has chosen another home this time, and says why.",
        ANSWERS,
        _invitation,
        to_provider=True,
    ),
    Notice(
        "placement_confirmed_provider",
        PlacementConfirmed,
        "A child is coming to you",
        "The place is booked. Say on the day whether the child has come.",
        ANSWERS,
        _stay,
        to_provider=True,
    ),
)
