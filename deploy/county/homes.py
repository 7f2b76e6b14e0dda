"""Homes in the area for children who live there at the anchor, each found through a referral, an offer and a booking."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from random import Random
from typing import Any

from deploy.county.authority import Authority, Kind
from deploy.county.lives import Life
from deploy.county.people import home_keeper_of, teller_of
from deploy.county.playing import Playing
from deploy.county.postcodes import Postcodes
from deploy.county.telling import Command, Ref, type_on
from deploy.demo.asking import Asking
from shared.contracts.vocabulary import Location, PlacementType, Sector

SIZES: Mapping[PlacementType, tuple[int, int]] = {PlacementType.FOSTER: (1, 2)}
OTHER_SIZES = (2, 5)
"""Children of a home, least and most: an assumption."""
EMPTY = 0.07
"""Of places: an assumption, but for in-house residential, whose occupancy of 93 % was published."""
REFERRALS, PLACEMENTS = "referrals", "placements"


@dataclass(frozen=True)
class Lodged:
    """A child who lives in a home in the area, and the command that would have placed them directly."""

    life: Life
    placing: Command
    kind: str
    home: str = ""

    @property
    def key(self) -> str:
        return self.placing.key or ""


def lodged(told: Iterable[Life], commands: Iterable[Command]) -> list[Lodged]:
    """Children in care at the anchor whose newest home stands in the area, by kind of home."""
    placing = {command.key: command for command in commands if command.kind == "place_directly"}
    found = [
        Lodged(life, placing[f"{life.key}-{len(life.stays) - 1}"], life.stays[-1].kind)
        for life in told
        if life.ended is None and life.stays[-1].location == Location.IN_AREA
    ]
    return sorted(found, key=lambda one: (one.kind, one.key))


def apart(commands: Sequence[Command], children: Iterable[Lodged]) -> tuple[list[Command], list[Command]]:
    """What is told before those children's newest homes are found, and what after; the placing itself is left out."""
    newest = {one.key for one in children}
    seen: set[str] = set()
    before: list[Command] = []
    after: list[Command] = []
    for command in commands:
        if command.key in newest:
            seen.add(command.child)
        else:
            (after if command.child in seen else before).append(command)
    return before, after


