"""What the codes of stays, of legal status and of what people fear or object to are called on pages."""

from collections.abc import Mapping

from shared.contracts.vocabulary import CareEnd, Fragility, LegalStatus, Objection, PlaceChange

LEFT: Mapping[str, str] = {
    PlaceChange.CARE_PLAN: "A change to, or the next step of, the care plan",
    PlaceChange.CHILD_ASKED: "The child asked for it",
    PlaceChange.AUTHORITY_ASKED: "The authority asked for it",
    PlaceChange.CARER_BEHAVIOUR: "The carer asked, because of the child’s behaviour",
    PlaceChange.CARER_OTHER: "The carer asked, for another reason",
    PlaceChange.ALLEGATION: "An allegation",
    PlaceChange.STANDARDS: "Concern about standards",
    PlaceChange.APPROVAL_REMOVED: "The carer’s approval was taken away",
    PlaceChange.CLOSURE: "The home closed",
    PlaceChange.STATUS_ONLY: "Only the kind of placement changed",
    PlaceChange.CUSTODY: "Custody",
    PlaceChange.OTHER: "Another reason",
}
"""Why a placement ended (SSDA903 REASON_PLACE_CHANGE), what is chosen most, first."""
LEGAL: Mapping[str, str] = {
    LegalStatus.SECTION_20: "Accommodated under section 20",
    LegalStatus.INTERIM_CARE_ORDER: "Interim care order",
    LegalStatus.CARE_ORDER: "Full care order",
    LegalStatus.PLACEMENT_ORDER: "Placement order",
    LegalStatus.POLICE_PROTECTION: "Police protection",
    LegalStatus.EMERGENCY_PROTECTION: "Emergency protection order",
    LegalStatus.CHILD_ASSESSMENT: "Child assessment order",
    LegalStatus.REMANDED: "Remanded to the authority’s accommodation",
    LegalStatus.PACE: "Detained under PACE",
    LegalStatus.YOUTH_REHABILITATION: "Youth rehabilitation order",
    LegalStatus.FREEING_ORDER: "Freeing order",
    LegalStatus.SHORT_BREAKS: "Short breaks, single",
    LegalStatus.SHORT_BREAK_AGREEMENTS: "Short breaks, under an agreement",
}
CARE_ENDED: Mapping[str, str] = {
    CareEnd.HOME_PLANNED: "Home to parents or relatives, as planned",
    CareEnd.HOME_UNPLANNED: "Home to parents or relatives, not as planned",
    CareEnd.CHILD_ARRANGEMENTS: "Child arrangements order",
    CareEnd.GUARDIAN_FORMER_CARER_RELATIVE: "Special guardian: a relative who was the foster carer",
    CareEnd.GUARDIAN_FORMER_CARER: "Special guardian: another former foster carer",
    CareEnd.GUARDIAN_RELATIVE: "Special guardian: a relative who was not the foster carer",
    CareEnd.GUARDIAN_OTHER: "Special guardian: somebody else",
    CareEnd.ADOPTED: "Adopted, without opposition",
    CareEnd.ADOPTED_CONSENT_DISPENSED: "Adopted, consent dispensed with",
    CareEnd.STAYED_WITH_CARERS: "Turned 18 and stays with former foster carers",
    CareEnd.INDEPENDENT_SUPPORTED: "Independent living, with support",
    CareEnd.INDEPENDENT: "Independent living, without support",
    CareEnd.ADULT_RESIDENTIAL: "Residential care for adults",
    CareEnd.OTHER_PERSON: "In the care of another person",
    CareEnd.OTHER_AUTHORITY: "In the care of another authority",
    CareEnd.REMAND_ENDED: "Remand ended",
    CareEnd.CUSTODY: "Sentenced to custody",
    CareEnd.ASSESSED_ADULT: "Assessed as an adult",
    CareEnd.MOVED_ABROAD: "Moved abroad",
    CareEnd.DIED: "Died",
    CareEnd.OTHER: "Another reason",
}
"""Why a child ceased to be looked after (SSDA903 REC), what is chosen most, first."""
FEARS: Mapping[str, str] = {
    Fragility.NOTICE_GIVEN: "Notice has been given",
    Fragility.CARER_AT_RISK: "The carers may not be able to go on",
    Fragility.CHILD_UNHAPPY: "The child is unhappy there",
    Fragility.CONFLICT_IN_HOME: "Conflict in the home",
    Fragility.GOES_MISSING: "The child goes missing",
    Fragility.EXPLOITATION: "Somebody exploits the child, or tries to",
    Fragility.EDUCATION: "School or training is at risk",
    Fragility.OTHER: "Another reason",
}
OBJECTIONS: Mapping[str, str] = {
    Objection.NEEDS_NOT_MET: "It cannot meet the child’s needs",
    Objection.NOT_SAFE: "The child would not be safe there",
    Objection.TOO_FAR: "It is too far away",
    Objection.SCHOOL: "School or training would be disturbed",
    Objection.FAMILY_TIME: "Time with family would suffer",
    Objection.SIBLINGS_APART: "It parts brothers and sisters",
    Objection.IDENTITY: "It does not suit the child’s religion, culture or language",
    Objection.CHILD_UNWILLING: "The child does not want to go there",
    Objection.OTHER: "Another reason",
}
