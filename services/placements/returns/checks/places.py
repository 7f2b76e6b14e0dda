"""What the rules ask of places: where a postcode is, how far apart two are, and what is registered under a URN."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from shared.geography import Geography

ELSEWHERE = {"W": "WAL", "S": "SCO", "N": "NIR"}
"""How the return names an authority outside England, by the letter of its code."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A home or agency in the register: what it may be returned as, where it is, and until when it was open."""

    places: frozenset[str] = frozenset()
    sectors: frozenset[str] = frozenset()
    postcode: str | None = None
    closed: date | None = None


@dataclass(frozen=True)
class Places:
    """Answers from a map and a register; without one of them its rules have nothing to say."""

    map: Geography | None = None
    register: Mapping[str, Registered] = field(default_factory=dict)
    complete: bool = False
    """Whether the register holds every URN there is, so that one it lacks is wrong."""

    @cached_property
    def _areas(self) -> dict[tuple[str, date], str | None]:
        return {}

    @cached_property
    def _miles(self) -> dict[tuple[str, str], float | None]:
        return {}

    def known(self, postcode: str | None) -> bool:
        """Whether a postcode exists, or there is no map to say that it does not."""
        return self.map is None or not postcode or self.map.find(postcode) is not None

    def area(self, postcode: str | None, on: date) -> str | None:
        """The authority a postcode is in, as the return names it: an ONS code, or WAL, SCO, NIR; None if not known."""
        if self.map is None or not postcode:
            return None
        if (postcode, on) not in self._areas:
            self._areas[postcode, on] = self.map.area(postcode, on)
        area = self._areas[postcode, on]
        return ELSEWHERE.get(area[0], area) if area else None

    def miles(self, home: str | None, placement: str | None) -> float | None:
        """Straight line; None if not known."""
        if self.map is None or not home or not placement:
            return None
        if (home, placement) not in self._miles:
            self._miles[home, placement] = self.map.miles(home, placement)
        return self._miles[home, placement]

    def at(self, urn: str | None) -> Registered | None:
        """What is registered under a URN, if the register knows it."""
        return self.register.get(urn) if urn else None


NOWHERE = Places()
"""Neither a map nor a register."""
