"""Single mistakes for tests: each a change to a clean return, the rule that names it, and the record it is in."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from shared.ssda903.shape import Return


@dataclass(frozen=True)
class Mistake:
    """One cell made wrong (or, where `changes` is None, one row left out) in the first row of a table that suits."""

    words: str
    rule: str
    table: str
    suits: Callable[["Around", Any], Any]
    changes: Callable[["Around", Any], dict[str, Any]] | None
    judged: bool = True
    """Whether the public checker can see it: its rules 231 and 233 crash, and a vanished child is invisible to it."""

    def made_in(self, clean: Return, spared: Collection[str] = ()) -> tuple[Return, str, Any]:
        """The return with the mistake, whose it is, and the row as it now is (or was, where it is left out).

        It is made in a child who is not to be spared.
        """
        around = Around(clean)
        rows = list(clean.rows(self.table))
        number, row = next(
            (n, row) for n, row in enumerate(rows) if row.child not in spared and self.suits(around, row)
        )
        wrong: Any = replace(row, **self.changes(around, row)) if self.changes else row
        rows[number : number + 1] = [wrong] if self.changes else []
        return replace(clean, tables={**clean.tables, self.table: tuple(rows)}), row.child, wrong


class Around:
    """What stands around a row: the child's other rows."""

    def __init__(self, clean: Return) -> None:
        self.year = clean.year
        self._rows: dict[tuple[str, str], list[Any]] = {}
        for table, rows in clean.tables.items():
            for row in rows:
                self._rows.setdefault((table, row.child), []).append(row)

    def of(self, table: str, row: Any) -> Sequence[Any]:
        """The child's rows of a table; episodes in order."""
        rows = self._rows.get((table, row.child), [])
        return sorted(rows, key=lambda e: e.decom) if table == "Episodes" else rows

    def alone(self, row: Any) -> bool:
        """Whether it is the child's only episode, begun before the year and still open."""
        return len(self.of("Episodes", row)) == 1 and row.dec is None and row.decom < date(self.year - 1, 4, 1)

    def after(self, row: Any) -> Any:
        """The episode that follows, or None."""
        episodes = self.of("Episodes", row)
        place = episodes.index(row) + 1
        return episodes[place] if place < len(episodes) else None


def _moved(around: Around, row: Any) -> bool:
    """An episode that ended in a move to another placement, nothing temporary."""
    after = around.after(row)
    return bool(row.rec == "X1" and row.reason_place_change and after and after.rne == "P" and after.dec is None)


def _foster(around: Around, row: Any) -> bool:
    return bool(around.alone(row) and row.place == "U6")


def _started(around: Around, row: Any) -> bool:
    """A child whose only episode started care this year and is open."""
    return (
        len(around.of("Episodes", row)) == 1
        and row.rne == "S"
        and row.dec is None
        and row.decom.year == around.year - 1
    )


