"""What placements does when it hears of children, referrals, providers, homes, vacancies and held places."""

from collections.abc import Mapping

from services.placements.reactions.asked import (
    note_assessment,
    note_child,
    note_children,
    note_important_places,
    note_referral,
    note_statutory_details,
    note_statutory_details_of_many,
)
from services.placements.reactions.holds import (
    confirm_if_held,
    give_up_if_released,
    note_occupation,
    try_another_place,
)
from services.placements.reactions.market import (
    note_contract,
    note_home,
    note_location,
    note_places,
    note_provider,
    note_vacancy,
)
from shared.contracts import Event, providers, referrals
from shared.service.service import Reaction, Together
from shared.store.copies import Copy

REACTIONS: Mapping[type[Event], Reaction] = {
    referrals.ChildRegistered: note_child,
    referrals.ChildCorrected: note_child,
    referrals.StatutoryDetailsNoted: note_statutory_details,
    referrals.ImportantPlacesNoted: note_important_places,
    referrals.NeedsAssessed: note_assessment,
    referrals.ReferralSubmitted: note_referral,
    referrals.ReferralAmended: note_referral,
    referrals.InformationAsked: note_referral,
    referrals.PanelDecided: note_referral,
    referrals.SearchOpened: note_referral,
    referrals.ReferralWithdrawn: note_referral,
    referrals.ReferralClosed: note_referral,
    providers.ProviderRegistered: note_provider,
    providers.ProviderUpdated: note_provider,
    providers.ContractAwarded: note_contract,
    providers.ContractEnded: note_contract,
    providers.HomeOpened: note_home,
    providers.HomeUpdated: note_home,
    providers.HomeClosed: note_home,
    providers.RatingChanged: note_home,
    providers.HomeLocated: note_location,
    providers.PlacesChanged: note_places,
    providers.VacancyPosted: note_vacancy,
    providers.VacancyConfirmed: note_vacancy,
    providers.VacancyCorrected: note_vacancy,
    providers.VacancyWithdrawn: note_vacancy,
    providers.PlaceHeld: confirm_if_held,
    providers.HoldRefused: try_another_place,
    providers.PlaceBooked: note_occupation,
    providers.PlaceOccupied: note_occupation,
    providers.PlaceReleased: give_up_if_released,
    providers.PlaceOutOfService: note_occupation,
}
TOGETHER: Mapping[type[Event], Together] = {
    referrals.ChildRegistered: note_children,
    referrals.ChildCorrected: note_children,
    referrals.StatutoryDetailsNoted: note_statutory_details_of_many,
}
FOLLOWED: Mapping[Reaction, tuple[str, str]] = {
    note_child: ("children", "child"),
    note_statutory_details: ("statutory_details", "child"),
    note_important_places: ("important_places", "child"),
    note_assessment: ("assessments", "child"),
    note_referral: ("referrals", "referral"),
    note_provider: ("providers", "provider"),
    note_contract: ("contracts", "contract"),
    note_home: ("homes", "home"),
    note_location: ("home_locations", "home"),
    note_places: ("places", "home"),
    note_vacancy: ("vacancies", "vacancy"),
    **dict.fromkeys((confirm_if_held, note_occupation, give_up_if_released), ("occupations", "occupation")),
}
"""Reaction -> the table it keeps, and whose rows."""
COPIES = [
    Copy(table, subject, [event for event, reaction in REACTIONS.items() if FOLLOWED.get(reaction) == (table, subject)])
    for table, subject in dict.fromkeys(FOLLOWED.values())
]
