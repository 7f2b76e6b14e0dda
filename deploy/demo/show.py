"""The demonstration from an empty installation to people at work in it; what is there already is left as it is."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import structlog

from deploy.demo.asking import Asking
from deploy.demo.county import live_on
from deploy.demo.furnish import furnish_market
from deploy.demo.screen import bar, closing, figures_table
from deploy.demo.simulate import Simulator, settle_children
from deploy.demo.stories import Teller
from deploy.load import load_returns
from shared.clock import SystemClock

SAMPLE = Path(__file__).parents[1] / "samples" / "ssda903"
SEED = 2026
SETTLED = 60
"""Children who live in the market's homes on the first day: an assumption."""
SHOWN: Mapping[str, str] = {
    "cla": "children looked after",
    "three_plus": "3 or more placements in the year, %",
    "long_term": "same placement for 2 years, %",
    "over_20_and_outside": "over 20 miles and outside, %",
}
SHORT = "  * Incomplete: the record begins on {:%-d %B %Y}, and the figure looks back further."
log = structlog.get_logger()


async def show(url: str, issuer: str, secret: str, *, simulate: bool) -> None:
    """Furnish, load, settle, print the closing screen, and simulate until cancelled."""
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        ask, clock = Asking(client, secret), SystemClock()
        opened = await furnish_market(ask, issuer, bar("Providers, homes and vacancies"))
        await load_returns(client, await ask.token("commissioner"), SAMPLE, bar("Six years of SSDA903 returns", " %"))
        tell = await Teller.begin(ask, SEED, clock)
        if opened:
            await settle_children(tell, SETTLED, bar("Children in those homes"))
        print(closing(url, secret, await _six_years(ask), simulating=simulate), flush=True)
        if simulate:
            at_work, county = Simulator(tell).run(), live_on(ask, issuer, clock)
            await asyncio.gather(carry_on("people at work", at_work), carry_on("county", county))


async def carry_on(what: str, work: Coroutine[Any, Any, None]) -> None:
    """Do this; where it fails in a way nobody foresaw, the platform and all else of the demonstration go on."""
    try:
        await work
    except Exception:
        log.exception("the demonstration goes on without some of it", state=what)


async def _six_years(ask: Asking) -> str:
    """The figures at the six days the returns end on."""
    years = sorted(int(folder.name) for folder in SAMPLE.iterdir() if folder.is_dir())
    days = [f"{year}-03-31" for year in years]
    figures = {title: await _answers(ask, measure, days) for measure, title in SHOWN.items()}
    table = figures_table([f"31 March {year}" for year in years], {k: list(map(_value, v)) for k, v in figures.items()})
    begins = min((one["coverage_start"] for answers in figures.values() for one in answers if _short(one)), default="")
    return f"{table}\n\n{SHORT.format(date.fromisoformat(begins))}" if begins else table


async def _answers(ask: Asking, measure: str, days: Sequence[str]) -> list[Any]:
    return await asyncio.gather(*(ask.get("commissioner", f"/metrics/measures/{measure}", as_at=day) for day in days))


def _short(answer: Mapping[str, Any]) -> bool:
    """Whether the figure looks back further than the record."""
    return answer["value"] is not None and answer["incomplete"]


def _value(answer: Mapping[str, Any]) -> Any:
    return f"{answer['value']:,}*" if _short(answer) else answer["value"]
