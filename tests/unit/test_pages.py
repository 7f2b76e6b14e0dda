"""Pages before anybody writes a word in them: valid, labelled, without a line of script or style inside."""

from collections import Counter
from datetime import date
from html.parser import HTMLParser

import pytest

from shared.contracts.vocabulary import PlacementType
from shared.settings import Settings
from shared.web.assets import static
from shared.web.called import kind_of
from shared.web.pages import day, pounds
from tests.apps import ADDRESS, an_app, an_identity, visiting

VOID = {"meta", "link", "input", "br", "hr", "img"}


class Audit(HTMLParser):
    """What is wrong with a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.ids: Counter[str] = Counter()
        self.words: dict[str, str] = {}
        self.feed(text)
        self._conclude(text)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        self.tags[tag] += 1
        self.ids.update([told["id"]] if told.get("id") else [])
        if tag not in VOID:
            self.open.append(tag)
        if "style" in told or any(name.startswith("on") for name in told) or (tag == "script" and "src" not in told):
            self.wrong.append(f"inline script or style in {tag}")
        if tag == "html" and told.get("lang") != "en-GB":
            self.wrong.append("no language")
        if tag == "input" and told.get("type") != "hidden" and f"for={told.get('id')}" not in self.words:
            self.wrong.append("an input without its label")
        if tag == "label":
            self.words[f"for={told.get('for')}"] = ""
        for name in ("href", "src", "action"):
            if (told.get(name) or "/").startswith(("http", "//")):
                self.wrong.append(f"{tag} points off the site")

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes something else")

    def handle_data(self, text):
        if self.open and self.open[-1] in ("h1", "title"):
            self.words[self.open[-1]] = " ".join(text.split())

    def _conclude(self, text: str) -> None:
        self.wrong += [f"{tag} left open" for tag in self.open]
        self.wrong += [f"{count} × {tag}" for tag in ("h1", "main", "title") if (count := self.tags[tag]) != 1]
        self.wrong += [f"the id {name} twice" for name, count in self.ids.items() if count > 1]
        if not self.words.get("title", "").startswith(self.words.get("h1", "?")):
            self.wrong.append("the title does not begin with the heading")
        if 'href="#main-content"' not in text or "main-content" not in self.ids:
            self.wrong.append("no way past the header")


@pytest.mark.parametrize("person", [None, "analyst", "provider", "region", "administrator"])
@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere"])
async def test_every_page_of_the_house_is_sound(person, path):
    settings = Settings(public_url=ADDRESS, demonstration_sign_in=True)
    identity = an_identity(settings=settings)
    async with visiting(an_app(identity)) as browser:
        if person:
            await browser.post("/sign-in/demonstration", data={"person": person})
        assert Audit((await browser.get(path)).text).wrong == []
    await identity.close()


def test_the_audit_sees_what_is_wrong():
    wrong = Audit('<html><body><h1>A</h1><h1>B</h1><p style="x"><input id="a"><b id="a"></p></body></html>').wrong
    assert len(wrong) >= 7


def test_a_file_of_ours_has_an_address_that_changes_with_it():
    assert static("house.css").startswith("/static/house.")
    with pytest.raises(KeyError):
        static("nothing.css")


def test_dates_and_money_are_written_as_people_write_them():
    assert day(date(2026, 3, 31)) == "31 March 2026"
    assert [pounds(pence) for pence in (381000, 381050, -5)] == ["£3,810", "£3,810.50", "-£0.05"]


def test_every_kind_of_placement_has_words_of_its_own():
    assert len({kind_of(one) for one in PlacementType}) == len(PlacementType)
