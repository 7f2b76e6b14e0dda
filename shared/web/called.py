"""What codes are called on the pages of more than one service."""

from collections.abc import Mapping

from shared.contracts.vocabulary import Feature, PlacementType, Rating, Urgency

URGENCIES: Mapping[str, str] = {
    Urgency.EMERGENCY: "Emergency: today",
    Urgency.SHORT_NOTICE: "Short notice: within days",
    Urgency.PLANNED: "Planned",
}
TYPES: Mapping[str, str] = {
    PlacementType.FOSTER: "Foster carers",
    PlacementType.FOSTER_LONG_TERM: "Long-term foster carers",
    PlacementType.RELATIVE: "Relatives or friends as foster carers",
    PlacementType.CHILDRENS_HOME: "Children’s home",
    PlacementType.SUPPORTED_ACCOMMODATION: "Supported accommodation",
    PlacementType.FAMILY_CENTRE: "Family centre, or mother and baby unit",
    PlacementType.RESIDENTIAL_SCHOOL: "Residential school",
    PlacementType.SECURE_HOME: "Secure children’s home",
}
"""The kinds of home that are asked for, in the order in which they are offered."""
OTHER_TYPES: Mapping[str, str] = {
    PlacementType.ADOPTION_CONSENT_CARER: "Placed for adoption by consent, with their foster carers",
    PlacementType.ADOPTION_CONSENT: "Placed for adoption by consent",
    PlacementType.ADOPTION_ORDER_CARER: "Placed for adoption under an order, with their foster carers",
    PlacementType.ADOPTION_ORDER: "Placed for adoption under an order",
    PlacementType.SEMI_INDEPENDENT: "Semi-independent living",
    PlacementType.WITH_PARENTS: "With their parents",
    PlacementType.INDEPENDENT_LIVING: "Living on their own",
    PlacementType.RESIDENTIAL_EMPLOYMENT: "Where they work",
    PlacementType.CARE_HOME: "Care home",
    PlacementType.NHS_ESTABLISHMENT: "Hospital or other health care",
    PlacementType.YOUNG_OFFENDER_INSTITUTION: "Young offender institution or prison",
    PlacementType.TEMPORARY_ALL: "Away for a while",
    PlacementType.TEMPORARY_HOSPITAL: "Away in hospital",
    PlacementType.TEMPORARY_HOLIDAY: "Away on holiday",
    PlacementType.TEMPORARY_CARER_AWAY: "Elsewhere while their carer is away",
    PlacementType.TEMPORARY_OTHER: "Away for another reason",
    PlacementType.RELATIVE_LONG_TERM: "Relatives or friends as long-term foster carers",
    PlacementType.RELATIVE_ADOPTER: "Relatives or friends who may adopt",
    PlacementType.FOSTER_ADOPTER: "Foster carers who may adopt",
    PlacementType.OTHER: "Another kind of placement",
    PlacementType.OTHER_REGULATED: "Another regulated placement",
    PlacementType.OTHER_UNREGISTERED: "Placement that is not registered",
    PlacementType.OTHER_UNREGISTERED_ALONE: "Placement that is not registered, alone",
    PlacementType.OTHER_UNREGULATED: "Placement that nobody regulates",
}
"""Where else children live: placed and told, but not asked for."""
FEATURES: Mapping[str, str] = {
    Feature.OWN_BEDROOM: "A bedroom of their own",
    Feature.STEP_FREE: "No steps",
    Feature.GROUND_FLOOR_BEDROOM: "A bedroom on the ground floor",
    Feature.NIGHT_STAFF: "Staff awake at night",
    Feature.TWO_CARERS: "Two carers",
    Feature.NO_PETS: "No pets",
    Feature.NO_OTHER_CHILDREN: "No other children",
    Feature.THERAPEUTIC: "Therapeutic care",
    Feature.AUTISM_EXPERIENCE: "Experience of autism",
    Feature.MEDICAL_CARE: "Medical care",
    Feature.HARMFUL_BEHAVIOUR_SKILLED: "Skill with harmful behaviour",
    Feature.PARENT_AND_CHILD: "Parent and child together",
}
RATINGS: Mapping[str | None, str] = {
    Rating.OUTSTANDING: "Outstanding",
    Rating.GOOD: "Good",
    Rating.REQUIRES_IMPROVEMENT: "Requires improvement",
    Rating.INADEQUATE: "Inadequate",
    Rating.NOT_YET_INSPECTED: "Not yet inspected",
    None: "Not known",
}


def kind_of(code: str) -> str:
    """A kind of home in words."""
    return TYPES.get(code) or OTHER_TYPES[code]
