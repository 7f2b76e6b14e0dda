"""What an event is, how its type is named, and the registry of every version ever published."""

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

EVENTS: dict[str, type["Event"]] = {}
UPCASTS: dict[str, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {}
"""Old type -> a pure function from its payload to the next version's payload; the type's number goes up by one."""


class Event(BaseModel):
    """A fact that has happened, as its owner tells it to others.

    A subclass names its topic and the field that is its subject:
    `class PlacementStarted(Event, topic="placements", subject="placement")` is `placements.placement_started.v1`.
    A field called `authority` makes the event that authority's own: it decides the lane and who may read it.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic: ClassVar[str] = ""
    event_type: ClassVar[str] = ""
    subject_field: ClassVar[str] = ""

    def __init_subclass__(cls, *, topic: str = "", subject: str = "", revision: int = 1, **rest: Any) -> None:
        super().__init_subclass__(**rest)
        if not topic:
            return
        cls.topic, cls.subject_field = topic, subject
        cls.event_type = f"{topic.partition('.')[0]}.{_snake(cls.__name__)}.v{revision}"
        if EVENTS.setdefault(cls.event_type, cls) is not cls:
            raise TypeError(f"{cls.event_type} is defined twice")

    @property
    def subject(self) -> str:
        """The identifier of the thing this event is about."""
        return str(getattr(self, self.subject_field))

    @property
    def concerns(self) -> str | None:
        """The authority whose own event this is, or None where it is everybody's."""
        return getattr(self, "authority", None)


def upcast(type_: str, payload: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """The newest type and payload that mean the same as a kept, older one."""
    while type_ in UPCASTS:
        payload = UPCASTS[type_](payload)
        stem, _, number = type_.rpartition(".v")
        type_ = f"{stem}.v{int(number) + 1}"
    return type_, payload


def newest(type_: str) -> str:
    """The type a kept event is read as today: its own, or that of the version it is upcast to."""
    while type_ in UPCASTS:
        stem, _, number = type_.rpartition(".v")
        type_ = f"{stem}.v{int(number) + 1}"
    return type_


def read_event(type_: str, payload: Mapping[str, Any]) -> Event | None:
    """The event a payload holds, or None for a type this release does not know."""
    type_, payload = upcast(type_, payload)
    model = EVENTS.get(type_)
    return model.model_validate(payload) if model else None


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
