"""A child's page: who the child is, what is needed, which places matter, what is wished, what was asked for; and asking."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from services.referrals import queries
from services.referrals.domain import OPEN, short_reference
from services.referrals.pages.asking import KIND
from services.referrals.pages.desk import HERE, PAGES, crumbs, line_of
from services.referrals.pages.drafting import onward, path_of
from services.referrals.pages.known import answers_known
from services.referrals.pages.words import ETHNICITIES, MATTERS, SEXES, WHOSE
from shared.clock import age_on
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Writing
from shared.store.drafts import answers_in, begin_draft, drafts_of
from shared.store.session import ReadSession, Row
from shared.web.called import FEATURES

router = APIRouter(prefix=HERE + "/children/{child:uuid}", include_in_schema=False)
Recorder = Annotated[Person, Depends(may("referrals:write_children"))]


def page_of(child: UUID) -> str:
    """Where a child's page is."""
    return f"{HERE}/children/{child}"


def crumbs_of(row: Row, step: str) -> list[dict[str, str]]:
    """The way back to the child's page; `step` is the page itself."""
    to_desk = crumbs(step)
    return [to_desk[0], {"text": called(row), "href": page_of(row.child)}, to_desk[-1]]


def called(row: Row) -> str:
    """A child's name, or the short reference of one whom a return told of without a name."""
    return row.name or f"Child {short_reference(row.child)}"


@router.get("")
async def about(request: Request, child: UUID, by: Recorder, session: Writing) -> Response:
    """All that referrals knows of one child."""
    row = await queries.child_of(session, child, by)
    session.audit(by.id, "read child", child)
    assessed = await queries.assessments_of(session, child)
    asked = await queries.referrals_of_authority(session, by, child=child)
    return PAGES.show(
        request,
        "about_child.html",
        child=row,
        name=called(row),
        reference=short_reference(child),
        facts=_facts(row, session),
        assessed=assessed[0] if assessed else None,
        needs=[FEATURES.get(need, need) for need in assessed[0].needs] if assessed else [],
        places=[(MATTERS[place.kind], place) for place in await queries.places_of(session, child)],
        wishes=[(WHOSE[wish.whose], wish) for wish in await queries.wishes_of(session, child)],
        open=[line_of(one, session) for one in asked if one.status in OPEN],
        before=[line_of(one, session) for one in asked if one.status not in OPEN],
        here=page_of(child),
        crumbs=crumbs(called(row)),
    )


@router.post("/ask")
async def begin_asking(child: UUID, by: Recorder, session: Writing) -> Response:
    """Begin a referral with all that is known; one that is begun for this child alone is gone on with."""
    row = await queries.child_of(session, child, by, lock=True)
    for begun in await drafts_of(session, KIND, person=by.id):
        kept = answers_in(begun)
        if kept.get("children") == [str(child)] and not kept.get("amends"):
            return onward(path_of(begun.draft))
    answers = {**await answers_known(session, child, by), "children": [str(child)]}
    draft = await begin_draft(session, KIND, answers, person=by.id, authority=row.authority)
    session.audit(by.id, "begin referral for child", child)
    return onward(path_of(draft))


def _facts(row: Row, session: ReadSession) -> list[tuple[str, Any]]:
    born = row.born
    facts = [
        ("Sex", SEXES[row.sex]),
        ("Ethnicity", ETHNICITIES[row.ethnicity]),
        ("Your own case number", row.local_reference),
        ("Pupil number", row.upn),
        ("Home postcode", row.home_postcode),
    ]
    age = age_on(born, session.clock.today())
    return [
        ("Born", f"{born.day} {born:%B %Y}, {age} years old"),
        *((name, said or "Not known") for name, said in facts),
    ]
