"""A person's browser without a browser: visits pages, audits each of them, fills in its forms and sends them."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin

import httpx

FLOWING = frozenset(["a", "b", "code", "em", "span", "strong", "time"])
VOID = frozenset(["area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
PROGRAMS = ("code", "pre", "textarea")
RAW = re.compile(r"(?<![=/\w-])(?<!as )(?:19|20)\d\d-[01]\d-[0-3]\d\b")
"""A day as programs write it: not in an address that is shown, nor as an example of what a file holds."""
UNSEEN = frozenset(["hidden", "submit", "button"])


@dataclass
class Element:
    """One element of a page."""

    name: str
    told: dict[str, str]
    inside: "Element | None"
    words: list[str] = field(default_factory=list)
    within: list["Element"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def all(self, *names: str) -> list["Element"]:
        found = [self] if self.name in names else []
        return found + [one for child in self.within for one in child.all(*names)]


class _Reading(HTMLParser):
    """Builds the elements and notes what is not well nested."""

    def __init__(self) -> None:
        super().__init__()
        self.page = self.here = Element("page", {}, None)
        self.wrong: list[str] = []

    def handle_starttag(self, name: str, told: list[tuple[str, str | None]]) -> None:
        if len({attribute for attribute, _ in told}) != len(told):
            self.wrong.append(f"<{name}> says an attribute twice")
        element = Element(name, {attribute: said or "" for attribute, said in told}, self.here)
        self.here.within.append(element)
        if name not in VOID and not self._drawn_closed(name):
            self.here = element

    def _drawn_closed(self, name: str) -> bool:
        return (self.get_starttag_text() or "").endswith("/>")

    def handle_endtag(self, name: str) -> None:
        if name in VOID:
            return
        if self.here.name != name:
            if not (self.get_starttag_text() or "").endswith("/>"):
                self.wrong.append(f"</{name}> ends <{self.here.name}>")
            return
        if name not in FLOWING:
            self.handle_data(" ")
        assert self.here.inside is not None
        self.here = self.here.inside

    def handle_data(self, words: str) -> None:
        element: Element | None = self.here
        while element is not None:
            element.words.append(words)
            element = element.inside


@dataclass
class Visited:
    """A page that was audited; its forms can be filled in and sent."""

    client: httpx.AsyncClient
    answer: httpx.Response
    page: Element

    @property
    def heading(self) -> str:
        return self.page.all("h1")[0].text

    @property
    def text(self) -> str:
        return self.page.all("main")[0].text

    @property
    def path(self) -> str:
        return self.answer.url.path

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Field and sentence of each line of the error summary."""
        boxes = [one for one in self.page.all("div") if "govuk-error-summary" in one.told.get("class", "").split()]
        return [(link.told["href"], link.text) for box in boxes for link in box.all("a")]

    def fields(self, button: str = "") -> dict[str, list[str]]:
        """What a form holds as it stands; the form is the one whose button says this, or the only one in the page."""
        return _filled(self._form(button))

    def link(self, words: str) -> str:
        return next(one.told["href"] for one in self.page.all("a") if one.text == words)

    async def follow(self, words: str) -> "Visited":
        return await visit(self.client, self.link(words))

    async def send(self, button: str, **answers: str | list[str]) -> "Visited":
        """Fill in some fields, leave the others as they stand, press the button, and see where it leads."""
        return await self._send(button, {name.replace("__", "-"): told for name, told in answers.items()})

    async def _send(self, button: str, answers: Mapping[str, str | list[str]]) -> "Visited":
        form = self._form(button)
        filled = _filled(form) | {name: [told] if isinstance(told, str) else told for name, told in answers.items()}
        target = urljoin(str(self.answer.url), form.told.get("action", ""))
        pressed = next(one for one in form.all("button") if one.text.startswith(button))
        if "name" in pressed.told:
            filled[pressed.told["name"]] = [pressed.told["value"]]
        return await post(self.client, target, filled)

    def _form(self, button: str) -> Element:
        forms = self.page.all("main")[0].all("form")
        found = [form for form in forms if any(one.text.startswith(button) for one in form.all("button"))]
        assert found, f"no form of {self.path} has a button {button!r}"
        return found[0]


