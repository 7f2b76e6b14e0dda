"""Every event the platform publishes, as plain data."""

from shared.contracts import placements, providers, referrals, statutory
from shared.contracts.envelope import Batch, Composed, Envelope
from shared.contracts.event import EVENTS, Event

TOPICS: tuple[str, ...] = tuple(dict.fromkeys(event.topic for event in EVENTS.values()))
"""Every topic anything is published on."""

__all__ = [
    "EVENTS",
    "TOPICS",
    "Batch",
    "Composed",
    "Envelope",
    "Event",
    "placements",
    "providers",
    "referrals",
    "statutory",
]
