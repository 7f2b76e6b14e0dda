"""What a bus promises, so that the relay and the consumers need not know which one carries them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from shared.contracts import Batch

Settled = Callable[[str, int], None]
"""Called with a lane and the sequence up to which its publisher need not keep batches in mind any more."""


class BusAway(Exception):
    """The bus cannot be reached now; the caller keeps what it has and tries again."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A batch in a consumer's hands; `receipt` is the bus's own business."""

    batch: Batch
    receipt: Any


class Subscription(Protocol):
    """One consumer's view of the bus. Batches of one lane come in the order they were published."""

    async def take(self, most_events: int) -> list[Delivery]:
        """Wait for at least one batch, then give what is there, up to about this many events.

        Safe to cancel. After a lost connection, what was taken and not `done` comes again.
        """
        ...

    async def done(self, deliveries: Sequence[Delivery]) -> None:
        """These are committed and need not come again. Called in the order they were taken."""
        ...

    async def renew(self) -> None:
        """Give back what was taken and not `done`; it comes again. For a consumer that has waited very long."""
        ...

    async def close(self) -> None:
        """Stop; what was taken and not `done` goes to whoever subscribes next under this name."""
        ...


class Bus(Protocol):
    """Carries batches to every consumer whose lanes they are in.

    Promises: nothing that `publish` returned for is lost while the bus is kept; order holds within a lane; a batch may
    come twice; one consumer's slowness delays nobody else. It does not promise that a consumer which subscribes for the
    first time sees what was published before: sequences show such a gap, and feeds fill it.
    """

    async def publish(self, batch: Batch) -> None:
        """Hand over a batch; returns when the bus has taken responsibility. Raises BusAway."""
        ...

    async def subscribe(self, consumer: str, lanes: Sequence[str]) -> Subscription:
        """Take part as this consumer, of which one is served at a time however many take part."""
        ...

    def when_settled(self, source: str, settled: Settled) -> None:
        """Tell this service's relay how far its lanes are settled."""
        ...

    async def ailments(self) -> list[str]:
        """Why the bus cannot be relied on just now, in words; empty when it can."""
        ...

    async def close(self) -> None:
        """Close every connection."""
        ...
