"""The rows of one year's Episodes as episodes."""

from collections.abc import Iterable, Sequence
from datetime import date
from operator import itemgetter

from shared.ssda903.codes import CODES, TABLES
from shared.ssda903.ledger import Episode
from shared.ssda903.repairs import offer_one_of_two
from shared.ssda903.sheet import Sheet, day_of

_COLUMNS = TABLES["Episodes"]
_NO_PROVIDER = frozenset(code.code for code in CODES["PLACE"].values() if code.no_provider)
Key = tuple[str, date]
"""CHILD and DECOM: what an episode is known by in every year."""


def read_episodes(sheet: Sheet, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> dict[Key, Episode]:
    """The year's episodes by child and start; `sheet.unsound` has the children with a row that was refused."""
    pick = itemgetter(*(columns.index(column) for column in _COLUMNS))
    episodes: dict[Key, Episode] = {}
    for row, raw in enumerate(rows, 2):
        cells = sheet.cells(row, raw, pick, _COLUMNS)
        episode = _episode(sheet, cells) if cells else None
        if episode:
            key = episode.child, episode.starts
            first = episodes.setdefault(key, episode)
            if first is not episode:
                episodes[key] = _one_of_two(sheet, first, episode)
        if not sheet.sound:
            at = columns.index("CHILD")
            sheet.unsound.add(raw[at].strip().upper() if at < len(raw) else "")
    return episodes


def _one_of_two(sheet: Sheet, first: Episode, second: Episode) -> Episode:
    kept = offer_one_of_two(sheet.repairs, first, second)
    if kept is None:
        sheet.note("episode_twice", "DECOM", other=first.row)
    return kept or first


def days_in(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[list[date], list[date]]:
    """Every day that DECOM names and every day that DEC names, for telling the year."""
    return _days(columns.index("DECOM"), rows), _days(columns.index("DEC"), rows)


def _days(at: int, rows: Iterable[Sequence[str]]) -> list[date]:
    return [day for row in rows if at < len(row) and (day := day_of(row[at].strip()))]


def _episode(sheet: Sheet, cells: Sequence[str]) -> Episode | None:
    child, decom, rne, ls, cin, place, provider, dec, rec, reason, home, post, urn = cells
    starts, ends = sheet.day("DECOM", decom), sheet.day("DEC", dec, needed=False)
    _judge_end(sheet, starts, ends, dec, rec)
    if not provider and place and place not in _NO_PROVIDER:
        sheet.note("no_sector", "PLACE_PROVIDER")
    reference = sheet.reference(child)
    began, status = sheet.code("RNE", rne), sheet.code("LS", ls)
    need, placed = sheet.code("CIN", cin), sheet.code("PLACE", place)
    sector = sheet.code("PLACE_PROVIDER", provider, needed=False)
    ceased = sheet.code("REC", rec, needed=False)
    changed = sheet.code("REASON_PLACE_CHANGE", reason, needed=False)
    home, post, urn = sheet.postcode("HOME_POST", home), sheet.postcode("PL_POST", post), sheet.urn(urn)
    if starts is None or not sheet.sound:
        return None
    return Episode(
        reference,
        starts,
        began,
        status,
        need,
        placed,
        sector,
        ends,
        ceased,
        changed,
        home,
        post,
        urn,
        sheet.file,
        sheet.row,
    )


def _judge_end(sheet: Sheet, starts: date | None, ends: date | None, dec: str, rec: str) -> None:
    if dec and not rec:
        sheet.note("end_without_reason", "REC")
    elif rec and not dec:
        sheet.note("reason_without_end", "DEC")
    if ends is None:
        return
    if ends < sheet.begins():
        sheet.note("before_year", "DEC", year=sheet.year - 1)
    if starts is not None and ends <= starts:
        sheet.note("under_24_hours" if ends == starts else "ends_before_start", "DEC")
