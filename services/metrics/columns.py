"""Facts as columns in memory: what measures read, appended as facts come, with which rows are current."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.metrics.domain import FIRST_DAY, NO_END

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

ID, WORD, DAY, NUMBER, MOMENT, MEASURED = "id", "word", "day", "number", "moment", "measured"
SHAPES: Mapping[str, Mapping[str, str]] = {
    "care_periods": {
        "period": ID,
        "authority": WORD,
        "child": ID,
        "started": DAY,
        "ended": DAY,
        "legal_status": WORD,
        "start_known": MEASURED,
        "annulled": NUMBER,
        "reason": WORD,
    },
    "legal_statuses": {"period": ID, "authority": WORD, "status": WORD, "starts": DAY},
    "placements": {
        "placement": ID,
        "authority": WORD,
        "status": WORD,
        "child": ID,
        "referral": ID,
        "type": WORD,
        "sector": WORD,
        "purpose": WORD,
        "starts": DAY,
        "ends": DAY,
        "contract": WORD,
        "same_carer": NUMBER,
        "miles_tenths": MEASURED,
        "location": WORD,
        "long_term_match": NUMBER,
        "fragile": NUMBER,
        "reason": WORD,
        "planned": MEASURED,
    },
    "prices": {"placement": ID, "authority": WORD, "element": WORD, "starts": DAY, "ends": DAY, "weekly_pence": NUMBER},
    "homes": {"home": ID, "area": WORD, "type": WORD, "sector": WORD, "opened": DAY, "closed": DAY},
    "places": {"home": ID, "place": ID, "opens": DAY, "closes": DAY},
    "occupations": {
        "occupation": ID,
        "home": ID,
        "place": ID,
        "kind": WORD,
        "starts": DAY,
        "ends": DAY,
        "released_at": MOMENT,
    },
    "vacancies": {
        "vacancy": ID,
        "home": ID,
        "place": ID,
        "status": WORD,
        "available_from": DAY,
        "available_until": DAY,
        "confirmed_at": MOMENT,
    },
    "children": {"child": ID, "authority": WORD, "born": DAY, "sex": WORD, "ethnicity": WORD, "uasc": NUMBER},
    "referrals": {
        "referral": ID,
        "authority": WORD,
        "child": ID,
        "status": WORD,
        "urgency": WORD,
        "type": WORD,
        "submitted_at": MOMENT,
        "due_at": MOMENT,
    },
    "offers": {
        "offer": ID,
        "authority": WORD,
        "referral": ID,
        "child": ID,
        "status": WORD,
        "invited_at": MOMENT,
        "answered_at": MOMENT,
        "reason": WORD,
    },
    "coverages": {"authority": WORD, "starts": DAY},
}
"""Fact table -> the columns measures read, the subject first; `version` and `recorded_at` come with each."""
LINED = ("legal_statuses", "prices", "places", "vacancies", "referrals")
"""Tables with a row for each line, or one that says there are none."""
NEVER = -1
"""A moment or a measured number that is not there, or the number of a word that no column holds."""
_TYPES = {ID: np.int32, WORD: np.int32, DAY: np.int32, NUMBER: np.int64, MOMENT: np.int64, MEASURED: np.int32}
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_MICROSECOND = timedelta(microseconds=1)


def microseconds(moment: datetime) -> int:
    """A moment as columns hold it, exactly."""
    return (moment - _EPOCH) // _MICROSECOND


class Codes:
    """Small whole numbers for words and identifiers, from 1; 0 is for none."""

    def __init__(self) -> None:
        self._numbers: dict[Any, int] = {None: 0}
        self._known: list[Any] = [None]

    def __len__(self) -> int:
        return len(self._known)

    def code(self, known: Any) -> int:
        """The number of a word, a new one at first sight."""
        number = self._numbers.setdefault(known, len(self._known))
        if number == len(self._known):
            self._known.append(known)
        return number

    def find(self, known: Any) -> int:
        """The number of a word, or one that no column holds."""
        return self._numbers.get(known, NEVER)

    def meaning(self, number: int) -> Any:
        """The word a number stands for."""
        return self._known[number]


class Rows:
    """Where some rows stand; grows by doubling too."""

    def __init__(self) -> None:
        self._room, self._size = np.empty(16, np.int64), 0

    @property
    def all(self) -> Numbers:
        return self._room[: self._size]

    def add(self, rows: Numbers) -> None:
        """Further rows."""
        while self._size + len(rows) > len(self._room):
            self._room = _doubled(self._room)
        self._room[self._size : self._size + len(rows)] = rows
        self._size += len(rows)

    def keep(self, mask: Mask) -> Numbers:
        """Only these from now on."""
        kept: Numbers = self.all[mask]
        self._room[: len(kept)] = kept
        self._size = len(kept)
        return kept


class Facts:
    """The columns of one fact table. Arrays grow by doubling, so that adding a row costs the same however many."""

    def __init__(self, shape: Mapping[str, str], words: Codes, ids: Mapping[str, Codes]) -> None:
        self.subject = next(iter(shape))
        self.names = ("version", "recorded_at", *shape)
        self.size = 0
        self._kinds = (NUMBER, MOMENT, *shape.values())
        self._words, self._ids = words, ids
        self._subjects = words if shape[self.subject] == WORD else ids[self.subject]
        self._room = {name: np.empty(64, _TYPES[kind]) for name, kind in zip(self.names, self._kinds, strict=True)}
        self._current = np.zeros(64, np.bool_)
        # For each subject: its highest version, and the run of rows that tell it.
        self._newest, self._first, self._run = (np.zeros(64, np.int32) for _ in range(3))
        # By authority, and under None of all: every row, and those that may hold now.
        self._every: defaultdict[int | None, Rows] = defaultdict(Rows)
        self._now: defaultdict[int | None, Rows] = defaultdict(Rows)

    def __getitem__(self, name: str) -> Numbers:
        """A whole column, every version in it."""
        return self._room[name][: self.size]

    def append(self, rows: Sequence[Sequence[Any]]) -> slice:
        """Add rows given in the order of `names`, the lines of a version together; answers where they stand."""
        added = slice(self.size, self.size + len(rows))
        self._grow(added.stop)
        for name, kind, column in zip(self.names, self._kinds, zip(*rows, strict=True), strict=True):
            self._room[name][added] = self._numbered(name, kind, column)
        self.size = added.stop
        self._settle(added)
        self._index(added)
        return added

    def _grow(self, size: int) -> None:
        while size > len(self._current):
            self._current = _doubled(self._current)
            self._room = {name: _doubled(column) for name, column in self._room.items()}

    def _numbered(self, name: str, kind: str, column: Sequence[Any]) -> Sequence[int]:
        if kind in (ID, WORD):
            code = (self._words if kind == WORD else self._ids[name]).code
            return [code(known) for known in column]
        if kind == NUMBER:
            return [known or 0 for known in column]
        if kind == MEASURED:
            return [NEVER if known is None else known for known in column]
        if kind == MOMENT:
            return [NEVER if known is None else microseconds(known) for known in column]
        return [NO_END if known is None else known.toordinal() - FIRST_DAY for known in column]

    def _settle(self, added: slice) -> None:
        """Which rows are the highest version of their subject; an older one that comes late never is."""
        while len(self._newest) < len(self._subjects):
            self._newest, self._first, self._run = map(_doubled, (self._newest, self._first, self._run))
        subjects, versions = self[self.subject][added], self["version"][added]
        before = self._newest[subjects]
        np.maximum.at(self._newest, subjects, versions)
        current = versions == self._newest[subjects]
        self._current[added] = current
        rows = np.flatnonzero(current)
        told, at, runs = np.unique(subjects[rows], return_index=True, return_counts=True)
        risen = before[rows[at]] < self._newest[told]
        for subject in told[risen].tolist():
            self._current[self._first[subject] : self._first[subject] + self._run[subject]] = False
        self._first[told] = np.where(risen, rows[at] + added.start, self._first[told])
        self._run[told] = np.where(risen, runs, self._run[told] + runs)

    def _index(self, added: slice) -> None:
        rows = np.arange(added.start, added.stop)
        self._now[None].add(rows)
        if "authority" in self._room:
            authorities = self["authority"][added]
            for authority in np.unique(authorities).tolist():
                of_one = rows[authorities == authority]
                self._every[authority].add(of_one)
                self._now[authority].add(of_one)

    def told_by(self, authority: int) -> int:
        """How many rows an authority's own facts have had, whichever version."""
        return len(self._every[authority].all) if authority in self._every else 0

    def rows(self, known_at: int | None = None, authority: int | None = None) -> Numbers:
        """Where the rows stand that hold now, or held as known at a moment; of one authority, or of all."""
        if known_at is None:
            # A row that a higher version has replaced never holds again: it is met once and left out for good.
            return self._now[authority].keep(self._current[self._now[authority].all])
        rows = np.arange(self.size) if authority is None else self._every[authority].all
        rows = rows[self["recorded_at"][rows] <= known_at]
        subjects, versions = self[self.subject][rows], self["version"][rows]
        newest = np.zeros(len(self._subjects), np.int32)
        np.maximum.at(newest, subjects, versions)
        known: Numbers = rows[versions == newest[subjects]]
        return known


