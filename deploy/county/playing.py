"""Tells a running installation what people said, through its bulk endpoints, and waits until everybody has heard it."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from zlib import crc32

import httpx

from deploy.county.command import Command, Ref
from deploy.demo.asking import Asking
from deploy.installation import heard_by
from shared.service.commands import MOST

AT_ONCE = 3
"""Calls on their way at a time, each of children of its own."""
SECONDS = 120.0
"""A call of 500 commands on a busy machine."""
TRIES = 5
LOOK_AGAIN_SECONDS = 0.1
SERVICES = ("referrals", "providers", "placements", "metrics")
Report = Callable[[int, int], None]


class NotPlayed(Exception):
    """The installation refused a command: in one line, which and why."""


class ToldBefore(NotPlayed):
    """The same was told before, in other words: at another anchor, or by another release."""


@dataclass
class Playing:
    """A telling in hand; `ids` are what the platform gave for each key, `name` what makes its calls known again."""

    ask: Asking
    people: Mapping[str, str]
    """By sector, who speaks for the homes; under the empty one, who speaks for the authority."""
    name: str
    report: Report = lambda *_: None
    ids: dict[str, str] = field(default_factory=dict)
    told: int = 0
    total: int = 0

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

    async def tell(self, step: str, commands: Iterable[Command]) -> None:
        """In parallel by child, in calls of up to 500, each by whoever says it. Raises NotPlayed."""
        shares: list[list[Command]] = [[] for _ in range(AT_ONCE)]
        for command in commands:
            shares[crc32(command.child.encode()) % AT_ONCE].append(command)
        await asyncio.gather(*(self._share(f"{step}-{number}", share) for number, share in enumerate(shares)))

    async def _share(self, step: str, commands: Sequence[Command]) -> None:
        """What one person says to one service goes together, in order."""
        for (by, service), some in groupby(sorted(commands, key=_who), key=_who):
            those = list(some)
            for first in range(0, len(those), MOST):
                part = those[first : first + MOST]
                ids = await self._send(service, part, self.people[by], f"{self.name}-{step}-{service}-{by}-{first}")
                self.ids |= {one.key: given for one, given in zip(part, ids, strict=True) if one.key}
                self.told += len(part)
                self.report(self.told, self.total)

    async def _send(self, service: str, commands: Sequence[Command], person: str, call: str) -> Sequence[str]:
        """The call has a name: where its answer is lost it is told again, and done once."""
        form = {"commands": list(self._written(commands)), "call": call}
        for last in (*[False] * (TRIES - 1), True):
            headers = {"Authorization": f"Bearer {await self.ask.token(person)}"}
            try:
                answer = await self.ask.client.post(f"/{service}/commands", json=form, headers=headers, timeout=SECONDS)
            except httpx.TransportError:
                if last:
                    raise
                await asyncio.sleep(1)
            else:
                if answer.is_success:
                    return list(answer.json()["ids"])
                if last or answer.status_code < 500:
                    raise (ToldBefore if _code(answer) == "another_call" else NotPlayed)(
                        _why(service, answer, commands)
                    )
                await asyncio.sleep(1)
        raise AssertionError("the last try answers or raises")

    def _written(self, commands: Iterable[Command]) -> Iterable[dict[str, Any]]:
        for one in commands:
            told = {"kind": one.kind, "form": one.form, "about": one.about, "key": one.key, "at": one.at.isoformat()}
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


def _who(command: Command) -> tuple[str, str]:
    return command.by, command.service


def _code(answer: httpx.Response) -> str:
    return str(answer.json().get("code", "")) if "json" in answer.headers.get("content-type", "") else ""


def _why(service: str, answer: httpx.Response, commands: Sequence[Command]) -> str:
    problem = answer.json()
    where = str(next((error["field"] for error in problem.get("errors", [])), ""))
    number = where.split(".")[1] if where.startswith("commands.") else ""
    what = commands[int(number)].kind if number.isdigit() else "a command"
    return f"{service} refused {what} ({where or answer.status_code}): {problem.get('detail', '')}"
