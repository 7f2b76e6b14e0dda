"""What codes are called on the pages of more than one service."""

from collections.abc import Mapping

from shared.contracts.vocabulary import PlacementType, Urgency

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