class Columns:
    """All facts in memory."""

    def __init__(self) -> None:
        self.words = Codes()
        self.ids = {name: Codes() for shape in SHAPES.values() for name, kind in shape.items() if kind == ID}
        self.kinds = {name: Facts(shape, self.words, self.ids) for name, shape in SHAPES.items()}
        self._areas: dict[int, set[int]] = {}

    def __getitem__(self, kind: str) -> Facts:
        return self.kinds[kind]

    def append(self, kind: str, rows: Sequence[Sequence[Any]]) -> set[str]:
        """Add rows, ids as 16 bytes, in the order of `Facts.names`; answers the authorities whose figures they touch."""
        if not rows:
            return set()
        facts = self.kinds[kind]
        added = facts.append(rows)
        if kind == "homes":
            for home, area in zip(facts["home"][added].tolist(), facts["area"][added].tolist(), strict=True):
                self._areas.setdefault(home, set()).add(area)
        return {self.words.meaning(code) for code in self._touched(facts, added)}

    def _touched(self, facts: Facts, added: slice) -> set[int]:
        if "authority" in facts.names:
            return set(facts["authority"][added].tolist())
        # A home that moved touches the area it left too; an occupation of a home not heard of yet touches none.
        return {area for home in set(facts["home"][added].tolist()) for area in self._areas.get(home, ())}

    def among(self, name: str, codes: Numbers) -> Mask:
        """A table over every id of a column: which of them are these. None (0) never is."""
        table = np.zeros(len(self.ids[name]), np.bool_)
        table[codes] = True
        table[0] = False
        return table

    def beside(self, name: str, codes: Numbers, told: Numbers) -> Numbers:
        """A table over every id of a column: what is told of it, or 0."""
        table = np.zeros(len(self.ids[name]), np.int64)
        table[codes] = told
        table[0] = 0
        return table


def _doubled(column: Any) -> Any:
    return np.concatenate([column, np.zeros_like(column)])


def in_force(facts: Facts, rows: Numbers, starts: str, ends: str, day: int) -> Numbers:
    """Of these rows, those as at the end of a day: started by it, and not ended on it or before."""
    kept: Numbers = rows[(facts[starts][rows] <= day) & (facts[ends][rows] > day)]
    return kept


def years_old(born: Numbers, day: date) -> Numbers:
    """Whole years at a day, birthdays counted as they fall (29 February on 1 March)."""
    births = born.astype("datetime64[D]")
    months = births.astype("datetime64[M]")
    in_year = months.astype(np.int64) % 12 + 1
    in_month = (births - months).astype(np.int64) + 1
    years = births.astype("datetime64[Y]").astype(np.int64) + 1970
    before = (in_year > day.month) | ((in_year == day.month) & (in_month > day.day))
    ages: Numbers = day.year - years - before
    return ages
