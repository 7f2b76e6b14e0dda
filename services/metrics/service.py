"""Metrics as a service: its routes, the events whose facts it keeps, and its endless tasks."""

from pathlib import Path

from services.metrics.api import router
from services.metrics.live import follow_the_facts, move_the_figures, rebuild_when_asked, tell_the_figures
from services.metrics.notices import NOTICES
from services.metrics.pages import ROUTERS as PAGES
from services.metrics.projections import PROJECTED, facts_told
from shared.service.service import Service

SERVICE = Service(
    name="metrics",
    migrations=Path(__file__).parent / "migrations",
    routers=[router, *PAGES],
    project=facts_told,
    projects=PROJECTED,
    notices=NOTICES,
    background=(follow_the_facts, move_the_figures, rebuild_when_asked, tell_the_figures),
)
