"""The desk of whoever asks for homes: what needs them now, what they have begun, and finding a referral."""

from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.referrals import queries
from services.referrals.deadlines import overdue
from services.referrals.domain import LOOKING, OPEN, short_reference
from services.referrals.forms.referrals import Order
from services.referrals.pages.asking import KIND
from services.referrals.pages.words import STATES
from shared.contracts.vocabulary import ReferralStatus
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Reading, Writing
from shared.store.drafts import answers_in, drafts_of
from shared.store.session import ReadSession, Row
from shared.web.called import URGENCIES
from shared.web.pages import Pages
from shared.web.questions import typed_in

PAGES = Pages(Path(__file__).parent.parent / "templates")
HERE = "/referrals/desk"
SECTIONS = (
    ("Overdue", lambda line: line["late"]),
    ("Waiting for your answer", lambda line: line["status"] == ReferralStatus.INFORMATION_ASKED),
    ("Homes are offered: say what you think", lambda line: line["undecided"]),
    ("A home is found: arrange the arrival", lambda line: line["status"] == ReferralStatus.MATCHED),
    ("A home is being looked for", lambda line: line["status"] in OPEN),
)
"""Each referral stands once, under the first heading it fits."""

router = APIRouter(prefix=HERE, include_in_schema=False)
Asker = Annotated[Person, Depends(may("referrals:submit"))]


@router.get("")
async def desk(request: Request, by: Asker, session: Reading) -> Response:
    """What needs somebody now, overdue first."""
    return await _desk(request, session, by)


@router.post("/search")
async def search(request: Request, by: Asker, session: Writing) -> Response:
    """Children and referrals; asked in a body, since no address ever holds a name or a case number."""
    sought = str((await typed_in(request)).get("reference", "")).strip()[:200]
    if not sought or not sought.isprintable():
        return await _desk(request, session, by, wrong={"reference": "Enter a name or a reference."}, status=422)
    found = await queries.referrals_called(session, sought, by)
    for row in found:
        session.audit(by.id, "find referral", row.referral)
    children = await queries.children_found(session, sought, by)
    for child in children:
        session.audit(by.id, "read child", child.child)
    lines = [line_of(row, session) for row in found]
    shown = [{"path": f"{HERE}/children/{row.child}", **row, "short": short_reference(row.child)} for row in children]
    return PAGES.show(request, "found.html", lines=lines, children=shown, crumbs=crumbs("Search"))


async def _desk(
    request: Request, session: ReadSession, by: Person, *, wrong: dict[str, str] | None = None, status: int = 200
) -> Response:
    rows = await queries.referrals_of_authority(session, by, order=Order.DUE)
    begun = await drafts_of(session, KIND, person=by.id)
    undecided = await queries.undecided(session, by)
    return PAGES.show(
        request,
        "desk.html",
        status=status,
        sections=_sections([line_of(row, session, undecided) for row in rows if row.status in OPEN]),
        drafts=[_begun(row) for row in begun],
        wrong=wrong or {},
        errors_shown=[{"text": words, "href": f"#{name}"} for name, words in (wrong or {}).items()],
    )


def _sections(lines: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    left, sections = lines, []
    for title, fits in SECTIONS:
        sections.append((title, [line for line in left if fits(line)]))
        left = [line for line in left if not fits(line)]
    return [(title, of) for title, of in sections if of]


def line_of(row: Row, session: ReadSession, undecided: Collection[UUID] = ()) -> dict[str, Any]:
    """A referral as a list shows it; `undecided` are those with an offer that waits for a word."""
    state, colour = STATES[row.status]
    return {
        "path": f"{HERE}/{row.referral}",
        "reference": short_reference(row.referral),
        "status": row.status,
        "state": state,
        "colour": colour,
        "urgency": URGENCIES[row.urgency],
        "wanted_from": row.wanted_from,
        "due_at": row.due_at,
        "undecided": row.referral in undecided,
        "late": row.status in LOOKING and row.due_at is not None and overdue(row.due_at, session.clock.now()),
    }


def _begun(row: Row) -> dict[str, Any]:
    answers = answers_in(row)
    children = [short_reference_of(child) for child in answers.get("children") or ()]
    return {
        "path": f"{HERE}/drafts/{row.draft}",
        "children": children,
        "begun_at": row.begun_at,
        "amends": bool(answers.get("amends")),
    }


def short_reference_of(child: str) -> str:
    """The short reference of a child whose identifier stands in a draft."""
    digits = child.replace("-", "")[-8:].upper()
    return f"{digits[:4]}-{digits[4:]}"


def crumbs(*names: str) -> list[dict[str, str]]:
    """The way back to the desk; the last is the page itself."""
    return [{"text": "Referrals", "href": HERE}, *({"text": name} for name in names)]
