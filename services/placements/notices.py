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
        kind="offer_made_finder",
        event=OfferMade,
        title="A provider offers a home",
        says="An offer has come in for a referral. Compare it with the others.",
        permission=FINDS,
        leads=_offers,
    ),
    Notice(
        kind="offer_made_worker",
        event=OfferMade,
        title="A home is offered for a child: say what you think",
        says="You can agree to it or object, before it is chosen.",
        permission=RECORDS,
        leads=_opinion,
    ),
    Notice(
        kind="offer_declined_finder",
        event=OfferDeclined,
        title="A provider said no",
        says="A provider you asked cannot take the child, and says why.",
        permission=FINDS,
        leads=_offers,
    ),
    Notice(
        kind="offer_taken_back_finder",
        event=OfferWithdrawn,
        title="A provider took its offer back",
        says="A home that was offered can no longer be chosen. See why, and what other homes there are.",
        permission=FINDS,
        leads=_taken_back,
    ),
    Notice(
        kind="stay_reported_worker",
        event=StayReported,
        title="A home says something of a child",
        says="A child has come, has not come, is to leave or has left. See what the home says, and record what follows.",
        permission=RECORDS,
        leads=_word,
    ),
    Notice(
        kind="placement_confirmed_worker",
        event=PlacementConfirmed,
        title="A home is booked for a child",
        says="The place is kept. Arrange the arrival, and record it when the child has come.",
        permission=RECORDS,
        leads=_life,
    ),
    Notice(
        kind="fragility_raised_finder",
        event=FragilityRaised,
        title="A placement may not last",
        says="Somebody fears that a child may have to move. See what can be done.",
        permission=FINDS,
        leads=_fear,
    ),
    Notice(
        kind="offer_invited_provider",
        event=OfferInvited,
        title="You are asked for a home",
        says="A council asks whether you can take a child. The invitation says until when it waits.",
        permission=ANSWERS,
        leads=_invitation,
        to_provider=True,
    ),
    Notice(
        kind="offer_accepted_provider",
        event=OfferAccepted,
        title="Your offer was accepted",
        says="The council has chosen your home. You can now see who the child is.",
        permission=ANSWERS,
        leads=_invitation,
        to_provider=True,
    ),
    Notice(
        kind="offer_not_chosen_provider",
        event=OfferNotChosen,
        title="Another home was chosen",
        says="The council has chosen another home this time, and says why.",
        permission=ANSWERS,
        leads=_invitation,
        to_provider=True,
    ),
    Notice(
        kind="placement_confirmed_provider",
        event=PlacementConfirmed,
        title="A child is coming to you",
        says="The place is booked. Say on the day whether the child has come.",
        permission=ANSWERS,
        leads=_stay,
        to_provider=True,
    ),
)
