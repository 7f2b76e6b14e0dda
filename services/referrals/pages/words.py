"""What referrals' codes are called on pages."""

from collections.abc import Mapping

from services.referrals.domain import ClosingReason, Decision, Ethnicity, Factor, InformationAbout, Whose
from shared.contracts.vocabulary import ImportantPlaceKind, ReferralStatus, Sex, WithdrawalReason

FACTORS: Mapping[str, str] = {
    Factor.NEAR_HOME: "Near the child’s home",
    Factor.SCHOOL_UNDISTURBED: "School or training goes on undisturbed",
    Factor.WITH_SIBLINGS: "With brothers and sisters who are looked after too",
    Factor.DISABILITY_NEEDS: "Suited to the child’s disability",
    Factor.WITHIN_AREA: "Within the authority’s own area",
}
SEXES: Mapping[str, str] = {Sex.FEMALE: "Female", Sex.MALE: "Male", Sex.UNKNOWN: "Not known"}
ETHNICITIES: Mapping[str, str] = {
    Ethnicity.WHITE_BRITISH: "White British",
    Ethnicity.WHITE_IRISH: "White Irish",
    Ethnicity.WHITE_OTHER: "Any other White background",
    Ethnicity.TRAVELLER: "Traveller of Irish heritage",
    Ethnicity.GYPSY_ROMA: "Gypsy or Roma",
    Ethnicity.WHITE_AND_BLACK_CARIBBEAN: "White and Black Caribbean",
    Ethnicity.WHITE_AND_BLACK_AFRICAN: "White and Black African",
    Ethnicity.WHITE_AND_ASIAN: "White and Asian",
    Ethnicity.MIXED_OTHER: "Any other Mixed background",
    Ethnicity.INDIAN: "Indian",
    Ethnicity.PAKISTANI: "Pakistani",
    Ethnicity.BANGLADESHI: "Bangladeshi",
    Ethnicity.ASIAN_OTHER: "Any other Asian background",
    Ethnicity.CARIBBEAN: "Caribbean",
    Ethnicity.AFRICAN: "African",
    Ethnicity.BLACK_OTHER: "Any other Black background",
    Ethnicity.CHINESE: "Chinese",
    Ethnicity.OTHER: "Any other ethnic group",
    Ethnicity.REFUSED: "They would rather not say",
    Ethnicity.NOT_YET_OBTAINED: "Not yet known",
}
MATTERS: Mapping[str, str] = {
    ImportantPlaceKind.SCHOOL: "School or training",
    ImportantPlaceKind.FAMILY: "Family or friends",
    ImportantPlaceKind.OTHER: "Somewhere else that matters",
    ImportantPlaceKind.AVOID: "A place to stay away from",
}
WHOSE: Mapping[str, str] = {
    Whose.CHILD: "The child’s",
    Whose.PARENTS: "The parents’",
    Whose.OTHERS: "Others’ who matter to the child",
}
STATES: Mapping[str, tuple[str, str]] = {
    ReferralStatus.DRAFT: ("Draft", "grey"),
    ReferralStatus.SUBMITTED: ("Waits for the panel", "yellow"),
    ReferralStatus.INFORMATION_ASKED: ("Information asked", "orange"),
    ReferralStatus.APPROVED: ("Approved", "turquoise"),
    ReferralStatus.REFUSED: ("Refused by the panel", "red"),
    ReferralStatus.SEARCHING: ("Searching", "blue"),
    ReferralStatus.MATCHED: ("Home found", "green"),
    ReferralStatus.PLACED: ("Placed", "green"),
    ReferralStatus.WITHDRAWN: ("Withdrawn", "grey"),
    ReferralStatus.CLOSED_UNPLACED: ("Closed without a home", "red"),
}
"""In words, and the colour of the tag."""
WITHDRAWALS: Mapping[str, str] = {
    WithdrawalReason.NOT_NEEDED: "A home is not needed any more",
    WithdrawalReason.STAYS_AT_HOME: "The child stays at home",
    WithdrawalReason.STAYS_WHERE_PLACED: "The child stays where they live now",
    WithdrawalReason.FAMILY_FOUND: "Family or friends were found",
    WithdrawalReason.MADE_IN_ERROR: "The referral was made in error",
    WithdrawalReason.OTHER: "Another reason",
}
CLOSINGS: Mapping[str, str] = {
    ClosingReason.NOTHING_SUITABLE: "Nothing suitable was found",
    ClosingReason.NOTHING_AFFORDABLE: "Nothing affordable was found",
    ClosingReason.NO_OFFERS: "No offers were made",
    ClosingReason.CHILD_UNWILLING: "The child did not want to go",
    ClosingReason.OTHER: "Another reason",
}
ENDINGS: Mapping[str, str] = {
    **WITHDRAWALS,
    **CLOSINGS,
    "refused by panel": "The panel refused it",
}
DECISIONS: Mapping[str, str] = {Decision.APPROVED: "Approved", Decision.REFUSED: "Refused"}
ABOUT: Mapping[str, str] = {
    InformationAbout.NEEDS: "needs",
    InformationAbout.RISKS: "risks",
    InformationAbout.EDUCATION: "education",
    InformationAbout.HEALTH: "health",
    InformationAbout.FAMILY_TIME: "family time",
    InformationAbout.LEGAL: "legal status",
    InformationAbout.CARE_PLAN: "the care plan",
    InformationAbout.OTHER: "something else",
}
