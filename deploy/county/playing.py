"""Tells a running installation the lives of an authority through its bulk endpoints, and waits for what follows."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import Any

import httpx

from deploy.county.telling import Command, Ref
from deploy.demo.asking import Asking
from deploy.installation import heard_by
from shared.service.commands import MOST

AT_ONCE = 3
"""Calls on their way at a time, each of children of its own."""
SECONDS = 120.0
"""A call of 500 commands on a busy machine."""
LOOK_AGAIN_SECONDS = 0.1
WINDOW_DAYS = 91
"""Of simulated time: after each, the figures have caught up before more is told."""
SERVICES = ("referrals", "providers", "placements", "metrics")
Report = Callable[[int, int], None]


class NotPlayed(Exception):
    """The installation refused a command: in one line, which and why."""


@dataclass
class Playing:
    """A telling in hand; `ids` are what the platform gave for each key."""

    ask: Asking
    person: str
    report: Report
    ids: dict[str, str] = field(default_factory=dict)
    simulated: bool = True
    """Whether each command is told as of its day, or of now."""
    told: int = 0
    total: int = 0

    async def play(self, lives: Sequence[Command]) -> None:
        """Tell lives window by window. Raises NotPlayed."""
        first = lives[0].on if lives else date.min
        for _, window in groupby(lives, key=lambda one: (one.on - first).days // WINDOW_DAYS):
            await self.tell(list(window))
            await self.settled()

    async def settled(self) -> None:
        """Return once everything told so far has been heard by every service that heeds it."""
        while not await self._heard():
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def _heard(self) -> bool:
        states = {name: await self._state(name) for name in SERVICES}
        lanes = {lane: told for state in states.values() for lane, told in state["publishes"].items()}
        if any(told["waiting"] for told in lanes.values()):
            return False
        return all(
            states[name]["hears"].get(lane, {"handled": 0})["handled"] >= told["last"]
            for name in SERVICES
            for lane, told in lanes.items()
            if lane.rpartition(".")[0] in heard_by(name)
        )

    async def _state(self, service: str) -> dict[str, Any]:
        state = (await self.ask.client.get(f"/{service}/ready")).json()
        if state["dead_events"]:
            raise NotPlayed(f"{service} could not handle {state['dead_events']} events")
        return dict(state)

    async def tell(self, commands: Sequence[Command], person: str = "") -> None:
        """In parallel by child, in calls of up to 500. Raises NotPlayed."""
        shares: list[list[Command]] = [[] for _ in range(AT_ONCE)]
        for command in commands:
            shares[hash(command.child) % AT_ONCE].append(command)
        await asyncio.gather(*(self._tell(share, person or self.person) for share in shares))

    async def _tell(self, commands: Sequence[Command], person: str) -> None:
        for first in range(0, len(commands), MOST):
            some = commands[first : first + MOST]
            ids = await self._send(some[0].service, some, person)
            self.ids |= {one.key: given for one, given in zip(some, ids, strict=True) if one.key}
            self.told += len(some)
            self.report(self.told, self.total)

    async def _send(self, service: str, commands: Sequence[Command], person: str) -> Sequence[str]:
        form = {"commands": list(self._written(commands))}
        headers = {"Authorization": f"Bearer {await self.ask.token(person)}"}
        answer = await self.ask.client.post(f"/{service}/commands", json=form, headers=headers, timeout=SECONDS)
        if not answer.is_success:
            raise NotPlayed(_why(service, answer, commands))
        ids: list[str] = answer.json()["ids"]
        return ids

    def _written(self, commands: Iterable[Command]) -> Iterable[dict[str, Any]]:
        for one in commands:
            at = datetime.combine(one.on, time(9), UTC).isoformat() if self.simulated else None
            told = {"kind": one.kind, "form": one.form, "about": one.about, "key": one.key, "at": at}
            yield {name: self._known(value) for name, value in told.items() if value is not None}

    def _known(self, told: Any) -> Any:
        """With the ids of what earlier calls made; what this call makes is named by its key."""
        if isinstance(told, Ref):
            return self.ids.get(told.key, {"ref": told.key})
        if isinstance(told, Mapping):
            return {name: self._known(value) for name, value in told.items()}
        if isinstance(told, list):
            return [self._known(value) for value in told]
        return told


def _why(service: str, answer: httpx.Response, commands: Sequence[Command]) -> str:
    problem = answer.json()
    where = str(next((error["field"] for error in problem.get("errors", [])), ""))
    number = where.split(".")[1] if where.startswith("commands.") else ""
    what = commands[int(number)].kind if number.isdigit() else "a command"
    return f"{service} refused {what} ({where or answer.status_code}): {problem.get('detail', '')}"
