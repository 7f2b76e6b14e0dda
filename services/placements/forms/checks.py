"""What is asked about the work list of the return, and what is shown of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from pydantic import BaseModel, Field

from services.placements.returns.checks import RULES, Mender, Rule
from shared.store.session import Row

BY_KEY = {(rule.number, rule.table, rule.fields): rule for rule in RULES}
ONE_DECIMAL = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Readiness:
    """How an authority's return of a year stands; `waiting` children changed and are not yet checked again."""

    children: int
    ready: int
    waiting: int
    rules: Sequence[Row]


class RuleShown(BaseModel):
    """One rule of the return: by DfE's number, or OWN and a number where DfE's checker has none; in our words."""

    rule: str = Field(examples=["433"])
    table: str = Field(examples=["Episodes"])
    fields: list[str] = Field(examples=[["DECOM"]])
    wrong: str = Field(examples=["The episode goes on from one that did not end on that day."])
    mend: str = Field(description="how it can be mended")
    mender: Mender = Field(description="who can mend it")


class FaultShown(RuleShown):
    """A rule that a child's record fails. `child`, `reference` and `record` only for those who may see the child."""

    fault: int = Field(description="ask for those `after` the last you were shown", examples=[4711])
    child: UUID | None
    reference: str | None = Field(description="the authority's CHILD", examples=["100005"])
    record: date | None = Field(description="the day the row at fault is known by, as DECOM of Episodes")


class WorkList(BaseModel):
    """Some of what is to be mended; `next` is what to ask for after it, if there is more."""

    year: int = Field(examples=[2026])
    faults: list[FaultShown]
    next: int | None


class RuleCount(RuleShown):
    """How often a rule is failed, and by how many children."""

    faults: int
    children: int


class ReadinessShown(BaseModel):
    """How ready a return is: children without a failing rule among the children in the return."""

    authority: str = Field(examples=["E09000033"])
    year: int = Field(examples=[2026])
    children: int = Field(description="in the return")
    ready: int = Field(description="of them, those with nothing to mend")
    percentage: float | None = Field(description="one decimal; none where no child is in the return", examples=[98.6])
    waiting: int = Field(description="children touched since, not yet checked again")
    rules: list[RuleCount]


def rule_shown(rule: Rule) -> RuleShown:
    """A rule of the catalogue."""
    return RuleShown.model_validate(_words(rule))


def fault_shown(row: Row, *, whose: bool) -> FaultShown:
    """A row of the work list; `whose` says whether the person may know which child it is."""
    rule = BY_KEY[row.rule, row.table_name, row.fields]
    child = {name: row[name] if whose else None for name in ("child", "reference", "record")}
    return FaultShown.model_validate(_words(rule) | child | {"fault": row.fault})


def readiness_shown(authority: str, year: int, found: Readiness) -> ReadinessShown:
    """Readiness in numbers, with what each rule found."""
    rules = [
        RuleCount.model_validate(
            _words(BY_KEY[r.rule, r.table_name, r.fields]) | {"faults": r.faults, "children": r.children}
        )
        for r in found.rules
        if (r.rule, r.table_name, r.fields) in BY_KEY
    ]
    return ReadinessShown(
        authority=authority,
        year=year,
        children=found.children,
        ready=found.ready,
        percentage=_percentage(found.ready, found.children),
        waiting=found.waiting,
        rules=rules,
    )


def _percentage(part: int, whole: int) -> float | None:
    """One decimal, half-up; never 100 while something is to be mended."""
    if not whole:
        return None
    rounded = (Decimal(100 * part) / whole).quantize(ONE_DECIMAL, ROUND_HALF_UP)
    return float(rounded if part == whole else min(rounded, Decimal("99.9")))


def _words(rule: Rule) -> dict[str, object]:
    return {
        "rule": rule.number,
        "table": rule.table,
        "fields": rule.fields.split(),
        "wrong": rule.wrong,
        "mend": rule.mend,
        "mender": rule.mender,
    }
