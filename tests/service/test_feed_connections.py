"""A reader of a feed whose kept connections were closed at the other end: it asks again, and gives up in the end."""

import httpx
import pytest

from shared.service.feed import Feeds


def a_reader(*dropped: type[httpx.TransportError]) -> tuple[Feeds, list[httpx.Request]]:
    """One whose first connections are closed in these ways."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        if len(asked) <= len(dropped):
            raise dropped[len(asked) - 1]("closed", request=request)
        return httpx.Response(200, json={"placements.00": "00000000000000000007"})

    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return Feeds(client, lambda _: "http://127.0.0.1:8000"), asked


@pytest.mark.parametrize("dropped", [(), (httpx.ReadError,), (httpx.RemoteProtocolError, httpx.WriteError)])
async def test_a_connection_that_was_closed_meanwhile_is_no_feed_that_is_away(dropped):
    feeds, _ = a_reader(*dropped)
    assert await feeds.heads("placements") == {"placements.00": 7}


async def test_a_feed_that_never_answers_is_away_and_asked_no_more_than_three_times():
    feeds, asked = a_reader(*[httpx.ReadError] * 9)
    with pytest.raises(ConnectionError, match="the feed of placements does not answer"):
        await feeds.heads("placements")
    assert len(asked) == 3


async def test_nobody_there_is_told_at_once():
    feeds, asked = a_reader(httpx.ConnectError)
    with pytest.raises(ConnectionError):
        await feeds.heads("placements")
    assert len(asked) == 1
