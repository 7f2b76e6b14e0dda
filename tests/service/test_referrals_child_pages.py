"""A child's pages, each audited as it is fetched: what is known, needs, important places, wishes, and asking with all of it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from shared.contracts.placements import OfferConsidered, OfferMade
from shared.contracts.referrals import ChildCorrected, ImportantPlacesNoted, NeedsAssessed
from shared.identity.person import Role
from shared.ids import new_id
from tests.alone import NOON, NORTHSHIRE
from tests.service.referring import PRIVATE, Setting, offer
from tests.visiting import Visited, post, visit

DESK = "/referrals/desk"
SCHOOL = {"kind": "school", "postcode": "ls1 4ap", "within_miles": "5"}


@pytest.fixture
async def worker(referring: Setting) -> AsyncIterator[httpx.AsyncClient]:
    referring.worker.headers["accept"] = "text/html"
    yield referring.worker
    referring.worker.headers["accept"] = "*/*"


def at(referring: Setting, page: str = "", child: int = 0) -> str:
    return f"{DESK}/children/{referring.children[child]}{page}"


async def test_a_child_is_found_by_name_or_reference_and_every_look_is_written_down(
    referring: Setting, worker: httpx.AsyncClient
) -> None:
    page = await visit(worker, DESK)
    for sought, heading in (("rob", "1 child"), ("ash", "2 children"), (referring.children[1][-8:], "1 child")):
        page = await page.send("Search", reference=sought)
        assert page.heading == f"{heading} and 0 referrals found"
    for sought in ("%", "_", "nobody"):
        page = await page.send("Search", reference=sought)
        assert "no child and no referral" in page.text
    page = await (await page.send("Search", reference="robin")).follow("Robin Ash")
    assert "Born 21 May 2014, 11 years old" in page.text
    assert "Not assessed yet" in page.text
    assert (await referring.service.audited()).count("read child") == 6
    referring.stranger.headers["accept"] = "text/html"
    page = await (await visit(referring.stranger, DESK)).send("Search", reference="robin")
    assert page.heading == "0 referrals found"


async def test_what_is_known_is_put_right_and_the_second_of_two_is_told(
    referring: Setting, worker: httpx.AsyncClient
) -> None:
    page = await (await visit(worker, at(referring))).follow("Correct the record")
    assert page.fields("Save")["home_postcode"] == ["LS1 4AP"]
    wrong = await page._send("Save", {"born-year": "2099", "sex": "M"})
    assert wrong.errors == [("#born", "The date of birth is in the future.")]
    assert wrong.fields("Save")["sex"] == ["M"]
    filled = page.fields("Save") | {"name": ["Robin Oak"]}
    pages = [await post(worker, page.path, filled) for _ in range(2)]
    assert pages[0].heading == "Robin Oak"
    (told,) = await referring.service.published(ChildCorrected)
    assert told.version == 2
    second = await post(worker, page.path, filled | {"name": ["Robin Elm"]})
    assert second.errors == [("#name", "Somebody else changed this since you read it.")]
    assert (await visit(worker, at(referring))).heading == "Robin Oak"


async def test_needs_are_assessed_once_and_begin_with_the_newest(referring: Setting, worker: httpx.AsyncClient) -> None:
    page = await (await visit(worker, at(referring))).follow("Assess what is needed")
    wrong = await page._send("Save", {"assessed_on-day": "3", "assessed_on-month": "3", "solo": "no"})
    assert wrong.errors == [("#assessed_on", "The assessment is in the future.")]
    filled = page.fields("Save") | {"needs": ["no_pets", "own_bedroom"], "solo": ["yes"]}
    pages = await asyncio.gather(*(post(worker, page.path, filled) for _ in range(3)))
    assert "No pets, A bedroom of their own; in a home with no other child" in pages[0].text
    (told,) = await referring.service.published(NeedsAssessed)
    assert (told.solo, set(told.needs)) == (True, {"no_pets", "own_bedroom"})
    again = await visit(worker, page.path)
    assert set(again.fields("Save")["needs"]) == {"no_pets", "own_bedroom"}
    assert again.fields("Save")["solo"] == ["yes"]


async def test_important_places_are_noted_once_put_right_and_taken_off(
    referring: Setting, worker: httpx.AsyncClient
) -> None:
    page = await (await visit(worker, at(referring))).follow("Add an important place")
    assert "None is on record yet" in page.text
    filled = page.fields("Add") | {name: [said] for name, said in SCHOOL.items()}
    pages = await asyncio.gather(*(post(worker, page.path, filled) for _ in range(3)))
    assert {page.text.count("LS1 4AP") for page in pages} == {3}, "once, and in the names of its link and its button"
    assert len(await referring.service.published(ImportantPlacesNoted)) == 1
    stale = await post(worker, page.path, filled | {"postcode": ["LS2 9JT"]})
    assert stale.errors[0][1].startswith("Somebody else changed this")
    page = await pages[0].follow("Change LS1 4AP")
    assert page.fields("Save")["within_miles"] == ["5"]
    page = await page.send("Save", kind="avoid", within_miles="10")
    assert "A place to stay away from, at least 10 miles away" in page.text
    assert "at least 10 miles" in (await visit(worker, at(referring))).text
    path = f"{page.path}/{(await referring.service.rows('SELECT * FROM important_place'))[0].important_place}"
    pages = [await post(worker, f"{path}/remove", {}) for _ in range(2)]
    assert all("None is on record yet" in page.text for page in pages)
    assert len(await referring.service.published(ImportantPlacesNoted)) == 3
    await visit(worker, path, status=404)


WRONG_PLACES = [
    ({"kind": ""}, "kind", "Choose why the place matters."),
    ({"postcode": "nowhere"}, "postcode", "Postcode must be a full postcode"),
    ({"within_miles": "near"}, "within_miles", "Enter a whole number."),
    ({"within_miles": "0"}, "within_miles", "Within miles must be 1 or more."),
    ({"kind": "avoid", "within_miles": ""}, "within_miles", "Say how many miles to stay away"),
]


async def test_a_wrong_place_is_linked_to_its_field_and_none_is_noted(
    referring: Setting, worker: httpx.AsyncClient
) -> None:
    for sent, field, words in WRONG_PLACES:
        page = await post(worker, at(referring, "/places"), SCHOOL | sent)
        assert page.answer.status_code == 422
        ((link, said),) = page.errors
        assert (link, said[: len(words)]) == (f"#{field}", words)
        assert page.fields("Add")["postcode"] == [(SCHOOL | sent)["postcode"]]
    assert await referring.service.published(ImportantPlacesNoted) == []


async def test_wishes_are_noted_once_and_stay_here(referring: Setting, worker: httpx.AsyncClient) -> None:
    page = await (await visit(worker, at(referring))).follow("Note wishes and feelings")
    wrong = await page.send("Save", words=" ")
    assert [field for field, _ in wrong.errors] == ["#whose", "#words"]
    filled = {"whose": "child", "words": "very secret\r\n<Nan>"}
    before = await referring.service.count_published()
    pages = [await post(worker, page.path, filled) for _ in range(2)]
    assert "very secret <Nan>" in pages[0].text
    assert pages[1].text.count("very secret") == 1
    assert await referring.service.count_published() == before


async def short(referring: Setting) -> str:
    """Robin's short reference."""
    told = await referring.worker.get(f"/referrals/children/{referring.children[0]}")
    return str(told.json()["reference"])


