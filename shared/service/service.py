"""What a service is made of, on one page that each service's `service.py` fills in."""

from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from time import perf_counter
from typing import Any

from fastapi import APIRouter
from opentelemetry.trace import Tracer

from shared.contracts import Envelope, Event
from shared.contracts.providers import InvitationEnded, PersonInvited
from shared.service.notices.notice import AnyNotice
from shared.service.waiting import Waits
from shared.store.consequence import NOTHING, Consequence
from shared.store.consumer import AtOnce
from shared.store.copies import Copy
from shared.store.dead import React
from shared.store.due import Due
from shared.store.invitations import forget_invitation, note_invitation
from shared.store.session import WriteSession
from shared.telemetry.meters import SpineMeters
from shared.telemetry.traces import reaction_span

Reaction = Callable[[WriteSession, Any], Coroutine[Any, Any, None]]
"""What a service does when it hears an event, in the transaction that also notes that it heard it."""
Together = Callable[[WriteSession, Sequence[Any]], Coroutine[Any, Any, None]]
"""The same for several events of a type that come one after another, in less time than one by one."""

PEOPLE: Mapping[type[Event], Reaction] = {PersonInvited: note_invitation, InvitationEnded: forget_invitation}
"""Every service keeps its own copy of who belongs where."""
INVITED = Copy("spine.invitations", "invitation", tuple(PEOPLE))


@dataclass(frozen=True)
class Service:
    """One service: its name, its routes, what it hears and does, and what falls due in it."""

    name: str
    migrations: Path
    routers: Sequence[APIRouter]
    reactions: Mapping[type[Event], Reaction] = field(default_factory=dict)
    together: Mapping[type[Event], Together] = field(default_factory=dict)
    project: Callable[[Sequence[Envelope]], Consequence] | None = None
    """For a service that keeps facts: what follows from events together, after the reactions."""
    projects: Sequence[type[Event]] = ()
    copies: Sequence[Copy] = ()
    """What follows from others' events, newest version only: mended where a restored publisher takes events back."""
    due: Mapping[str, Due] = field(default_factory=dict)
    waits: Waits | None = None
    """What waits here for whoever asks, as their own page adds it up."""
    notices: tuple[AnyNotice, ...] = ()
    """What people are told of the events that this service publishes, and of what time alone brought about."""
    background: Sequence[Callable[[Any], Awaitable[None]]] = ()
    """Endless tasks, each given the `Running` service; started once the database is open."""

    @property
    def hears(self) -> tuple[str, ...]:
        """The topics this service subscribes to."""
        events = [*PEOPLE, *self.reactions, *self.projects]
        return tuple(sorted({event.topic for event in events}))

    @property
    def heeds(self) -> frozenset[str]:
        """The types of event this service acts upon; of others in its topics it only notes that they came."""
        return frozenset(event.event_type for event in (*PEOPLE, *self.reactions, *self.projects))

    def copies_of(self, source: str) -> list[Copy]:
        """The tables that follow one publisher's events."""
        return [copy for copy in (INVITED, *self.copies) if copy.events[0].topic.partition(".")[0] == source]

    def react(self, tracer: Tracer, meters: SpineMeters, *, simulated: bool = False) -> React:
        """One function that handles events in order, each in the trace of the request that caused it.

        Where time is `simulated`, what follows from something told of a made-up past happened then, too.
        """
        reactions, told_by = self._by_type, self._telling(tracer, meters)
        together = {event.event_type: reaction for event, reaction in self.together.items()}

        async def react_to_each(session: WriteSession, envelopes: Sequence[Envelope]) -> None:
            for envelope in envelopes:
                reaction = reactions.get(envelope.read_as)
                if reaction is not None and envelope.event is not None:
                    began = perf_counter()
                    with (
                        reaction_span(tracer, envelope.traceparent, reaction.__name__),
                        session.as_when_told(envelope.recorded_at) if simulated else nullcontext(),
                    ):
                        await reaction(session, envelope.event)
                    meters.handled(envelope.type, perf_counter() - began)

        async def react(session: WriteSession, envelopes: Sequence[Envelope]) -> None:
            for (type_, told_in), some in groupby(envelopes, key=lambda e: (e.read_as, e.traceparent)):
                run = list(some)
                if len(run) == 1 or type_ not in together:
                    await react_to_each(session, run)
                    continue
                began = perf_counter()
                with reaction_span(tracer, told_in, together[type_].__name__):
                    await together[type_](session, [envelope.event for envelope in run if not envelope.expunged])
                meters.handled(type_, perf_counter() - began, len(run))
            with told_by(envelopes) as facts:
                await facts.within(session)

        return react

    def at_once(self, tracer: Tracer, meters: SpineMeters) -> AtOnce:
        """One function that says what follows from events to which nobody reacts."""
        reactions, told_by = self._by_type, self._telling(tracer, meters)

        def at_once(envelopes: Sequence[Envelope]) -> AbstractContextManager[Consequence | None]:
            return nullcontext() if any(e.read_as in reactions for e in envelopes) else told_by(envelopes)

        return at_once

    def _telling(
        self, tracer: Tracer, meters: SpineMeters
    ) -> Callable[[Sequence[Envelope]], AbstractContextManager[Consequence]]:
        """One function that says which facts events tell, to be recorded inside it."""
        project, projected = self.project, {event.event_type for event in self.projects}

        @contextmanager
        def told_by(envelopes: Sequence[Envelope]) -> Iterator[Consequence]:
            facts = [envelope for envelope in envelopes if envelope.read_as in projected]
            if project is None or not facts:
                yield NOTHING
                return
            began = perf_counter()
            with ExitStack() as spans:
                # One span in each request's own trace, since one transaction may serve many.
                for told in dict.fromkeys(fact.traceparent for fact in facts):
                    spans.enter_context(reaction_span(tracer, told, project.__name__))
                yield project(facts)
            meters.handled("all facts", perf_counter() - began, len(facts))

        return told_by

    @property
    def _by_type(self) -> Mapping[str, Reaction]:
        return {event.event_type: reaction for event, reaction in {**PEOPLE, **self.reactions}.items()}
