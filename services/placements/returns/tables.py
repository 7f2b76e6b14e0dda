"""One child's rows of one year's return, table by table, and what is not known of them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from services.placements.returns.episodes import Hole, episodes_of
from services.placements.returns.kept import OneChild
from shared.ssda903 import shape
from shared.ssda903.codes import CODES
from shared.ssda903.shape import Episode, TableRow, tables_in
from shared.ssda903.years import first_day
from shared.store.session import Row

SHORT_BREAKS = frozenset({"V3", "V4"})
ADOPTED = frozenset({"E11", "E12"})
SEX_TO_2024 = {"M": "1", "F": "2"}
FORMERLY = {"K3": "H5", "Z11": "Z1", "Z12": "Z1", "Z13": "Z1", "Z14": "Z1"}
"""What a kind of placement was returned as before it had a code of its own."""
REGISTERED_FROM = date(2023, 10, 28)
"""Who gave supported accommodation had to be registered with Ofsted from this day; before it there was no number."""


@dataclass(frozen=True, slots=True)
class Year:
    """A collection year, and the day up to which facts are told."""

    year: int
    as_at: date

    @property
    def opens(self) -> date:
        return first_day(self.year)

    def has(self, starts: date, ends: date | None) -> bool:
        """Whether something was going on at some time in the year."""
        return starts <= self.as_at and (ends is None or ends >= self.opens)

    def then(self, day: date | None) -> date | None:
        """A day as it was known at the year's end: what came later, the return cannot know."""
        return None if day is None or day > self.as_at else day


@dataclass(frozen=True, slots=True)
class WrittenAs:
    """A code that the year does not have, and the one that stood for it then; `urn` where that one went without."""

    table: str
    child: str
    decom: date
    field: str
    held: str
    written: str
    urn: str = ""


@dataclass(slots=True)
class ChildRows:
    """A child's rows by table; nothing of a child of whom the year has nothing to say."""

    rows: dict[str, list[TableRow]] = field(default_factory=dict)
    written_as: list[WrittenAs] = field(default_factory=list)
    holes: list[Hole] = field(default_factory=list)


def rows_of(child: OneChild, year: Year) -> ChildRows:
    """What one child's ledger and facts come to in one year's return."""
    told, holes = episodes_of(child.history)
    found = ChildRows(holes=[hole for hole in holes if year.has(hole.starts, hole.ends)])
    episodes = [_as_then(e, year) for e in told if e.decom and year.has(e.decom, e.dec)]
    found.rows["Episodes"] = [_of_the_year(episode, year, found) for episode in episodes]
    due = tables_in(year.year)
    for table, make in _MAKERS.items():
        if table in due:
            found.rows[table] = list(make(child, year, episodes))
    found.rows = {table: rows for table, rows in found.rows.items() if rows}
    if found.rows:
        found.rows["Header"] = [_header(child, year, episodes)]
    return found


def _as_then(episode: Episode, year: Year) -> Episode:
    if episode.dec is None or episode.dec <= year.as_at:
        return episode
    return replace(episode, dec=None, rec=None, reason_place_change=None)


def _of_the_year(episode: Episode, year: Year, found: ChildRows) -> Episode:
    """In the codes of the year. Of short breaks nobody asks where, and of some kinds of placement not who provides."""
    if episode.ls in SHORT_BREAKS:
        episode = replace(episode, home_post=None, pl_post=None, urn=None)
    code = CODES["PLACE"].get(episode.place or "")
    if code is not None and not code.stands_in(year.year) and code.code in FORMERLY:
        assert episode.decom is not None
        written = FORMERLY[code.code]
        urn = (episode.urn or "") if year.as_at < REGISTERED_FROM else ""
        told = WrittenAs("Episodes", episode.child, episode.decom, "PLACE", code.code, written, urn)
        found.written_as.append(told)
        return replace(episode, place=written, urn=None if urn else episode.urn)
    if code is not None and code.no_provider:
        return replace(episode, place_provider=None, urn=None if code.no_urn else episode.urn)
    return episode


def _sex(child: OneChild, year: Year) -> str | None:
    sex: str = child.who.sex
    return sex if CODES["SEX"][sex].stands_in(year.year) else SEX_TO_2024.get(sex)


def _header(child: OneChild, year: Year, episodes: Sequence[Episode]) -> shape.Header:
    who = child.who
    asked = who.sex == "F" and any(episode.ls not in SHORT_BREAKS for episode in episodes)
    own_child = year.then(who.own_child_born) if asked and who.mother else None
    mother = who.mother and (own_child is not None or who.own_child_born is None)
    return shape.Header(
        child=child.reference,
        sex=_sex(child, year),
        dob=who.born,
        ethnic=who.ethnicity,
        upn=who.upn,
        mother=str(int(mother)) if asked else None,
        mc_dob=own_child,
    )


Make = Callable[[OneChild, Year, Sequence[Episode]], Iterator[TableRow]]


def _facts(child: OneChild, table: str) -> Sequence[Row]:
    return child.facts.get(table, ())


