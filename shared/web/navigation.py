"""Where each person can go from any page, and which page is their home."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.identity.permissions import allows
from shared.identity.person import Person, Role


@dataclass(frozen=True, slots=True)
class Way:
    """A link that stands at the head of every page for those whom it concerns."""

    title: str
    path: str
    permission: str


WAYS: Sequence[Way] = (
    Way("Referrals", "/referrals/desk", "referrals:submit"),
    Way("Homes to find", "/placements/desk", "placements:match"),
    Way("Figures", "/metrics", "metrics:read"),
)
HOMES = {Role.SOCIAL_WORKER: "/referrals/desk"}


def ways_of(person: Person | None, path: str) -> list[dict[str, object]]:
    """The links for this person, as the service navigation takes them; where they are now is marked."""
    placed = person is not None and (person.authority or person.region)
    ways = [way for way in WAYS if person is not None and placed and allows(way.permission, person)]
    shown = [{"text": way.title, "href": way.path, "active": _within(way.path, path)} for way in ways]
    return [*shown, {"text": "Help", "href": "/help", "active": _within("/help", path)}]


def home_of(person: Person) -> str | None:
    """Where somebody's day begins, if there is such a page for what they do."""
    if person.authority is None:
        return None
    return next((path for role, path in HOMES.items() if role in person.roles), None)


def _within(start: str, path: str) -> bool:
    return path == start or path.startswith(f"{start}/")
