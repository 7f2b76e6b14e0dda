"""A provider's pages, each audited as it is fetched: the desk, posting by wizard and by file, withdrawing, the calendar."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import pytest

from shared.contracts.providers import VacancyConfirmed, VacancyCorrected, VacancyPosted, VacancyWithdrawn
from shared.identity.person import Role
from shared.ids import new_id
from tests.alone import NORTHSHIRE, SOUTHMERE
from tests.service.providing import DESK, Fresh, Setting, providing
from tests.visiting import Visited, audited, post, visit


@pytest.fixture
async def one(fresh_database: Fresh) -> AsyncIterator[Setting]:
    async with providing(fresh_database) as setting:
        yield setting


async def wizard(page: Visited) -> Visited:
    """The answers of a vacancy of one place, from where the home is chosen already."""
    boxes = [one.told["value"] for one in page.page.all("input") if one.told.get("name") == "places"]
    page = await page.send("Save and continue", places=boxes[:1])
    day = {"available_from__day": "1", "available_from__month": "4", "available_from__year": "2026"}
    page = await page.send("Save and continue", **day)
    page = await page.send("Save and continue", weekly_pence="£3,810.50")
    return await page.send("Save and continue", youngest="8", oldest="12", sexes=["F"])


async def test_a_vacancy_is_posted_step_by_step_and_only_once(one: Setting) -> None:
    page = await (await visit(one.manager, DESK)).send("Post a vacancy")
    assert page.heading == "Which places at Beech House are free?"
    page = await wizard(page)
    assert page.heading == "Check your answers"
    for words in ("Beech House", "Place 1: a bedroom of their own", "1 April 2026", "£3,810.50", "8", "12", "Girls"):
        assert words in page.text
    sending = page.path.replace("/check", "/post")
    pages = await asyncio.gather(*(post(one.manager, sending, {}) for _ in range(3)))
    assert {page.heading for page in pages} == {"Vacancy at Beech House"}
    (told,) = await one.service.published(VacancyPosted)
    facts = (told.weekly_pence, str(told.available_from), told.youngest, told.oldest, told.sexes, len(told.places))
    assert facts == (381_050, "2026-04-01", 8, 12, ("F",), 1)
    assert (await visit(one.manager, page.path)).heading == "Vacancy at Beech House", "going back is safe"
    assert "Girls aged 8 to 12" in pages[0].text
    assert "1 place at Beech House" in (await visit(one.manager, DESK)).text


@pytest.mark.parametrize(
    ("step", "typed", "field"),
    [
        ("home", {}, "home"),
        ("home", {"home": "{nobody}"}, "home"),
        ("places", {}, "places"),
        ("places", {"places": "{nobody}"}, "places"),
        ("when", {}, "available_from"),
        (
            "when",
            {"available_from-day": "31", "available_from-month": "2", "available_from-year": "2026"},
            "available_from",
        ),
        ("price", {"weekly_pence": "a lot"}, "weekly_pence"),
        ("price", {"weekly_pence": "-5"}, "weekly_pence"),
        ("whom", {"youngest": "12", "oldest": "8"}, "oldest"),
        ("whom", {"youngest": "99"}, "youngest"),
        ("whom", {"sexes": "X"}, "sexes"),
    ],
)
async def test_a_wrong_answer_is_linked_to_its_field_and_nothing_is_kept(
    one: Setting, step: str, typed: dict[str, str], field: str
) -> None:
    page = await (await visit(one.manager, DESK)).send("Post a vacancy")
    path = page.path.replace("/places", f"/{step}")
    filled = {name: said.format(nobody=new_id()) for name, said in typed.items()}
    page = await post(one.manager, path, filled)
    assert page.answer.status_code == 422
    assert [link for link, _ in page.errors] == [f"#{field}"]
    assert page.answer.text.count('value="-5"') == (typed.get("weekly_pence") == "-5"), "what was typed stands there"
    draft = (await one.service.rows("SELECT answers::text AS a FROM spine.drafts"))[0].a
    assert str(one.home["home"]) in draft
    assert "weekly_pence" not in draft


async def test_what_the_home_may_not_take_is_said_when_it_is_posted(one: Setting) -> None:
    page = await wizard(await (await visit(one.manager, DESK)).send("Post a vacancy"))
    path = page.path.replace("/check", "/whom?then=check")
    page = await post(one.manager, path, {"youngest": "3", "oldest": "12"})
    page = await page.send("Post this vacancy")
    assert page.answer.status_code == 422
    ((link, words),) = page.errors
    assert link.endswith("/whom?then=check")
    assert "not registered" in words
    assert await one.service.published(VacancyPosted) == []
    page = await (await visit(one.manager, path)).send("Save and continue", youngest="8")
    assert (await page.send("Post this vacancy")).heading == "Vacancy at Beech House"


async def test_one_vacancy_or_all_are_still_available_in_one_click(one: Setting) -> None:
    first, second = await one.offers(one.places[0]), await one.offers(one.places[1], weekly_pence=400_000)
    one.service.clock.move(timedelta(days=8))
    page = await visit(one.manager, DESK)
    assert "2 vacancies have not been confirmed for a week" in page.text
    assert "confirmed 8 days ago" in page.text
    forms = [form for form in page.page.all("form") if any(one.text.startswith("Still") for one in form.all("button"))]
    told = {one.told["name"]: one.told["value"] for one in forms[0].all("input")}
    page = await post(one.manager, f"{DESK}/confirm", told)
    assert "1 vacancy has not been confirmed for a week" in page.text
    assert "confirmed today" in page.text
    page = await page.send("All 2 are still available")
    assert "not been confirmed" not in page.text
    confirmed = [str(event.vacancy) for event in await one.service.published(VacancyConfirmed)]
    assert sorted(confirmed) == sorted([first, second, str(told["vacancy"])])
    page = await post(one.manager, f"{DESK}/confirm", told)
    assert (page.answer.status_code, page.errors[0][0]) == (409, "#vacancies"), "somebody else did it meanwhile"
    for typed in ({"vacancy": "x"}, {"vacancy": str(new_id())}):
        assert (await post(one.manager, f"{DESK}/confirm", typed)).answer.status_code in (422, 404)


async def test_a_vacancy_is_corrected_and_the_second_editor_is_told(one: Setting) -> None:
    vacancy = await one.offers()
    path = f"{DESK}/vacancies/{vacancy}"
    page = await (await visit(one.manager, path)).send("Correct it")
    assert page.heading == "Check your answers"
    again = await (await visit(one.manager, path)).send("Correct it")
    assert again.path == page.path, "begun once"
    page = await (await visit(one.manager, page.path.replace("check", "price?then=check"))).send(
        "Save and continue", weekly_pence="3999"
    )
    await one.does(f"/providers/vacancies/{vacancy}/confirm", {})
    stale = await page.send("Post the correction")
    assert stale.answer.status_code == 409
    assert "Somebody else changed this vacancy" in stale.errors[0][1]
    assert await one.service.published(VacancyCorrected) == []
    await stale.send("Delete this draft")
    page = await (await visit(one.manager, path)).send("Correct it")
    page = await post(one.manager, page.path.replace("check", "price?then=check"), {"weekly_pence": "3999"})
    page = await page.send("Post the correction")
    assert "£3,999" in page.text
    assert [told.weekly_pence for told in await one.service.published(VacancyCorrected)] == [399_900]


async def test_a_vacancy_is_withdrawn_once_and_not_upon_something_older(one: Setting) -> None:
    vacancy = await one.offers()
    path = f"{DESK}/vacancies/{vacancy}"
    page = await (await visit(one.manager, path)).follow("Withdraw it")
    await one.does(f"/providers/vacancies/{vacancy}/confirm", {})
    old = await page.send("Withdraw it")
    assert old.answer.status_code == 409
    assert "Somebody else changed it" in old.errors[0][1]
    pages = [await old.send("Withdraw it"), await old.send("Withdraw it")]
    assert all("The vacancy is withdrawn" in page.text for page in pages)
    assert len(await one.service.published(VacancyWithdrawn)) == 1
    assert "Withdrawn" in (await visit(one.manager, path)).text
    assert "You offer no place at the moment" in (await visit(one.manager, DESK)).text


async def upload(by: httpx.AsyncClient, content: bytes) -> httpx.Response:
    files = {"file": ("vacancies.csv", content, "text/csv")}
    return await by.post(f"{DESK}/upload", files=files, follow_redirects=True)


HEADER = "home,places,available_from,available_until,weekly_pounds,youngest,oldest,sexes"


async def test_a_file_is_taken_in_whole_or_shown_with_what_is_wrong_row_by_row(one: Setting) -> None:
    page = await visit(one.manager, f"{DESK}/upload")
    wrong = f"{HEADER}\nSC123456,1,2026-04-01,,3810,8,12,F\nElsewhere,,soon,,x,,,\nSC123456,9,2026-04-01,,1,,,\n"
    page = audited(one.manager, await upload(one.manager, wrong.encode()), 422)
    assert page.errors[0][0] == "#problems"
    rows = [[cell.text for cell in row.all("th", "td")] for row in page.page.all("table")[0].all("tr")[1:]]
    assert ["4", "places", "The home has no place of that number."] in rows
    assert {row[0] for row in rows} == {"3", "4"}
    assert await one.service.published(VacancyPosted) == []
    example = await one.manager.get(page.link("Download an example to begin from"))
    assert example.headers["content-type"].startswith("text/csv")
    for _ in range(2):
        page = audited(one.manager, await upload(one.manager, example.content), 200)
        assert "You have 1 vacancies on offer now" in page.text or "You have 1 vacancy on offer now" in page.text
    assert len(await one.service.published(VacancyPosted)) == 1


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", 422), (b"\xff\xfe", 422), (b"name\nx\n", 422), (b"PK\x03\x04" + b"\0" * 50, 422), (b"x" * 1_000_001, 413)],
)
async def test_what_is_no_such_file_is_said_beside_the_field(one: Setting, content: bytes, status: int) -> None:
    page = audited(one.manager, await upload(one.manager, content), status)
    assert [link for link, _ in page.errors] == ["#file"]


async def test_a_home_shows_every_night_of_every_place(one: Setting) -> None:
    await one.books(one.places[0], "2026-03-10")
    spell = {"starts": "2026-03-20", "ends": "2026-03-25", "reason": "repairs"}
    await one.does(f"/providers/places/{one.places[1]}/out-of-service", spell)
    block = {"provider": str(one.provider), "kind": "block", "types": ["K2"], "starts": "2026-03-05"}
    paid = block | {"ends": "2026-03-15", "weekly_pence": 500_000, "block_places": 1}
    assert (await one.commissioner.post("/providers/contracts", json=paid)).status_code == 201
    path = f"{DESK}/homes/{one.home['home']}"
    page = await visit(one.manager, f"{path}?month=2026-03")
    rows = [[cell.text for cell in row.all("td")] for row in page.page.all("table")[0].all("tr")]
    first, second, vacant = rows[1], rows[2], rows[3]
    # The block pays for one place from the 5th; from the 10th Northshire's own child has it.
    assert first == ["V"] * 4 + ["P"] * 5 + ["H"] * 22
    assert second == ["V"] * 19 + ["X"] * 5 + ["V"] * 7
    assert [int(n) for n in vacant] == [row.count("V") for row in zip(first, second, strict=True)]
    days = await one.manager.get(f"/providers/homes/{one.home['home']}/calendar?from=2026-03-01&to=2026-04-01")
    for number, day in enumerate(days.json()):
        letters = first[number] + second[number]
        counted = [letters.count(letter) for letter in "OHPXV"]
        assert [day[name] for name in ("occupied", "held", "void", "out_of_service", "vacant")] == counted
        assert sum(counted) == day["approved"]
    assert "Place 2: out of service (repairs)" in page.text
    assert (await page.follow("April 2026")).page.all("h2")[1].text == "April 2026"
    for month in ("x", "2026-13", "0001-01", "9999-12"):
        await visit(one.manager, f"{path}?month={month}")
    assert "Nothing: every place is empty" in (await visit(one.manager, f"{path}?month=2025-01")).text
    await visit(one.other, path, status=404)


async def test_an_authority_sees_the_nights_only_where_it_has_business_and_changes_nothing(one: Setting) -> None:
    officer = one.service.of(NORTHSHIRE, Role.PLACEMENTS_OFFICER)
    neighbour = one.service.of(SOUTHMERE, Role.PLACEMENTS_OFFICER)
    officer.headers["accept"] = neighbour.headers["accept"] = "text/html"
    path = f"{DESK}/homes/{one.home['home']}"
    await visit(officer, path, status=404)
    await one.books(one.places[0], "2026-03-10", SOUTHMERE)
    await visit(neighbour, path)
    one.service.clock.move(timedelta(days=3))
    await visit(neighbour, path, status=404)  # the hold has expired
    contract = {"provider": str(one.provider), "kind": "spot", "types": ["K2"], "starts": "2026-03-01"}
    assert (await one.commissioner.post("/providers/contracts", json=contract)).status_code == 201
    await one.does(
        f"/providers/places/{one.places[1]}/out-of-service", {"starts": "2026-03-06", "reason": "safeguarding"}
    )
    page = await visit(officer, path)
    assert "out of service" in page.text.lower()
    assert "safeguarding" not in page.text.lower(), "why, is the provider's business"
    assert page.page.all("main")[0].all("form") == []
    assert await one.service.published(VacancyPosted) == []


async def test_a_place_goes_out_of_service_and_comes_back(one: Setting) -> None:
    page = await visit(one.manager, f"{DESK}/homes/{one.home['home']}/out-of-service")
    typed = {"place": one.places[0], "reason": "repairs"}
    wrong = await page.send("Take it out", **typed)
    assert [link for link, _ in wrong.errors] == ["#starts"]
    assert wrong.fields("Take it out")["place"] == [one.places[0]]
    when = {"starts-day": "10", "starts-month": "3", "starts-year": "2026"}
    until = {"ends-day": "9", "ends-month": "3", "ends-year": "2026"}
    assert [link for link, _ in (await post(one.manager, page.path, typed | when | until)).errors] == ["#ends"]
    done = await post(one.manager, page.path, typed | when)
    assert "The place is out of service on those nights" in done.text
    again = await post(one.manager, page.path, typed | when)
    assert (again.answer.status_code, again.errors[0][0]) == (409, "#starts"), "sent twice, it is done once"
    page = await visit(one.manager, done.link("Change when place 1 is out of service"))
    later = {name.replace("starts", "ends"): said for name, said in when.items()} | {"ends-day": "20"}
    filled = page.fields("Save the change")
    page = await post(one.manager, page.path, filled | later)
    assert "until 20 March 2026" in page.text
    spell = await visit(one.manager, page.link("Change when place 1 is out of service"))
    old = await post(one.manager, spell.path, filled | later)
    assert old.errors[0][0] == "#starts"
    assert "It says now: from 10 March 2026 until 20 March 2026, repairs." in old.errors[0][1]
    for _ in range(2):
        page = await spell.send("It can be used again now")
        assert "The place can be used again." in page.text
    assert "It was given back" in (await visit(one.manager, spell.path)).text
    for path in (spell.path, f"{DESK}/homes/{one.home['home']}/out-of-service"):
        await visit(one.other, path, status=404)


async def test_without_a_home_the_desk_says_what_to_do_and_others_see_nothing(one: Setting) -> None:
    vacancy = await one.offers()
    assert "None of your homes is known here" in (await visit(one.other, DESK)).text
    for path in ("", "/withdraw"):
        await visit(one.other, f"{DESK}/vacancies/{vacancy}{path}", status=404)
    for path in ("/withdraw", "/correct"):
        assert (await post(one.other, f"{DESK}/vacancies/{vacancy}{path}", {})).answer.status_code == 404
    page = await (await visit(one.manager, DESK)).send("Post a vacancy")
    await visit(one.other, page.path, status=404)


async def test_how_full_the_homes_have_been_is_counted_by_nights(one: Setting) -> None:
    """February 2026 has 28 nights; of March only the first has passed on the second."""
    placement = await one.books(one.places[0], "2026-02-15")
    await one.starts(placement, one.places[0], "2026-02-15")
    spell = {"starts": "2026-02-01", "ends": "2026-02-15", "reason": "repairs"}
    await one.does(f"/providers/places/{one.places[1]}/out-of-service", spell)
    page = await visit(one.manager, f"{DESK}/occupancy")
    cells = [[cell.text for cell in row.all("th", "td")] for row in page.page.all("table")[0].all("tr")]
    assert cells[1] == ["March 2026", "1", "2", "50%"]
    assert cells[2] == ["February 2026", "14", "42", "33%"]
    assert cells[3] == ["January 2026", "0", "62", "0%"]
    assert len(cells) == 13
    homes = [[cell.text for cell in row.all("th", "td")] for row in page.page.all("table")[1].all("tr")]
    assert homes[1] == ["Beech House", "0% 0 of 62", "33% 14 of 42, 14 out of service", "50% 1 of 2"]
    assert "You have no home here yet" in (await visit(one.other, f"{DESK}/occupancy")).text


async def test_what_waits_is_told_to_whoever_adds_it_up(one: Setting) -> None:
    await one.offers(one.places[0])
    await (await visit(one.manager, DESK)).send("Post a vacancy")
    one.service.clock.move(timedelta(days=8))
    told = await one.manager.get("/providers/waiting")
    lines = {line["title"]: (line["count"], line["late"]) for line in told.json()}
    assert lines["Vacancies to confirm again"] == (1, 1)
    assert lines["Vacancies begun and not posted"] == (1, 0)


async def test_a_key_is_explained_and_none_is_shown(one: Setting) -> None:
    page = await visit(one.manager, f"{DESK}/keys")
    assert str(one.provider) in page.text
    assert "/providers/vacancies/confirm" in page.page.all("pre")[0].text


async def test_a_child_who_is_to_come_stands_on_the_desk(one: Setting) -> None:
    stay = await one.books(one.places[0], "2026-03-01")
    page = await visit(one.manager, DESK)
    assert "Beech House, place 1, is held for a child" in page.text
    await one.confirms(stay, one.places[0], "2026-03-01")
    page = await visit(one.manager, DESK)
    assert "A child is to come to Beech House, place 1" in page.text
    assert "Expected since 1 March 2026" in page.text
    assert "1 held for a child; 1 vacant" in page.text
