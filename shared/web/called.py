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
