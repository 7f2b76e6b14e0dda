"""Sending a return to a service and waiting until it has been loaded or refused."""

from typing import Any

import httpx

from tests.waiting import until

ENDED = ("done", "refused", "failed")


async def send(asking: httpx.AsyncClient, service: str, body: bytes, kind: str = "application/zip") -> str:
    """Where to look for what becomes of it."""
    answer = await asking.post(f"/{service}/returns", content=body, headers={"content-type": kind})
    assert answer.status_code == 202, answer.text
    return answer.headers["location"]


async def loaded(
    asking: httpx.AsyncClient, service: str, body: bytes | None, *, kind: str = "application/zip", where: str = ""
) -> dict[str, Any]:
    """What became of it, once it has ended; `where` is of one that was sent already."""
    address = where or await send(asking, service, body or b"", kind)

    async def ended() -> bool:
        return (await asking.get(address)).json()["state"] in ENDED

    await until(ended)
    return (await asking.get(address)).json()
