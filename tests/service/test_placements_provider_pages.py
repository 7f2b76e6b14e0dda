"""A provider's pages in placements, each audited as it is fetched: invitations, answers, what became of them, children's stays."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from shared.contracts.placements import OfferDeclined, OfferMade, OfferWithdrawn, StayReported
from shared.contracts.referrals import ReferralWithdrawn
from shared.contracts.vocabulary import DeclineReason, ReferralStatus, StayReport, Urgency, WithdrawalReason
from tests.alone import NOON
from tests.service.placing import Fresh, Placing, day, placing
from tests.visiting import Visited, post, visit

INVITED, STAYS = "/placements/invited", "/placements/stays"


@pytest.fixture
async def one(fresh_database: Fresh) -> AsyncIterator[Placing]:
    async with placing(fresh_database) as made:
        made.manager.headers["accept"] = "text/html"
        yield made


@pytest.fixture
async def home(one: Placing) -> httpx.AsyncClient:
    return one.manager


async def invitation(one: Placing, **more: Any) -> tuple[str, UUID]:
    """The page of an invitation, and the child it is about."""
    child = await one.child()
    offer = await one.invited(await one.referral(child, **more), child, await one.vacancy())
    return f"{INVITED}/{offer['offer']}", child


async def offers(one: Placing) -> list[dict[str, Any]]:
    return list((await one.officer.get("/placements/offers")).json())


async def offer_it(page: Visited, **more: Any) -> Visited:
    page = await page.follow("Offer this home")
    return await page.send("Send the offer", **more)


async def test_an_invitation_is_anonymous_and_answered_with_an_offer(one: Placing, home: httpx.AsyncClient) -> None:
    path, child = await invitation(one, urgency=Urgency.EMERGENCY)
    page = await visit(home, INVITED)
    assert "Answer due in 1 day" in page.text
    assert "Girl aged 12" in page.text
    page = await page.follow("Girl aged 12")
    for said in ("Westminster", "Emergency: today", "£3,810 a week", "by 3 March 2026 at 12:00pm"):
        assert said in page.text
    page = await page.follow("Offer this home")
    assert page.fields("Send the offer")["weekly_pence"] == ["3810"]
    page = await page.send("Send the offer", weekly_pence="£3,950.50", conditions="An extra worker\r\nat night")
    assert (page.path, "£3,950.50" in page.text, "An extra worker" in page.text) == (path, True, True)
    (told,) = await one.service.published(OfferMade)
    assert (told.weekly_pence, str(told.available_from)) == (395_050, day(0))
    pages = [(await visit(home, at)).answer.text for at in (INVITED, path, f"{path}/offer", f"{INVITED}/answered")]
    assert not any(str(child) in one for one in pages)
    assert (await one.service.audited()).count("read offer") > 0


async def test_a_no_says_why_and_what_became_of_it_is_told(one: Placing, home: httpx.AsyncClient) -> None:
    path, _ = await invitation(one)
    one.service.clock.move(timedelta(hours=5))
    page = await (await visit(home, path)).follow("Say no")
    page = await page.send("Say no", reason="staffing", note="Two people left")
    assert "You said no" in page.text
    assert "Two people left" in page.text
    (told,) = await one.service.published(OfferDeclined)
    assert told.reason is DeclineReason.STAFFING
    page = await visit(home, f"{INVITED}/answered")
    assert "Half of your answers came within 5 hours" in page.text
    assert "1 of 1 in time" in page.text
    assert "Not staff enough" in page.text
    assert "None was like this." in (await visit(home, f"{INVITED}/answered?outcome=lapsed")).text
    assert "Not staff enough" in (await visit(home, f"{INVITED}/answered?outcome=x&page=y")).text


async def test_an_offer_is_changed_and_taken_back(one: Placing, home: httpx.AsyncClient) -> None:
    path, _ = await invitation(one)
    page = await offer_it(await visit(home, path))
    page = await page.follow("Change your offer")
    page = await page.send("Send the changed offer", weekly_pence="3700")
    assert "£3,700" in page.text
    page = await page.follow("Take your offer back")
    page = await page.send("Take the offer back", reason="no_vacancy")
    assert "You took it back: no room any more." in page.text
    assert (await visit(home, f"{path}/take-back")).path == path
    assert len(await one.service.published(OfferWithdrawn)) == 1


async def test_two_presses_say_it_once_and_two_people_are_told(one: Placing, home: httpx.AsyncClient) -> None:
    path, _ = await invitation(one)
    page = await visit(home, f"{path}/offer")
    filled = page.fields("Send the offer")
    pages = await asyncio.gather(*(post(home, page.path, filled) for _ in range(3)))
    assert {page.path for page in pages} == {path}
    assert len(await one.service.published(OfferMade)) == 1
    other = await post(home, page.path, filled | {"weekly_pence": ["4000"]})
    assert other.answer.status_code == 422
    assert other.errors == [("#weekly_pence", "Somebody else changed this since you read it.")]
    assert other.fields("Send the changed")["weekly_pence"] == ["4000"]
    assert [told["weekly_pence"] for told in await offers(one)] == [381_000]
    pages = await asyncio.gather(*(post(home, f"{path}/decline", {"reason": "price"}) for _ in range(3)))
    assert {page.path for page in pages} == {path}
    assert len(await one.service.published(OfferDeclined)) == 1
    assert (await visit(home, f"{path}/offer")).path == path, "whoever goes back is led to how it stands"


WRONG: list[tuple[str, dict[str, str], str, str]] = [
    ("offer", {"weekly_pence": ""}, "weekly_pence", "Enter what it costs a week."),
    ("offer", {"weekly_pence": "lots"}, "weekly_pence", "Enter an amount in pounds, such as 3810.00."),
    ("offer", {"weekly_pence": "100001"}, "weekly_pence", "Enter £100,000 or less."),
    ("offer", {"weekly_pence": "1", "available_from-day": "31"}, "available_from", "Enter a real date"),
    ("offer", {"weekly_pence": "1", "conditions": "x" * 5001}, "conditions", "Conditions must have at most"),
    ("decline", {"note": "A note"}, "reason", "Choose why not."),
    ("decline", {"reason": "rain"}, "reason", "Choose from what is listed."),
]


async def test_a_wrong_answer_is_linked_to_its_field_and_kept_as_typed(one: Placing, home: httpx.AsyncClient) -> None:
    path, _ = await invitation(one)
    for page, typed, field, words in WRONG:
        sent = await post(home, f"{path}/{page}", typed)
        assert sent.answer.status_code == 422
        assert [told for at, told in sent.errors if at == f"#{field}" and told.startswith(words)], sent.errors
        kept = sent.fields()
        assert all(kept[name] == [said] for name, said in typed.items() if name in kept)
    assert [told["status"] for told in await offers(one)] == ["invited"]


async def test_an_offer_says_why_it_came_to_nothing(one: Placing, home: httpx.AsyncClient) -> None:
    child, other = await one.child(), await one.vacancy(name="Oak House")
    referral = await one.referral(child)
    lost, won = await one.invited(referral, child, other), await one.offered(referral, child, await one.vacancy())
    one.made(await one.officer.post(f"/placements/offers/{won['offer']}/accept", json={}))
    booked = await one.booked(won["offer"])
    page = await visit(home, f"{INVITED}/{lost['offer']}")
    assert page.text.count("Answer it") == 1
    await one.hold(booked["placement"])
    page = await visit(home, page.path)
    assert "another home for this child: a home was found before you answered." in page.text
    path, _ = await invitation(one)
    gone = next(told["referral"] for told in await offers(one) if path.endswith(told["offer"]))
    known = one.asked_for(UUID(gone), version=2, status=ReferralStatus.WITHDRAWN).model_dump()
    await one.service.hear(ReferralWithdrawn(**known, reason=WithdrawalReason.NOT_NEEDED))
    assert "The social worker withdrew the referral." in (await visit(home, path)).text
    late, _ = await invitation(one)
    one.service.clock.move(timedelta(hours=25))
    await one.service.tick()
    assert "Not answered in time" in (await visit(home, late)).text


async def test_siblings_are_named_beside_each_other(one: Placing, home: httpx.AsyncClient) -> None:
    older, younger, vacancy = await one.child(), await one.child(), await one.vacancy(2)
    referral = await one.referral(older, younger)
    first = await one.invited(referral, older, vacancy)
    page = await visit(home, f"{INVITED}/{first['offer']}")
    assert "You are not asked about that child at this home." in page.text
    second = await one.invited(referral, younger, vacancy)
    page = await (await visit(home, page.path)).follow("A brother’s or sister’s referral")
    assert page.path == f"{INVITED}/{second['offer']}"
    assert "with 1 brother or sister" in (await visit(home, INVITED)).text


async def test_with_nothing_to_do_the_pages_say_what_to_do(home: httpx.AsyncClient) -> None:
    assert "No referral waits for your answer." in (await visit(home, INVITED)).text
    assert "No child lives in one of your homes" in (await visit(home, STAYS)).text
    page = await visit(home, f"{INVITED}/answered")
    assert "You were not asked in the last year." in page.text
    assert "None is over yet." in page.text


async def test_what_waits_is_counted_until_it_is_done(one: Placing, home: httpx.AsyncClient) -> None:
    async def waits() -> dict[str, tuple[int, int]]:
        answer = await home.get("/placements/waiting", headers={"accept": "application/json"})
        return {told["path"]: (told["count"], told["late"]) for told in answer.json() if told["count"]}

    assert await waits() == {}
    path, _ = await invitation(one)
    placement = await one.confirmed()
    assert await waits() == {INVITED: (1, 0), STAYS: (1, 1)}
    await post(home, f"{path}/decline", {"reason": "price"})
    came = {"on-day": "23", "on-month": "2", "on-year": "2026"}
    await post(home, f"{STAYS}/{placement['placement']}/say/arrived", came)
    assert await waits() == {}


async def test_an_arrival_is_told_and_taken_back(one: Placing, home: httpx.AsyncClient) -> None:
    placement = await one.confirmed()
    page = await visit(home, STAYS)
    assert "Expected on 23 February 2026: say whether the child came" in page.text
    page = await visit(home, f"{STAYS}/{placement['placement']}")
    page = await page.follow("The child came")
    filled = page.fields("Say that the child came")
    filled |= {"on-day": ["23"], "on-month": ["2"]}
    pages = await asyncio.gather(*(post(home, page.path, filled) for _ in range(3)))
    assert all("You said that the child came on 23 February 2026." in page.text for page in pages)
    assert len(await one.service.published(StayReported)) == 1
    assert "The authority has not recorded it yet." in (await visit(home, STAYS)).text
    page = await pages[0].send("Take that back")
    page = await page.follow("The child did not come")
    page = await page.send("Say that the child did not come")
    assert "did not come on 23 February 2026" in page.text
    told = [event.report for event in await one.service.published(StayReported)]
    assert told == [StayReport.ARRIVED, None, StayReport.NOT_ARRIVED]


async def test_the_authority_reads_the_homes_word_and_need_not_type_it(one: Placing, home: httpx.AsyncClient) -> None:
    one.worker.headers["accept"] = one.officer.headers["accept"] = "text/html"
    placement = await one.confirmed()
    said = {"on-day": "25", "on-month": "2", "on-year": "2026"}
    await post(home, f"{STAYS}/{placement['placement']}/say/arrived", said)
    lives, record = "/placements/lives", f"/placements/desk/placements/{placement['placement']}"
    came = "The home says that the child came on 25 February 2026."
    for client, at in ((one.worker, lives), (one.worker, f"{lives}/{placement['child']}"), (one.officer, record)):
        assert came in (await visit(client, at)).text
    page = await visit(one.worker, f"{lives}/placements/{placement['placement']}/arrival")
    page = await page.send("Record the arrival")
    assert (await one.look(placement["placement"]))["starts"] == "2026-02-25"
    assert came not in (await visit(one.officer, record)).text
    left = {"on-day": "1", "on-month": "3", "on-year": "2026", "reason": "CHILD", "planned": "no"}
    await post(home, f"{STAYS}/{placement['placement']}/say/left", left)
    page = await visit(one.worker, f"{lives}/placements/{placement['placement']}/ending")
    assert "The home says that the child left on 1 March 2026. Its reason: the child asked for it." in page.text
    await page.send("Record the ending")
    row = await one.look(placement["placement"])
    assert (row["ends"], row["reason"], row["planned"]) == ("2026-03-01", "CHILD", False)


async def test_whoever_chooses_reads_upon_what_a_home_is_offered(one: Placing, home: httpx.AsyncClient) -> None:
    one.officer.headers["accept"] = "text/html"
    path, _ = await invitation(one)
    await offer_it(await visit(home, path), conditions="An extra worker at night")
    (offer,) = await offers(one)
    page = await visit(one.officer, f"/placements/desk/referrals/{offer['referral']}/offers")
    assert "An extra worker at night" in page.text


async def test_notice_and_leaving_are_told(one: Placing, home: httpx.AsyncClient) -> None:
    placement = await one.started()
    path = f"{STAYS}/{placement['placement']}"
    page = await (await visit(home, path)).follow("Give notice")
    typed = {"on__day": "30", "on__month": "3", "on__year": "2026"}
    page = await page.send("Give notice", **typed, reason="CREQO")
    assert "You gave notice: the child is to leave by 30 March 2026." in page.text
    assert (await one.look(placement["placement"]))["fear"] == "notice_given"
    assert "Notice given" in (await visit(home, STAYS)).text
    page = await page.send("Take the notice back")
    assert (await one.look(placement["placement"]))["fear"] is None
    page = await page.follow("The child left")
    page = await page.send("Say that the child left", reason="CHILD", planned="no")
    assert "You said that the child left on 2 March 2026." in page.text
    await one.worker.post(one.path(placement, "end"), json={"on": day(0), "reason": "CHILD", "planned": False})
    page = await visit(home, path)
    assert "until 2 March 2026" in page.text
    assert (await visit(home, f"{path}/say/left")).path == path
    assert "Left in the last three months" in (await visit(home, STAYS)).text


SAID_WRONGLY: list[tuple[str, dict[str, str], str, str]] = [
    ("arrived", {}, "on", "Enter the first night."),
    ("arrived", {"on-day": "3", "on-month": "3", "on-year": "2026"}, "on", "That day has not come yet."),
    ("arrived", {"on-day": "1", "on-month": "2", "on-year": "2026"}, "on", "The place is kept from a later day."),
    ("left", {"on-day": "2", "on-month": "3", "on-year": "2026"}, "reason", "Choose why."),
    (
        "notice",
        {"on-day": "2", "on-month": "3", "on-year": "2026", "reason": "OTHER"},
        "on",
        "The placement is confirmed.",
    ),
]


async def test_a_wrong_word_is_linked_to_its_field_and_not_kept(one: Placing, home: httpx.AsyncClient) -> None:
    placement = await one.confirmed()
    for word, typed, field, words in SAID_WRONGLY:
        page = await post(home, f"{STAYS}/{placement['placement']}/say/{word}", typed)
        assert page.answer.status_code == 422
        assert (page.errors[0][0], page.errors[0][1].startswith(words)) == (f"#{field}", True), page.errors
    assert await one.service.published(StayReported) == []


async def test_what_is_not_a_providers_own_is_not_there(one: Placing, home: httpx.AsyncClient) -> None:
    path, _ = await invitation(one)
    placement = await one.confirmed()
    other = await one.service.of_provider(UUID(int=7))
    other.headers["accept"] = "text/html"
    stay = f"{STAYS}/{placement['placement']}"
    for at in (path, f"{path}/offer", f"{path}/decline", f"{path}/take-back", stay, f"{stay}/say/arrived"):
        await visit(other, at, status=404)
    for at in (f"{path}/offer", f"{path}/decline", f"{path}/take-back", f"{stay}/say/arrived", f"{stay}/take-back"):
        assert (await post(other, at, {})).answer.status_code == 404
    await visit(home, f"{stay}/say/moved", status=404)
    assert "due" in (await visit(home, INVITED)).text
    assert NOON.date().isoformat() == day(0)
