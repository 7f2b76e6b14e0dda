"""The code sets of SSDA903 that the return alone asks for, as words."""

from enum import StrEnum


class CategoryOfNeed(StrEnum):
    """SSDA903 CIN: why a child became looked after; the same for the whole period of care."""

    ABUSE_OR_NEGLECT = "N1"
    DISABILITY = "N2"
    PARENTS_ILLNESS = "N3"
    ACUTE_STRESS = "N4"
    FAMILY_DYSFUNCTION = "N5"
    BEHAVIOUR = "N6"
    LOW_INCOME = "N7"
    ABSENT_PARENTING = "N8"


class ReviewParticipation(StrEnum):
    """SSDA903 REVIEW_CODE: how a child took part in a review."""

    UNDER_FOUR = "PN0"
    SPOKE = "PN1"
    ADVOCATE_SPOKE = "PN2"
    WITHOUT_WORDS = "PN3"
    NO_VIEWS = "PN4"
    BRIEFED_ADVOCATE = "PN5"
    VIEWS_SENT = "PN6"
    ABSENT = "PN7"


class NoScoreReason(StrEnum):
    """SSDA903 SDQ_REASON: why there is no score from the strengths and difficulties questionnaire."""

    AGE = "SDQ1"
    CARER_REFUSED = "SDQ2"
    SEVERITY_OF_DISABILITY = "SDQ3"
    OTHER = "SDQ4"
    CHILD_REFUSED = "SDQ5"


class InTouch(StrEnum):
    """SSDA903 IN_TOUCH: whether the authority is in touch with a care leaver, or why not."""

    YES = "YES"
    NO = "NO"
    DIED = "DIED"
    REFUSES = "REFU"
    NO_LONGER_REQUIRES = "NREQ"
    RETURNED_HOME = "RHOM"


class Activity(StrEnum):
    """SSDA903 ACTIV: what a care leaver mainly does."""

    HIGHER_EDUCATION_FULL_TIME = "F1"
    HIGHER_EDUCATION_PART_TIME = "P1"
    OTHER_EDUCATION_FULL_TIME = "F2"
    OTHER_EDUCATION_PART_TIME = "P2"
    APPRENTICE_FULL_TIME = "F4"
    APPRENTICE_PART_TIME = "P4"
    WORK_FULL_TIME = "F5"
    WORK_PART_TIME = "P5"
    ILLNESS_OR_DISABILITY = "G4"
    NEITHER = "G5"
    PREGNANCY_OR_PARENTING = "G6"
    NOT_IN_TOUCH = "0"


class Accommodation(StrEnum):
    """SSDA903 ACCOM: where a care leaver lives; 1 suitable, 2 not."""

    PARENTS_SUITABLE = "B1"
    PARENTS_UNSUITABLE = "B2"
    RESIDENTIAL_SUITABLE = "C1"
    RESIDENTIAL_UNSUITABLE = "C2"
    SEMI_INDEPENDENT_SUITABLE = "D1"
    SEMI_INDEPENDENT_UNSUITABLE = "D2"
    SUPPORTED_LODGINGS_SUITABLE = "E1"
    SUPPORTED_LODGINGS_UNSUITABLE = "E2"
    ABROAD_SUITABLE = "G1"
    ABROAD_UNSUITABLE = "G2"
    DEPORTED_SUITABLE = "H1"
    DEPORTED_UNSUITABLE = "H2"
    LODGINGS_SUITABLE = "K1"
    LODGINGS_UNSUITABLE = "K2"
    NOT_KNOWN_SUITABLE = "R1"
    NOT_KNOWN_UNSUITABLE = "R2"
    HOMELESS = "S2"
    FOYER_SUITABLE = "T1"
    FOYER_UNSUITABLE = "T2"
    INDEPENDENT_SUITABLE = "U1"
    INDEPENDENT_UNSUITABLE = "U2"
    EMERGENCY_SUITABLE = "V1"
    EMERGENCY_UNSUITABLE = "V2"
    BED_AND_BREAKFAST_SUITABLE = "W1"
    BED_AND_BREAKFAST_UNSUITABLE = "W2"
    CUSTODY = "X2"
    OTHER_SUITABLE = "Y1"
    OTHER_UNSUITABLE = "Y2"
    FORMER_CARERS_SUITABLE = "Z1"
    FORMER_CARERS_UNSUITABLE = "Z2"
    NOT_IN_TOUCH = "0"


class PermanenceKind(StrEnum):
    """SSDA903 PREV_PERM: what permanence a child had before becoming looked after."""

    ADOPTION = "P1"
    SPECIAL_GUARDIANSHIP = "P2"
    CHILD_ARRANGEMENTS = "P3"
    UNKNOWN = "P4"
    NONE = "Z1"


class AdoptersSex(StrEnum):
    """SSDA903 SEX_ADOPTR: the sexes of a child's adopters."""

    ONE_MAN = "M1"
    ONE_WOMAN = "F1"
    TWO_MEN = "MM"
    TWO_WOMEN = "FF"
    MAN_AND_WOMAN = "MF"


class AdoptersStatus(StrEnum):
    """SSDA903 LS_ADOPTR: how a child's adopters stand to each other."""

    SINGLE = "L0"
    MARRIED_DIFFERENT_SEX = "L11"
    MARRIED_SAME_SEX = "L12"
    CIVIL_PARTNERS = "L2"
    UNMARRIED_DIFFERENT_SEX = "L3"
    UNMARRIED_SAME_SEX = "L4"


class ReversalReason(StrEnum):
    """SSDA903 REASON_PLACED_CEASED: why a child should no longer be placed for adoption."""

    NEEDS_CHANGED = "RD1"
    NO_PLACEMENT_ORDER = "RD2"
    NO_ADOPTERS = "RD3"
    OTHER = "RD4"


class AbsenceKind(StrEnum):
    """SSDA903 MISSING: missing, or away from the placement without authorisation."""

    MISSING = "M"
    AWAY = "A"


class WorkerChange(StrEnum):
    """SSDA903 SW_REASON: why this social worker became the child's."""

    CASELOAD_MANAGED = "MANAGE"
    FIRST_CONTACT = "FCONTA"
    LEFT_ROLE = "LEFTRL"
    RESTRUCTURE = "ORGRST"
    TEAM_PROCESS = "TSPROC"
    ABSENCE = "ABSENC"
    CHILD_ASKED = "CHCHAN"
    PARENT_OR_CARER_ASKED = "PCCHAN"
    DIED = "SWDIED"
    OTHER = "OTHERS"
