"""What a return tells besides episodes, beside what is kept: each fact new, changed, told no more, or contradicted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from services.placements.returns.plan import CONTRADICTED
from services.placements.statutory import KINDS, Kind, KindName
from shared.ids import new_id
from shared.service.loads.differing import Change, Differences, before_and_after
from shared.ssda903.besides import SPELLS, Told
from shared.ssda903.problem import Problem, Severity
from shared.ssda903.years import last_day
from shared.store.session import Row

KIND_OF: Mapping[str, Kind] = {
    table: KINDS[name]
    for table, name in {
        "Reviews": KindName.REVIEWS,
        "OC2": KindName.HEALTH,
        "OC3": KindName.CARE_LEAVERS,
        "PrevPerm": KindName.PREVIOUS_PERMANENCE,
        "AD1": KindName.ADOPTIONS,
        "PlacedAdoption": KindName.ADOPTION_DECISIONS,
        "Missing": KindName.MISSING,
        "SWEpisodes": KindName.SOCIAL_WORKERS,
        "DoLo": KindName.LIBERTY,
    }.items()
}
"""Table of the return -> our kind of fact; UASC is of the child, and referrals' to keep."""
_OTHERWISE: Mapping[str, Mapping[str, str]] = {
    "Reviews": {"reviewed_on": "review", "participation": "review_code"},
    "OC3": {"activity": "activ", "accommodation": "accom"},
    "PrevPerm": {"kind": "prev_perm", "arranged_by": "la_perm", "ordered_on": "date_perm"},
    "AD1": {
        "decided_on": "date_int",
        "matched_on": "date_match",
        "by_foster_carer": "foster_care",
        "adopters": "nb_adoptr",
        "adopters_sex": "sex_adoptr",
        "adopters_status": "ls_adoptr",
    },
    "PlacedAdoption": {
        "decided_on": "date_placed",
        "reversed_on": "date_placed_ceased",
        "reason": "reason_placed_ceased",
    },
    "Missing": {"kind": "missing", "starts": "mis_start", "ends": "mis_end"},
    "SWEpisodes": {"worker": "sw_id", "starts": "sw_decom", "ends": "sw_dec", "reason": "sw_reason"},
    "DoLo": {"starts": "dolo_start", "ends": "dolo_end"},
}
"""Our column -> the return's, where it has another name there."""
_FLAGS = frozenset(
    {
        *("convicted", "health_check", "immunisations", "teeth_check", "health_assessment", "substance_misuse"),
        *("intervention_received", "intervention_offered", "by_foster_carer"),
    }
)
MEET = "{field} begins a time that runs into another one that is kept here. Put right whichever of the two is wrong."
Key = tuple[UUID, date | int]
Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact as it is to stand; `told` is the row that tells it, none where it is told no more."""

    kind: Kind
    row: Mapping[str, Any]
    told: Told | None = None


@dataclass(slots=True)
class FactPlan:
    """Every fact that a load is to write, or what is in its way."""

    facts: list[Fact] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def children(self) -> set[UUID]:
        return {fact.row["child"] for fact in self.facts}


@dataclass(frozen=True, slots=True)
class TableTold:
    """What one table tells, of whom, and of which years it was sent."""

    table: str
    rows: Sequence[Told]
    years: frozenset[int]
    children: Mapping[str, UUID]
    authority: str


def plan_facts(plan: FactPlan, told: TableTold, kept: Iterable[Row], differences: Differences) -> None:
    """Add to the plan what is to be written of one table; what differs is noted.

    `kept` are the rows of the authority that stand. One that only a return wrote is taken back where its year was sent
    again without it; what a person recorded or corrected stays, and a return that contradicts it is refused.
    """
    kind, kept, before = KIND_OF[told.table], list(kept), len(plan.facts)
    by_key: dict[Key, Row] = {}
    for row in kept:
        by_key[row.child, row[kind.when]] = row
        differences.compared(row[kind.key], row.version)
    for one in told.rows:
        facts = facts_in(one)
        child = told.children[one.row.child]
        _one(plan, told, one, facts, by_key.pop((child, facts[kind.when]), None), differences)
    for row in by_key.values():
        if row.told_in in told.years:
            gone = {**row, "annulled": True, "version": row.version + 1}
            plan.facts.append(Fact(kind, gone))
            differences.note(told.table, Change.GONE, row.child, starts=_day(row[kind.when]))
    if told.table in SPELLS:
        _must_not_overlap(plan, kind, plan.facts[before:], kept)


def _must_not_overlap(plan: FactPlan, kind: Kind, facts: Sequence[Fact], kept: Iterable[Row]) -> None:
    """One spell at a time, those that are kept from other days and other years among them."""
    (first, last), moved = kind.days, {fact.row[kind.key] for fact in facts}
    stand = [fact for fact in facts if not fact.row["annulled"]]
    stand += [Fact(kind, dict(row)) for row in kept if row[kind.key] not in moved]
    stand.sort(key=lambda fact: (fact.row["child"], fact.row[first]))
    for before, after in pairwise(stand):
        told, ends = after.told or before.told, before.row[last]
        meet = before.row["child"] == after.row["child"] and (ends is None or ends > after.row[first])
        if meet and told is not None:
            column = SPELLS[told.table][0].upper()
            words = MEET.format(field=column)
            plan.problems.append(Problem(told.file, told.number, column, "recorded_here", words, Severity.REFUSED))


def facts_in(told: Told) -> Facts:
    """A row of the return in our columns."""
    names = _OTHERWISE.get(told.table, {})
    found: Facts = {}
    for column in KIND_OF[told.table].columns:
        value = told.year if column == "year" else getattr(told.row, names.get(column, column))
        found[column] = _as_ours(column, value)
    return found


def _as_ours(column: str, value: Any) -> Any:
    if value is not None and column in _FLAGS:
        return value == "1"
    return int(value) if value is not None and column == "adopters" else value


def _one(plan: FactPlan, told: TableTold, one: Told, facts: Facts, row: Row | None, differences: Differences) -> None:
    kind, child = KIND_OF[told.table], told.children[one.row.child]
    where = {"starts": _day(facts[kind.when]), "file": one.file, "row": one.number}
    if row is None:
        own = {kind.key: new_id(), "child": child, "authority": told.authority, "version": 1, "annulled": False}
        plan.facts.append(Fact(kind, own | {"told_in": one.year} | facts, one))
        differences.note(told.table, Change.NEW, child, **where)
        return
    if row.told_in is None:
        plan.problems += _contradictions(one, facts, row)
        return
    differing = [name for name in kind.columns if row[name] != facts[name]]
    if differing and one.year >= row.told_in:
        plan.facts.append(Fact(kind, {**row, **facts, "told_in": one.year, "version": row.version + 1}, one))
        differences.note(told.table, Change.CHANGED, child, **where, **before_and_after(dict(row), facts, differing))


def _contradictions(one: Told, facts: Facts, row: Row) -> list[Problem]:
    """A blank says nothing, and an end that came after the year a return cannot know."""
    names, (_, last) = _OTHERWISE.get(one.table, {}), SPELLS.get(one.table, ("", ""))
    later = last_day(one.year)
    problems = []
    for name, value in facts.items():
        column = names.get(name, name)
        was = None if column == last and row[name] is not None and row[name] > later else row[name]
        if value is not None and value != was:
            words = CONTRADICTED.format(field=column.upper())
            problems.append(Problem(one.file, one.number, column.upper(), "recorded_here", words, Severity.REFUSED))
    return problems


def _day(value: date | int) -> date | None:
    return value if isinstance(value, date) else None
