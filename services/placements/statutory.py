"""The kinds of fact that the return asks for besides episodes, and the rules of a clean return that each holds by itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from shared.clock import age_on
from shared.contracts import statutory
from shared.contracts.event import Event
from shared.contracts.return_codes import AdoptersSex, AdoptersStatus, InTouch, NoScoreReason, PermanenceKind
from shared.contracts.return_codes import ReviewParticipation as Took
from shared.errors import Invalid

Facts = Mapping[str, Any]
Judge = Callable[[Facts, date], None]
ALONE = frozenset({AdoptersSex.ONE_MAN, AdoptersSex.ONE_WOMAN})
SEXES_OF: Mapping[AdoptersStatus, frozenset[AdoptersSex]] = {
    AdoptersStatus.SINGLE: ALONE,
    AdoptersStatus.MARRIED_DIFFERENT_SEX: frozenset({AdoptersSex.MAN_AND_WOMAN}),
    AdoptersStatus.MARRIED_SAME_SEX: frozenset({AdoptersSex.TWO_MEN, AdoptersSex.TWO_WOMEN}),
    AdoptersStatus.CIVIL_PARTNERS: frozenset(AdoptersSex) - ALONE,
    AdoptersStatus.UNMARRIED_DIFFERENT_SEX: frozenset({AdoptersSex.MAN_AND_WOMAN}),
    AdoptersStatus.UNMARRIED_SAME_SEX: frozenset({AdoptersSex.TWO_MEN, AdoptersSex.TWO_WOMEN}),
}
"""SSDA903 rules 519, 520, 523 to 525 and 601: which sexes adopters of a status can be of."""


class KindName(StrEnum):
    """What a fact is called in an address."""

    REVIEWS = "reviews"
    HEALTH = "health"
    CARE_LEAVERS = "care-leavers"
    PREVIOUS_PERMANENCE = "previous-permanence"
    ADOPTIONS = "adoptions"
    ADOPTION_DECISIONS = "adoption-decisions"
    MISSING = "missing"
    SOCIAL_WORKERS = "social-workers"
    LIBERTY = "liberty"


def _judge_nothing(_: Facts, __: date) -> None:
    """Its days are all there is to judge."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fact: where it is kept, what tells of it, and its own rules.

    `days` are the columns with a day that cannot be to come; the first, or the year, says which fact of its kind it is.
    """

    name: KindName
    words: str
    table: str
    key: str
    columns: tuple[str, ...]
    event: type[Event]
    days: tuple[str, ...] = ()
    judge: Judge = _judge_nothing
    in_care: bool = False

    @property
    def when(self) -> str:
        """With the child, what a fact of this kind is known by in every return."""
        return self.days[0] if self.days else "year"


def judge_fact(kind: Kind, facts: Facts, born: date, today: date) -> None:
    """Raises Invalid where a fact cannot be as it is told."""
    for name in kind.days:
        if facts[name] is not None and facts[name] > today:
            raise Invalid("That day has not come yet.", field=name)
        if facts[name] is not None and facts[name] < born:
            raise Invalid("The child was not born yet.", field=name)
    if "year" in kind.columns and facts["year"] > today.year + (today >= date(today.year, 4, 1)):
        raise Invalid("That collection year has not begun.", field="year")
    if "year" in kind.columns and date(facts["year"], 3, 31) < born:
        raise Invalid("The child was not born yet.", field="year")
    first, last = (*kind.days, "", "")[:2]
    if last and facts[last] is not None and facts[last] < facts[first]:
        raise Invalid(f"It would be before {first.replace('_', ' ')}.", field=last)
    kind.judge(facts, born)


def _judge_review(facts: Facts, born: date) -> None:
    young = age_on(born, facts["reviewed_on"]) < 4
    if young != (facts["participation"] == Took.UNDER_FOUR):
        raise Invalid("PN0 is said of children under four, and of no others.", field="participation")


def _judge_health(facts: Facts, born: date) -> None:
    ends = date(facts["year"], 3, 31)
    if facts["sdq_score"] is not None and facts["sdq_reason"] is not None:
        raise Invalid("There is a score, so there is no reason for having none.", field="sdq_reason")
    asked_for = age_on(born, date(ends.year - 1, 4, 1)) >= 4 and age_on(born, ends) <= 16
    if facts["sdq_reason"] == NoScoreReason.AGE and asked_for:
        raise Invalid("The child is of the age at which the questionnaire is asked for.", field="sdq_reason")
    if facts["health_check"] is not None and age_on(born, ends) >= 5:
        raise Invalid("Health checks are told of children under five only.", field="health_check")
    if facts["intervention_received"] is not None and not facts["substance_misuse"]:
        raise Invalid("No substance misuse is told.", field="intervention_received")
    if facts["intervention_offered"] is not None and facts["intervention_received"] is not False:
        raise Invalid("It is told only where no help was received.", field="intervention_offered")


def _judge_leaver(facts: Facts, born: date) -> None:
    if facts["in_touch"] == InTouch.YES:
        for name in ("activity", "accommodation"):
            if facts[name] is None:
                raise Invalid("Say what is known of somebody you are in touch with.", field=name)
    foyer = facts["accommodation"] in ("T1", "T2")
    if foyer and age_on(born, date(facts["year"], 3, 31)) < 18:
        raise Invalid("A care leaver under eighteen does not live in a foyer.", field="accommodation")


def _judge_permanence(facts: Facts, _: date) -> None:
    if facts["kind"] == PermanenceKind.NONE:
        for name in ("arranged_by", "ordered_on"):
            if facts[name] is not None:
                raise Invalid("There was none, so there is nothing to say of it.", field=name)


def _judge_adoption(facts: Facts, _: date) -> None:
    sexes, status, adopters = facts["adopters_sex"], facts["adopters_status"], facts["adopters"]
    if sexes is not None and status is not None and sexes not in SEXES_OF[status]:
        raise Invalid("Adopters of that status are not of these sexes.", field="adopters_sex")
    if sexes is not None and adopters is not None and (adopters == 1) != (sexes in ALONE):
        raise Invalid("The number of adopters is not that of their sexes.", field="adopters")
    if status is not None and adopters is not None and (adopters == 1) != (status == AdoptersStatus.SINGLE):
        raise Invalid("The number of adopters is not that of their status.", field="adopters")


def _judge_decision(facts: Facts, _: date) -> None:
    if (facts["reversed_on"] is None) != (facts["reason"] is None):
        raise Invalid("A decision that was reversed has a day and a reason.", field="reason")


N = KindName
_HEALTH = (
    *("year", "sdq_score", "sdq_reason", "convicted", "health_check", "immunisations", "teeth_check"),
    *("health_assessment", "substance_misuse", "intervention_received", "intervention_offered"),
)
_ADOPTION = ("decided_on", "matched_on", "by_foster_carer", "adopters", "adopters_sex", "adopters_status")
_SPELL = ("starts", "ends")
KINDS: Mapping[KindName, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            name=N.REVIEWS,
            words="review",
            table="reviews",
            key="review",
            columns=("reviewed_on", "participation"),
            event=statutory.ReviewNoted,
            days=("reviewed_on",),
            judge=_judge_review,
            in_care=True,
        ),
        Kind(
            name=N.HEALTH,
            words="health of a year",
            table="health_years",
            key="health",
            columns=_HEALTH,
            event=statutory.HealthNoted,
            judge=_judge_health,
        ),
        Kind(
            name=N.CARE_LEAVERS,
            words="care leaver's year",
            table="leaver_years",
            key="leaver",
            columns=("year", "in_touch", "activity", "accommodation"),
            event=statutory.CareLeaverNoted,
            judge=_judge_leaver,
        ),
        Kind(
            name=N.PREVIOUS_PERMANENCE,
            words="previous permanence",
            table="previous_permanence",
            key="permanence",
            columns=("year", "kind", "arranged_by", "ordered_on"),
            event=statutory.PreviousPermanenceNoted,
            judge=_judge_permanence,
        ),
        Kind(
            name=N.ADOPTIONS,
            words="adoption",
            table="adoptions",
            key="adoption",
            columns=_ADOPTION,
            event=statutory.AdoptionNoted,
            days=("decided_on", "matched_on"),
            judge=_judge_adoption,
        ),
        Kind(
            name=N.ADOPTION_DECISIONS,
            words="decision for adoption",
            table="adoption_decisions",
            key="decision",
            columns=("decided_on", "reversed_on", "reason"),
            event=statutory.AdoptionDecided,
            days=("decided_on", "reversed_on"),
            judge=_judge_decision,
        ),
        Kind(
            name=N.MISSING,
            words="time missing",
            table="missing_spells",
            key="missing",
            columns=("kind", *_SPELL),
            event=statutory.MissingNoted,
            days=_SPELL,
        ),
        Kind(
            name=N.SOCIAL_WORKERS,
            words="social worker",
            table="social_worker_spells",
            key="spell",
            columns=("worker", *_SPELL, "reason"),
            event=statutory.SocialWorkerNoted,
            days=_SPELL,
        ),
        Kind(
            name=N.LIBERTY,
            words="deprivation of liberty",
            table="liberty_orders",
            key="liberty",
            columns=_SPELL,
            event=statutory.LibertyRestricted,
            days=_SPELL,
        ),
    )
}
