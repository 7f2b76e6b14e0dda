"""S4: how fast a backlog of 200,000 events drains, from placements' outbox to metrics' facts."""

import asyncio
import os
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from time import perf_counter
from typing import Any
from uuid import UUID

import asyncpg

from deploy.distributed import Distributed
from shared.contracts import Composed, Event
from shared.contracts.envelope import compose
from shared.contracts.placements import PlacementEnded, PlacementRepriced, PlacementStarted, PriceLine
from shared.contracts.vocabulary import PlaceChange, PlacementStatus, PlacementType, PriceElement, Purpose, Sector
from shared.ids import new_id
from tests.bench.installations import Bare, bare_beside, nothing_yet
from tests.bench.results import Result, result

EVENTS = int(os.environ.get("EVENTS", "200000"))
AUTHORITY, LANES = "E09000033", "placements%.00"
COLUMNS = ("id", "lane", "type", "subject", "authority", "recorded_at", "body")
OTHERS = ("providers-1", "referrals-1", "proxy")
"""They would each take their own share of the same messages; the question here is one way through."""


def _life(number: int) -> Iterator[Event]:
    """What placements says of one placement that nobody else has to act upon: start, prices, end."""
    placement, starts = new_id(), date(2025, 1, 1) + timedelta(days=number % 365)
    known: dict[str, Any] = {
        "placement": placement,
        "authority": AUTHORITY,
        "child": new_id(),
        "referral": new_id(),
        "provider": UUID(int=number % 300),
        "home": UUID(int=number % 3_000),
        "place": UUID(int=number % 9_000),
        "type": PlacementType("U6"),
        "sector": Sector.PRIVATE,
        "purpose": Purpose.FIRST,
        "starts": starts,
    }
    yield PlacementStarted(**known, version=3, status=PlacementStatus.STARTED, ends=None)
    for version in (4, 5, 6):
        line = PriceLine(
            element=PriceElement.SOCIAL_CARE, starts=starts, ends=None, weekly_pence=90_000 + 1_000 * version
        )
        yield PlacementRepriced(placement=placement, authority=AUTHORITY, version=version, prices=(line,))
    ends = starts + timedelta(days=90)
    status, reason = PlacementStatus.ENDED, PlaceChange.CARE_PLAN
    yield PlacementEnded(**known, version=7, status=status, ends=ends, reason=reason, planned=True)


def composed(events: int) -> list[Composed]:
    """So many genuine envelopes."""
    at = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    return [
        compose(
            event,
            id=new_id(),
            at=at + timedelta(milliseconds=number),
            traceparent=f"00-{number + 1:032x}-{number + 1:016x}-00",
            partitions=1,
        )
        for number in range(events // 5)
        for event in _life(number)
    ]


async def _ours(installation: Distributed, rows: list[Composed]) -> float:
    placements = await asyncpg.connect(installation.postgres.url("placements"))
    metrics = await asyncpg.connect(installation.postgres.url("metrics"))
    records = [(row.id, row.lane, row.type, row.subject, row.authority, row.time, row.body) for row in rows]
    await placements.copy_records_to_table("outbox", schema_name="spine", columns=COLUMNS, records=records)
    installation.start_process("placements-1")
    sequenced = "SELECT sum(last_sequence) FROM spine.lanes WHERE lane LIKE $1"
    began = await _when(placements, sequenced, lambda last: last > 0)
    handled = "SELECT sum(sequence) FROM spine.inbox WHERE lane LIKE $1"
    ended = await _when(metrics, handled, lambda last: last >= len(rows))
    await placements.close()
    await metrics.close()
    return len(rows) / (ended - began)


async def _when(connection: Any, sql: str, reached: Callable[[int], bool]) -> float:
    """When the lanes had come so far; for a beginning, the last moment at which they had not begun."""
    before = perf_counter()
    while not reached(await connection.fetchval(sql, LANES) or 0):
        before = perf_counter()
        await asyncio.sleep(0.02)
    return before


async def _bare(bare: Bare, rows: list[Composed]) -> float:
    connection = await asyncpg.connect(bare.database)
    await connection.execute("TRUNCATE fact, outbox")
    await connection.copy_records_to_table("outbox", columns=["body"], records=[(row.body,) for row in rows])
    with bare.process("watch"):
        began = None
        with bare.process("commands"):
            while (told := await connection.fetchval("SELECT count(*) FROM fact")) < len(rows):
                if not told:
                    began = perf_counter()
                await asyncio.sleep(0.02)
            ended = perf_counter()
    await connection.close()
    assert began is not None
    return len(rows) / (ended - began)


def backlog(show: Callable[[str], None]) -> list[Result]:
    """S4."""
    rows = composed(EVENTS)
    with nothing_yet() as installation, bare_beside(installation) as bare:
        for process in (*OTHERS, "placements-1"):
            installation.stop_process(process)
        show(f"S4: {len(rows):,} events waiting, ours and bare")
        ours = asyncio.run(_ours(installation, rows))
        for process in ("placements-1", "metrics-1"):
            installation.stop_process(process)
        ceiling = asyncio.run(_bare(bare, rows))
    aim = "≥ 15,000/s"
    return [result("S4", f"backlog of {len(rows):,}, end to end", ours, ceiling, "events/s", aim, met=ours >= 15_000)]
