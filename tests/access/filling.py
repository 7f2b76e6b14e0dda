"""Fills in every form of every page wrongly: nothing in it, nonsense in all of it, and as somebody who has an old page open."""

from collections.abc import Mapping
from urllib.parse import parse_qs

import httpx

from tests.access.cases import FORM, Asked
from tests.visiting import Element, Visited, post
from tests.world import ADDRESS, World

BUTTONS = {
    "POST /referrals/desk/children/{child:uuid}/ask",
    "POST /referrals/desk/children/{child:uuid}/places/{place:uuid}/remove",
    "POST /referrals/desk/drafts",
    "POST /referrals/desk/drafts/{draft:uuid}/children/{child:uuid}/leave-out",
    "POST /referrals/desk/drafts/{draft:uuid}/delete",
    "POST /referrals/desk/drafts/{draft:uuid}/send",
    "POST /referrals/desk/{referral:uuid}/amend",
    "POST /referrals/panel/{referral:uuid}/open",
    "POST /placements/desk/placements/{placement:uuid}/let-go",
    "POST /placements/lives/placements/{placement:uuid}/did-not-come",
    "POST /placements/stays/{placement:uuid}/take-back",
    "POST /providers/desk/drafts",
    "POST /providers/desk/drafts/{draft:uuid}/delete",
    "POST /providers/desk/drafts/{draft:uuid}/post",
    "POST /providers/desk/homes/{home:uuid}/welcome/pictures/{picture:uuid}/take-away",
    "POST /providers/desk/spells/{occupation:uuid}/back",
    "POST /providers/desk/vacancies/{vacancy:uuid}/correct",
    "POST /providers/desk/vacancies/{vacancy:uuid}/withdraw",
}
"""A button and nothing to fill in: what may be wrong is said by the page it stands on."""
FILES = {"POST /providers/desk/pictures", "POST /providers/desk/upload"}
"""Forms that send a file, whose tests send bad ones."""
SEARCHES = {"POST /referrals/desk/search", "POST /placements/desk/search"}
"""They find nothing for nonsense, and say so."""
MAY_BE_EMPTY = {
    "POST /placements/desk/referrals/{referral:uuid}/owner",
    "POST /referrals/desk/drafts/{draft:uuid}/needs/{child:uuid}",
}
"""Nobody's, and no needs, are answers."""
ONE_BY_ONE = {"POST /providers/desk/confirm"}
"""Its form is there as often as there are vacancies; each carries its own version."""
SAID_AGAIN = {
    "POST /placements/desk/placements/{placement:uuid}/price",
    "POST /providers/desk/confirm",
    "POST /providers/desk/upload",
}
"""That it still stands, and what a week costs, is said anew by every press, and is as true."""
NOT_AN_EDIT = {
    "POST /metrics/about/{measure}/target",
    "POST /providers/desk/homes/{home:uuid}/welcome",
    "POST /referrals/desk/children/{child:uuid}/places",
    "POST /referrals/desk/children/{child:uuid}/places/{place:uuid}",
}
"""What their case says is said for the first time, or as it stands: nobody is overwritten. Their own tests have two editors."""
SEEN_TOO = ("spine.audit", "spine.audit_head", "placements public.colleagues")
"""That somebody looked is kept even where what they sent is refused."""
TYPED = ("text", "textarea")
PARTS = ("day", "month", "year")
NONSENSE = "Nonsense é <b> " + "x" * 12_000
SHOWN = 200
"""Characters that are given back at least."""
OLD = "99999999"
"""No record is at this version."""


async def holds_to_its_form(world: World, who: Mapping[str, str], route: str, asked: Asked) -> httpx.Response | None:
    """Whatever is sent wrongly is refused beside its field, given back as typed, and changes nothing; answers the page
    that says most of what is wrong, if there is any."""
    headers = {"accept": "text/html", "origin": ADDRESS, **who}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(world.host, raise_app_exceptions=False), base_url=ADDRESS, headers=headers
    ) as client:
        before, refused = await kept(world), None
        said = parse_qs(asked.form.decode(), keep_blank_values=True)
        if route not in MAY_BE_EMPTY:
            blank = await _refused(client, asked, {name: told for name, told in said.items() if _carried(name)})
            said, refused = _all_fields(blank, said), blank.answer
        if route not in SEARCHES:
            refused = await _nonsense(client, asked, said)
        if route not in (ONE_BY_ONE | MAY_BE_EMPTY | NOT_AN_EDIT) and "version" in said:
            old = await _refused(client, asked, {**_as_the_case_says(asked), "version": OLD})
            _is_given_back(old, _as_the_case_says(asked))
        after = await kept(world)
        assert after == before, "what was refused left something behind"
        return refused


