"""S6, S7: every measure as at any date, of one authority and of all England's; S5: the facts rebuilt from the logs."""

import asyncio
import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import asyncpg
import httpx
import numpy as np

from deploy.distributed import Distributed
from services.metrics.columns import Columns
from services.metrics.measures import MEASURES, Figures
from shared.store.relay import CHANNEL
from tests.bench.backlog import COLUMNS, composed
from tests.bench.england import TODAY, england
from tests.bench.installations import nothing_yet
from tests.bench.results import Result, result

ONE, TEN_YEARS_AGO = "E09000033", date(2016, 3, 31)
EVERY = [f"E{number:08d}" for number in range(153)]
LOGGED = int(os.environ.get("LOGGED", "1000000"))
PART = 100_000


def _milliseconds(work: Callable[[], Any], times: int = 1) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return median(taken) * 1000


def _one_pass(columns: Columns, times: int) -> float:
    """The ceiling: who is in care and placed as at a day, by comparing two columns of each table, and a count."""

    def count() -> int:
        day = (TODAY - date(1970, 1, 1)).days
        tables = (("care_periods", "started", "ended"), ("placements", "starts", "ends"))
        return sum(int(np.count_nonzero((columns[t][s] <= day) & (columns[t][e] > day))) for t, s, e in tables)

    return _milliseconds(count, times)


def one_authority(show: Callable[[str], None]) -> list[Result]:
    """S6: any date of ten years, as a page or the stream asks; and straight after everything moved."""
    facts = england([ONE], in_care=900, years=10)
    columns, dice = facts.columns(), Random(6)
    show(f"S6: {len(MEASURES)} measures of one authority, 900 in care, {facts.count:,} facts")
    dates = iter([TODAY - timedelta(days=dice.randrange(3_600)) for _ in range(60)])
    Figures(columns, (ONE,)).all(TODAY)
    ours = _milliseconds(lambda: Figures(columns, (ONE,)).all(next(dates)), 60)
    cold = _milliseconds(lambda: Figures(columns, (ONE,), datetime.now().astimezone()).all(TODAY), 10)
    ceiling = _one_pass(columns, 60)
    title = f"{len(MEASURES)} measures, one authority (900 in care, ten years), any date"
    return [
        result("S6", title, ours, ceiling, "ms", "≤ 5 ms", met=ours <= 5),
        result(
            "S6-known", "the same as known at a moment, nothing kept from before", cold, ceiling, "ms", "", met=True
        ),
    ]


def all_england(show: Callable[[str], None]) -> list[Result]:
    """S7: by authority, and the dearest ten-year monthly series of one of them."""
    began = time.perf_counter()
    facts = england(EVERY, in_care=549, years=1)
    made = time.perf_counter() - began
    columns, periods, stays = facts.columns(), facts.rows["care_periods"], facts.rows["placements"]
    there = Figures(columns, tuple(EVERY)).figure("cla", TODAY).value
    show(f"S7: {len(EVERY)} authorities, {there:,} in care, {facts.count:,} facts, made child by child in {made:.0f} s")
    day = iter(TODAY - timedelta(days=number) for number in range(20))

    def every() -> None:
        figures, as_at = Figures(columns, tuple(EVERY)), next(day)
        for measure in MEASURES:
            figures.figure(measure, as_at, by="authority")

    first = _milliseconds(every)
    ours = _milliseconds(every, 7)
    ceiling = _one_pass(columns, 7)
    ten_years = england([ONE], in_care=900, years=10).columns()
    series = {measure: _series(ten_years, measure) for measure in MEASURES}
    dearest = max(series, key=lambda measure: series[measure])
    title = (
        f"{len(MEASURES)} measures by authority, {len(EVERY)} authorities, {periods:,} children, {stays:,} placements"
    )
    return [
        result("S7-made", f"the {there:,} in care and all of the year made up child by child", made, None, "s", "", met=True),
        result("S7", title, ours, ceiling, "ms", "≤ 250 ms", met=ours <= 250),
        result("S7-first", "the same straight after everything moved", first, ceiling, "ms", "", met=True),
        result(
            "S7-series", f"ten years by month, one authority, the dearest measure ({dearest})", series[dearest], None,
            "ms", "≤ 100 ms", met=series[dearest] <= 100,
        ),
    ]  # fmt: skip


