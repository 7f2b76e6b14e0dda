"""The panel's pages and the closing of a referral, each audited as it is fetched."""

import httpx
import pytest

from shared.contracts.referrals import InformationAsked, PanelDecided, ReferralClosed, SearchOpened
from shared.identity.person import Role
from tests.alone import NORTHSHIRE, SOUTHMERE
from tests.service.referring import Setting
from tests.visiting import post, visit

PANEL = "/referrals/panel"


@pytest.fixture
async def approver(referring: Setting) -> httpx.AsyncClient:
    client = referring.approver
    client.headers["accept"] = "text/html"
    return client


@pytest.fixture
async def officer(referring: Setting) -> httpx.AsyncClient:
    client = referring.officer
    client.headers["accept"] = "text/html"
    return client


async def test_a_panel_decides_within_limits_and_the_search_is_opened(
    referring: Setting, approver: httpx.AsyncClient, officer: httpx.AsyncClient
) -> None:
    assert "No referral waits for the panel." in (await visit(approver, PANEL)).text
    referral = await referring.submitted(needs_panel=True)
    page = await visit(approver, PANEL)
    assert "Wait for the panel’s decision 1 referral" in page.text
    lines = (await approver.get("/referrals/waiting")).json()
    counted = {line["title"]: line["count"] for line in lines if line["count"]}
    assert counted == {"Referrals the panel has to decide": 1}
    reference = f"{referral[-8:-4]}-{referral[-4:]}".upper()
    page = await page.follow(reference)
    assert "Robin" not in page.text
    wrong = await page._send("Save the decision", {"most_weekly_pence": "lots"})
    assert [link for link, _ in wrong.errors] == ["#decision", "#most_weekly_pence"]
    assert wrong.fields("Save the decision")["most_weekly_pence"] == ["lots"]
    no = {"decision": "refused", "most_weekly_pence": "4000"}
    assert (await page._send("Save the decision", no)).errors == [("#most_weekly_pence", "A refusal sets no limits.")]
    yes = {"decision": "approved", "most_weekly_pence": "4,000"}
    both = [await page._send("Save the decision", yes) for _ in range(2)]
    assert {one.path for one in both} == {page.path}
    (told,) = await referring.service.published(PanelDecided)
    assert told.most_weekly_pence == 400_000
    page = await visit(officer, page.path)
    page = await page.send("Open the search")
    assert "See the homes that could take them" in page.text
    await post(officer, f"{page.path}/open", {})
    assert len(await referring.service.published(SearchOpened)) == 1


async def test_who_saw_an_older_version_is_told_and_nothing_is_decided(
    referring: Setting, approver: httpx.AsyncClient
) -> None:
    referral = await referring.submitted(needs_panel=True)
    stale = {"decision": "approved", "decided_on-day": "2", "decided_on-month": "3", "decided_on-year": "2026"}
    page = await post(approver, f"{PANEL}/{referral}/decide", stale | {"version": "1"})
    assert page.errors[0][1].startswith("Somebody else changed this")
    assert page.fields("Save the decision")["decision"] == ["approved"]
    assert await referring.service.published(PanelDecided) == []


async def test_nobody_decides_what_they_asked_for_or_what_is_another_authoritys(referring: Setting) -> None:
    referral = await referring.submitted(needs_panel=True)
    asker = referring.service.of(NORTHSHIRE, Role.SOCIAL_WORKER, Role.APPROVER)
    stranger = referring.service.of(SOUTHMERE, Role.APPROVER)
    for client in (asker, stranger):
        client.headers["accept"] = "text/html"
    assert "somebody else must note the panel’s decision" in (await visit(asker, f"{PANEL}/{referral}")).text
    said = {"decision": "approved", "decided_on-day": "2", "decided_on-month": "3", "decided_on-year": "2026"}
    assert (await post(asker, f"{PANEL}/{referral}/decide", said)).answer.status_code == 403
    assert (await post(stranger, f"{PANEL}/{referral}/decide", said)).answer.status_code == 404
    assert await referring.service.published(PanelDecided) == []


async def test_more_is_asked_once_and_the_decision_waits(
    referring: Setting, approver: httpx.AsyncClient, officer: httpx.AsyncClient
) -> None:
    referral = await referring.submitted(needs_panel=True)
    page = await (await visit(officer, f"{PANEL}/{referral}")).follow("Ask the social worker for more information")
    empty = await page.send("Ask the social worker")
    assert [link for link, _ in empty.errors] == ["#about", "#words"]
    filled = {"about": "risks", "words": "Who lives next door?"}
    pressed = [await post(officer, page.path, filled) for _ in range(2)]
    assert {shown.path for shown in pressed} == {f"{PANEL}/{referral}"}
    assert len(await referring.service.published(InformationAsked)) == 1
    assert "Who lives next door?" in pressed[-1].text
    assert "Wait for information" in (await visit(approver, PANEL)).text


async def test_a_referral_for_which_no_home_can_be_found_is_closed_with_the_reason(
    referring: Setting, officer: httpx.AsyncClient
) -> None:
    referral = await referring.submitted()
    page = await visit(officer, f"/referrals/desk/{referral}/close")
    assert (await page.send("Close the referral")).errors == [("#reason", "Choose why no home could be found.")]
    both = [await page.send("Close the referral", reason="no_offers", words="Nine asked") for _ in range(2)]
    assert {one.path for one in both} == {f"/referrals/desk/{referral}"}
    assert "No offers were made. Nine asked" in both[0].text
    assert len(await referring.service.published(ReferralClosed)) == 1
    assert "Nine asked" not in (await referring.service.published(ReferralClosed))[0].model_dump_json()
