"""Notices of placements: who is told of what, on a page and by e-mail, once each, without a word about a child."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from pydantic import SecretStr

from services.placements.notices import NOTICES
from services.placements.service import SERVICE
from shared.contracts import Event
from shared.contracts.asyncapi import example_of
from shared.contracts.event import read_event
from shared.contracts.placements import OfferInvited, OfferMade, PlacementConfirmed
from shared.identity.person import Role
from shared.identity.registry import Misconfigured
from shared.ids import new_id
from shared.service.notices.letters import Post
from shared.service.notices.telling import FRESH, Teller
from shared.settings import Settings
from shared.store.due import Ticker
from shared.web.standing import standing_of
from tests.alone import NORTHSHIRE, SOUTHMERE, Alone, alone
from tests.notify import KEY, Notify
from tests.visiting import visit
from tests.waiting import until

HTML = {"accept": "text/html", "origin": "http://127.0.0.1:8000"}
ADDRESS = "officer@northshire.example"


async def relayed(service: Alone) -> None:
    """Have all that was published reach the kept log."""
    relaying = asyncio.create_task(service.running.relay.run())

    async def all_out() -> bool:
        return not await service.rows("SELECT 1 FROM spine.outbox")

    await until(all_out)
    relaying.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await relaying


@dataclass
class Telling:
    """Placements with its relay and teller, and a Notify to write to."""

    service: Alone
    notify: Notify
    provider: UUID

    async def tell(self, *events: Event, mode: str = "live") -> None:
        """Publish, relay, and have it told."""
        async with self.service.database.writing() as session:
            for event in events:
                session.publish(event)
        await relayed(self.service)
        teller = Teller(self.service.database, NOTICES, mode, 1)
        while await teller.tell():
            pass

    async def post(self, after: timedelta = timedelta()) -> list[str]:
        """What has fallen due is done; the states of all letters."""
        self.service.clock.move(after)
        key = SecretStr(KEY)
        settings = Settings(notify_mode="live", notify_key=key, notify_template="t", notify_url=self.notify.url)
        ticker = Ticker(self.service.database, Post(settings, NOTICES).due(), 1)
        while await ticker.tick():
            pass
        return [row.state for row in await self.service.rows("SELECT state FROM spine.letters ORDER BY at")]

    def officer(self, authority: str = NORTHSHIRE) -> httpx.AsyncClient:
        client = self.service.of(authority, Role.PLACEMENTS_OFFICER, person=f"officer of {authority}")
        client.headers.update(HTML)
        return client

    async def wishes(self, client: httpx.AsyncClient, *kinds: str, address: str = ADDRESS) -> Any:
        page = await visit(client, "/placements/notices/wishes")
        return await page.send("Save", address=address, kinds=list(kinds))


@pytest.fixture
async def telling(fresh_database: Callable[[Path], Awaitable[str]]) -> AsyncIterator[Telling]:
    notify = Notify()
    async with alone(SERVICE, await fresh_database(SERVICE.migrations)) as service:
        yield Telling(service, notify, new_id())
    notify.close()


def an(event: type[Event], **said: Any) -> Event:
    told = read_event(event.event_type, example_of(event.event_type)["data"])
    assert told is not None
    return told.model_copy(update={"authority": NORTHSHIRE, "offer": new_id(), "provider": new_id(), **said})


async def test_whom_it_concerns_is_told_and_nobody_else(telling: Telling) -> None:
    asked = an(OfferInvited, provider=telling.provider)
    made = an(OfferMade)
    await telling.tell(asked, made)
    officer = telling.officer()
    page = await visit(officer, "/placements/notices")
    link = page.link("A provider offers a home")
    assert link == f"/placements/desk/referrals/{made.referral}/offers"  # type: ignore[attr-defined]
    assert page.text.count("New") == 1
    assert "New" not in (await visit(officer, "/placements/notices")).text
    assert "Nothing in the last 30 days" in (await visit(telling.officer(SOUTHMERE), "/placements/notices")).text
    manager = await telling.service.of_provider(telling.provider)
    manager.headers.update(HTML)
    lines = (await manager.get("/placements/waiting")).json()
    assert {"title": "New notices from placements", "path": "/placements/notices", "count": 1, "late": 0} in lines
    page = await visit(manager, "/placements/notices")
    assert [one.text for one in page.page.all("a") if one.text.startswith(("You are asked", "A provider"))] == [
        "You are asked for a home"
    ]


async def test_a_letter_goes_once_and_says_nothing_about_a_child(telling: Telling) -> None:
    await telling.wishes(telling.officer(), "offer_made_finder")
    made = an(OfferMade)
    await telling.tell(made)
    await telling.tell(an(OfferInvited))  # not wished for
    assert await telling.post() == ["sent"]
    (letter,) = telling.notify.taken
    assert letter["email_address"] == ADDRESS
    assert letter["personalisation"]["subject"] == "A provider offers a home"
    assert str(made.child) not in str(letter)  # type: ignore[attr-defined]
    telling.notify.became("delivered")
    assert await telling.post(timedelta(minutes=2)) == ["delivered"]
    assert len(telling.notify.taken) == 1


async def test_a_letter_whose_answer_was_lost_is_not_sent_again(telling: Telling) -> None:
    await telling.wishes(telling.officer(), "offer_made_finder")
    telling.notify.loses_answers = True
    await telling.tell(an(OfferMade))
    assert await telling.post() == ["waiting"]
    assert await telling.post(timedelta(hours=1)) == ["sent"]
    assert len(telling.notify.taken) == 1


async def test_a_letter_waits_while_notify_is_away_and_goes_when_it_is_back(telling: Telling) -> None:
    await telling.wishes(telling.officer(), "offer_made_finder")
    telling.notify.refuses = 503
    await telling.tell(an(OfferMade))
    assert await telling.post() == ["waiting"]
    assert (await telling.officer().get("/placements/ready")).json()["letters"]["held_up"] == 1
    telling.notify.refuses = 0
    assert await telling.post(timedelta(hours=1)) == ["sent"]


@pytest.mark.parametrize(
    ("how", "why"), [("refused", "Notify refused it (400)"), ("bounced", "there is no such address")]
)
async def test_what_does_not_arrive_is_seen_by_whom_it_was_for_and_on_the_status_page(
    telling: Telling, how: str, why: str
) -> None:
    officer = telling.officer()
    await telling.wishes(officer, "offer_made_finder")
    telling.notify.refuses = 400 if how == "refused" else 0
    await telling.tell(an(OfferMade))
    await telling.post()
    telling.notify.became("permanent-failure")
    assert await telling.post(timedelta(minutes=2)) == ["failed"]
    page = await visit(officer, "/placements/notices")
    assert "1 e-mail to you did not arrive." in page.text
    assert f"did not arrive: {why}. Check the address." in (await page.follow("See why")).text
    ready = (await officer.get("/placements/ready")).json()
    assert ADDRESS not in str(ready)
    (standing,) = standing_of({"placements": ready}, telling.service.clock.now())
    assert (standing.letters.failed, standing.letters.newest, standing.letters.held_up) == (1, why, 0)
    await telling.wishes(officer, "offer_made_finder", address="right@northshire.example")
    assert "did not arrive" not in (await visit(officer, "/placements/notices")).text


@pytest.mark.parametrize(("mode", "states"), [("off", []), ("list", ["listed"])])
async def test_nothing_leaves_where_mail_is_off_or_only_listed(telling: Telling, mode: str, states: list[str]) -> None:
    await telling.wishes(telling.officer(), "offer_made_finder")
    await telling.tell(an(OfferMade), mode=mode)
    assert await telling.post() == states
    assert telling.notify.taken == []
    assert "A provider offers a home" in (await visit(telling.officer(), "/placements/notices")).text


async def test_nobody_is_told_of_the_rows_of_a_return_or_of_what_is_long_past(telling: Telling) -> None:
    await telling.tell(an(PlacementConfirmed, placement=new_id(), referral=None))
    async with telling.service.database.writing() as session:
        session.publish(an(OfferMade))
    telling.service.clock.move(FRESH + timedelta(minutes=1))
    await telling.tell()
    assert await telling.service.rows("SELECT 1 FROM spine.notices") == []


async def test_wishes_are_kept_and_what_is_wrong_is_said_beside_the_field(telling: Telling) -> None:
    officer = telling.officer()
    page = await telling.wishes(officer, "offer_made_finder", address="not an address")
    assert page.errors == [("#address", "Enter an e-mail address such as name@council.gov.uk.")]
    assert page.fields("Save")["address"] == ["not an address"]
    page = await telling.wishes(officer, "offer_made_finder", address="")
    assert page.errors == [("#address", "Enter the address to which e-mails should go.")]
    first, second = [await visit(officer, "/placements/notices/wishes") for _ in range(2)]
    assert "Your choices are saved." in (await first.send("Save", address=ADDRESS, kinds=["offer_made_finder"])).text
    assert (await visit(officer, "/placements/notices/wishes")).fields("Save")["kinds"] == ["offer_made_finder"]
    assert (await second.send("Save", address="", kinds=[])).errors[0][1].startswith("These choices were changed")


def test_live_mail_without_a_key_ends_the_process_with_a_line_that_says_so() -> None:
    with pytest.raises(Misconfigured, match="SUFFICIENCY_NOTIFY_KEY"):
        Post(Settings(notify_mode="live", notify_template="t"), NOTICES)
