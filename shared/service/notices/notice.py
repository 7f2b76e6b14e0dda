"""One kind of notice: of which event or morning, to whom, in which words, and where it leads; never who a child is."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts import Event
from shared.identity.permissions import allows
from shared.identity.person import Person
from shared.store.session import WriteSession


@dataclass(frozen=True, slots=True)
class Whose:
    """Somebody's notice: the authority or the provider it is for, what it is about, and where it leads."""

    authority: str | None
    provider: UUID | None
    subject: str
    path: str


Looks = Callable[[Any, WriteSession, datetime, datetime], Awaitable[Sequence[Whose]]]
"""What the running service finds each morning of what came about by time alone: since the last look, up to this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What every notice has: a name that is kept, its words, and who of a place is told."""

    kind: str
    title: str
    says: str
    permission: str
    to_provider: bool = False
    """To a provider's people; else to an authority's."""

    def concerns(self, by: Person) -> bool:
        """Whether somebody in this place and role is told."""
        placed = by.provider is not None if self.to_provider else by.authority is not None
        return placed and allows(self.permission, by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Told):
    """Of an event; `leads` answers the page it is to be looked at, or None where nobody need be told of this one."""

    event: type[Event]
    leads: Callable[[Any], str | None]
    audience: str = ""
    """SQL over the service's own tables: each `subject` of these ($1, text[]) with an `authority` it concerns on this day
    ($2) at this moment ($3). Empty where the event itself says whose it is."""

    def whose(self, event: Any) -> tuple[str | None, UUID | None]:
        """The authority or the provider it is for."""
        return (None, event.provider) if self.to_provider else (getattr(event, "authority", None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Morning(Told):
    """Of what no event tells, because nobody did anything: looked for once a day."""

    looks: Looks


AnyNotice = Notice | Morning


def by_kind(notices: Sequence[AnyNotice]) -> Mapping[str, AnyNotice]:
    """Found again by the name that is kept."""
    return {notice.kind: notice for notice in notices}


def for_person(notices: Sequence[AnyNotice], by: Person) -> list[str]:
    """The kinds that somebody is told of."""
    return [notice.kind for notice in notices if notice.concerns(by)]
