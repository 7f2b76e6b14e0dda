"""`python -m deploy.county.play hertfordshire`: tell a running installation the lives of a made-up authority."""

import argparse
import asyncio
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random
from time import perf_counter
from typing import Any

import httpx

from deploy.county.authority import Authority, Unsound, named
from deploy.county.command import Command
from deploy.county.homes import offering, opening
from deploy.county.lives import first_day, lives
from deploy.county.market import Home, Windows
from deploy.county.people import home_keeper_of, provider_of, teller_of
from deploy.county.playing import NotPlayed, Playing, Report
from deploy.county.postcodes import Postcodes
from deploy.county.statements import by_age, flow, flow_in_words, months_to
from deploy.county.turns import Turn, told_by, turns
from deploy.demo.asking import Asking
from deploy.demo.screen import bar, figures_table
from shared.clock import Clock, SystemClock
from shared.contracts.vocabulary import Sector
from shared.geography.kept import the_map
from shared.identity.demonstration import CHARACTERS, DEMONSTRATION
from shared.settings import Settings

AHEAD = 2
"""Years after the anchor for which lives are made up: an installation that is kept goes on living that long."""


def latest_anchor(today: date) -> date:
    """The latest 31 March that has passed."""
    this_year = date(today.year, 3, 31)
    return this_year if this_year < today else date(today.year - 1, 3, 31)


def moved(authority: Authority, anchor: date, years: int | None = None) -> Authority:
    """The same authority at another anchor: ages, prices and codes become those of the new days."""
    return authority.model_copy(update={"anchor": anchor, "years": years or authority.years})


def windows_of(authority: Authority) -> Windows:
    """The turns in which an authority is told."""
    return Windows(first_day(authority), authority.anchor, authority.anchor + timedelta(days=365 * AHEAD))


