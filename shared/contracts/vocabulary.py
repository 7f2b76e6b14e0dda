"""The words of social care that travel: one spelling for every service. Statutory codes are SSDA903's."""

from enum import StrEnum


class Sex(StrEnum):
    """SSDA903 from 2025."""

    MALE = "M"
    FEMALE = "F"
    UNKNOWN = "U"


class Urgency(StrEnum):
    """How soon a home is wanted."""

    EMERGENCY = "emergency"
    SHORT_NOTICE = "short_notice"
    PLANNED = "planned"


class PlacementType(StrEnum):
    """SSDA903 PLACE."""

    ADOPTION_CONSENT_CARER = "A3"
    ADOPTION_CONSENT = "A4"
    ADOPTION_ORDER_CARER = "A5"
    ADOPTION_ORDER = "A6"
    SEMI_INDEPENDENT = "H5"
    SECURE_HOME = "K1"
    CHILDRENS_HOME = "K2"
    SUPPORTED_ACCOMMODATION = "K3"
    WITH_PARENTS = "P1"
    INDEPENDENT_LIVING = "P2"
    RESIDENTIAL_EMPLOYMENT = "P3"
    CARE_HOME = "R1"
    NHS_ESTABLISHMENT = "R2"
    FAMILY_CENTRE = "R3"
    YOUNG_OFFENDER_INSTITUTION = "R5"
    RESIDENTIAL_SCHOOL = "S1"
    TEMPORARY_ALL = "T0"
    TEMPORARY_HOSPITAL = "T1"
    TEMPORARY_HOLIDAY = "T2"
    TEMPORARY_CARER_AWAY = "T3"
    TEMPORARY_OTHER = "T4"
    RELATIVE_LONG_TERM = "U1"
    RELATIVE_ADOPTER = "U2"
    RELATIVE = "U3"
    FOSTER_LONG_TERM = "U4"
    FOSTER_ADOPTER = "U5"
    FOSTER = "U6"
    OTHER = "Z1"
    OTHER_REGULATED = "Z11"
    OTHER_UNREGISTERED = "Z12"
    OTHER_UNREGISTERED_ALONE = "Z13"
    OTHER_UNREGULATED = "Z14"


class Sector(StrEnum):
    """SSDA903 PLACE_PROVIDER: who provides the home."""

    PARENT = "PR0"
    OWN = "PR1"
    OTHER_AUTHORITY = "PR2"
    OTHER_PUBLIC = "PR3"
    PRIVATE = "PR4"
    VOLUNTARY = "PR5"


class Feature(StrEnum):
    """What a place can offer and a child can need; a child who needs two needs them in one place."""

    STEP_FREE = "step_free"
    OWN_BEDROOM = "own_bedroom"
    GROUND_FLOOR_BEDROOM = "ground_floor_bedroom"
    NIGHT_STAFF = "night_staff"
    TWO_CARERS = "two_carers"
    NO_PETS = "no_pets"
    NO_OTHER_CHILDREN = "no_other_children"
    THERAPEUTIC = "therapeutic"
    AUTISM_EXPERIENCE = "autism_experience"
    MEDICAL_CARE = "medical_care"
    HARMFUL_BEHAVIOUR_SKILLED = "harmful_behaviour_skilled"
    PARENT_AND_CHILD = "parent_and_child"


class LegalStatus(StrEnum):
    """SSDA903 LS."""

    INTERIM_CARE_ORDER = "C1"
    CARE_ORDER = "C2"
    FREEING_ORDER = "D1"
    PLACEMENT_ORDER = "E1"
    REMANDED = "J1"
    PACE = "J2"
    YOUTH_REHABILITATION = "J3"
    POLICE_PROTECTION = "L1"
    EMERGENCY_PROTECTION = "L2"
    CHILD_ASSESSMENT = "L3"
    SECTION_20 = "V2"
    SHORT_BREAKS = "V3"
    SHORT_BREAK_AGREEMENTS = "V4"


class Purpose(StrEnum):
    """Why a placement is booked while another may run."""

    FIRST = "first"
    MOVE = "move"
    TEMPORARY = "temporary"


class ReferralStatus(StrEnum):
    """Where the asking for a home stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    INFORMATION_ASKED = "information_asked"
    APPROVED = "approved"
    REFUSED = "refused"
    SEARCHING = "searching"
    MATCHED = "matched"
    PLACED = "placed"
    WITHDRAWN = "withdrawn"
    CLOSED_UNPLACED = "closed_unplaced"


class WithdrawalReason(StrEnum):
    """Why a home is no longer asked for."""

    NOT_NEEDED = "not_needed"
    STAYS_AT_HOME = "stays_at_home"
    STAYS_WHERE_PLACED = "stays_where_placed"
    FAMILY_FOUND = "family_found"
    MADE_IN_ERROR = "made_in_error"
    OTHER = "other"


class ImportantPlaceKind(StrEnum):
    """Why a place matters to a child."""

    SCHOOL = "school"
    FAMILY = "family"
    AVOID = "avoid"
    OTHER = "other"


class Location(StrEnum):
    """Where a child lives, seen from the authority that looks after them."""

    IN_AREA = "in_area"
    BORDERING = "bordering"
    AT_DISTANCE = "at_distance"


class DistanceReason(StrEnum):
    """Why a child lives far away or out of the area."""

    NEEDS_MET_ONLY_THERE = "needs_met_only_there"
    WITH_FAMILY = "with_family"
    WITH_SIBLINGS = "with_siblings"
    SAFETY = "safety"
    COURT = "court"
    CARERS_MOVED = "carers_moved"
    NOTHING_NEARER = "nothing_nearer"
    OTHER = "other"


class ContractKind(StrEnum):
    """On what terms a place is bought."""

    IN_HOUSE = "in_house"
    FRAMEWORK = "framework"
    DPS = "dps"
    BLOCK = "block"
    SPOT = "spot"


class Rating(StrEnum):
    """Ofsted's overall judgement of a home."""

    OUTSTANDING = "outstanding"
    GOOD = "good"
    REQUIRES_IMPROVEMENT = "requires_improvement"
    INADEQUATE = "inadequate"
    NOT_YET_INSPECTED = "not_yet_inspected"


