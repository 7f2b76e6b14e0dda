"""What commissioners are told of their figures."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any

from services.metrics.live import live_of
from services.metrics.measures import MEASURES, Figures
from services.metrics.queries import all_targets
from services.metrics.showing import against
from shared.clock import day_in_england
from shared.service.notices.notice import Morning, Whose
from shared.store.session import Row, WriteSession

SETS = "metrics:set_targets"


async def missed_since(running: Any, session: WriteSession, since: datetime, until: datetime) -> Sequence[Whose]:
    """Authorities of whom a figure met its target, as it was known at the last look, and does not now."""
    columns = live_of(running).memory.columns
    found = []
    for authority, targets in groupby(await all_targets(session), key=lambda row: str(row.authority)):
        before, now = (Figures(columns, (authority,), known_at) for known_at in (since, None))
        missed = list(_missed(list(targets), before, now, since, until))
        if missed:
            path = f"/metrics/about/{missed[0]}" if len(missed) == 1 else "/metrics"
            found.append(Whose(authority, None, " ".join(missed), path))
    return found


def _missed(targets: list[Row], before: Figures, now: Figures, since: datetime, until: datetime) -> Iterator[str]:
    then, today = day_in_england(since), day_in_england(until)
    for target in targets:
        if target.starts <= today and (_said(before, target, then), _said(now, target, today)) == ("met", "not met"):
            yield target.measure


def _said(figures: Figures, target: Row, day: date) -> str:
    """Neither met nor not met without data, or where neither more nor less is better."""
    figure, measure = figures.figure(target.measure, day), MEASURES[target.measure]
    return against(figure, target.value, figure.unit, measure.polarity)[1]


NOTICES = (
    Morning(
        kind="target_missed_commissioner",
        title="A figure no longer meets its target",
        says="It did when it was last looked at, yesterday morning. See what it is made of.",
        permission=SETS,
        looks=missed_since,
    ),
)