class County:
    """An authority that is told to an installation window by window: up to now, and on from there."""

    def __init__(self, ask: Asking, authority: Authority, seed: int, clock: Clock, issuer: str) -> None:
        self._ask, self.authority, self._seed, self._clock, self._issuer = ask, authority, seed, clock, issuer
        self._windows = windows_of(authority)
        self._turns: dict[int, Turn] = {}
        self._next, self._booked = -sys.maxsize, None  # type: int, int | None
        sectors = sorted({kind.sector for kind in authority.kinds.values()})
        people = {"": teller_of(authority)} | {sector: home_keeper_of(authority, sector) for sector in sectors}
        self.playing = Playing(ask, people, f"{authority.code}-{seed}")
        self.children = self.places = 0
        self.opened: list[Command] = []
        """Every home that was told of."""
        self.told_to = self._windows.first

    async def begin(self, report: Report) -> None:
        """Make the lives up and say who is who; told again, it adds nothing. Raises NotPlayed."""
        authority, seed = self.authority, self._seed
        dice, places = Random(f"postcodes {seed}"), await the_map(Settings().map_folder)  # noqa: S311
        postcodes = Postcodes(places, authority.code, authority.anchor, dice, authority.homes.furthest_miles)
        told = await asyncio.to_thread(lives, authority, seed, AHEAD)
        self._turns = await asyncio.to_thread(turns, authority, told, seed, postcodes, self._windows)
        self._postcodes, self.playing.report = postcodes, report
        self.playing.total = sum(len(self._turns[window]) for window in self._over())
        first = self._windows.first
        covering = Command(first, "placements", "declare_coverage", {"starts": str(first)})
        await self.playing.tell("coverage", [covering])
        await self._providers()

    def _over(self) -> Sequence[int]:
        return [one for one in told_by(self._windows, self._turns, self._clock.today()) if one >= self._next]

    async def live(self) -> None:
        """Tell every window that is over by now. Raises NotPlayed."""
        for window in self._over():
            turn, tell = self._turns[window], self.playing.tell
            await asyncio.gather(self._arrivals(), self._homes(window, turn), self._asked(window, turn))
            await self.playing.settled()
            await tell(f"{window}-before", turn.before)
            await tell(f"{window}-answers", turn.answers)
            await tell(f"{window}-booked", turn.booked)
            await self.playing.settled()
            self._booked, self._next = window, window + 1
        await self._arrivals()
        await self.playing.settled()
        self.told_to = self._windows.last_day(self._windows.of(self._clock.today()) - 1)

    @property
    def direct(self) -> list[Command]:
        """Every placement outside the homes in the area that was told by now."""
        told = [self._turns[window] for window in self._turns if window < self._next]
        said = [command for turn in told for command in (*turn.before, *turn.booked, *turn.after)]
        return [command for command in said if command.kind == "place_directly"]

    async def _arrivals(self) -> None:
        """First nights under the newest bookings, and what came after them."""
        if self._booked is not None:
            await self.playing.tell(f"{self._booked}-after", self._turns[self._booked].after)
            self._booked = None

    async def _asked(self, window: int, turn: Turn) -> None:
        await self.playing.tell(f"{window}-children", turn.children)
        await self.playing.tell(f"{window}-asked", turn.asked)
        self.children += sum(command.kind == "register_child" for command in turn.children)

    async def _homes(self, window: int, turn: Turn) -> None:
        """Homes open, offer their places, and then is told what became of them and of those that stood before."""
        openings = [opening(self.authority, home, self._postcodes) for home in turn.homes]
        await self.playing.tell(f"{window}-homes", openings)
        await self.playing.tell(f"{window}-vacancies", [await self._vacancy(home) for home in turn.homes])
        await self.playing.tell(f"{window}-kept", turn.kept)
        self.places += sum(home.places for home in turn.homes)
        self.opened += openings

    async def _vacancy(self, home: Home) -> Command:
        keeper = self.playing.people[self.authority.kinds[home.kind].sector]
        there = await self._ask.get(keeper, f"/providers/homes/{self.playing.ids[home.key]}")
        return offering(self.authority, home, there["home"], [place["place"] for place in there["places"]])

    async def _providers(self) -> None:
        """A provider for each sector, and who acts for it."""
        for sector, person in sorted(self.playing.people.items()):
            if sector:
                await self._provider(sector, person)
        await self.playing.settled()

    async def _provider(self, sector: str, person: str) -> None:
        owned = {"owned_by": self.authority.code} if sector == Sector.OWN else {}
        form = {"name": f"{self.authority.name} homes {sector}, made up", "sector": sector, **owned}
        registering = Command(self._windows.first, "providers", "register_provider", form, key=f"provider-{sector}")
        await self.playing.tell(f"provider-{sector}", [registering])
        path = f"/providers/{self.playing.ids[f'provider-{sector}']}/people"
        await self._invite(path, self._issuer, person)
        character = CHARACTERS.get(provider_of(self.authority))
        if character and sector == Sector.PRIVATE:
            for issuer in (self._issuer, DEMONSTRATION.url):
                await self._invite(path, issuer, character.key)

    async def _invite(self, path: str, issuer: str, person: str) -> None:
        try:
            await self._ask.post(self.playing.people[""], path, {"issuer": issuer, "person": person})
        except httpx.HTTPStatusError as refused:
            if refused.response.status_code != httpx.codes.CONFLICT:  # recorded when it was told before
                raise


async def play(county: County, ask: Asking, report: Report) -> Mapping[str, Any]:
    """Tell everything up to now; answers what was told and how long it took. Raises NotPlayed."""
    began = perf_counter()
    published = await _published(ask)
    await county.begin(report)
    made = perf_counter()
    await county.live()
    events, seconds = await _published(ask) - published, perf_counter() - made
    counts = {"children": county.children, "places": county.places, "commands": county.playing.told, "events": events}
    return counts | {"made": made - began, "seconds": seconds}


async def _published(ask: Asking) -> int:
    """Events published so far."""
    states = [(await ask.client.get(f"/{name}/ready")).json() for name in ("referrals", "providers", "placements")]
    return sum(lane["last"] for state in states for lane in state["publishes"].values())


async def _main(asked: argparse.Namespace, authority: Authority, seed: int) -> None:
    async with httpx.AsyncClient(base_url=asked.at, trust_env=False, timeout=60) as client:
        ask = Asking(client, asked.secret)
        county = County(ask, authority, seed, SystemClock(), f"{asked.at}/issuer")
        told = await play(county, ask, bar(f"{authority.name}, told"))
        print(
            f"{told['children']:,} children, {told['places']:,} places of homes in the area, {told['commands']:,} "
            f"commands, {told['events']:,} events in {told['seconds']:.0f} s: "
            f"{told['events'] / told['seconds']:,.0f} events a second, to the figures.\n"
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
