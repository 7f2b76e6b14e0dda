"""What each of a social worker's pages is asked in the access matrix; a draft is its writer's alone."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from shared.identity.person import Role
from tests.access.cases import AUTHORITIES, FORM, OWN, PLACED, Asked, Case, about, plain, sending, typed
from tests.access.scenes import Scenes, nobody
from tests.world import At

DESK = "/referrals/desk"
DRAFT = DESK + "/drafts/{draft:uuid}"
REFERRAL = DESK + "/{referral:uuid}"
NEW = {
    "once": "a first press",
    "name": "Kit Rowan",
    "born-day": "1",
    "born-month": "5",
    "born-year": "2015",
    "sex": "M",
    "ethnicity": "WBRI",
}


async def beginning(_: Scenes) -> Asked:
    return Asked(f"{DESK}/drafts", b"", kind=FORM)


def own(rest: str, fields: dict[str, str] | None = None) -> Case:
    """A page of a draft; with fields, a form of it. `{child}` is the child the draft names."""

    async def scene(scenes: Scenes) -> Asked:
        there = await scenes.page_draft()
        path: Callable[[Any], str] = lambda draft: f"{DESK}/drafts/{draft}{rest}".format(**there)  # noqa: E731
        body = None if fields is None else urlencode(fields | _named(fields, there)).encode()
        return Asked(path(there["draft"]), body, absent_path=path(nobody()), absent_form=body, kind=FORM)

    return Case(scene, OWN, only=Role.SOCIAL_WORKER)


def _named(fields: dict[str, str], there: dict[str, str]) -> dict[str, str]:
    return {name: said.format(**there) for name, said in fields.items()}


def of(rest: str, made: str = "referral") -> list[Case]:
    return [about(f"{DESK}/{{}}{rest}", "referral", made, OWN)]


PAGES: dict[str, list[Case]] = {
    f"GET {DESK}": [plain(DESK, through=PLACED)],
    f"POST {DESK}/search": [sending(f"{DESK}/search", b"reference=C-1", FORM, PLACED)],
    f"POST {DESK}/drafts": [Case(beginning, AUTHORITIES, {At.INSTALLATION: 403})],
    f"GET {DRAFT}": [own("")],
    f"GET {DRAFT}/children": [own("/children")],
    f"POST {DRAFT}/children": [own("/children", {"reference": "{other}"})],
    f"POST {DRAFT}/children/{{child:uuid}}/leave-out": [own("/children/{child}/leave-out", {})],
    f"GET {DRAFT}/new-child": [own("/new-child")],
    f"POST {DRAFT}/new-child": [own("/new-child", NEW)],
    f"GET {DRAFT}/needs/{{child:uuid}}": [own("/needs/{child}")],
    f"POST {DRAFT}/needs/{{child:uuid}}": [own("/needs/{child}", {"needs": "no_pets"})],
    f"GET {DRAFT}/check": [own("/check")],
    f"POST {DRAFT}/send": [own("/send", {})],
    f"POST {DRAFT}/delete": [own("/delete", {})],
    f"GET {DRAFT}/{{slug}}": [own("/urgency")],
    f"POST {DRAFT}/{{slug}}": [own("/urgency", {"urgency": "planned"})],
    f"GET {REFERRAL}": of(""),
    f"GET {REFERRAL}/asked": of("/asked"),
    f"GET {REFERRAL}/withdraw": of("/withdraw"),
    f"GET {REFERRAL}/answer": of("/answer", "questioned"),
    f"POST {REFERRAL}/amend": [typed(f"{DESK}/{{}}/amend", "referral", "referral", OWN)],
    f"POST {REFERRAL}/withdraw": [
        typed(f"{DESK}/{{}}/withdraw", "referral", "referral", OWN, reason="not_needed"),
    ],
    f"POST {REFERRAL}/answer": [typed(f"{DESK}/{{}}/answer", "referral", "questioned", OWN, answer="None.")],
}
