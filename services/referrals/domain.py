"""A referral's life, what can be true of a child, and whose business they are."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from shared.clock import age_on
from shared.contracts.vocabulary import ReferralStatus
from shared.errors import Invalid, NotAllowed, Refused
from shared.identity.person import Person

OLDEST = 25
ADULT = 18
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


class Factor(StrEnum):
    """What the Children Act 1989, s22C(8)-(9), asks of a home, so far as reasonably practicable."""

    NEAR_HOME = "near_home"
    SCHOOL_UNDISTURBED = "school_undisturbed"
    WITH_SIBLINGS = "with_siblings"
    DISABILITY_NEEDS = "disability_needs"
    WITHIN_AREA = "within_area"


class InformationAbout(StrEnum):
    """What more has to be told before a decision or a search."""

    NEEDS = "needs"
    RISKS = "risks"
    EDUCATION = "education"
    HEALTH = "health"
    FAMILY_TIME = "family_time"
    LEGAL = "legal"
    CARE_PLAN = "care_plan"
    OTHER = "other"


class ClosingReason(StrEnum):
    """Why no home was found."""

    NOTHING_SUITABLE = "nothing_suitable"
    NOTHING_AFFORDABLE = "nothing_affordable"
    NO_OFFERS = "no_offers"
    CHILD_UNWILLING = "child_unwilling"
    OTHER = "other"


class Decision(StrEnum):
    """What a panel says."""

    APPROVED = "approved"
    REFUSED = "refused"


class Whose(StrEnum):
    """Whose wishes and feelings are found out (Children Act 1989, s22(4))."""

    CHILD = "child"
    PARENTS = "parents"
    OTHERS = "others"


class LineStatus(StrEnum):
    """Where it stands for one child."""

    WAITING = "waiting"
    MATCHED = "matched"
    PLACED = "placed"


class Act(StrEnum):
    """What somebody does to a referral."""

    SUBMIT = "submit"
    AMEND = "amend"
    ASK = "ask"
    ANSWER = "answer"
    DECIDE = "decide"
    OPEN_SEARCH = "open_search"
    WITHDRAW = "withdraw"
    CLOSE = "close"


S = ReferralStatus
LOOKING = frozenset({S.SUBMITTED, S.INFORMATION_ASKED, S.APPROVED, S.SEARCHING})
"""The stages of a referral whose home is still to be found; only in these can it be overdue."""
OPEN = LOOKING | {S.MATCHED}
"""A home is being looked for, or waits for the child."""
MAY_BE_WITHDRAWN = OPEN | {S.DRAFT}
_MAY: Mapping[Act, frozenset[ReferralStatus]] = {
    Act.SUBMIT: frozenset({S.DRAFT}),
    Act.AMEND: LOOKING | {S.DRAFT},
    Act.ASK: frozenset({S.SUBMITTED, S.APPROVED, S.SEARCHING}),
    Act.ANSWER: frozenset({S.INFORMATION_ASKED}),
    Act.DECIDE: frozenset({S.SUBMITTED}),
    Act.OPEN_SEARCH: frozenset({S.APPROVED}),
    Act.WITHDRAW: MAY_BE_WITHDRAWN,
    Act.CLOSE: LOOKING,
}
"""In which stages each can be done; that it is somebody's to do, and upon which version, is asked besides."""
_WORDS = {
    Act.SUBMIT: ("Only a draft can be submitted.", "not_a_draft"),
    Act.AMEND: ("What is asked for can no longer be changed.", "not_open"),
    Act.ASK: ("Nothing more can be asked about it now.", "not_open"),
    Act.ANSWER: ("Nothing has been asked about it.", "nothing_asked"),
    Act.DECIDE: ("There is nothing for a panel to decide.", "nothing_to_decide"),
    Act.OPEN_SEARCH: ("The search is opened once a panel has approved.", "not_approved"),
    Act.WITHDRAW: ("The referral has ended already.", "referral_ended"),
    Act.CLOSE: ("No home is being looked for.", "not_open"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the asking is; while a question is open, also where it goes back to."""

    stage: ReferralStatus = S.DRAFT
    asked_while: ReferralStatus | None = None


def must_allow(act: Act, stage: ReferralStatus) -> None:
    """Refuse what cannot be done at this stage."""
    if stage not in _MAY[act]:
        words, code = _WORDS[act]
        raise Refused(words, code=code)


def after(act: Act, now: Standing, *, needs_panel: bool, decision: Decision | None = None) -> Standing:
    """Where an act leads. Raises Refused where it cannot be done.

    Without a panel the search opens with the submission. What is amended after a panel approved it goes before the
    panel again, and so does what then comes to need a panel; a question that is open stays open.
    """
    must_allow(act, now.stage)
    if act == Act.AMEND:
        return Standing(*(_before_the_panel(stage, needs_panel) for stage in (now.stage, now.asked_while)))
    if act == Act.ASK:
        return Standing(S.INFORMATION_ASKED, now.stage)
    if act == Act.DECIDE:
        return Standing(S.REFUSED if decision == Decision.REFUSED else S.APPROVED)
    if act == Act.ANSWER:
        return Standing(now.asked_while or S.SUBMITTED)
    return Standing({**_LEADS_TO, Act.SUBMIT: S.SUBMITTED if needs_panel else S.SEARCHING}[act])


_LEADS_TO = {Act.OPEN_SEARCH: S.SEARCHING, Act.WITHDRAW: S.WITHDRAWN, Act.CLOSE: S.CLOSED_UNPLACED}


def _before_the_panel(stage: ReferralStatus | None, needs_panel: bool) -> Any:
    return S.SUBMITTED if needs_panel and stage in (S.APPROVED, S.SEARCHING) else stage


def status_of(stage: ReferralStatus, lines: Collection[LineStatus]) -> ReferralStatus:
    """Where an open referral stands: as far as the child who is least far; while one waits, where the asking is."""
    if LineStatus.WAITING in lines:
        return stage
    return S.PLACED if all(line == LineStatus.PLACED for line in lines) else S.MATCHED


def must_be_a_possible_birth(born: date, today: date) -> None:
    """Refuse a date of birth in the future or of somebody too old."""
    if born > today:
        raise Invalid("The date of birth is in the future.", field="born")
    if age_on(born, today) > OLDEST:
        raise Invalid(f"Nobody over {OLDEST} is recorded here.", field="born")


def must_be_an_own_child(own_child_born: date | None, *, mother: bool, born: date, today: date) -> None:
    """Refuse the birth of a child to somebody who is no mother, not yet born herself, or of a child not yet born."""
    if own_child_born is None:
        return
    if not mother:
        raise Invalid("Only a mother's own child has a date of birth here.", field="own_child_born")
    if not born < own_child_born <= today:
        raise Invalid("Her child's date of birth must be after her own and not in the future.", field="own_child_born")


def must_have_sought_asylum(ceased: date | None, *, uasc: bool, born: date) -> None:
    """Refuse a day on which it ceased where it never was, before birth, or after the 18th birthday (SSDA903 DUC)."""
    if ceased is None:
        return
    if not uasc:
        raise Invalid("The child did not seek asylum unaccompanied.", field="uasc_ceased")
    if ceased <= born or age_on(born, ceased - timedelta(days=1)) >= ADULT:
        raise Invalid("It ceases on the 18th birthday at the latest, and not before birth.", field="uasc_ceased")


def short_reference(record: UUID) -> str:
    """What is said where nobody needs to know a name: the identifier's last eight digits."""
    digits = record.hex[-8:].upper()
    return f"{digits[:4]}-{digits[4:]}"


def authority_of(by: Person) -> str:
    """Whose the new record is. Raises NotAllowed for somebody of no authority."""
    if by.authority is None:
        raise NotAllowed("Only somebody of an authority can do this.")
    return by.authority