@dataclass
class Lodging:
    """Homes are opened, referrals made, places offered and booked: waves of commands, each heard before the next."""

    ask: Asking
    authority: Authority
    playing: Playing
    """In the present: what falls due does so by the real clock."""
    postcodes: Postcodes
    dice: Random
    issuer: str

    async def find_homes(self, children: Sequence[Lodged]) -> int:
        """Have each child live in a place of a home; answers how many places there are. Raises NotPlayed."""
        keepers = await self._providers({self.authority.kinds[one.kind].sector for one in children})
        homes, children = self._homes(children)
        places = 0
        for sector, some in groupby(sorted(homes, key=attrgetter("child")), key=attrgetter("child")):
            of_sector = list(some)
            places += sum(len(home.form["places"]) for home in of_sector)
            await self.playing.tell(of_sector, keepers[sector])
            await self.playing.tell(await self._vacancies(of_sector, keepers[sector]), keepers[sector])
        await self.playing.settled()
        await self._book(children, keepers)
        return places

    async def _providers(self, sectors: Iterable[Sector]) -> Mapping[str, str]:
        """A provider for each sector, and who acts for it."""
        keepers: dict[str, str] = {}
        for sector in sorted(sectors):
            owned = {"owned_by": self.authority.code} if sector is Sector.OWN else {}
            form = {"name": f"{self.authority.name} homes {sector}, made up", "sector": sector, **owned}
            provider = (await self.ask.post(teller_of(self.authority), "/providers", form))["provider"]
            keepers[sector] = home_keeper_of(self.authority, sector)
            invitation = {"issuer": self.issuer, "person": keepers[sector]}
            await self.ask.post(teller_of(self.authority), f"/providers/{provider}/people", invitation)
        await self.playing.settled()
        return keepers

    def _homes(self, children: Sequence[Lodged]) -> tuple[list[Command], list[Lodged]]:
        """Homes with as many places as their children and some more, and which child lives in which."""
        homes: list[Command] = []
        housed: list[Lodged] = []
        for name, some in groupby(children, key=attrgetter("kind")):
            waiting, kind = list(some), self.authority.kinds[name]
            while waiting:
                taken = waiting[: self.dice.randint(*SIZES.get(kind.type, OTHER_SIZES))]
                key = f"home-{len(homes)}"
                homes.append(self._home(kind, key, taken))
                housed += [Lodged(one.life, one.placing, name, key) for one in taken]
                waiting = waiting[len(taken) :]
        return homes, housed

    def _home(self, kind: Kind, key: str, taken: Sequence[Lodged]) -> Command:
        opened = min(one.placing.on for one in taken)
        empty = sum(self.dice.random() < EMPTY for _ in taken)
        form = {
            "name": f"Made-up {key}",
            "type": type_on(kind, self.authority.anchor),
            "postcode": self.postcodes.one(Location.IN_AREA),
            "youngest": 0,
            "oldest": 17,
            "sexes": ["F", "M"],
            "opened": str(opened),
            "places": [{"features": []} for _ in range(len(taken) + empty)],
        }
        return Command(opened, "providers", "open_home", form, key=key, child=kind.sector)

    async def _vacancies(self, homes: Sequence[Command], keeper: str) -> list[Command]:
        """Every place of every home is offered; the price is agreed with each child's offer."""
        found = []
        for home in homes:
            there = await self.ask.get(keeper, f"/providers/homes/{self.playing.ids[home.key or '']}")
            form = {
                "home": there["home"],
                "places": [place["place"] for place in there["places"]],
                "available_from": home.form["opened"],
                "weekly_pence": 100_000,
            }
            found.append(Command(home.on, "providers", "post_vacancy", form, key=f"vacancy-{home.key}"))
        return found

    async def _book(self, children: Sequence[Lodged], keepers: Mapping[str, str]) -> None:
        await self.playing.tell([c for one in children for c in _asking(one, self.authority)])
        await self.playing.settled()
        await self.playing.tell([_inviting(one) for one in children])
        await self.playing.settled()
        by_sector = {sector: [] for sector in keepers}  # type: dict[str, list[Command]]
        for one in children:
            by_sector[self.authority.kinds[one.kind].sector].append(_offering(one))
        for sector, offers in by_sector.items():
            await self.playing.tell(offers, keepers[sector])
        await self.playing.tell([c for one in children for c in _choosing(one)])
        await self.playing.settled()
        await self.playing.tell([_arriving(one) for one in children])
        await self.playing.settled()


def _asking(one: Lodged, authority: Authority) -> Iterator[Command]:
    form = {
        "urgency": "planned",
        "wanted_from": one.placing.form["starts"],
        "types": [type_on(authority.kinds[one.kind], authority.anchor)],
        "children": [{"child": Ref(one.life.key), "needs": []}],
    }
    on, key = one.placing.on, f"referral-{one.life.key}"
    yield Command(on, REFERRALS, "make_referral", form, key=key, child=one.life.key)
    yield Command(on, REFERRALS, "submit_referral", {}, Ref(key), child=one.life.key)


def _inviting(one: Lodged) -> Command:
    form = {
        "referral": Ref(f"referral-{one.life.key}"),
        "child": Ref(one.life.key),
        "vacancy": Ref(f"vacancy-{one.home}"),
    }
    return Command(one.placing.on, PLACEMENTS, "invite", form, key=f"offer-{one.life.key}", child=one.home)


def _offering(one: Lodged) -> Command:
    form = {"weekly_pence": one.placing.form["weekly_pence"], "available_from": one.placing.form["starts"]}
    return Command(one.placing.on, PLACEMENTS, "offer", form, Ref(f"offer-{one.life.key}"), child=one.home)


def _choosing(one: Lodged) -> Iterator[Command]:
    offer = Ref(f"offer-{one.life.key}")
    moving = {name: one.placing.form[name] for name in ("purpose", "moves_from") if name in one.placing.form}
    form = {"offer": offer, "starts": one.placing.form["starts"], **moving}
    yield Command(one.placing.on, PLACEMENTS, "accept", {}, offer, child=one.home)
    yield Command(one.placing.on, PLACEMENTS, "book", form, key=one.key, child=one.home)


def _arriving(one: Lodged) -> Command:
    said = {name: one.placing.form[name] for name in _ARRIVAL if name in one.placing.form}
    form: dict[str, Any] = {"on": one.placing.form["starts"], **said}
    return Command(one.placing.on, PLACEMENTS, "start", form, Ref(one.key), child=one.home)


_ARRIVAL = ("legal_status", "move_reason", "move_planned")
