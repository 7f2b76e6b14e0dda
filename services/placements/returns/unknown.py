"""What a return leaves blank or out because nobody knows it here: said, and never invented."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.placements.returns.kept import OneChild
from services.placements.returns.tables import ADOPTED, SHORT_BREAKS, ChildRows, Year, looked_after_all_year
from shared.ssda903.codes import CODES
from shared.ssda903.shape import FIRST_DUE, Episode

NO_REFERENCE = "The child has no local reference (CHILD), so that no row can be made."
NO_PLACEMENT = "Nobody recorded where the child lived from this day."
BLANK = "It is not known here."
DUE = {
    "OC2": "The child was looked after all year, and the year's health is not recorded.",
    "PrevPerm": "The child started to be looked after in the year, and previous permanence is not recorded.",
    "AD1": "The child was adopted in the year, and who adopted is not recorded.",
    "SWEpisodes": "No social worker of the year is recorded.",
    "Reviews": "No review of the year is recorded.",
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A cell or a row that is not in the return; `field` is empty where it is the row, `on` is the day it is about."""

    table: str
    child: str
    field: str
    on: date | None
    why: str


def left_out(child: OneChild, year: Year, found: ChildRows) -> Iterator[LeftOut]:
    """Everything a child's part of the return lacks."""
    episodes = [row for row in found.rows.get("Episodes", ()) if isinstance(row, Episode)]
    for row in found.rows.get("Header", ()):
        needed = ("SEX", "ETHNIC", "UPN") if episodes else ("SEX", "ETHNIC")
        yield from (_blank(child, "Header", name) for name in needed if getattr(row, name.lower()) is None)
    for episode in episodes:
        yield from (_blank(child, "Episodes", name, episode.decom) for name in _blanks(child, episode))
    yield from (LeftOut("Episodes", child.reference, "", hole.starts, NO_PLACEMENT) for hole in found.holes)
    missing = (table for table in _due(child, year, episodes) if table not in found.rows)
    yield from (LeftOut(table, child.reference, "", None, DUE[table]) for table in missing)


def _blank(child: OneChild, table: str, name: str, on: date | None = None) -> LeftOut:
    return LeftOut(table, child.reference, name, on, BLANK)


def _blanks(child: OneChild, episode: Episode) -> Iterator[str]:
    needed = ["rne", "cin"]
    code = CODES["PLACE"].get(episode.place or "")
    short_break = episode.ls in SHORT_BREAKS
    if not child.who.uasc and not short_break:
        needed += ["home_post", "pl_post"]
    if code is not None and not code.no_provider:
        needed.append("place_provider")
    if code is not None and not code.no_urn and not short_break:
        needed.append("urn")
    if episode.dec is not None:
        needed.append("rec")
    yield from (name.upper() for name in needed if getattr(episode, name) is None)


def _due(child: OneChild, year: Year, episodes: Sequence[Episode]) -> Iterator[str]:
    if looked_after_all_year(child, year, episodes):
        yield "OC2"
        yield "Reviews"
    if any(episode.rne == "S" and episode.decom and episode.decom >= year.opens for episode in episodes):
        yield "PrevPerm"
    if any(episode.rec in ADOPTED for episode in episodes):
        yield "AD1"
    if episodes and year.year >= FIRST_DUE["SWEpisodes"]:
        yield "SWEpisodes"