async def asking(worker: httpx.AsyncClient, page: Visited, button: str) -> Visited:
    tasks = await page.send(button)
    assert tasks.heading == "Ask for a home"
    return tasks


async def test_a_move_is_asked_for_with_all_that_is_known(referring: Setting, worker: httpx.AsyncClient) -> None:
    await referring.submitted(considered={"childs_wishes": "To stay near Nan", "religion": "Sikh"}, needs_panel=True)
    await post(worker, at(referring, "/wishes"), {"whose": "parents", "words": "Together"})
    tasks = await asking(worker, await visit(worker, at(referring)), "Ask for another home")
    assert "Some answers are filled in from referral" in tasks.text
    again = await post(worker, at(referring, "/ask"), {})
    assert again.path == tasks.path, "pressed twice, one is begun"
    check = await tasks.follow("Check your answers")
    for known in ("To stay near Nan", "Together", "Sikh", "Children’s home; Foster carers", "A bedroom of their own"):
        assert known in check.text
    assert "1 April 2026" not in check.text, "from when is asked anew"
    left = await check.send("Ask for this home")
    assert [words for _, words in left.errors] == ["Choose how soon a home is needed.", "Enter the first night."]


async def test_the_first_child_named_fills_in_a_new_referral_and_siblings_are_offered(
    referring: Setting, worker: httpx.AsyncClient
) -> None:
    await referring.submitted()
    page = await (await visit(worker, DESK)).send("Ask for a home")
    page = await page.send("Add this child", reference="C-1042")
    assert "Jay Ash" in page.text
    page = await page.send("Add Jay Ash")
    assert page.text.count("on a referral together before") == 0
    tasks = await visit(worker, page.path.removesuffix("/children"))
    page = await tasks.follow(f"Important places of {await short(referring)}")
    page = await page._send("Add", SCHOOL)
    assert page.link("Back to the referral you are filling in") == tasks.path
    page = await (await page.follow("Change LS1 4AP")).send("Save", within_miles="3")
    page = await page.send("Remove")
    assert (await page.follow("Back to the referral you are filling in")).path == tasks.path
    assert "Some answers are filled in" in tasks.text