def _series(columns: Columns, measure: str) -> float:
    return _milliseconds(lambda: list(Figures(columns, (ONE,)).series(measure, TEN_YEARS_AGO, TODAY, "month")), 3)


# --- S5 ---


def rebuilding(show: Callable[[str], None]) -> list[Result]:
    """S5: from the order to rebuild until what was rebuilt is live, and how much memory that took."""
    with nothing_yet() as installation:
        for process in ("providers-1", "referrals-1"):
            installation.stop_process(process)
        show(f"S5: {LOGGED:,} events go into the log first")
        bodies = asyncio.run(_logged(installation, show))
        show("S5: rebuild")
        seconds, before, peak = _rebuilt(installation)
    ours, ceiling = LOGGED / seconds, _applied(bodies)
    title = f"rebuild of {LOGGED:,} events ({seconds:.1f} s)"
    grown = peak - before
    return [
        result("S5", title, ours, ceiling, "events/s", "≤ 30 s", met=seconds <= 30 * LOGGED / 1_000_000),
        result("S5-memory", f"memory it takes besides, from {before:.0f} MB", grown, None, "MB", "flat", met=grown < 200),
    ]  # fmt: skip


async def _logged(installation: Distributed, show: Callable[[str], None]) -> list[bytes]:
    """Everything published by placements and heard by metrics; answers some of it."""
    placements = await asyncpg.connect(installation.postgres.url("placements"))
    metrics = await asyncpg.connect(installation.postgres.url("metrics"))
    rows = composed(PART)
    for done in range(0, LOGGED, PART):
        rows = composed(PART) if done else rows
        records = [(row.id, row.lane, row.type, row.subject, row.authority, row.time, row.body) for row in rows]
        await placements.copy_records_to_table("outbox", schema_name="spine", columns=COLUMNS, records=records)
        await placements.execute(f"NOTIFY {CHANNEL}")
        heard = "SELECT coalesce(sum(sequence), 0) FROM spine.inbox WHERE lane LIKE 'placements%'"
        while await metrics.fetchval(heard) < done + PART:
            await asyncio.sleep(0.2)
        show(f"S5: {done + PART:,}")
    await placements.close()
    await metrics.close()
    return [row.body.encode() for row in rows]


def _rebuilt(installation: Distributed) -> tuple[float, float, float]:
    """Seconds, and the memory of metrics in MB before and at its highest."""
    url = f"{installation.url_of('metrics-1')}/metrics/rebuild"
    headers = {"Authorization": f"Bearer {installation.token('administrator')}"}
    pid = installation._processes["metrics-1"].pid
    before = peak = _megabytes(pid)
    with httpx.Client(headers=headers, trust_env=False, timeout=30) as client:
        began = time.perf_counter()
        client.post(url).raise_for_status()
        while (told := client.get(url).json())["state"] in ("asked", "running"):
            peak = max(peak, _megabytes(pid))
            time.sleep(0.1)
    if told["state"] != "done" or not told["result"]["same"]:
        raise RuntimeError(f"The rebuild ended {told['state']}: {told['error'] or told['result']}")
    return time.perf_counter() - began, before, peak


def _megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def _applied(bodies: list[bytes]) -> float:
    """The ceiling: events read from JSON and the newest of each subject remembered, nothing else."""
    began, newest = time.perf_counter(), dict[str, Any]()
    for told in _read(bodies):
        newest[told["subject"]] = told
    return len(bodies) / (time.perf_counter() - began)


def _read(bodies: list[bytes]) -> Iterator[dict[str, Any]]:
    for body in bodies:
        yield json.loads(body)
