"""Who is asking: a person or a system, what roles they have and whose they are."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5


class Role(StrEnum):
    """What somebody does; one person may have several."""

    SOCIAL_WORKER = "social_worker"
    PLACEMENTS_OFFICER = "placements_officer"
    APPROVER = "approver"
    COMMISSIONER = "commissioner"
    ANALYST = "analyst"
    FINANCE = "finance"
    PROVIDER_MANAGER = "provider_manager"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Person:
    """A person or system as this installation knows it; `id` is the same in every service and never an e-mail.

    At most one of `authority`, `provider`, `region` and `installation` says whose they are. It comes from the registry
    of issuers or a recorded invitation, never from a claim. `topics` are what a system may read from the feeds.
    """

    id: str
    issuer: str
    name: str
    roles: frozenset[Role]
    authority: str | None = None
    provider: UUID | None = None
    region: frozenset[str] = frozenset()
    installation: bool = False
    topics: frozenset[str] = frozenset()

    def belongs_to(self, authority: str) -> bool:
        """Whether an authority's records (its children among them) are this person's business."""
        return self.authority == authority

    def sees_figures_of(self, authority: str) -> bool:
        """Whether an authority's figures, or its events by feed, are this person's to see."""
        return self.authority == authority or authority in self.region or self.installation


def identifier_of(issuer: str, subject: str) -> str:
    """The installation's own identifier for somebody an issuer knows by `subject`."""
    return str(uuid5(NAMESPACE_URL, f"{issuer} {subject}"))


def acting_for(service: str) -> Person:
    """The system person in whose name a service's own reactions and due actions are done."""
    issuer = f"urn:sufficiency:{service}"
    return Person(identifier_of(issuer, service), issuer, service, frozenset({Role.SYSTEM}), installation=True)
