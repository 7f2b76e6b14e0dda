"""What a return would change of placements' records, said record by record with before and after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.placements.returns import caring, placing
from services.placements.returns.histories import Merged, spoken_for
from services.placements.returns.plan import Change as Written
from services.placements.returns.plan import Plan
from shared.service.loads.differing import Change, Differences, before_and_after
from shared.ssda903.ledger import Episode
from shared.ssda903.merge import COMPARED
from shared.ssda903.reading import Reading
from shared.store.session import Row

COLUMNS = {**COMPARED, "DEC": "ends", "REC": "reason_ceased", "REASON_PLACE_CHANGE": "reason_place_change"}
"""What an episode can say otherwise from one load to the next: column -> our field."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What is kept of an authority's children: rows of (child, record, version, started, ended), periods with dates."""

    records: tuple[Row, ...]

    def of(self, children: Iterable[UUID]) -> list[Row]:
        """The records of some children."""
        wanted = set(children)
        return [row for row in self.records if row.child in wanted]

    def in_care(self, first: date, last: date) -> dict[UUID, date]:
        """The children in care on any of these days, and since when."""
        return {
            row.child: row.started
            for row in self.records
            if row.started and row.started <= last and (row.ended is None or row.ended >= first)
        }


def note_beside(
    differences: Differences, reading: Reading, children: Mapping[str, UUID], beside: Beside, known: set[UUID]
) -> None:
    """Who is new, who is missing from the return, and every record it is held against; `known` have episodes kept."""
    here = known | {row.child for row in beside.records}
    for ledger in reading.ledgers:
        child = children[ledger.child.reference]
        if ledger.episodes and child not in here:
            where = {"file": ledger.child.file, "row": ledger.child.row, "starts": ledger.episodes[0].starts}
            differences.note("child", Change.NEW, child, **where)
    told = {children[ledger.child.reference] for ledger in reading.ledgers}
    missing = {child: day for child, day in beside.in_care(*spoken_for(reading.years)).items() if child not in told}
    for child, started in missing.items():
        differences.note("child", Change.MISSING, child, starts=started)
    for row in beside.of(told | missing.keys()):
        differences.compared(row.record, row.version)


def note_episodes(differences: Differences, merged: Iterable[Merged]) -> None:
    """Every episode that is new, told otherwise or told no more."""
    for one in merged:
        for day in sorted(one.known.keys() | one.history.keys()):
            before, after = one.known.get(day), one.history.get(day)
            if before is None or after is None or before.episode != after.episode:
                told = [told.episode if told else None for told in (before, after)]
                _note_episode(differences, one.child, *told)


def _note_episode(differences: Differences, child: UUID, before: Episode | None, after: Episode | None) -> None:
    told = after or before
    assert told is not None
    where: dict[str, Any] = {"starts": told.starts}
    if after is not None:
        where |= {"file": after.file, "row": after.row}
    if before is None:
        differences.note("episode", Change.NEW, child, **where)
    elif after is None:
        differences.note("episode", Change.GONE, child, **where)
    else:
        change = before_and_after(_told(before), _told(after), COLUMNS)
        differences.note("episode", Change.CHANGED, child, **where, **change)


def _told(episode: Episode) -> dict[str, Any]:
    return {column: getattr(episode, name) for column, name in COLUMNS.items()}


def note_plan(differences: Differences, plan: Plan) -> None:
    """Every period of care and every placement that is new, changed or taken back."""
    for change in plan.periods:
        _note_record(differences, "period", "started", change, caring.TOLD)
    for change in plan.placements:
        _note_record(differences, "placement", "starts", change, placing.TOLD)


def _note_record(differences: Differences, record: str, began: str, change: Written, fields: Iterable[str]) -> None:
    where: dict[str, Any] = {"starts": (change.kept or change.row)[began]}
    if change.first is not None:
        where |= {"file": change.first.file, "row": change.first.row}
    child = change.row["child"]
    if change.kept is None:
        differences.note(record, Change.NEW, child, **where)
    elif change.first is None:
        differences.note(record, Change.GONE, child, **where)
    else:
        told = before_and_after(dict(change.kept), change.row, fields)
        differences.note(record, Change.CHANGED, child, **where, **_with_statuses(change, told))


def _with_statuses(change: Written, told: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """A period's legal statuses beside, where they differ."""
    if change.kept is None or not change.lines:
        return told
    for words, lines in (("before", caring.lines_of(change.kept)), ("after", change.lines)):
        if caring.lines_of(change.kept) != change.lines:
            told[words]["legal_statuses"] = ", ".join(f"{line.status} from {line.starts}" for line in lines)
    return told
