"""`python -m deploy.county.play hertfordshire`: tell a running installation the lives of a made-up authority."""

import argparse
import asyncio
import os
import secrets
import sys
from datetime import date
from random import Random
from time import perf_counter
from typing import Any

import httpx

from deploy.county.authority import Authority, Unsound, named
from deploy.county.homes import Lodging, apart, lodged
from deploy.county.lives import lives
from deploy.county.people import teller_of
from deploy.county.playing import NotPlayed, Playing, Report
from deploy.county.postcodes import Postcodes
from deploy.county.statements import by_age, flow, flow_in_words, months_to
from deploy.county.telling import living, registering
from deploy.demo.asking import Asking
from deploy.demo.screen import bar, figures_table
from shared.clock import SystemClock
from shared.geography.kept import the_map
from shared.settings import Settings


def latest_anchor(today: date) -> date:
    """The latest 31 March that has passed."""
    this_year = date(today.year, 3, 31)
    return this_year if this_year < today else date(today.year - 1, 3, 31)


def moved(authority: Authority, anchor: date, years: int | None = None) -> Authority:
    """The same authority at another anchor: ages, prices and codes become those of the new days."""
    return authority.model_copy(update={"anchor": anchor, "years": years or authority.years})


async def play(ask: Asking, authority: Authority, seed: int, report: Report, issuer: str) -> dict[str, Any]:
    """Tell everything; answers what was told and how long it took. Raises NotPlayed."""
    began = perf_counter()
    told = lives(authority, seed)
    postcodes = Postcodes(
        await the_map(Settings().map_folder),
        authority.code,
        authority.anchor,
        Random(f"postcodes {seed}"),  # noqa: S311
    )
    children, commands = list(registering(authority, told, seed, postcodes)), living(authority, told, seed, postcodes)
    settled = lodged(told, commands)
    before, after = apart(commands, settled)
    made, person, published = perf_counter(), teller_of(authority), await _published(ask)
    first = authority.anchor.replace(year=authority.anchor.year - authority.years)
    await ask.post(person, "/placements/coverage", {"starts": str(first)})
    playing = Playing(ask, person, report, total=len(children) + len(before) + len(after))
    now = Playing(ask, person, lambda *_: None, ids=playing.ids, simulated=False)
    await playing.tell(children)
    await playing.settled()
    await playing.play(before)
    lodging = Lodging(ask, authority, now, postcodes, Random(f"homes {seed}"), issuer)  # noqa: S311
    places = await lodging.find_homes(settled)
    await playing.play(after)
    events, seconds = await _published(ask) - published, perf_counter() - made
    counts = {"children": len(told), "commands": playing.told + now.told, "events": events, "places": places}
    return counts | {"lodged": len(settled), "made": made - began, "seconds": seconds}


async def _published(ask: Asking) -> int:
    """Events published so far."""
    states = [(await ask.client.get(f"/{name}/ready")).json() for name in ("referrals", "providers", "placements")]
    return sum(lane["last"] for state in states for lane in state["publishes"].values())


async def _main(asked: argparse.Namespace, authority: Authority, seed: int) -> None:
    async with httpx.AsyncClient(base_url=asked.at, trust_env=False, timeout=60) as client:
        ask = Asking(client, asked.secret)
        told = await play(ask, authority, seed, bar(f"{authority.name}, told"), f"{asked.at}/issuer")
        print(
            f"{told['children']:,} children, {told['lodged']:,} of them in {told['places']:,} places, {told['commands']:,} commands, {told['events']:,} events in "
            f"{told['seconds']:.0f} s: {told['events'] / told['seconds']:,.0f} events a second, to the figures.\n"
        )
        person, to = teller_of(authority), authority.anchor
        after = date(to.year - 1, 9, 30)
        print(flow_in_words(await flow(ask, person, after, to), after, to), end="\n\n")
        days = months_to(to, 8)
        print(figures_table([f"{day:%b %y}" for day in days], await by_age(ask, person, days)))


def main() -> None:
    """The command line; exits with one line for whatever went wrong."""
    words = argparse.ArgumentParser(prog="python -m deploy.county.play", description=__doc__)
    words.add_argument("authority", help="one that is shipped, or a TOML file of your own")
    words.add_argument(
        "--at", default="http://127.0.0.1:8000", help="where Sufficiency is; it must let time be simulated"
    )
    words.add_argument("--seed", type=int, help="the same for the same children; one is drawn if none is said")
    words.add_argument("--years", type=int, help="of history before the anchor; those of the TOML if none are said")
    words.add_argument("--own-anchor", action="store_true", help="keep the TOML's anchor, not the latest 31 March")
    words.add_argument("--secret", default=os.environ.get("SUFFICIENCY_DEMONSTRATION_SECRET", "demonstration"))
    asked = words.parse_args()
    seed = secrets.randbelow(1_000_000) if asked.seed is None else asked.seed
    try:
        authority = named(asked.authority)
        anchor = authority.anchor if asked.own_anchor else latest_anchor(SystemClock().today())
        authority = moved(authority, anchor, asked.years)
        print(f"{authority.name}, {authority.years} years to {authority.anchor}, random seed {seed}", flush=True)
        asyncio.run(_main(asked, authority, seed))
    except (Unsound, NotPlayed, httpx.HTTPError) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
