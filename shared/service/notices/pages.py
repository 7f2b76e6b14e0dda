"""The pages of one's own notices: what was told, and what of it is wanted as e-mail."""

import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from pydantic import AfterValidator, StringConstraints
from starlette.responses import RedirectResponse, Response

from shared.errors import NotFound
from shared.identity.access import somebody
from shared.identity.person import Person
from shared.service.notices.notice import AnyNotice, by_kind, for_person
from shared.service.notices.trouble import my_trouble, why
from shared.store.database import Reading, Writing
from shared.store.session import ReadSession, Row, WriteSession
from shared.web.fields import Form
from shared.web.overviews import ABOUT
from shared.web.pages import HOUSE
from shared.web.questions import Answered, Question, answered_all, seen_in, summary_of, typed_in

SHOWN_FOR = timedelta(days=30)
MOST = 100
ADDRESS = re.compile(r"[^@\s,;]{1,64}@[^@\s,;]+\.[^@\s,;]{2,}")
MINE = """SELECT * FROM spine.notices WHERE kind = ANY($1) AND at > $2 AND (authority = $3 OR provider = $4)
    ORDER BY at DESC LIMIT $5"""
UNSEEN = """SELECT count(*) FROM spine.notices n WHERE kind = ANY($1) AND at > $2 AND (authority = $3 OR provider = $4)
    AND at > coalesce((SELECT seen_at FROM spine.notice_wishes WHERE person = $5), '-infinity')"""
WISHES = "SELECT * FROM spine.notice_wishes WHERE person = $1"
SEEN = """INSERT INTO spine.notice_wishes (person, authority, provider, seen_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (person) DO UPDATE SET seen_at = excluded.seen_at"""
WISH = """INSERT INTO spine.notice_wishes AS w (person, authority, provider, address, kinds) VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (person) DO UPDATE SET authority = $2, provider = $3, address = $4, kinds = $5, version = w.version + 1
    WHERE w.version = $6"""
CHANGED = "These choices were changed in another tab or by another press: look at them as they are now."

Somebody = Annotated[Person, Depends(somebody)]


def _an_address(typed: str) -> str:
    if typed and not ADDRESS.fullmatch(typed):
        raise ValueError("Enter an e-mail address such as name@council.gov.uk")
    return typed


class Wishes(Form):
    """What somebody wants by e-mail, and where."""

    address: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_an_address)] = ""
    kinds: tuple[Annotated[str, StringConstraints(max_length=60)], ...] = ()


def notices_router(service: str, notices: tuple[AnyNotice, ...]) -> APIRouter:
    """`/<service>/notices`, and below it the choice of e-mails."""
    here, known = f"/{service}/notices", by_kind(notices)
    router = APIRouter(prefix=here, include_in_schema=False)

    @router.get("")
    async def told(request: Request, by: Somebody, session: Writing) -> Response:
        """The newest first; opening the page is seeing them."""
        seen = await session.one(WISHES, by.id)
        lines = [_line(row, known[row.kind], seen) for row in await _mine(session, notices, by)]
        await session.run(SEEN, by.id, by.authority, by.provider, session.clock.now())
        return HOUSE.show(
            request,
            "notices.html",
            lines=lines,
            about=ABOUT.get(service, service),
            here=here,
            may_choose=bool(for_person(notices, by)),
            trouble=await my_trouble(session, by),
        )

    @router.get("/wishes")
    async def wishes(request: Request, by: Somebody, session: Reading, saved: bool = False) -> Response:
        row = await session.one(WISHES, by.id)
        typed = {"address": row.address if row else "", "kinds": list(row.kinds) if row else []}
        questions, trouble = _questions(notices, by), await my_trouble(session, by)
        return _form(request, questions, typed, row, here, trouble=trouble, saved=saved)

    @router.post("/wishes")
    async def wish(request: Request, by: Somebody, session: Writing) -> Response:
        sent = await typed_in(request)
        said = answered_all(_questions(notices, by), sent)
        row = await session.one(WISHES, by.id)
        wrong = _wrong(said)
        if not wrong and await _kept(session, by, said.kept, for_person(notices, by), seen_in(sent) or 0):
            return RedirectResponse(f"{here}/wishes?saved=true", 303)
        return _form(request, _questions(notices, by), said.typed, row, here, wrong=wrong or {"address": CHANGED})

    return router


def _wrong(said: Answered) -> dict[str, str]:
    """What each field is refused for, and an address that is needed and not there."""
    if not said.wrong and said.kept.get("kinds") and not said.kept.get("address"):
        return {"address": "Enter the address to which e-mails should go."}
    return dict(said.wrong)


async def _kept(
    session: WriteSession, by: Person, kept: Mapping[str, Any], theirs: Collection[str], version: int
) -> bool:
    """Whether the choices were kept: not, where others were since the page was shown."""
    chosen = [kind for kind in kept.get("kinds", ()) if kind in theirs]
    done = await session.run(WISH, by.id, by.authority, by.provider, kept.get("address", ""), chosen, version)
    if not done.endswith("1"):
        return False
    session.audit(by.id, "choose notices", by.id)
    return True


def _form(
    request: Request,
    questions: list[Question],
    typed: object,
    row: Row | None,
    here: str,
    *,
    wrong: dict[str, str] | None = None,
    trouble: Row | None = None,
    saved: bool = False,
) -> Response:
    return HOUSE.show(
        request,
        "notice_wishes.html",
        status=422 if wrong else 200,
        questions=questions,
        typed=typed,
        version=row.version if row else 0,
        here=here,
        wrong=wrong or {},
        trouble=trouble,
        why=why(trouble.newest) if trouble else "",
        errors_shown=summary_of(wrong or {}),
        done="Your choices are saved." if saved else "",
        crumbs=[{"text": "Notices", "href": here}, {"text": "E-mails"}],
    )


def _questions(notices: tuple[AnyNotice, ...], by: Person) -> list[Question]:
    options = {notice.kind: notice.title for notice in notices if notice.concerns(by)}
    if not options:
        raise NotFound("There is nothing here that your role is told of.")
    hint = "Leave it empty for no e-mails. It is used for nothing else."
    return [
        Question("address", "address", Wishes, "Where should e-mails go?", "text", "Address", hint),
        Question(
            "kinds", "kinds", Wishes, "Which notices do you want as e-mail?", "checkboxes", "Notices", "", "", options
        ),
    ]


async def _mine(session: ReadSession, notices: tuple[AnyNotice, ...], by: Person) -> list[Row]:
    since = session.clock.now() - SHOWN_FOR
    return await session.all(MINE, for_person(notices, by), since, by.authority, by.provider, MOST)


async def unseen(session: ReadSession, notices: tuple[AnyNotice, ...], by: Person) -> int:
    """How many somebody was told of since they last looked."""
    since = session.clock.now() - SHOWN_FOR
    kinds = for_person(notices, by)
    return await session.value(UNSEEN, kinds, since, by.authority, by.provider, by.id) if kinds else 0


def _line(row: Row, notice: AnyNotice, seen: Row | None) -> dict[str, object]:
    new = seen is None or seen.seen_at is None or row.at > seen.seen_at
    return {"title": notice.title, "says": notice.says, "path": row.path, "at": row.at, "new": new}
