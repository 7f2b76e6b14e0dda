"""Random histories of three places, checked night by night against a model in plain Python."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import asyncpg
import pytest
import uvloop
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.providers.actions.letting_go import RELEASE_HOLD, release_hold, return_to_service
from services.providers.actions.occupation import take_out_of_service
from services.providers.domain import REFUSALS
from services.providers.forms.occupation import TakeOutOfService
from services.providers.queries import calendar
from services.providers.reactions import REACTIONS
from services.providers.service import SERVICE
from shared.clock import FixedClock
from shared.contracts import Event
from shared.contracts.placements import (
    PlacementBooked,
    PlacementCancelled,
    PlacementConfirmed,
    PlacementEnded,
    PlacementStarted,
)
from shared.contracts.providers import HoldRefused
from shared.contracts.vocabulary import OutOfServiceReason
from shared.errors import Refused
from shared.identity.person import Person, Role
from shared.ids import new_id
from shared.store.due import TAKE
from shared.store.session import Row, WriteSession
from shared.store.signals import Signals

HISTORIES = 1_500
"""Of each build; `make soak` plays ten thousand."""
BEGAN = datetime(2026, 3, 2, 12, tzinfo=UTC)
FOREVER = 16
"""Days; every date in a history is before."""
HOLD_HOURS = 48
OPEN = ((0, None), (2, None), (0, 9))
"""Opening and closing days of the three places; a fourth is asked for that does not exist."""
PROVIDER = UUID("0192f000-0000-7000-8000-000000000001")
MANAGER = Person("manager", "tests", "", frozenset({Role.PROVIDER_MANAGER}), provider=PROVIDER)

A_PROVIDER = "INSERT INTO provider (provider, version, name, sector) VALUES ($1, 1, 'Hearthside', 'PR4')"
A_HOME = """WITH h AS (INSERT INTO home
    (home, provider, version, name, type, sector, area, youngest, oldest, sexes, opened, setting, listed, solo, also)
    VALUES ($1, $2, 1, 'Beech House', 'K2', 'PR4', 'E09000033', 8, 17, '{F,M}', $4, '', false, $7, '{}'))
