"""A referral's life, what can be true of a child, and whose business they are."""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from shared.clock import age_on
from shared.contracts.vocabulary import ReferralStatus
from shared.errors import Invalid, NotAllowed
from shared.identity.person import Person

OLDEST = 25
"""Care leavers are followed to their twenty-fifth year."""


class Ethnicity(StrEnum):
    """SSDA903 ETHNIC."""

    WHITE_BRITISH = "WBRI"
    WHITE_IRISH = "WIRI"
    WHITE_OTHER = "WOTH"
    TRAVELLER = "WIRT"
    GYPSY_ROMA = "WROM"
    WHITE_AND_BLACK_CARIBBEAN = "MWBC"
    WHITE_AND_BLACK_AFRICAN = "MWBA"
    WHITE_AND_ASIAN = "MWAS"
    MIXED_OTHER = "MOTH"
    INDIAN = "AIND"
    PAKISTANI = "APKN"
    BANGLADESHI = "ABAN"
    ASIAN_OTHER = "AOTH"
    CARIBBEAN = "BCRB"
    AFRICAN = "BAFR"
    BLACK_OTHER = "BOTH"
    CHINESE = "CHNE"
    OTHER = "OOTH"
    REFUSED = "REFU"
    NOT_YET_OBTAINED = "NOBT"


class LineStatus(StrEnum):
    """Where it stands for one child."""

    WAITING = "waiting"
    MATCHED = "matched"
    PLACED = "placed"


OPEN = frozenset({ReferralStatus.SUBMITTED, ReferralStatus.MATCHED})
"""A home is being looked for, or waits for the child."""
MAY_BE_WITHDRAWN = OPEN | {ReferralStatus.DRAFT}


def status_of(lines: Collection[LineStatus]) -> ReferralStatus:
    """Where a submitted referral stands: as far as the child who is least far."""
    if all(line == LineStatus.PLACED for line in lines):
        return ReferralStatus.PLACED
    if LineStatus.WAITING in lines:
        return ReferralStatus.SUBMITTED
    return ReferralStatus.MATCHED


def must_be_a_possible_birth(born: date, today: date) -> None:
    """Refuse a date of birth in the future or of somebody too old."""
    if born > today:
        raise Invalid("The date of birth is in the future.", field="born")
    if age_on(born, today) > OLDEST:
        raise Invalid(f"Nobody over {OLDEST} is recorded here.", field="born")


def authority_of(by: Person) -> str:
    """Whose the new record is. Raises NotAllowed for somebody of no authority."""
    if by.authority is None:
        raise NotAllowed("Only somebody of an authority can do this.")
    return by.authority