def has_fields(route: str, asked: Asked) -> bool:
    """Whether people fill something in; a case of a new form that sends nothing must be named among the buttons."""
    if route in BUTTONS:
        assert not any(not _carried(name) for name in _as_the_case_says(asked)), "a button with something to fill in"
        return False
    assert asked.form, "its case fills nothing in: is it a button?"
    return route not in FILES and asked.kind == FORM


async def _refused(client: httpx.AsyncClient, asked: Asked, sent: Mapping[str, object]) -> Visited:
    page = await post(client, f"{ADDRESS}{asked.path}", sent)
    assert page.answer.status_code in (409, 422), f"{page.answer.status_code} for {str(sent)[:200]}"
    assert page.errors, "no error summary"
    assert all(link.startswith("#") and len(link) > 1 and words for link, words in page.errors), page.errors
    assert page.page.all("title")[0].text.startswith("Error: "), "the title does not say that something is wrong"
    return page


async def _nonsense(client: httpx.AsyncClient, asked: Asked, fields: Mapping[str, object]) -> httpx.Response:
    wrongly = {name: told if _carried(name) else _wrong(name) for name, told in fields.items()}
    page = await _refused(client, asked, wrongly)
    _is_given_back(page, wrongly)
    return page.answer


def _is_given_back(page: Visited, sent: Mapping[str, object]) -> None:
    """Every text that was typed stands in its field again."""
    shown = {one.told.get("name", ""): one for one in _inputs(page) if _kind(one) in TYPED}
    lost = [name for name, one in shown.items() if name in sent and not _same(_text(one), _first(sent[name]))]
    assert lost == [], f"what was typed is lost: {lost}"


def _same(shown: str, typed: str) -> bool:
    """A day's leading zero need not come back."""
    return shown.lstrip("0")[:SHOWN] == typed.lstrip("0")[:SHOWN]


def _all_fields(page: Visited, said: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The whole form as the page has it: the one that what the case says belongs to."""
    forms = page.page.all("main")[0].all("form")
    names = [{one.told["name"]: _value(one) for one in _within(form) if "name" in one.told} for form in forms]
    mine = [of for of in names if any(name in of for name in said if not _carried(name))]
    return {**(mine[0] if mine else {}), **{name: told for name, told in said.items() if name != "version"}}


def _value(one: Element) -> list[str]:
    return [one.told.get("value", "")]


def _inputs(page: Visited) -> list[Element]:
    return _within(page.page.all("main")[0])


def _within(element: Element) -> list[Element]:
    return element.all("input", "textarea", "select")


def _kind(one: Element) -> str:
    return one.told.get("type", "text") if one.name == "input" else one.name


def _text(one: Element) -> str:
    return "".join(one.words).removeprefix("\n").strip() if one.name == "textarea" else one.told.get("value", "")


def _first(told: object) -> str:
    return str(told[0] if isinstance(told, list) else told).strip()


def _carried(name: str) -> bool:
    """Whether a form carries it hidden."""
    return name.partition("-")[0] in ("version", "once")


def _wrong(name: str) -> str:
    return "zz" if name.rpartition("-")[2] in PARTS else NONSENSE


def _as_the_case_says(asked: Asked) -> dict[str, list[str]]:
    return parse_qs(asked.form.decode(), keep_blank_values=True) if isinstance(asked.form, bytes) else {}


async def kept(world: World) -> dict[str, str]:
    """Everything that is kept but for who saw and did what."""
    return {name: told for name, told in (await world.contents()).items() if not name.endswith(SEEN_TOO)}
