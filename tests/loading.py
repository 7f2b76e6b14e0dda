"""Sending a return to a service and waiting until it has been loaded or refused."""

from typing import Any

import httpx

from tests.waiting import until

ENDED = ("previewed", "done", "refused", "failed")


async def send(
    asking: httpx.AsyncClient, service: str, body: bytes, kind: str = "application/zip", **asked: Any
) -> str:
    """Where to look for what becomes of it."""
    answer = await asking.post(f"/{service}/returns", content=body, headers={"content-type": kind}, params=asked)
    assert answer.status_code == 202, answer.text
    return answer.headers["location"]


async def loaded(
    asking: httpx.AsyncClient,
    service: str,
    body: bytes | None,
    *,
    kind: str = "application/zip",
    where: str = "",
    agreed: bool = True,
    **asked: Any,
) -> dict[str, Any]:
    """What became of it, once it has ended; `where` is of one that was sent already.

    What it shows first is agreed to and sent again, unless somebody wants to look.
    """
    address = where or await send(asking, service, body or b"", kind, **asked)

    async def ended() -> bool:
        return (await asking.get(address)).json()["state"] in ENDED

    await until(ended)
    told: dict[str, Any] = (await asking.get(address)).json()
    if told["state"] == "previewed" and agreed and body is not None:
        return await loaded(asking, service, body, kind=kind, **asked, go_ahead=told["load"])
    return told
