"""One kind of notice: of which event, to whom, in which words, and where it leads; never who a child is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.contracts import Event
from shared.identity.permissions import allows
from shared.identity.person import Person


@dataclass(frozen=True, slots=True)
class Notice:
    """`leads` answers the page an event is to be looked at, or None where nobody need be told of this one."""

    kind: str
    event: type[Event]
    title: str
    says: str
    permission: str
    leads: Callable[[Any], str | None]
    to_provider: bool = False
    """To the event's provider; else to the event's authority."""

    def whose(self, event: Any) -> tuple[str | None, UUID | None]:
        """The authority or the provider it is for."""
        return (None, event.provider) if self.to_provider else (event.authority, None)

    def concerns(self, by: Person) -> bool:
        """Whether somebody in this place and role is told."""
        placed = by.provider is not None if self.to_provider else by.authority is not None
        return placed and allows(self.permission, by)


def by_kind(notices: Sequence[Notice]) -> Mapping[str, Notice]:
    """Found again by the name that is kept."""
    return {notice.kind: notice for notice in notices}


def for_person(notices: Sequence[Notice], by: Person) -> list[str]:
    """The kinds that somebody is told of."""
    return [notice.kind for notice in notices if notice.concerns(by)]
