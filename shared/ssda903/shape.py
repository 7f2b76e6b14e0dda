"""The return as a thing: one year of one authority, every table with its rows, and which tables that year has."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from types import MappingProxyType

from shared.ssda903.codes import TABLES


@dataclass(frozen=True, slots=True)
class Header:
    """A child of the return; `sex` is as the year has it: 1 or 2 to 2024, M, F or U after."""

    child: str
    sex: str | None = None
    dob: date | None = None
    ethnic: str | None = None
    upn: str | None = None
    mother: str | None = None
    mc_dob: date | None = None


@dataclass(frozen=True, slots=True)
class Episode:
    """A run of days in one legal status, one placement: it starts on `decom` and ends on `dec`."""

    child: str
    decom: date | None = None
    rne: str | None = None
    ls: str | None = None
    cin: str | None = None
    place: str | None = None
    place_provider: str | None = None
    dec: date | None = None
    rec: str | None = None
    reason_place_change: str | None = None
    home_post: str | None = None
    pl_post: str | None = None
    urn: str | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """A review of the child's case, and how the child took part."""

    child: str
    dob: date | None = None
    review: date | None = None
    review_code: str | None = None


@dataclass(frozen=True, slots=True)
class Unaccompanied:
    """An unaccompanied asylum-seeking child; `duc` is the day that status ceased."""

    child: str
    sex: str | None = None
    dob: date | None = None
    duc: date | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """Outcomes of a child looked after for the year's whole length."""

    child: str
    dob: date | None = None
    sdq_score: int | None = None
    sdq_reason: str | None = None
    convicted: str | None = None
    health_check: str | None = None
    immunisations: str | None = None
    teeth_check: str | None = None
    health_assessment: str | None = None
    substance_misuse: str | None = None
    intervention_received: str | None = None
    intervention_offered: str | None = None


@dataclass(frozen=True, slots=True)
class CareLeaver:
    """A care leaver about the 17th to 21st birthday."""

    child: str
    dob: date | None = None
    in_touch: str | None = None
    activ: str | None = None
    accom: str | None = None


@dataclass(frozen=True, slots=True)
class Adoption:
    """A child who was adopted, and by whom."""

    child: str
    dob: date | None = None
    date_int: date | None = None
    date_match: date | None = None
    foster_care: str | None = None
    nb_adoptr: str | None = None
    sex_adoptr: str | None = None
    ls_adoptr: str | None = None


@dataclass(frozen=True, slots=True)
class AdoptionDecision:
    """A decision that a child should be placed for adoption, and its reversal."""

    child: str
    dob: date | None = None
    date_placed: date | None = None
    date_placed_ceased: date | None = None
    reason_placed_ceased: str | None = None


@dataclass(frozen=True, slots=True)
class PreviousPermanence:
    """What permanence a child who started to be looked after had had before; `date_perm` is as the return writes it."""

    child: str
    dob: date | None = None
    prev_perm: str | None = None
    la_perm: str | None = None
    date_perm: str | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """A time when a child was missing, or away without authorisation."""

    child: str
    dob: date | None = None
    missing: str | None = None
    mis_start: date | None = None
    mis_end: date | None = None


@dataclass(frozen=True, slots=True)
class SocialWorker:
    """A time with one social worker, and why it was that one from `sw_decom` on."""

    child: str
    dob: date | None = None
    sw_id: str | None = None
    sw_decom: date | None = None
    sw_dec: date | None = None
    sw_reason: str | None = None


@dataclass(frozen=True, slots=True)
class DeprivationOfLiberty:
    """A time under an order that deprived a child of liberty."""

    child: str
    dob: date | None = None
    dolo_start: date | None = None
    dolo_end: date | None = None


TableRow = (
    Header
    | Episode
    | Review
    | Unaccompanied
    | Health
    | CareLeaver
    | Adoption
    | AdoptionDecision
    | PreviousPermanence
    | Missing
    | SocialWorker
    | DeprivationOfLiberty
)
ROWS: Mapping[str, type[TableRow]] = {
    "Header": Header,
    "Episodes": Episode,
    "Reviews": Review,
    "UASC": Unaccompanied,
    "OC2": Health,
    "OC3": CareLeaver,
    "AD1": Adoption,
    "PlacedAdoption": AdoptionDecision,
    "PrevPerm": PreviousPermanence,
    "Missing": Missing,
    "SWEpisodes": SocialWorker,
    "DoLo": DeprivationOfLiberty,
}
"""Each table's rows. A field is its column's name in small letters; None is a blank cell."""
COLUMNS: Mapping[str, tuple[str, ...]] = {
    table: tuple(field.name.upper() for field in fields(row)) for table, row in ROWS.items()
}
if dict(COLUMNS) != dict(TABLES):
    raise AssertionError("The rows and codes.json name different columns")
FIRST_DUE: Mapping[str, int] = {"SWEpisodes": 2024, "DoLo": 2027}
"""The collection year from which a table that was not always asked for is due."""
YEARS = range(2023, 2028)
"""The collection years whose columns and codes are known."""


def tables_in(year: int) -> tuple[str, ...]:
    """The tables that a collection year asks for, in the order they are sent."""
    return tuple(table for table in ROWS if FIRST_DUE.get(table, year) <= year)


@dataclass(frozen=True, slots=True)
class Return:
    """One authority's return of one collection year; a table without rows may be left out of `tables`."""

    year: int
    authority: str
    tables: Mapping[str, Sequence[TableRow]] = field(default_factory=lambda: MappingProxyType({}))

    def rows(self, table: str) -> Sequence[TableRow]:
        return self.tables.get(table, ())

    @property
    def header(self) -> Iterator[Header]:
        return (row for row in self.rows("Header") if isinstance(row, Header))

    @property
    def episodes(self) -> Iterator[Episode]:
        return (row for row in self.rows("Episodes") if isinstance(row, Episode))