MISTAKES = (
    Mistake("a sex that is no code", "101", "Header", lambda a, h: True, lambda a, h: {"sex": "X"}),
    Mistake("no ethnic background", "103", "Header", lambda a, h: True, lambda a, h: {"ethnic": None}),
    Mistake("another date of birth than last year", "203", "Header", lambda a, h: len(a.of("Episodes", h)) == 1
            and a.alone(a.of("Episodes", h)[0]) and h.dob.day < 20, lambda a, h: {"dob": h.dob + timedelta(1)}),
    Mistake("a UPN that is none", "168", "Header", lambda a, h: len(h.upn or "") == 13, lambda a, h: {"upn": "I1"}),
    Mistake("a girl not asked whether she is a mother", "393", "Header",
            lambda a, h: h.sex == "F" and a.of("Episodes", h), lambda a, h: {"mother": None}),
    Mistake("a mother without her child's date of birth", "611", "Header",
            lambda a, h: h.sex == "F" and h.mother == "0" and h.dob.year < 2012, lambda a, h: {"mother": "1"}),
    Mistake("a girl's child without her being a mother", "612", "Header",
            lambda a, h: h.sex == "F" and h.mother == "0" and h.dob.year < 2011 and a.of("Episodes", h),
            lambda a, h: {"mc_dob": date(a.year - 1, 5, 1)}),
    Mistake("a legal status that is no code", "144", "Episodes", _foster, lambda a, e: {"ls": "Q9"}),
    Mistake("an end without a reason", "148", "Episodes", _moved, lambda a, e: {"rec": None}),
    Mistake("a move without a reason", "225", "Episodes", _moved, lambda a, e: {"reason_place_change": None}),
    Mistake("a reason to move on an open episode", "233", "Episodes", _foster,
            lambda a, e: {"reason_place_change": "CARPL"}, judged=False),
    Mistake("a gap between two episodes", "433", "Episodes", lambda a, e: e.rne == "P" and e.dec is None
            and e.decom > date(a.year - 1, 5, 1), lambda a, e: {"decom": e.decom + timedelta(3)}),
    Mistake("two episodes that overlap", "501", "Episodes", lambda a, e: e.rne == "P" and e.dec is None
            and e.decom > date(a.year - 1, 9, 1), lambda a, e: {"decom": e.decom - timedelta(3)}),
    Mistake("care starting again while it goes on", "431", "Episodes", lambda a, e: e.rne == "P" and e.dec is None
            and e.decom > date(a.year - 1, 5, 1), lambda a, e: {"rne": "S"}),
    Mistake("a change of legal status that is none", "434", "Episodes",
            lambda a, e: e.rne == "P" and e.dec is None and e.decom > date(a.year - 1, 5, 1), lambda a, e: {"rne": "L"}),
    Mistake("another category of need than last year", "503C", "Episodes", _foster,
            lambda a, e: {"cin": "N2" if e.cin != "N2" else "N1"}),
    Mistake("another URN than last year", "503F", "Episodes", _foster, lambda a, e: {"urn": "SC999998"}),
    Mistake("a child of section 20 with parents", "378", "Episodes",
            lambda a, e: _started(a, e) and e.ls == "V2", lambda a, e: {"place": "P1", "place_provider": "PR0", "urn": None}),
    Mistake("no kind of provider", "526", "Episodes", _started, lambda a, e: {"place_provider": None}),
    Mistake("no URN", "218", "Episodes", lambda a, e: _started(a, e) and e.place == "U6", lambda a, e: {"urn": None}),
    Mistake("a postcode that does not exist", "392c", "Episodes", _started, lambda a, e: {"home_post": "ZZ9 9ZZ"}),
    Mistake("the placement at the child's home", "392d", "Episodes", lambda a, e: _started(a, e) and e.place == "U6",
            lambda a, e: {"home_post": e.pl_post}),
    Mistake("an episode past the year's end", "385", "Episodes", _started,
            lambda a, e: {"dec": date(a.year, 4, 2), "rec": "E4A"}),
    Mistake("a questionnaire with 41 points", "180", "OC2", lambda a, h: h.sdq_score, lambda a, h: {"sdq_score": 41}),
    Mistake("health half recorded", "182", "OC2", lambda a, h: h.convicted, lambda a, h: {"teeth_check": None}),
    Mistake("health not recorded of a year in care", "191", "OC2", lambda a, h: True, None),
    Mistake("a review without a day", "166", "Reviews", lambda a, r: True, lambda a, r: {"review": None}),
    Mistake("found before going missing", "567", "Missing", lambda a, m: m.mis_end,
            lambda a, m: {"mis_end": m.mis_start - timedelta(1)}),
    Mistake("no word of previous permanence", "630", "PrevPerm", lambda a, p: a.of("Episodes", p), None),
    Mistake("a social worker's number of another kind", "SW02STG1", "SWEpisodes", lambda a, s: True,
            lambda a, s: {"sw_id": "AB2005"}),
    Mistake("another kind of provider than is registered", "224", "Episodes",
            lambda a, e: _started(a, e) and e.place_provider == "PR4" and e.urn, lambda a, e: {"place_provider": "PR5"}),
    Mistake("a home that is not at this postcode", "221", "Episodes", lambda a, e: _started(a, e) and e.place == "K2",
            lambda a, e: {"pl_post": "SW1A 1AA"}),
    Mistake("a child open last year and absent this year", "OWN1", "Episodes", _foster, None, judged=False),
)  # fmt: skip
