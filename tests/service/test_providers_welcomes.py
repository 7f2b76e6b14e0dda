"""What a child is told of a home: written, pictured, given with a confirmed placement, and read by those it is for."""

from collections.abc import AsyncIterator

import httpx
import pytest

from shared.identity.person import Role
from shared.ids import new_id
from tests.alone import NORTHSHIRE, SOUTHMERE
from tests.service.providing import DESK, Fresh, Setting, providing
from tests.unit.test_pictures import a_picture
from tests.visiting import Visited, audited, post, visit

HELLO = "Hello! We have a big garden and a dog called Bramble."


@pytest.fixture
async def one(fresh_database: Fresh) -> AsyncIterator[Setting]:
    async with providing(fresh_database) as setting:
        yield setting


def at(one: Setting) -> str:
    return f"{DESK}/homes/{one.home['home']}/welcome"


async def written(one: Setting, hello: str = HELLO) -> Visited:
    return await (await visit(one.manager, at(one))).send("Save these words", hello=hello, meals="At six, together.")


async def sends(by: httpx.AsyncClient, home: str, content: bytes, shows: str = "The kitchen") -> Visited:
    files = {"picture": ("kitchen.jpg", content, "image/jpeg")}
    answer = await by.post(f"{DESK}/pictures", data={"home": home, "shows": shows}, files=files, follow_redirects=True)
    return audited(by, answer)


def pictures(page: Visited) -> list[str]:
    return [one.told["src"] for one in page.page.all("img")]


async def test_a_child_is_given_what_is_told_on_the_day_the_placement_is_confirmed(one: Setting) -> None:
    await written(one)
    page = await sends(one.manager, one.home["home"], a_picture())
    (source,) = pictures(page)
    place = one.places[0]
    placement = await one.books(place, "2026-03-05")
    worker = one.officer(NORTHSHIRE, Role.SOCIAL_WORKER)
    path = f"/providers/welcome/{placement}"
    await visit(worker, path, status=404)
    await one.confirms(placement, place, "2026-03-05")
    page = await visit(worker, path)
    assert page.heading == "Welcome to Beech House"
    assert "Bramble" in page.text
    assert "At six, together." in page.text
    assert "Things to do" not in page.text, "what nobody wrote is left out"
    await written(one, "We moved to the sea.")
    page = await visit(worker, path)
    assert "Bramble" in page.text, "what was given stays as it was"
    assert pictures(page) == [source]
    answer = await worker.get(source)
    assert (answer.headers["content-type"], answer.content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert "Given to 1 child so far" in (await visit(one.manager, at(one))).text
    done = await one.service.audited()
    assert (done.count("issue welcome"), done.count("read welcome")) == (1, 2)


async def test_nobody_else_reads_it_or_sees_its_pictures(one: Setting) -> None:
    await written(one)
    (source,) = pictures(await sends(one.manager, one.home["home"], a_picture()))
    placement = await one.books(one.places[0], "2026-03-05")
    neighbour = one.officer(SOUTHMERE, *set(Role) - {Role.PROVIDER_MANAGER})
    worker = one.officer(NORTHSHIRE, Role.SOCIAL_WORKER)
    assert (await worker.get(source)).status_code == 404, "before it is given"
    await one.confirms(placement, one.places[0], "2026-03-05")
    for somebody in (one.other, neighbour):
        for path in (f"/providers/welcome/{placement}", source):
            await visit(somebody, path, status=404)
        refused = await post(somebody, at(one), {"hello": "x"})
        assert refused.answer.status_code == 404
        assert (await sends(somebody, one.home["home"], a_picture())).answer.status_code == 404
    assert (await worker.get(source)).is_success
    await visit(one.manager, f"/providers/welcome/{placement}")


async def test_nothing_is_given_where_nothing_is_written_or_the_place_could_not_be_kept(one: Setting) -> None:
    first = await one.books(one.places[0], "2026-03-05")
    await one.confirms(first, one.places[0], "2026-03-05")
    await written(one)
    await one.confirms(new_id(), one.places[0], "2026-03-05")
    assert await one.service.rows("SELECT * FROM welcome_issued") == []


async def test_words_are_kept_as_typed_and_the_second_editor_is_told(one: Setting) -> None:
    page = await visit(one.manager, at(one))
    wrong = await page.send("Save these words", meals="At six.")
    assert [link for link, _ in wrong.errors] == ["#hello"]
    assert wrong.fields("Save these words")["meals"] == ["At six."]
    long = await page.send("Save these words", hello="x" * 1_001)
    assert [link for link, _ in long.errors] == ["#hello"]
    for _ in range(2):
        page = await page.send("Save these words", hello=HELLO)
        assert "Saved." in page.text
    assert len(await one.service.rows("SELECT version FROM welcome")) == 1, "pressed twice, it is one version"
    old = await visit(one.manager, at(one))
    await written(one, "Somebody else’s words.")
    stale = await old.send("Save these words", hello="Mine.")
    assert (stale.answer.status_code, stale.errors[0][0]) == (409, "#hello")
    assert "Somebody else changed this" in stale.errors[0][1]
    assert stale.fields("Save these words")["hello"] == ["Mine."]
    assert "Somebody else’s words." in (await visit(one.manager, at(one))).fields("Save these words")["hello"][0]


async def test_a_wrong_picture_is_said_beside_its_field_and_nothing_is_kept(one: Setting) -> None:
    home = one.home["home"]
    early = await sends(one.manager, home, a_picture())
    assert "Write what a child is told first" in early.errors[0][1]
    await written(one)
    for content, status in ((b"", 422), (b"%PDF-1.7", 422), (b"\0" * 10_000_001, 413)):
        page = await sends(one.manager, home, content)
        assert (page.answer.status_code, page.errors[0][0]) == (status, "#picture")
        assert page.fields("Add the picture")["shows"] == ["The kitchen"], "what was typed stands there"
    page = await sends(one.manager, home, a_picture(), shows="")
    assert [link for link, _ in page.errors] == ["#shows"]
    assert await one.service.rows("SELECT picture FROM welcome_picture") == []
    assert (await sends(one.manager, str(new_id()), a_picture())).answer.status_code == 404


async def test_pictures_are_there_once_up_to_six_and_gone_when_taken_away(one: Setting) -> None:
    await written(one)
    home = one.home["home"]
    for size in (10, 10, 20, 30, 40, 50, 60):
        await sends(one.manager, home, a_picture(size=(size, 10)), shows=f"Room {size}")
    page = await visit(one.manager, at(one))
    assert len(pictures(page)) == 6, "the same one sent twice is there once"
    assert "There is no room for more." in page.text
    over = await sends(one.manager, home, a_picture(size=(70, 10)))
    assert over.answer.status_code == 409
    placement = await one.books(one.places[0], "2026-03-05")
    await one.confirms(placement, one.places[0], "2026-03-05")
    source = pictures(page)[0]
    page = await page.send("Take away the picture: Room 10")
    assert "The picture is gone" in page.text
    assert source not in pictures(page)
    assert source not in pictures(await visit(one.manager, f"/providers/welcome/{placement}")), (
        "also from what was given"
    )
    assert (await one.manager.get(source)).status_code == 404
