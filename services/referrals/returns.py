"""What a return's Header says of children beside what is kept of them: new, changed, the same, or contradicted."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from operator import attrgetter
from types import MappingProxyType

from shared.service.loads.differing import Change, Differences, before_and_after
from shared.ssda903.besides import Told
from shared.ssda903.ledger import Child, Ledger
from shared.ssda903.problem import Problem, Severity
from shared.ssda903.shape import Unaccompanied
from shared.store.session import Row

COLUMNS = {
    "born": "DOB",
    "sex": "SEX",
    "ethnicity": "ETHNIC",
    "upn": "UPN",
    "mother": "MOTHER",
    "own_child_born": "MC_DOB",
    "uasc_ceased": "DUC",
}
"""Our field -> the column of Header, or of UASC, that tells it."""
CONTRADICTED = "{field} is not what somebody recorded here since. Put right whichever of the two is wrong."

TAKEN_FOR = (
    "CHILD is the reference this child had before it was changed here: the row is taken to tell of the same child."
)
ALSO_UNDER = "CHILD is the reference that a child of these files had before: one of the two rows is of somebody else."
SEVERAL = "CHILD is a reference that more than one child had before. Which of them this is cannot be told."


@dataclass(frozen=True, slots=True)
class Facts:
    """What a return tells of one child; `home_postcode` is where the child lived when care last began.

    A child stands in UASC while unaccompanied and seeking asylum; one who stands there no longer once was.
    """

    born: date
    sex: str
    ethnicity: str
    upn: str | None
    mother: bool
    own_child_born: date | None
    home_postcode: str | None
    uasc: bool = False
    uasc_ceased: date | None = None


NAMES = tuple(field.name for field in fields(Facts))


@dataclass(slots=True)
class Sorted:
    """The children of a return by what is to be done with each."""

    new: dict[str, Facts]
    changed: list[tuple[Row, Facts]]
    unchanged: int
    contradicted: list[Problem]


def asylum_in(besides: Iterable[Told]) -> dict[str, Told]:
    """The newest row of UASC of each child, by CHILD."""
    told = sorted((one for one in besides if one.table == "UASC"), key=attrgetter("year"))
    return {one.row.child: one for one in told}


def facts_in(ledger: Ledger, seeking: Told | None = None) -> Facts:
    """What a child's rows tell of the child; `seeking` is the child's row of UASC."""
    child, periods = ledger.child, ledger.periods
    homes = (e.home_postcode for e in periods[-1].episodes if e.home_postcode) if periods else iter(())
    told = child.born, child.sex, child.ethnicity, child.upn or None, child.mother, child.own_child_born
    ceased = seeking.row.duc if seeking is not None and isinstance(seeking.row, Unaccompanied) else None
    return Facts(*told, next(homes, None), seeking is not None, ceased)


def sort_out(
    ledgers: Iterable[Ledger],
    kept: Mapping[str, Row],
    years: Mapping[str, int],
    differences: Differences,
    asylum: Mapping[str, Told] = MappingProxyType({}),
) -> Sorted:
    """Each child of a return; `years` are its files' collection years, and what differs is noted.

    `kept` are rows by CHILD with `loaded`, the version that a return last left, and `told_in`, the newest year of a
    return that told of the child: an older one that comes later changes nothing.
    """
    found = Sorted({}, [], 0, [])
    for ledger in ledgers:
        seeking, row = asylum.get(ledger.child.reference), kept.get(ledger.child.reference)
        told = facts_in(ledger, seeking)
        if row is None:
            found.new[ledger.child.reference] = told
            differences.note("child", Change.NEW, None, file=ledger.child.file, row=ledger.child.row)
            continue
        differences.compared(row.child, row.version, row.loaded, row.told_in)
        if row.told_in is not None and years[ledger.child.file] < row.told_in:
            found.unchanged += 1
            continue
        if seeking is None:
            told = replace(told, uasc=row.uasc, uasc_ceased=row.uasc_ceased)
        if row.loaded != row.version:
            told = _filled(told, row)
            found.contradicted += _contradictions(ledger, told, row, seeking)
        if _kept(row) != told:
            found.changed.append((row, told))
            _note_change(ledger, row, told, differences)
        else:
            found.unchanged += 1
    return found


def _note_change(ledger: Ledger, row: Row, told: Facts, differences: Differences) -> None:
    change = before_and_after(dict(row), asdict(told), NAMES)
    differences.note("child", Change.CHANGED, row.child, file=ledger.child.file, row=ledger.child.row, **change)


def _kept(row: Row) -> Facts:
    return Facts(*(row[name] for name in NAMES))


def _filled(told: Facts, row: Row) -> Facts:
    """What somebody recorded stays where the return says nothing, and where it cannot speak of it."""
    kept = _kept(row)
    stays = {name for name in NAMES if not getattr(told, name)} | ({"home_postcode"} if kept.home_postcode else set())
    return Facts(*(getattr(kept if name in stays else told, name) for name in NAMES))


def _contradictions(ledger: Ledger, told: Facts, row: Row, seeking: Told | None) -> Sequence[Problem]:
    """A blank may be filled, and a child may have become a mother; nothing else that a person recorded is changed."""
    child = ledger.child
    problems = []
    for name, field in COLUMNS.items():
        if row[name] and getattr(told, name) != row[name]:
            beside = seeking if field == "DUC" else None
            file, number = (beside.file, beside.number) if beside else (child.file, child.row)
            words = CONTRADICTED.format(field=field)
            problems.append(Problem(file, number, field, "recorded_here", words, Severity.REFUSED))
    return problems


def known_by_former(
    ledgers: Iterable[Ledger], kept: Mapping[str, Row], once: Sequence[Row]
) -> tuple[dict[str, Row], list[Problem]]:
    """Rows by the former reference of the return's that means them, and where that cannot be told.

    `kept` are those whose reference it is now: nobody else is meant by it.
    """
    found: dict[str, Row] = {}
    problems: list[Problem] = []
    taken = {row.child for row in kept.values()}
    for ledger in ledgers:
        reference = ledger.child.reference
        had_it = [row for row in once if reference in row.former_references] if reference not in kept else []
        if len(had_it) > 1:
            problems.append(_problem(ledger.child, "reference_unclear", SEVERAL, Severity.REFUSED))
        elif had_it and had_it[0].child in taken:
            problems.append(_problem(ledger.child, "reference_unclear", ALSO_UNDER, Severity.REFUSED))
        elif had_it:
            found[reference] = had_it[0]
            taken.add(had_it[0].child)
    return found, problems


def told_by_former(ledgers: Iterable[Ledger], once: Collection[str]) -> list[Problem]:
    """A warning for every child that was found so."""
    children = (ledger.child for ledger in ledgers if ledger.child.reference in once)
    return [_problem(child, "former_reference", TAKEN_FOR, Severity.WARNED) for child in children]


def _problem(child: Child, code: str, words: str, severity: Severity) -> Problem:
    return Problem(child.file, child.row, "CHILD", code, words, severity)
