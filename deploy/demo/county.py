"""Hertfordshire in the demonstration: told up to now while people are at work, and living on from there week by week."""

import asyncio

import httpx
import structlog

from deploy.county.authority import named
from deploy.county.play import County, latest_anchor, moved
from deploy.county.playing import NotPlayed, ToldBefore
from deploy.demo.asking import Asking
from shared.clock import Clock

NAME = "hertfordshire"
SEED = 2018
YEARS = 1
"""Of history before the anchor: more would keep a newcomer's machine busy for longer."""
LOOK_AGAIN_SECONDS = 3600.0
AFTER_TROUBLE = 5.0
log = structlog.get_logger()


async def live_on(ask: Asking, issuer: str, clock: Clock) -> None:
    """Until cancelled. What an earlier start told is not told again."""
    try:
        county = await _begun(ask, issuer, clock)
    except NotPlayed as refused:
        print(f"  {NAME.capitalize()} stays as it is: {refused}", flush=True)
        return
    print(f"  {county.authority.name} is being told in the background: {county.playing.total:,} things.", flush=True)
    while True:
        try:
            new = county.playing.told
            await county.live()
            if county.playing.told > new:
                print(f"  {county.authority.name}, made up, is told up to {county.told_to:%-d %B %Y}.", flush=True)
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        except (httpx.HTTPStatusError, httpx.TransportError) as trouble:
            log.warning("a made-up authority waits", error=type(trouble).__name__)
            await asyncio.sleep(AFTER_TROUBLE)


async def _begun(ask: Asking, issuer: str, clock: Clock) -> County:
    """At the latest anchor, or at that of an installation that was told of it in an earlier year."""
    latest = latest_anchor(clock.today())
    for years_ago in range(10):
        authority = moved(named(NAME), latest.replace(year=latest.year - years_ago), YEARS)
        county = County(ask, authority, SEED, clock, issuer)
        try:
            await county.begin(lambda *_: None)
        except ToldBefore:
            continue
        return county
    raise NotPlayed("This installation was told of it by another release: begin again with --reset.")
