"""The only wait tests have: for something to become true."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

Answer = TypeVar("Answer")


@overload
async def until(ask: Callable[[], Awaitable[Answer]], *, seconds: float = 60) -> Answer: ...


@overload
async def until(ask: Callable[[], Answer], *, seconds: float = 60) -> Answer: ...


async def until(ask: Callable[[], Any], *, seconds: float = 60) -> Any:
    """Ask, at once and then every hundredth of a second, until the answer is truthy; return it.

    An `AssertionError` means not yet; the last one is what the failure says.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            asked = ask()
            answer = await asked if inspect.isawaitable(asked) else asked
            assert answer, f"still {answer!r}"
            return answer
        except AssertionError:
            if time.monotonic() > deadline:
                raise
        await asyncio.sleep(0.01)