INSERT INTO place (place, home, number, features, opens, closes, emergency)
SELECT p, $1, n, '{}', o, c, false FROM unnest($3::uuid[], $5::date[], $6::date[]) WITH ORDINALITY AS u (p, o, c, n)"""
STANDING = """SELECT occupation, place, kind, lower(during) AS starts, upper(during) AS ends, placement, version,
    expires_at
    FROM occupation WHERE home = $1 AND released_at IS NULL"""

Nights = tuple[int, int | None]
Step = tuple[int, int, int, int, str]
Life = tuple[bool, list[Step]]
"""Whether the home takes one child at a time, and what happens in it."""


def day(number: int | None) -> date | None:
    return None if number is None else BEGAN.date() + timedelta(days=number)


def nights(when: Nights) -> set[int]:
    starts, ends = when
    return set(range(starts, FOREVER if ends is None else ends))


@dataclass
class Stay:
    place: int
    when: Nights
    kind: str
    expires: int | None = None


@dataclass
class Model:
    """What ought to stand in the calendar: one `Stay` per name, times in hours since the beginning."""

    solo: bool = False
    now: int = 0
    stays: dict[str, Stay] = field(default_factory=dict)

    def gone(self, stay: Stay) -> bool:
        return stay.expires is not None and stay.expires <= self.now

    def let_expire(self, place: int | None, but: str = "") -> None:
        for name, stay in list(self.stays.items()):
            if name != but and self.gone(stay) and (self.solo or place in (None, stay.place)):
                del self.stays[name]

    def want(self, name: str, wanted: Stay) -> str:
        """Put it there, or answer the rule that refuses."""
        starts, ends = wanted.when
        if ends is not None and ends <= starts:
            return "nights_impossible"
        if wanted.place >= len(OPEN):
            return "place_unknown"
        standing = self.stays.get(name)
        if standing and (standing.place, standing.when) == (wanted.place, wanted.when):
            self.stays[name] = wanted
            return ""
        if not nights(wanted.when) <= nights(OPEN[wanted.place]):
            return "place_not_open"
        self.let_expire(wanted.place, but=name)
        others = [stay for key, stay in self.stays.items() if key != name and nights(stay.when) & nights(wanted.when)]
        in_the_way = {stay.kind for stay in others if stay.place == wanted.place}
        if in_the_way - {"out_of_service"}:
            return "place_taken"
        if self.solo and wanted.kind != "out_of_service" and {stay.kind for stay in others} - {"out_of_service"}:
            return "home_is_solo"
        if in_the_way:
            return "place_out_of_service"
        self.stays[name] = wanted
        return ""

    def on(self, number: int) -> Counter[str]:
        """How many places are approved, and what stands in them, on one night."""
        found = Counter(approved=sum(number in nights(open) for open in OPEN))
        for stay in self.stays.values():
            if number in nights(stay.when) and not self.gone(stay):
                found["held" if stay.kind == "booked" else stay.kind] += 1
        return found


class Listening(WriteSession):
    """A session that also remembers what was published in it."""

    def __init__(self, connection: Any, clock: FixedClock) -> None:
        super().__init__(connection, clock, "providers", 1, Signals())
        self.told: list[Event] = []

    def publish(self, event: Event) -> None:
        super().publish(event)
        self.told.append(event)


class History:
    """One life of a home with three places, in the database and in the model at once."""

    def __init__(self, session: Listening, clock: FixedClock, *, solo: bool) -> None:
        self.session, self.clock, self.model = session, clock, Model(solo)
        self.home = new_id()
        self.places = [new_id() for _ in range(len(OPEN) + 1)]
        self.placements: dict[str, UUID] = {}
        self.names: dict[UUID, str] = {}
        self.asked: dict[str, Stay] = {}
        self.versions: Counter[str] = Counter()
        self.spells: list[tuple[str, UUID]] = []
        self.last: Event | None = None
        self.refusals: list[str] = []

    async def play(self, steps: list[Step]) -> None:
        opens, closes = zip(*((day(opens), day(closes)) for opens, closes in OPEN), strict=True)
        await self.session.run(A_HOME, self.home, PROVIDER, self.places[:-1], day(0), opens, closes, self.model.solo)
        for who, place, starts, length, verb in steps:
            heard = len(self.session.told)
            expected = await getattr(self, verb)(
                f"child {who}", place, (starts, None if length == 5 else starts + length)
            )
            self.check_refusals(heard, [code for code in expected if code])
        await self.check_calendar()
        await self.check_rows()

    async def hear(self, kind: type[Event], name: str, stay: Stay) -> None:
        self.versions[name] += 1
        placement = self.placements.setdefault(name, new_id())
        self.names[placement] = name
        of_kind: dict[str, Any] = {"reason": "CARPL", "planned": True} if kind is PlacementEnded else {}
        self.last = kind(
            placement=placement,
            authority="E09000033",
            version=self.versions[name],
            status="booked",
            child=placement,
            referral=None,
            provider=PROVIDER,
            home=self.home,
            place=self.places[stay.place],
            type="K2",
            sector="PR4",
            purpose="first",
            starts=day(stay.when[0]),
            ends=day(stay.when[1]),
            **({"reason": "Not needed."} if kind is PlacementCancelled else of_kind),
        )
        await REACTIONS[kind](self.session, self.last)

    async def book(self, name: str, place: int, when: Nights) -> list[str]:
        wanted = self.asked[name] = Stay(place, when, "held", self.model.now + HOLD_HOURS)
        await self.hear(PlacementBooked, name, wanted)
        return [self.model.want(name, wanted)]

    async def confirm(self, name: str, place: int, when: Nights) -> list[str]:
        asked = self.asked.get(name, Stay(place, when, ""))
        await self.hear(PlacementConfirmed, name, asked)
        return [self.model.want(name, Stay(asked.place, asked.when, "booked"))]

    async def start(self, name: str, place: int, when: Nights) -> list[str]:
        asked = self.asked.get(name, Stay(place, when, ""))
        wanted = self.asked[name] = Stay(asked.place, (when[0], asked.when[1]), "occupied")
        await self.hear(PlacementStarted, name, wanted)
        return [self.model.want(name, wanted)]

    async def end(self, name: str, place: int, when: Nights) -> list[str]:
        asked = self.asked.get(name, Stay(place, when, ""))
        wanted = Stay(asked.place, (asked.when[0], when[0]), "occupied")
        await self.hear(PlacementEnded, name, wanted)
        if name not in self.model.stays:
            return []
        if when[0] <= asked.when[0]:
            del self.model.stays[name]
            return []
        return [self.model.want(name, wanted)]

    async def cancel(self, name: str, place: int, when: Nights) -> list[str]:
        await self.hear(PlacementCancelled, name, self.asked.get(name, Stay(place, when, "")))
        self.model.stays.pop(name, None)
        return []

    async def move(self, name: str, place: int, when: Nights) -> list[str]:
        """To another place, or after a night away within the same: booked, confirmed, ended there and started here."""
        to, on = f"{name} moved", (when[0], None)
        codes = await self.book(to, place, on) + await self.confirm(to, place, on)
        if codes == ["", ""]:
            codes += await self.end(name, place, on) + await self.start(to, place, on)
        return codes

    async def wait(self, name: str, place: int, when: Nights) -> list[str]:
        hours = 24 * place + 6 * (when[0] % 3)
        self.clock.move(timedelta(hours=hours))
        self.model.now += hours
        return []

    async def tick(self, name: str, place: int, when: Nights) -> list[str]:
        while due := await self.session.one(TAKE, self.clock.now(), [RELEASE_HOLD]):
            await release_hold(self.session, due.subject)
        self.model.let_expire(None)
        return []

    async def repair(self, name: str, place: int, when: Nights) -> list[str]:
        spell = f"repair {len(self.spells)}"
        code = self.model.want(spell, Stay(min(place, 2), when, "out_of_service"))
        # The form itself refuses an end before the start; the rule behind it is tried here all the same.
        reason = OutOfServiceReason.REPAIRS
        form = TakeOutOfService.model_construct(
            starts=BEGAN.date() + timedelta(when[0]), ends=day(when[1]), reason=reason
        )
        if code:
            with pytest.raises(Refused) as caught:
                await take_out_of_service(self.session, self.places[min(place, 2)], form, by=MANAGER)
            assert (caught.value.code, caught.value.message) == (code, REFUSALS[code])
        else:
            row = await take_out_of_service(self.session, self.places[min(place, 2)], form, by=MANAGER)
            self.spells.append((spell, row.occupation))
            self.names[row.occupation] = spell
        return []

    async def release(self, name: str, place: int, when: Nights) -> list[str]:
        if self.spells:
            spell, occupation = self.spells.pop()
            await return_to_service(self.session, occupation, by=MANAGER)
            del self.model.stays[spell]
        return []

    async def again(self, name: str, place: int, when: Nights) -> list[str]:
        heard = len(self.session.told)
        if self.last is not None:
            await REACTIONS[type(self.last)](self.session, self.last)
        assert len(self.session.told) == heard, "what came twice was done twice"
        return []

    def check_refusals(self, heard: int, expected: list[str]) -> None:
        """Every refusal is told once, with the code and the sentence of the rule that the model names."""
        told = [event for event in self.session.told[heard:] if isinstance(event, HoldRefused)]
        assert [(event.code, event.reason) for event in told] == [(code, REFUSALS[code]) for code in expected]
        self.refusals += expected

    async def check_calendar(self) -> None:
        """Occupied + held + void + out of service + vacant = approved, and each as the model counts it, on every day."""
        for number, row in enumerate(await calendar(self.session, self.home, BEGAN.date(), day(FOREVER - 1))):  # type: ignore[arg-type]
            model = self.model.on(number)
            assert row.occupied + row.held + row.void + row.out_of_service + row.vacant == row.approved
            found = (row.day, row.approved, row.occupied, row.held, row.out_of_service)
            assert found == (day(number), *(model[of] for of in ("approved", "occupied", "held", "out_of_service")))

    async def check_rows(self) -> None:
        """Never two in a place, none lost, none invented; and what was told adds up to what is kept."""
        rows = await self.session.all(STANDING, self.home)
        taken = [(row.place, number) for row in rows for number in nights(self.numbered(row))]
        assert len(taken) == len(set(taken))
        of_children = [n for row in rows if row.kind != "out_of_service" for n in nights(self.numbered(row))]
        assert not self.model.solo or len(of_children) == len(set(of_children))
        # A hold that has expired takes nobody's nights, whether or not somebody has come by to release it.
        live = [row for row in rows if row.expires_at is None or row.expires_at > self.clock.now()]
        found = {self.name_of(row): (self.places.index(row.place), self.numbered(row), row.kind) for row in live}
        stays = {name: stay for name, stay in self.model.stays.items() if not self.model.gone(stay)}
        assert found == {name: (stay.place, stay.when, stay.kind) for name, stay in stays.items()}
        newest: dict[UUID, Any] = {}
        for event in self.session.told:
            if not isinstance(event, HoldRefused):
                before = newest.get(event.occupation)  # type: ignore[attr-defined]
                assert event.version == (before.version if before else 0) + 1  # type: ignore[attr-defined]
                newest[event.occupation] = event  # type: ignore[attr-defined]
        standing = [event for event in newest.values() if event.released_at is None]
        assert {(e.occupation, e.version, e.place, e.kind, e.starts, e.ends) for e in standing} == {
            (row.occupation, row.version, row.place, row.kind, row.starts, row.ends) for row in rows
        }

    def numbered(self, row: Row) -> Nights:
        starts, ends = row.starts, row.ends
        return (starts - BEGAN.date()).days, ends and (ends - BEGAN.date()).days

    def name_of(self, row: Row) -> str:
        return self.names[row.placement or row.occupation]


RARER = ("start", "end", "cancel", "move", "wait", "tick", "repair", "release", "again")
VERBS = ("book",) * 3 + ("confirm",) * 2 + RARER
# One draw for each step: Hypothesis' own work would otherwise take most of the time. The verb changes fastest, because
# Hypothesis likes small numbers and would else do little but book; few days and places, so that steps meet.
STEP = st.sampled_from(list(product(range(3), range(4), range(10), range(-1, 6), VERBS)))
LIFE = st.tuples(st.sampled_from([False, False, True]), st.lists(STEP, min_size=5, max_size=12))


@pytest.fixture
async def address(fresh_database) -> str:
    return await fresh_database(SERVICE.migrations)


async def play(connection: "asyncpg.Connection[Row]", life: Life) -> list[str]:
    """One history in a transaction that leaves nothing behind; answers the rules that refused."""
    clock, (solo, steps) = FixedClock(BEGAN), life
    transaction = connection.transaction()
    await transaction.start()
    try:
        history = History(Listening(connection, clock), clock, solo=solo)
        await history.play(steps)
        return history.refusals
    finally:
        await transaction.rollback()


@pytest.mark.parametrize("histories", [HISTORIES, pytest.param(10_000, marks=pytest.mark.soak)])
@pytest.mark.timeout(900)
def test_no_history_gives_a_place_twice_or_loses_one(address: str, histories: int):
    met: Counter[str] = Counter()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        connection = runner.run(asyncpg.connect(address, record_class=Row))
        runner.run(connection.execute(A_PROVIDER, PROVIDER))

        @settings(
            max_examples=histories,
            deadline=None,
            database=None,
            derandomize=True,  # the same each time: a build that fails, fails again
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        @given(LIFE)
        def one_history(life: Life) -> None:
            met.update(["histories", *runner.run(play(connection, life))])

        try:
            one_history()
        finally:
            connection.terminate()
    assert met["histories"] >= histories
    assert set(REFUSALS) <= set(met), "every rule was met"
