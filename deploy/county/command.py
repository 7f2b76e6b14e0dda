"""One thing that somebody told the platform, and how a later one speaks of what it made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any


@dataclass(frozen=True, slots=True)
class Ref:
    """What an earlier command made, by that command's key."""

    key: str


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that somebody told on a day."""

    on: date
    service: str
    kind: str
    form: Mapping[str, Any] = field(default_factory=dict)
    about: Ref | None = None
    key: str | None = None
    child: str = field(default="", compare=False)
    """The key of whom it is about: commands about different children do not wait for each other."""
    hour: int = 9
    by: str = ""
    """The sector whose homes' people say it; nobody is an authority's own."""

    @property
    def at(self) -> datetime:
        """The moment (UTC)."""
        return datetime.combine(self.on, time(self.hour), UTC)