class ReservedPurpose(StrEnum):
    """What alone a place is kept for."""

    SHORT_BREAKS = "short_breaks"
    PARENT_AND_CHILD = "parent_and_child"
    REMAND = "remand"
    STAYING_PUT = "staying_put"


class Fragility(StrEnum):
    """Why a placement may not last."""

    CARER_AT_RISK = "carer_at_risk"
    CHILD_UNHAPPY = "child_unhappy"
    CONFLICT_IN_HOME = "conflict_in_home"
    GOES_MISSING = "goes_missing"
    EXPLOITATION = "exploitation"
    EDUCATION = "education"
    NOTICE_GIVEN = "notice_given"
    OTHER = "other"


class StayReport(StrEnum):
    """What a home says of a child who is to live there, or does; the authority records it."""

    ARRIVED = "arrived"
    NOT_ARRIVED = "not_arrived"
    NOTICE = "notice"
    LEFT = "left"


class OfferStatus(StrEnum):
    INVITED = "invited"
    OFFERED = "offered"
    DECLINED = "declined"
    LAPSED = "lapsed"
    ACCEPTED = "accepted"
    NOT_CHOSEN = "not_chosen"
    WITHDRAWN = "withdrawn"


class DeclineReason(StrEnum):
    """Why a provider says no."""

    NO_VACANCY = "no_vacancy"
    MATCHING_WITH_RESIDENTS = "matching_with_residents"
    NEEDS_NOT_MET = "needs_not_met"
    STAFFING = "staffing"
    TOO_FAR = "too_far"
    TOO_SOON = "too_soon"
    PRICE = "price"
    OTHER = "other"


class Objection(StrEnum):
    """Why a child's social worker does not agree to a home that is offered."""

    NEEDS_NOT_MET = "needs_not_met"
    NOT_SAFE = "not_safe"
    TOO_FAR = "too_far"
    SCHOOL = "school"
    FAMILY_TIME = "family_time"
    SIBLINGS_APART = "siblings_apart"
    IDENTITY = "identity"
    CHILD_UNWILLING = "child_unwilling"
    OTHER = "other"


class NotChosenReason(StrEnum):
    """Why an authority chose another home than one that it had asked."""

    BETTER_FIT = "better_fit"
    NEARER = "nearer"
    PRICE = "price"
    SOONER = "sooner"
    SIBLINGS = "siblings"
    CHILDS_WISH = "childs_wish"
    OBJECTION = "objection"
    FOUND_FIRST = "found_first"
    OTHER = "other"


class PlacementStatus(StrEnum):
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    STARTED = "started"
    ENDED = "ended"
    CANCELLED = "cancelled"
    ANNULLED = "annulled"


class PlaceChange(StrEnum):
    """SSDA903 REASON_PLACE_CHANGE: why a placement ended."""

    CARE_PLAN = "CARPL"
    CLOSURE = "CLOSE"
    ALLEGATION = "ALLEG"
    STANDARDS = "STAND"
    APPROVAL_REMOVED = "APPRR"
    CARER_BEHAVIOUR = "CREQB"
    CARER_OTHER = "CREQO"
    CHILD_ASKED = "CHILD"
    AUTHORITY_ASKED = "LAREQ"
    STATUS_ONLY = "PLACE"
    CUSTODY = "CUSTOD"
    OTHER = "OTHER"


class CareEnd(StrEnum):
    """SSDA903 REC other than X1: why a period of care ended."""

    ADOPTED = "E11"
    ADOPTED_CONSENT_DISPENSED = "E12"
    OTHER_PERSON = "E13"
    REMAND_ENDED = "E14"
    ASSESSED_ADULT = "E15"
    MOVED_ABROAD = "E16"
    STAYED_WITH_CARERS = "E17"
    DIED = "E2"
    OTHER_AUTHORITY = "E3"
    CHILD_ARRANGEMENTS = "E41"
    GUARDIAN_FORMER_CARER_RELATIVE = "E45"
    GUARDIAN_FORMER_CARER = "E46"
    GUARDIAN_RELATIVE = "E47"
    GUARDIAN_OTHER = "E48"
    HOME_PLANNED = "E4A"
    HOME_UNPLANNED = "E4B"
    INDEPENDENT_SUPPORTED = "E5"
    INDEPENDENT = "E6"
    ADULT_RESIDENTIAL = "E7"
    OTHER = "E8"
    CUSTODY = "E9"


class OccupationKind(StrEnum):
    """What stands in a place's calendar."""

    HELD = "held"
    BOOKED = "booked"
    OCCUPIED = "occupied"
    OUT_OF_SERVICE = "out_of_service"


class OutOfServiceReason(StrEnum):
    """Why an approved place cannot be used for a while."""

    REPAIRS = "repairs"
    SAFEGUARDING = "safeguarding"
    STAFFING = "staffing"
    CARER_BREAK = "carer_break"
    MATCHING = "matching"
    NOTICE_FROM_OFSTED = "notice_from_ofsted"
    OTHER = "other"


class PriceElement(StrEnum):
    """Who pays for which part of a placement."""

    SOCIAL_CARE = "social_care"
    EDUCATION = "education"
    HEALTH = "health"
