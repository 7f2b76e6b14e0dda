"""People at work in the demonstration: about one command a second through the public API, for as long as it runs."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import httpx
import structlog

from deploy.demo.stories import NORTH, SOUTH, Story, Teller, a_child_finds_a_home, steps, vacancies_are_confirmed

SECONDS = 1.0
"""Between two commands."""
AT_ONCE = 12
"""Stories of children that go on beside each other."""
AFTER_TROUBLE = 5.0
log = structlog.get_logger()


class Simulator:
    """Stories told in turns; `done` counts what was done, in words."""

    def __init__(self, tell: Teller, *, at_once: int = AT_ONCE) -> None:
        self._tell, self._at_once = tell, at_once
        self._stories: list[Story] = []
        self.done: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    async def command(self) -> str:
        """Tell on until one command has been given; answers which, in words."""
        while True:
            said = await self._turn(self._one())
            if said:
                self.done[said] += 1
                return said

    def _one(self) -> Story:
        if not self._stories:
            self._stories.append(steps(vacancies_are_confirmed(self._tell), self._note))
        if len(self._stories) <= self._at_once:
            team = self._tell.dice.choices([NORTH, SOUTH], [4, 1])[0]
            self._stories.append(steps(a_child_finds_a_home(self._tell, team), self._note))
            return self._stories[-1]
        return self._tell.dice.choice(self._stories)

    async def _turn(self, story: Story) -> str:
        try:
            return await anext(story)
        except StopAsyncIteration:
            self._stories.remove(story)
            return ""

    def _note(self, why: str) -> None:
        self.refused[why] += 1

    async def run(self) -> None:
        """For ever, at the pace of people; what cannot be reached for a moment is tried again."""
        while True:
            try:
                await self.command()
                await asyncio.sleep(SECONDS)
            except (httpx.HTTPStatusError, httpx.TransportError) as trouble:
                self._stories.clear()
                log.warning("demonstration paused", error=type(trouble).__name__)
                await asyncio.sleep(AFTER_TROUBLE)


async def settle_children(tell: Teller, children: int, report: Callable[[int, int], None]) -> None:
    """Children who came over the last year and live in the market's homes, so that it is not empty on the first day."""
    for number in range(1, children + 1):
        came = tell.clock.today() - timedelta(days=tell.dice.randint(3, 360))
        team = NORTH if number % 3 else SOUTH
        story = steps(a_child_finds_a_home(tell, team, came=came), lambda _: None)
        async for said in story:
            if said == "a child arrives":
                break
        report(number, children)
