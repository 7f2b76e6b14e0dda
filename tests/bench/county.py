"""S14: ten years of a made-up county, told to a process per service until every figure has heard of it."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import httpx

from deploy.county.authority import named
from deploy.county.play import County, latest_anchor, moved, play
from deploy.demo.asking import Asking
from deploy.distributed import Distributed
from deploy.processes import free_port
from shared.clock import SystemClock
from tests.bench.installations import empty_folder
from tests.bench.results import Result, result

NAME, SEED = "hertfordshire", 2018


def county(say: Callable[[str], None]) -> list[Result]:
    """Making the lives up is beside it: what they cost before anybody is told of them."""
    time = {"SIMULATED_TIME": "true"}
    with empty_folder() as folder, Distributed(folder, free_port(), environment=time) as installation:
        told = asyncio.run(_told(installation, say))
    title = f"{NAME.capitalize()}, ten years: {told['children']:,} children, {told['commands']:,} commands, {told['events']:,} events, to the figures"
    return [
        result("S14", title, told["seconds"], None, "s", "", met=True),
        result(
            "S14-rate", "the same, events a second", told["events"] / told["seconds"], None, "events/s", "", met=True
        ),
        result("S14-made", "its lives and what is told of them made up", told["made"], None, "s", "", met=True),
    ]


async def _told(installation: Distributed, say: Callable[[str], None]) -> Mapping[str, Any]:
    async with httpx.AsyncClient(base_url=installation.url, trust_env=False, timeout=60) as client:
        ask, clock = Asking(client, installation.demonstration), SystemClock()
        authority = moved(named(NAME), latest_anchor(clock.today()))
        told = County(ask, authority, SEED, clock, installation.issuer)
        say(f"S14: {authority.years} years of {authority.name}")
        return await play(told, ask, lambda done, of: say(f"  {done:,} of {of:,}") if done % 20_000 < 500 else None)
