"""S1 and S2: from a command sent to the changed tile received, at a rate, and the highest rate that stays quick."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count

from tests.bench.installations import Place, bare_beside, distributed, embedded, place_in
from tests.bench.load import Run, run
from tests.bench.results import Result, percentile, result
from tests.bench.wire import total_in

SECONDS = 8
ROUNDS = 2
QUICK = 50.0
"""Milliseconds: the knee is the highest rate at which one command in a hundred takes longer."""
NEVER = 60_000.0
"""Milliseconds that stand for a command that was refused or never shown."""
STEPS = (100, 200, 300, 400, 500, 600, 700, 800, 900, 1000, 1200, 1400)
STEP_SECONDS = 4
_PRICES = count(100_000, 1_000)
"""Every run begins at a price of its own, so that what is left of the last one cannot be taken for this one's."""


@dataclass(frozen=True)
class Latency:
    """Milliseconds from command to tile, NEVER among them."""

    milliseconds: list[float]

    @property
    def p50(self) -> float:
        return percentile(self.milliseconds, 0.50)

    @property
    def p99(self) -> float:
        return percentile(self.milliseconds, 0.99)


def latency_of(told: Run) -> list[float]:
    """Pair commands with tiles by value.

    Each command raises one placement's price by a penny, so a total that is n pence higher shows the first n commands
    in the order in which they were committed: the order of their answers.
    """
    shown = [(received, total) for received, payload in told.received if (total := total_in(payload)) is not None]
    first = shown[0][1]
    reached, best = [], 0
    for _, total in shown:
        best = max(best, total - first)
        reached.append(best)
    found = []
    accepted = sorted((c for c in told.commands if 200 <= c[2] < 300), key=lambda command: command[1])
    for rank, (sent, _, _) in enumerate(accepted, 1):
        at = bisect_left(reached, rank)
        found.append((shown[at][0] - sent) * 1000 if at < len(shown) else NEVER)
    return found + [NEVER] * (len(told.commands) - len(accepted))


def at_rate(place: Place, rate: int, seconds: float) -> list[float]:
    """One run."""
    number = round(rate * seconds)
    return latency_of(run("paced", place.commands, place.watch, rate=rate, number=number, first=next(_PRICES)))


def in_turn(places: list[Place], rate: int) -> list[Latency]:
    """Each in turn, several times, so that a noisy moment hits all alike."""
    found: list[list[float]] = [[] for _ in places]
    for _ in range(ROUNDS):
        for place, latencies in zip(places, found, strict=True):
            latencies += at_rate(place, rate, SECONDS)
    return [Latency(latencies) for latencies in found]


def knee(place: Place) -> int:
    """The highest rate of the steps with p99 within bounds; a step that fails is tried twice."""
    highest = 0
    for rate in STEPS:
        if not any(Latency(at_rate(place, rate, STEP_SECONDS)).p99 <= QUICK for _ in range(2)):
            break
        highest = rate
    return highest


@contextmanager
def both() -> Iterator[tuple[Place, Place]]:
    """Ours in distributed mode, and the bare pipeline on the same servers."""
    with distributed() as (installation, world), bare_beside(installation) as bare, bare.pipeline() as ceiling:
        yield place_in(installation, world), ceiling


def live(show: Callable[[str], None]) -> list[Result]:
    """S1."""
    with both() as (ours, ceiling):
        show("S1: 100 commands a second, ours and bare in turn")
        us, them = in_turn([ours, ceiling], 100)
    title = "live latency, distributed, 100 commands/s"
    aim50, aim99 = "≤ 1.5 × bare, near 10 ms", "≤ 2 × bare, < 50 ms"
    met50, met99 = us.p50 <= 1.5 * them.p50, us.p99 <= 2 * them.p99 and us.p99 < QUICK
    return [
        result("S1-p50", f"{title}, p50", us.p50, them.p50, "ms", aim50, met=met50),
        result("S1-p99", f"{title}, p99", us.p99, them.p99, "ms", aim99, met=met99),
    ]


def brisk(show: Callable[[str], None]) -> list[Result]:
    """S2."""
    with both() as (ours, ceiling):
        show("S2: 300 commands a second, distributed and bare in turn, then the knee of each")
        us, them = in_turn([ours, ceiling], 300)
        bare_knee = knee(ceiling)
        found = _rows("distributed", us, them, knee(ours), bare_knee)
    with embedded() as ours:
        show("S2: 300 commands a second, embedded, then the knee")
        found += _rows("embedded", in_turn([ours], 300)[0], them, knee(ours), bare_knee)
    return found


def _rows(mode: str, us: Latency, them: Latency, highest: int, bare_knee: int) -> list[Result]:
    title = f"live latency, {mode}, 300 commands/s"
    about = f"knee, {mode}: highest rate with p99 ≤ 50 ms"
    return [
        result(f"S2-{mode}-p50", f"{title}, p50", us.p50, them.p50, "ms", "≤ 10 ms", met=us.p50 <= 10),
        result(f"S2-{mode}-p99", f"{title}, p99", us.p99, them.p99, "ms", "≤ 50 ms", met=us.p99 <= QUICK),
        result(f"S2-{mode}-knee", about, highest, bare_knee, "/s", "≥ 600/s", met=highest >= 600),
    ]
