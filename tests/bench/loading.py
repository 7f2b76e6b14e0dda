"""S10: how long six years of an authority's returns take until its live figures show them, and where the time goes."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import httpx

from deploy.distributed import Distributed
from deploy.load import load_returns
from deploy.shown import NotLoaded
from shared.ssda903.reading import Reading, read
from shared.ssda903.years import last_day
from tests.bench.installations import nothing_yet
from tests.bench.load import ROOT
from tests.bench.many import many
from tests.bench.results import Result, result

SAMPLE = ROOT / "deploy/samples/ssda903"
FEWER = 3
"""Years of the sample that another authority loads first, to see how cost grows."""
SMALL, LARGE = 1_000, 84_000
"""Children in one year's return: of an authority, and of all England."""
GIVE_UP_SECONDS = 300.0
REACHED = {"children committed": 0.5, "read again and children heard of": 0.8, "episodes committed": 1.0}
"""How much of a load is behind it, by what has happened then."""

Say = Callable[[str], None]


def loading(say: Say) -> list[Result]:
    """Three years for one authority, then six for another, in a process per service."""
    began = perf_counter()
    whole = read(SAMPLE)
    reading = perf_counter() - began
    say(f"S10: {whole.statistics.episode_rows:,} rows of Episodes are read in {reading:.2f} s.")
    with nothing_yet() as installation, TemporaryDirectory() as folder:
        some = _first_years(Path(folder))
        before = asyncio.run(_loaded(installation, "southmere-commissioner", some, read(some), say))
        rows = read(some).statistics.episode_rows
        ours = asyncio.run(_loaded(installation, "commissioner", SAMPLE, whole, say))
    a_row = ours / whole.statistics.episode_rows / (before / rows)
    title = f"six years of returns ({whole.statistics.episode_rows:,} rows) until the live figures show them"
    grows = "time a row, six years against three"
    return [
        *_growth(say),
        result("S10", title, ours, 2 * reading, "s", "≤ 10 s", met=ours <= 10),
        result("S10-growth", grows, a_row, 1.0, "times", "≤ 1.2: in proportion", met=a_row <= 1.2),
    ]


def _growth(say: Say) -> list[Result]:
    """A year of few children for one authority, then of as many as England's for another, whose ledger is empty."""
    with nothing_yet() as installation, TemporaryDirectory() as folder:
        try:
            seconds = {
                number: _a_row(installation, person, many(number, Path(folder) / str(number)), say)
                for number, person in ((SMALL, "southmere-commissioner"), (LARGE, "commissioner"))
            }
        except (NotLoaded, TimeoutError) as failure:
            say(f"S10: a return of {LARGE:,} children was not loaded: {failure}")
            return []
    times = seconds[LARGE] / seconds[SMALL]
    title = f"time a row of Episodes: {LARGE:,} children in one return against {SMALL:,}"
    a_row = f"time a row of Episodes, {LARGE:,} children in one return; ceiling: of {SMALL:,}"
    milliseconds = {number: 1_000 * took for number, took in seconds.items()}
    return [
        result("S10-row", a_row, milliseconds[LARGE], milliseconds[SMALL], "ms", ""),
        result("S10-growth-84000", title, times, 1.0, "times", "≤ 1.2: in proportion", met=times <= 1.2),
    ]


def _a_row(installation: Distributed, person: str, folder: Path, say: Say) -> float:
    """Seconds a row of Episodes."""
    reading = read(folder)
    took = asyncio.run(_loaded(installation, person, folder, reading, say))
    say(
        f"S10: {reading.statistics.children:,} children: {took / reading.statistics.episode_rows * 1_000:.2f} ms a row."
    )
    return took / reading.statistics.episode_rows


def _first_years(folder: Path) -> Path:
    for year in sorted(SAMPLE.iterdir())[:FEWER]:
        (folder / year.name).mkdir()
        for name in ("Header.csv", "Episodes.csv"):
            (folder / year.name / name).write_bytes((year / name).read_bytes())
    return folder


def _looked_after(reading: Reading) -> int:
    """Periods of care that go on at the end of the last year."""
    day = last_day(reading.years[-1])
    return sum(p.ends is None or p.ends > day for ledger in reading.ledgers for p in ledger.periods)


async def _loaded(installation: Distributed, person: str, source: Path, reading: Reading, say: Say) -> float:
    """Seconds from sending until the figure stands."""
    token, stages = installation.token(person), dict[str, float]()
    async with httpx.AsyncClient(base_url=installation.url, trust_env=False, timeout=60) as client:
        began = perf_counter()

        def note(done: int, of: int) -> None:
            for words, share in REACHED.items():
                if done >= share * of:
                    stages.setdefault(words, perf_counter() - began)

        await load_returns(client, token, source, note)
        await _shown(client, token, str(last_day(reading.years[-1])), _looked_after(reading))
    took = perf_counter() - began
    reached = ", ".join(f"{words} after {seconds:.1f} s" for words, seconds in stages.items())
    say(f"S10: {len(reading.years)} years: {reached}, shown after {took:.1f} s.")
    return took


async def _shown(client: httpx.AsyncClient, token: str, day: str, looked_after: int) -> None:
    ends = perf_counter() + GIVE_UP_SECONDS
    headers = {"Authorization": f"Bearer {token}"}
    told = ""
    while perf_counter() < ends:
        answer = await client.get("/metrics/measures/cla", params={"as_at": day}, headers=headers)
        if answer.is_success and answer.json()["numerator"] == looked_after:
            return
        told = answer.text[:200]
        await asyncio.sleep(0.02)
    raise TimeoutError(f"the figures did not become {looked_after}: {told}")