def _within(table: str, first: str, last: str, make: Callable[[OneChild, Year, Row], TableRow]) -> Make:
    """Rows of what went on in the year, of a child who was looked after in it."""

    def rows(child: OneChild, year: Year, episodes: Sequence[Episode]) -> Iterator[TableRow]:
        for row in _facts(child, table) if episodes else ():
            if year.has(row[first], row[last]):
                yield make(child, year, row)

    return rows


def _reviews(child: OneChild, year: Year, episodes: Sequence[Episode]) -> Iterator[TableRow]:
    if all(episode.ls in SHORT_BREAKS for episode in episodes):
        return
    for row in _facts(child, "Reviews"):
        if year.has(row.reviewed_on, row.reviewed_on):
            yield shape.Review(child.reference, child.who.born, row.reviewed_on, row.participation)


def _uasc(child: OneChild, year: Year, episodes: Sequence[Episode]) -> Iterator[TableRow]:
    """Until it ceases, the day that it will: the 18th birthday."""
    who = child.who
    ceased = who.uasc_ceased or birthday(who.born, 18)
    if who.uasc and episodes and ceased >= year.opens:
        yield shape.Unaccompanied(child.reference, _sex(child, year), who.born, ceased)


def _oc2(child: OneChild, year: Year, episodes: Sequence[Episode]) -> Iterator[TableRow]:
    if not looked_after_all_year(child, year, episodes):
        return
    names = ("convicted", "health_check", "immunisations", "teeth_check", "health_assessment", "substance_misuse")
    for row in _of_year(child, "OC2", year):
        flags = {name: _flag(row[name]) for name in (*names, "intervention_received", "intervention_offered")}
        yield shape.Health(child.reference, child.who.born, row.sdq_score, row.sdq_reason, **flags)


def _oc3(child: OneChild, year: Year, _: Sequence[Episode]) -> Iterator[TableRow]:
    for row in _of_year(child, "OC3", year):
        yield shape.CareLeaver(child.reference, child.who.born, row.in_touch, row.activity, row.accommodation)


def _prev_perm(child: OneChild, year: Year, episodes: Sequence[Episode]) -> Iterator[TableRow]:
    for row in _of_year(child, "PrevPerm", year) if episodes else ():
        yield shape.PreviousPermanence(child.reference, child.who.born, row.kind, row.arranged_by, row.ordered_on)


def _ad1(child: OneChild, _: Year, episodes: Sequence[Episode]) -> Iterator[TableRow]:
    """Who adopted the child, in the year of the adoption alone."""
    left = next((e.dec for e in episodes if e.rec in ADOPTED), None)
    known = [row for row in _facts(child, "AD1") if left is not None and row.decided_on <= left]
    for row in known[-1:]:
        yield shape.Adoption(
            *(child.reference, child.who.born, row.decided_on, row.matched_on, _flag(row.by_foster_carer)),
            nb_adoptr=None if row.adopters is None else str(row.adopters),
            sex_adoptr=row.adopters_sex,
            ls_adoptr=row.adopters_status,
        )


def _of_year(child: OneChild, table: str, year: Year) -> Sequence[Row]:
    return [row for row in _facts(child, table) if row.year == year.year]


def _decision(child: OneChild, year: Year, row: Row) -> TableRow:
    reversed_on = year.then(row.reversed_on)
    why = row.reason if reversed_on else None
    return shape.AdoptionDecision(child.reference, child.who.born, row.decided_on, reversed_on, why)


def _missing(child: OneChild, year: Year, row: Row) -> TableRow:
    return shape.Missing(child.reference, child.who.born, row.kind, row.starts, year.then(row.ends))


def _worker(child: OneChild, year: Year, row: Row) -> TableRow:
    who = child.reference, child.who.born
    return shape.SocialWorker(*who, row.worker, row.starts, year.then(row.ends), row.reason)


def _liberty(child: OneChild, year: Year, row: Row) -> TableRow:
    return shape.DeprivationOfLiberty(child.reference, child.who.born, row.starts, year.then(row.ends))


def _flag(value: bool | None) -> str | None:
    return None if value is None else str(int(value))


def looked_after_all_year(child: OneChild, year: Year, episodes: Sequence[Episode]) -> bool:
    """Whether the child was looked after without a break, short breaks aside, from 1 April to the day this is as at."""
    if any(episode.ls in SHORT_BREAKS for episode in episodes):
        return False
    return any(
        period.started <= year.opens and (period.ended is None or period.ended >= year.as_at)
        for period in child.history.periods
    )


def birthday(born: date, age: int) -> date:
    """The day of an age; for 29 February the 28th where there is no 29th."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 2, 28)


_spells = partial(_within, first="starts", last="ends")
_MAKERS: Mapping[str, Make] = {
    "Reviews": _reviews,
    "UASC": _uasc,
    "OC2": _oc2,
    "OC3": _oc3,
    "AD1": _ad1,
    "PlacedAdoption": _within("PlacedAdoption", "decided_on", "reversed_on", _decision),
    "PrevPerm": _prev_perm,
    "Missing": _spells("Missing", make=_missing),
    "SWEpisodes": _spells("SWEpisodes", make=_worker),
    "DoLo": _spells("DoLo", make=_liberty),
}
