"""A social worker's pages, each audited as it is fetched: drafting, checking, sending once, following, amending, withdrawing."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from shared.contracts.placements import OfferInvited
from shared.contracts.referrals import ChildRegistered, ReferralAmended, ReferralSubmitted, ReferralWithdrawn
from shared.ids import new_id
from tests.service.referring import Setting, offer
from tests.visiting import Visited, post, visit

DESK = "/referrals/desk"
NEW_CHILD = {
    "name": "Kit Rowan",
    "born-day": "21",
    "born-month": "5",
    "born-year": "2015",
    "sex": "M",
    "ethnicity": "WBRI",
}


@pytest.fixture
async def worker(referring: Setting) -> AsyncIterator[httpx.AsyncClient]:
    referring.worker.headers["accept"] = "text/html"
    yield referring.worker
    referring.worker.headers["accept"] = "*/*"


async def begun(worker: httpx.AsyncClient, reference: str = "C-1042") -> Visited:
    """A draft with one child on it, at its task list."""
    page = await (await visit(worker, DESK)).send("Ask for a home")
    assert page.heading == "Who needs a home?"
    page = await page.send("Add this child", reference=reference)
    assert "Robin Ash" in page.text
    return await (await page.follow("Continue")).send("Save and continue", needs=["own_bedroom", "no_pets"])


async def answered_all(tasks: Visited) -> Visited:
    """Every question that must be answered, and the page that shows the answers."""
    page = await (await tasks.follow("The home")).send("Save and continue", urgency="planned")
    page = await page._send("Save", {"wanted_from-day": "1", "wanted_from-month": "4", "wanted_from-year": "2026"})
    page = await (await page.send("Save")).send("Save", types=["U6", "K2"])
    assert page.heading == "What should the home be?"
    tasks = await page.send("Save")
    page = await (await tasks.follow("Wishes and feelings")).send("Save", childs_wishes="Near <school> & Nan")
    page = await (await (await visit(tasks.client, tasks.path)).follow("Before it goes")).send("Save", needs_panel="no")
    return await (await page.send("Save", summary="very secret")).follow("Check your answers")


async def test_a_referral_is_made_page_by_page_and_sent_once(referring: Setting, worker: httpx.AsyncClient):
    tasks = await begun(worker)
    assert tasks.heading == "Ask for a home"
    check = await answered_all(tasks)
    assert "1 April 2026" in check.text
    assert "Near <school> & Nan" in check.text
    sent = await check.send("Ask for this home")
    assert sent.heading == "Referral sent"
    assert "There should be one by" in sent.text
    again = await post(worker, f"{tasks.path}/send", {})
    assert again.path == sent.path
    assert len(await referring.service.published(ReferralSubmitted)) == 1
    page = await sent.follow("See the referral")
    assert "No pets, A bedroom of their own" in page.text
    assert "Children’s home; Foster carers" in page.text
    assert (await referring.service.rows("SELECT answers::text AS said FROM spine.drafts"))[0].said == "{}"


async def test_two_presses_at_once_make_one_referral(referring: Setting, worker: httpx.AsyncClient):
    check = await answered_all(await begun(worker))
    send = check.path.removesuffix("/check") + "/send"
    both = await asyncio.gather(*(post(worker, send, {}) for _ in range(4)))
    assert len({page.path for page in both}) == 1
    assert len(await referring.service.published(ReferralSubmitted)) == 1


async def test_what_is_missing_stands_in_the_summary_and_leads_to_its_page(worker: httpx.AsyncClient):
    tasks = await begun(worker)
    check = await (await tasks.follow("Check your answers")).send("Ask for this home")
    assert check.answer.status_code == 422
    said = {words: path for path, words in check.errors}
    assert set(said) >= {"Choose how soon a home is needed.", "Enter the first night."}
    page = await visit(worker, said["Enter the first night."])
    assert page.heading == "Which is the first night?"


@pytest.mark.parametrize(
    ("slug", "typed", "field", "words"),
    [
        ("urgency", {}, "urgency", "Choose how soon a home is needed."),
        ("urgency", {"urgency": "tomorrow"}, "urgency", "Choose from what is listed."),
        ("types", {"types": ["U6", "ZZ"]}, "types", "Choose from what is listed."),
        ("wanted-from", {"wanted_from-day": "31", "wanted_from-month": "2"}, "wanted_from", "Enter a real date"),
        ("wanted-from", {"wanted_from-day": "٣", "wanted_from-month": "2"}, "wanted_from", "Enter a real date"),
        ("wanted-until", {"wanted_until-year": "2026"}, "wanted_until", "Enter a real date"),
        ("summary", {"summary": "x" * 5001}, "summary", "Summary must have at most 5000 characters."),
        ("needs-panel", {"needs_panel": "perhaps"}, "needs_panel", "Say whether a panel decides first."),
    ],
)
async def test_a_wrong_answer_is_linked_to_its_field_and_what_was_typed_is_kept(
    referring: Setting, worker: httpx.AsyncClient, slug: str, typed: dict, field: str, words: str
):
    tasks = await begun(worker)
    before = await referring.service.rows("SELECT answers::text AS said FROM spine.drafts")
    page = await post(worker, f"{tasks.path}/{slug}", typed)
    assert page.answer.status_code == 422
    ((link, said),) = page.errors
    assert (link, said.startswith(words)) == (f"#{field}", True)
    if "ZZ" not in str(typed) and slug not in ("urgency", "needs-panel"):
        kept = page.fields("Save")
        assert all(kept[name] == [told] for name, told in typed.items())
    assert await referring.service.rows("SELECT answers::text AS said FROM spine.drafts") == before


async def test_a_child_is_recorded_once_and_named_at_once(referring: Setting, worker: httpx.AsyncClient):
    page = await (await visit(worker, DESK)).send("Ask for a home")
    page = await page.follow("Record a child who is not on record yet")
    wrong = await page._send("Record", NEW_CHILD | {"born-year": "2099", "home_postcode": "nowhere"})
    assert [field for field, _ in wrong.errors] == ["#home_postcode"]
    assert wrong.fields("Record")["name"] == ["Kit Rowan"]
    wrong = await wrong._send("Record", {"home_postcode": ""})
    assert wrong.errors == [("#born", "The date of birth is in the future.")]
    filled = wrong.fields("Record") | {"born-year": ["2015"]}
    before = len(await referring.service.published(ChildRegistered))
    for _ in range(2):
        page = await post(worker, str(wrong.answer.url), filled)
        assert page.heading == "Who needs a home?"
    assert len(await referring.service.published(ChildRegistered)) == before + 1
    assert page.text.count("Kit Rowan") == 1


async def test_a_draft_is_its_writers_alone(referring: Setting, worker: httpx.AsyncClient):
    tasks = await begun(worker)
    for other in (referring.stranger, referring.officer):
        other.headers["accept"] = "text/html"
        await visit(other, tasks.path, status=404)
        await visit(other, f"{tasks.path}/check", status=404)
        assert (await post(other, f"{tasks.path}/send", {})).answer.status_code == 404
    assert "You have begun" not in (await visit(referring.officer, DESK)).text


async def test_the_desk_says_what_needs_somebody_now_overdue_first(referring: Setting, worker: httpx.AsyncClient):
    late = await referring.submitted(urgency="emergency")
    asked = await referring.submitted()
    question = {"about": "risks", "words": "Who else lives there?"}
    await referring.officer.post(f"/referrals/{asked}/questions", json=question)
    await referring.submitted()
    referring.service.clock.move(timedelta(days=1))
    text = (await visit(worker, DESK)).text
    order = [text.index(words) for words in ("Overdue", "Waiting for your answer", "A home is being looked for")]
    assert order == sorted(order)
    page = await visit(worker, f"{DESK}/{asked}")
    assert "Who else lives there?" in page.text
    page = await (await page.follow("Answer")).send("Send the answer", answer="")
    assert page.errors == [("#answer", "Enter your answer.")]
    page = await page.send("Send the answer", answer="Nobody since March.")
    assert "Information given" in page.text
    found = await (await visit(worker, DESK)).send("Search", reference=late[-8:])
    assert found.heading == "1 referral found"
    found = await found.send("Search", reference="C-1042")
    assert found.heading == "1 child and 3 referrals found"
    assert "reference" not in str(found.answer.url)


async def test_an_amendment_begins_with_what_stands_and_keeps_what_no_page_asks(
    referring: Setting, worker: httpx.AsyncClient
):
    children = [{"child": child, "needs": ["own_bedroom"], "solo": True} for child in referring.children]
    referral = await referring.submitted(children=children)
    tasks = await (await visit(worker, f"{DESK}/{referral}")).send("Change what is asked for")
    assert tasks.heading == "Change what is asked for"
    check = await tasks.follow("Check your answers")
    page = await visit(worker, check.link("Change first night"))
    check = await page._send("Save", {"wanted_from-day": "5"})
    assert check.heading == "Check your answers"
    sent = await check.send("Send the change")
    assert sent.path == f"{DESK}/{referral}/asked"
    told = (await referring.service.published(ReferralAmended))[-1]
    assert str(told.wanted_from) == "2026-04-05"
    assert [line.solo for line in told.children] == [True, True]


async def test_the_second_of_two_who_amend_is_told_what_changed(referring: Setting, worker: httpx.AsyncClient):
    referral = await referring.submitted()
    tasks = await (await visit(worker, f"{DESK}/{referral}")).send("Change what is asked for")
    version = (await referring.told(referral))["version"]
    other = referring.asking(urgency="short_notice", version=version)
    assert (await referring.officer.post(f"/referrals/{referral}/amend", json=other)).is_success
    page = await (await tasks.follow("Check your answers")).send("Send the change")
    assert page.answer.status_code == 409
    assert page.heading == "Somebody else changed this referral"
    assert re.search(r"Urgency\s+Planned\s+Short notice: within days", page.text)
    assert len(await referring.service.published(ReferralAmended)) == 1
    again = await page.send("Begin again")
    assert (await (await again.follow("Check your answers")).send("Send the change")).path.endswith("/asked")


async def test_withdrawing_shows_what_falls_and_is_done_once(referring: Setting, worker: httpx.AsyncClient):
    referral = await referring.submitted()
    await referring.service.hear(offer(referring, OfferInvited, 1, referral, 0, new_id()))
    page = await (await visit(worker, f"{DESK}/{referral}")).follow("Withdraw this referral")
    assert "an invitation is taken back" in page.text
    wrong = await page.send("Withdraw the referral", words="Nan\r\ncan have them")
    assert wrong.errors == [("#reason", "Choose why the home is no longer needed.")]
    assert wrong.fields("Withdraw")["words"] == ["Nan\ncan have them"]
    stale = await page._send("Withdraw", {"reason": "family_found", "version": "1"})
    assert stale.errors[0][1].startswith("Somebody else changed this")
    filled = wrong.fields("Withdraw") | {"reason": ["family_found"]}
    twice = [await post(worker, str(wrong.answer.url), filled) for _ in range(2)]
    assert [page.path for page in twice] == [f"{DESK}/{referral}"] * 2
    assert "Family or friends were found" in twice[1].text
    assert len(await referring.service.published(ReferralWithdrawn)) == 1


async def test_a_draft_can_be_deleted_and_is_gone_after_thirty_days(referring: Setting, worker: httpx.AsyncClient):
    tasks = await begun(worker)
    assert (await tasks.send("Delete this draft")).path == DESK
    await visit(worker, tasks.path, status=404)
    tasks = await begun(worker)
    referring.service.clock.move(timedelta(days=31))
    await visit(worker, tasks.path, status=404)
    await (await visit(worker, DESK)).send("Ask for a home")
    assert (await referring.service.rows("SELECT count(*) AS n FROM spine.drafts"))[0].n == 1


async def test_pages_of_a_referral_are_its_authoritys_alone(referring: Setting, worker: httpx.AsyncClient):
    referral = await referring.submitted()
    referring.stranger.headers["accept"] = "text/html"
    for rest in ("", "/asked", "/withdraw", "/answer"):
        await visit(referring.stranger, f"{DESK}/{referral}{rest}", status=404)
