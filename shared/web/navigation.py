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
    Way("Children", "/placements/lives", "placements:record"),
    Way("Homes to find", "/placements/desk", "placements:match"),
    Way("Approvals", "/placements/approvals", "placements:approve"),
    Way("Panel", "/referrals/panel", "referrals:consider"),
    Way("Your homes", "/providers/desk", "providers:post_vacancies"),
    Way("Invitations", "/placements/invited", "placements:answer_offers"),
    Way("Children", "/placements/stays", "placements:report_stays"),
    Way("Figures", "/metrics", "metrics:read"),
)
SEARCHES: Sequence[Way] = (
    Way("Find a referral", "/placements/desk/search", "placements:match"),
    Way("Find a referral", "/referrals/desk/search", "referrals:submit"),
)
"""Where a reference typed at the head of a page is looked up; whoever may use several gets the first."""
HOMES = {
    Role.SOCIAL_WORKER: "/referrals/desk",
    Role.PLACEMENTS_OFFICER: "/placements/desk",
    Role.APPROVER: "/placements/approvals",
    Role.PROVIDER_MANAGER: "/providers/desk",
}


def ways_of(person: Person | None, path: str) -> list[dict[str, object]]:
    """The links for this person, as the service navigation takes them; where they are now is marked."""
    placed = person is not None and (person.authority or person.provider or person.region)
    ways = [way for way in WAYS if person is not None and placed and allows(way.permission, person)]
    shown = [{"text": way.title, "href": way.path, "active": _within(way.path, path)} for way in ways]
    if person is not None and person.roles:
        shown.insert(0, {"text": "Today", "href": "/today", "active": path in ("/", "/today")})
    if person is not None and allows("spine:operate", person):
        shown.append({"text": "Status", "href": "/status", "active": _within("/status", path)})
    return [*shown, {"text": "Help", "href": "/help", "active": _within("/help", path)}]


def home_of(person: Person) -> str | None:
    """Where somebody's day begins, if there is such a page for what they do."""
    if person.authority is None and person.provider is None:
        return None
    return next((path for role, path in HOMES.items() if role in person.roles), None)


def search_of(person: Person | None, path: str) -> Way | None:
    """The search at the head of a page, unless the page has it itself."""
    if person is None or person.authority is None:
        return None
    found = next((way for way in SEARCHES if allows(way.permission, person)), None)
    return found if found and path not in (found.path, found.path.rpartition("/")[0]) else None


def _within(start: str, path: str) -> bool:
    return path == start or path.startswith(f"{start}/")
