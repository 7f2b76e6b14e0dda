"""S3: how many validated commands one process commits a second, each with its outbox row."""

from collections.abc import Callable
from dataclasses import replace
from statistics import median

from tests.bench.installations import bare_beside, bare_commands, distributed, place_in
from tests.bench.load import Commands, run
from tests.bench.results import Result, result

CLIENTS = 16
SECONDS = 4
ROUNDS = 3
OTHERS = ("metrics-1", "providers-1", "referrals-1", "proxy")


def answered(commands: Commands, first: int) -> float:
    """Commands answered in a second. Raises RuntimeError where any was refused: nothing but success counts."""
    told = run("flat_out", commands, clients=CLIENTS, seconds=SECONDS, first=first).commands
    if refused := [status for _, _, status in told if not 200 <= status < 300]:
        raise RuntimeError(f"{len(refused)} of {len(told)} commands were refused, the first with {refused[0]}")
    return len(told) / SECONDS


def ingest(show: Callable[[str], None]) -> list[Result]:
    """S3, with our relay at its usual work and the other services stopped, since one process is what is asked."""
    with distributed() as (installation, world), bare_beside(installation) as bare:
        for process in OTHERS:
            installation.stop_process(process)
        show("S3: 16 clients as fast as they are answered: ours, a bare endpoint, one that does nothing, in turn")
        with bare.process("validated-commands") as port, bare.process("commands-only") as bottom:
            raw = bare_commands(port)
            kinds = [place_in(installation, world).commands, raw, replace(raw, method="GET", body="")]
            kinds.append(bare_commands(bottom))
            rates: list[list[float]] = [[] for _ in kinds]
            for number in range(ROUNDS):
                for commands, found in zip(kinds, rates, strict=True):
                    found.append(answered(commands, 100_000 + number))
    ours, ceiling, hello, without = map(median, rates)
    title = (
        f"ingest, one process, {CLIENTS} clients; ceiling: validated form and one raw statement"
        f" (the same without a framework {without:,.0f}/s, 'hello' with it {hello:,.0f}/s)"
    )
    return [result("S3", title, ours, ceiling, "/s", "≥ 0.5 × one raw statement", met=ours >= 0.5 * ceiling)]
