"""Writing what a return comes to: episodes, placements, periods of care and coverage, by the thousand, and telling of them."""

from collections.abc import Iterable, Sequence
from typing import Any

from services.placements.actions.coverage import declare_coverage
from services.placements.actions.telling import care_state, placement_state
from services.placements.returns import caring, placing
from services.placements.returns.histories import Merged, covered_from
from services.placements.returns.plan import Change, Plan
from shared.contracts.placements import (
    CareCorrected,
    CareEnded,
    LegalStatusChanged,
    PlacementCorrected,
    PlacementEnded,
)
from shared.service.loads import Loading
from shared.store.session import Row, WriteSession, columns_of

EPISODE = (
    *("child", "decom", "authority", "year", "rne", "ls", "cin", "place", "place_provider", "dec", "rec"),
    *("reason_place_change", "home_post", "pl_post", "urn"),
)
FORGET_EPISODES = """DELETE FROM episodes e USING unnest($1::uuid[], $2::date[]) AS gone (child, decom)
    WHERE e.child = gone.child AND e.decom = gone.decom"""
# What a return wrote has nothing besides, so that it can be written anew: no two rows meet in a constraint on the way.
FORGET_PLACEMENTS = "DELETE FROM placements WHERE placement = ANY($1)"
FORGET_PERIODS = """WITH lines AS (DELETE FROM legal_statuses WHERE period = ANY($1))
    DELETE FROM care_periods WHERE period = ANY($1)"""
FORGET_LOADED = "DELETE FROM loaded_records WHERE record = ANY($1)"
NOTE_YEARS = "INSERT INTO loaded_years (authority, year) SELECT $1, unnest($2::int[]) ON CONFLICT DO NOTHING"
YEARS = "SELECT year FROM loaded_years WHERE authority = $1"
ENDED = frozenset({PlacementEnded, PlacementCorrected})
CARE_ENDED = frozenset({CareEnded, CareCorrected})


async def write_episodes(session: WriteSession, authority: str, merged: Iterable[Merged]) -> None:
    """Keep every episode that is new or was told otherwise, and none that is told no more."""
    gone, rows = [], []
    for one in merged:
        for day, told in one.known.items():
            if one.history.get(day) != told:
                gone.append((one.child, day))
        for day, told in one.history.items():
            if one.known.get(day) != told:
                e = told.episode
                codes = (e.reason_new, e.legal_status, e.category_of_need, e.place, e.sector, e.ends, e.reason_ceased)
                where = (e.reason_place_change, e.home_postcode, e.placement_postcode, e.urn)
                rows.append((one.child, day, authority, told.year, *codes, *where))
    await session.run(FORGET_EPISODES, *columns_of(gone, 2))
    await session.copy("episodes", EPISODE, rows, "public")


async def write_plan(session: WriteSession, plan: Plan) -> None:
    """Keep placements, periods, their legal statuses, and that it was a return that wrote them."""
    placements = [change.row["placement"] for change in plan.placements]
    periods = [change.row["period"] for change in plan.periods]
    await session.run(FORGET_PLACEMENTS, placements)
    await session.copy("placements", placing.COLUMNS, _rows(plan.placements, placing.COLUMNS), "public")
    await session.run(FORGET_PERIODS, periods)
    await session.copy("care_periods", caring.COLUMNS, _rows(plan.periods, caring.COLUMNS), "public")
    lines = [(c.row["period"], line.starts, line.status) for c in plan.periods for line in c.lines]
    await session.copy("legal_statuses", ("period", "starts", "status"), lines, "public")
    await session.run(FORGET_LOADED, [*placements, *periods])
    versions = [change.row["version"] for change in (*plan.placements, *plan.periods)]
    loaded = list(zip([*placements, *periods], versions, strict=True))
    await session.copy("loaded_records", ("record", "version"), loaded, "public")


def _rows(changes: Iterable[Change], columns: Sequence[str]) -> list[tuple[Any, ...]]:
    return [tuple(change.row.get(name) for name in columns) for change in changes]


async def publish_plan(session: WriteSession, plan: Plan, loading: Loading) -> None:
    """Tell of every row as it now stands, one event each: an ended placement was not told of as it began."""
    sql = "SELECT * FROM {} WHERE {} = ANY($1)"
    periods = [change.row["period"] for change in plan.periods]
    care = {row.period: row for row in await session.all(sql.format("care_periods", "period"), periods)}
    placements = [change.row["placement"] for change in plan.placements]
    stays = {row.placement: row for row in await session.all(sql.format("placements", "placement"), placements)}
    for number, change in enumerate((*plan.periods, *plan.placements)):
        if "period" in change.row:
            _tell_of_care(session, change, care[change.row["period"]])
        else:
            _tell_of_placement(session, change, stays[change.row["placement"]])
        await loading.wrote(session, number, len(periods) + len(placements))


def _tell_of_care(session: WriteSession, change: Change, row: Row) -> None:
    reason = {"reason": row.reason} if change.event in CARE_ENDED else {}
    session.publish(change.event(**care_state(row), **reason))
    if not row.annulled:
        whose = {name: row[name] for name in ("period", "authority", "version", "child")}
        session.publish(LegalStatusChanged(**whose, statuses=change.lines))


def _tell_of_placement(session: WriteSession, change: Change, row: Row) -> None:
    ended = {"reason": row.reason, "planned": row.planned} if change.event in ENDED else {}
    session.publish(change.event(**placement_state(row), **ended))


async def note_years(session: WriteSession, authority: str, years: Sequence[int]) -> None:
    """Keep which years were loaded; where that moves the day from which the record is whole, declare it.

    Otherwise what a person declared stays.
    """
    before = {row.year for row in await session.all(YEARS, authority)}
    await session.run(NOTE_YEARS, authority, list(years))
    starts = covered_from(before | set(years))
    if not before or covered_from(before) != starts:
        await declare_coverage(session, authority, starts)