async def visit(client: httpx.AsyncClient, path: str, *, status: int = 200) -> Visited:
    """Open a page as a browser does, follow where it leads, and audit it."""
    return audited(client, await client.get(path, follow_redirects=True), status)


async def post(client: httpx.AsyncClient, target: str, filled: Mapping[str, Any]) -> Visited:
    """Send a form, see where it leads; a page with something wrong is a page too."""
    body = urlencode(filled, doseq=True).encode()
    kind = {"content-type": "application/x-www-form-urlencoded"}
    return audited(client, await client.post(target, content=body, headers=kind, follow_redirects=True))


def audited(client: httpx.AsyncClient, answer: httpx.Response, status: int | None = None) -> Visited:
    """The page in an answer, once nothing is wrong with it."""
    assert status is None or answer.status_code == status, f"{answer.status_code}: {answer.text}"
    assert answer.headers["content-type"].startswith("text/html"), answer.text
    reading = _Reading()
    reading.feed(answer.text)
    found = [*reading.wrong, *_complaints(reading.page)]
    assert found == [], f"{answer.url}: {found}"
    return Visited(client, answer, reading.page)


def _complaints(page: Element) -> list[str]:
    headings, titles = page.all("h1"), page.all("title")
    if len(headings) != 1 or not headings[0].text:
        return [f"{len(headings)} headings of the first order"]
    if not titles[0].text.removeprefix("Error: ").startswith(headings[0].text.removeprefix(_caption(headings[0]))):
        return [f"the title is {titles[0].text!r}, the heading {headings[0].text!r}"]
    return [*_unlabelled(page), *_repeated(page), *_inline(page), *_dangling(page), *_raw(page)]


def _caption(heading: Element) -> str:
    return "".join(f"{one.text} " for one in heading.all("span"))


def _every(page: Element) -> list[Element]:
    return [page, *(one for child in page.within for one in _every(child))]


def _unlabelled(page: Element) -> list[str]:
    labelled = {one.told.get("for") for one in page.all("label")}
    inputs = [one for one in page.all("input", "select", "textarea") if one.told.get("type") not in UNSEEN]
    return [f"no label for {one.told}" for one in inputs if one.told.get("id") not in labelled]


def _repeated(page: Element) -> list[str]:
    ids = [one.told["id"] for one in _every(page) if "id" in one.told]
    return [f"the id {one} is used twice" for one in {one for one in ids if ids.count(one) > 1}]


def _inline(page: Element) -> list[str]:
    scripts = [one for one in page.all("script") if "src" not in one.told]
    styled = [one for one in _every(page) if "style" in one.told or one.name == "style"]
    handlers = [one for one in _every(page) if any(name.startswith("on") for name in one.told)]
    return [f"<{one.name}> has a script or style inline" for one in (*scripts, *styled, *handlers)]


def _dangling(page: Element) -> list[str]:
    """Links within the page, and descriptions, that lead nowhere."""
    ids = {one.told["id"] for one in _every(page) if "id" in one.told}
    links = [one.told["href"][1:] for one in page.all("a") if one.told.get("href", "").startswith("#")]
    names = ("aria-describedby", "aria-labelledby", "for")
    said = [word for one in _every(page) for name in names for word in one.told.get(name, "").split()]
    return [f"nothing here is called {one}" for one in (*links, *said) if one and one not in ids]


def _raw(page: Element) -> list[str]:
    """Days as programs write them, where no program is shown and nobody typed them."""
    said, shown = RAW.findall(page.all("body")[0].text), page.all(*PROGRAMS)
    return [
        f"{one} is no British date" for one in Counter(said) - Counter(RAW.findall(" ".join(e.text for e in shown)))
    ]


def _filled(form: Element) -> dict[str, list[str]]:
    held: dict[str, list[str]] = {}
    for one in form.all("input", "textarea", "select"):
        name, kind = one.told.get("name", ""), one.told.get("type", "text")
        if kind in ("radio", "checkbox") and "checked" not in one.told:
            continue
        if one.name == "select":
            said = [option.told.get("value", "") for option in one.all("option") if "selected" in option.told] or [""]
        else:
            said = (
                ["".join(one.words).removesuffix(" ").removeprefix("\n")]
                if one.name == "textarea"
                else [one.told.get("value", "")]
            )
        held[name] = [*held.get(name, []), *said]
    return held