async def test_the_desk_asks_for_a_word_on_what_is_offered_until_it_is_said(
    referring: Setting, worker: httpx.AsyncClient
) -> None:
    referral, id = await referring.submitted(), new_id()
    made = offer(referring, OfferMade, 2, referral, 0, id)
    await referring.service.hear(made, times=2)
    assert "Homes are offered: say what you think" in (await visit(worker, DESK)).text
    page = await visit(worker, f"{DESK}/{referral}")
    assert page.link("Say what you think of the homes offered") == f"/placements/lives/referrals/{referral}"
    assert "One home offered" not in (await visit(worker, f"{DESK}/{referral}")).text, "nobody said when"
    told = made.model_dump() | {"version": 3, "invited_at": NOON, "answered_at": NOON + timedelta(hours=2)}
    told |= {"status": "offered", "agrees": False, "objection": "school"}
    said = OfferConsidered.model_validate(told)
    await referring.service.hear(said, made, times=2)
    assert "Homes are offered" not in (await visit(worker, DESK)).text
    page = await visit(worker, f"{DESK}/{referral}")
    assert page.link("See the homes offered")
    text = page.text.partition("What has happened")[2]
    assert text.index("One home offered 2 March 2026 at 2:00pm") < text.index("One home asked 2 March 2026 at 12:00pm")


async def test_names_are_told_to_those_who_record_children_and_of_their_own_alone(
    referring: Setting, worker: httpx.AsyncClient
) -> None:
    asked = {"children": [*referring.children, str(new_id())]}
    told = (await worker.post("/referrals/children/names", json=asked)).json()
    assert sorted(one["name"] for one in told) == ["Jay Ash", "Robin Ash"]
    assert (await referring.stranger.post("/referrals/children/names", json=asked)).json() == []
    commissioner = referring.service.of(NORTHSHIRE, Role.COMMISSIONER)
    assert (await commissioner.post("/referrals/children/names", json=asked)).status_code == 403
    assert (await referring.service.audited()).count("read child") == 2


async def test_a_childs_pages_are_its_authoritys_alone_and_tell_nobody_else(
    referring: Setting, worker: httpx.AsyncClient
) -> None:
    referring.stranger.headers["accept"] = "text/html"
    for page in ("", "/correct", "/needs", "/places", "/wishes", f"/places/{new_id()}"):
        await visit(referring.stranger, at(referring, page), status=404)
    shown = await visit(worker, at(referring))
    assert not any(secret in str(shown.answer.url) for secret in PRIVATE)
