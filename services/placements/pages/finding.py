"""A referral at the desk: its children, the homes that could take them and why, those ruled out, and asking them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from services.placements import actions
from services.placements.actions.owning import note_colleague, take_if_nobodys
from services.placements.forms import Candidate, Candidates, Invite, Narrow
from services.placements.matching import Rule
from services.placements.pages.picture import picture_of
from services.placements.pages.queue import HERE, PAGES, SEE_OTHER, Finder, crumbs, filters_in, with_filters
from services.placements.pages.words import OFFERS, RATINGS, RULES, clock, reference_of
from services.placements.queries import all_wanted, my_offers
from services.placements.queries.bearings import Bearing, bearings_of
from services.placements.queries.candidates import find_homes
from services.placements.queries.desk import one_after_another, standing_of
from services.placements.queries.markets import markets_of
from services.placements.queries.owning import colleagues_of, owner_of
from shared.clock import age_on
from shared.contracts.vocabulary import Feature, ReferralStatus, Sex
from shared.errors import Invalid, NotFound, Refused
from shared.geography.kept import the_map
from shared.identity.access import may
from shared.identity.permissions import allows
from shared.identity.person import Person
from shared.store.audit import audit_read
from shared.store.database import Database
from shared.store.session import Row
from shared.web.called import URGENCIES, kind_of
from shared.web.questions import summary_of, typed_in
from shared.web.words import complaints

PER_PAGE = 10
HOURS: Mapping[str, str] = {"2": "2 hours", "4": "4 hours", "24": "1 day", "72": "3 days", "168": "1 week"}
SEXES = {Sex.FEMALE: "girl", Sex.MALE: "boy"}
ASKED = ("invited", "offered", "accepted")
SEARCHED = (ReferralStatus.APPROVED, ReferralStatus.SEARCHING, ReferralStatus.MATCHED)

router = APIRouter(prefix=HERE + "/referrals/{referral:uuid}", include_in_schema=False)
Asker = Annotated[Person, Depends(may("placements:invite"))]


@router.get("")
async def finding(request: Request, referral: UUID, by: Finder) -> Response:
    """What is asked for, and the homes for it, best first."""
    return await shown(request, referral, by)


@router.post("/invite")
async def invite(request: Request, referral: UUID, by: Asker) -> Response:
    """Ask the chosen homes. Those asked already are not asked again, so that sent twice it is done once."""
    database: Database = request.app.state.database
    sent = await typed_in(request)
    try:
        async with database.writing() as session:
            await standing_of(session, referral, by)
            await one_after_another(session, referral)
            out = {(row.child, row.vacancy) for row in await my_offers(session, by, ASKED, referral)}
            chosen, hours = _chosen(sent), _hours(sent)
            for child, vacancy in dict.fromkeys(chosen):
                if (child, vacancy) not in out:
                    form = Invite(referral=referral, child=child, vacancy=vacancy, answer_within_hours=hours)
                    await actions.invite_offer(session, form, by=by)
            await note_colleague(session, by)
            await take_if_nobodys(session, referral, by=by)
    except NotFound as missing:
        if missing.field not in ("child", "vacancy"):
            raise
        return await shown(request, referral, by, {"homes": missing.message}, sent)
    except Refused as refused:
        field = refused.field if refused.field in ("homes", "hours") else "homes"
        return await shown(request, referral, by, {field: refused.message}, sent)
    return RedirectResponse(with_filters(f"{HERE}/referrals/{referral}/offers", filters_in(request)), SEE_OTHER)


def _chosen(sent: FormData) -> list[tuple[UUID, UUID]]:
    """Children and vacancies as the boxes name them: `child.vacancy`, of siblings several with commas."""
    said = [one.split(".") for box in sent.getlist("homes") for one in str(box).split(",")]
    try:
        chosen = [(UUID(child), UUID(vacancy)) for child, vacancy in said]
    except ValueError:
        raise Invalid("Choose from what is listed.", field="homes") from None
    if not chosen:
        raise Invalid("Choose at least one home to ask.", field="homes")
    return chosen


def _hours(sent: FormData) -> int:
    said = str(sent.get("hours", ""))
    if said not in HOURS:
        raise Invalid("Choose how long they may take to answer.", field="hours")
    return int(said)


def _narrow(request: Request) -> tuple[Narrow, dict[str, str]]:
    """What the address narrows to, and what is wrong with it."""
    asked = request.query_params
    told = {name: asked[name] for name in ("child", "within", "page", "refused_page") if asked.get(name)}
    rule = [one for one in asked.getlist("rule") if one in RULES]
    try:
        return Narrow.model_validate({**told, "rule": rule, "per_page": PER_PAGE}), {}
    except ValidationError as error:
        wrong = {one["field"]: one["message"] for one in complaints(error.errors())}
        return Narrow(per_page=PER_PAGE), wrong if set(wrong) <= {"within"} else {"within": "Enter whole miles."}


@dataclass(frozen=True, slots=True)
class Looked:
    """A referral as it stands, its children, the homes found for it, and those asked so far."""

    standing: Row
    rows: Sequence[Row]
    found: Candidates
    offers: Sequence[Row]
    narrow: Narrow
    now: datetime
    owner: Row | None
    colleagues: Mapping[str, str]
    bearings: Mapping[UUID, Bearing]


async def shown(
    request: Request, referral: UUID, by: Person, wrong: Mapping[str, str] | None = None, sent: FormData | None = None
) -> Response:
    """The page, as it is opened or with what is wrong."""
    narrow, amiss = _narrow(request)
    wrong = wrong or amiss
    looked = await _look(request, referral, narrow, by)
    for child in looked.found.children:
        await audit_read(request.app.state.database, by.id, "candidates", child)
    chosen, here = filters_in(request), f"{HERE}/referrals/{referral}"
    return PAGES.show(
        request,
        "finding.html",
        status=422 if wrong else 200,
        reference=reference_of(referral),
        **_asked_for(looked),
        **_owned(looked, by),
        owning=with_filters(f"{HERE}/referrals/{referral}/owner", filters_in(request)),
        **_answers(request, looked),
        may_invite=allows("placements:invite", by) and looked.standing.open and looked.standing.status in SEARCHED,
        not_yet=looked.standing.status not in SEARCHED,
        hours=HOURS,
        within=request.query_params.get("within", ""),
        typed=list(map(str, sent.getlist("homes"))) if sent else [],
        typed_hours=str(sent.get("hours", "")) if sent else "24",
        wrong=wrong,
        errors_shown=summary_of(wrong),
        here=here,
        there=with_filters(f"{here}/offers", chosen),
        sending=with_filters(f"{here}/invite", chosen),
        chosen=chosen,
        crumbs=crumbs(chosen, (f"Referral {reference_of(referral)}", "")),
    )


async def _look(request: Request, referral: UUID, narrow: Narrow, by: Person) -> Looked:
    database: Database = request.app.state.database
    where = await the_map(request.app.state.running.settings.map_folder)
    async with database.reading() as session:
        standing = await standing_of(session, referral, by)
        rows = await all_wanted(session, referral, None, by)
        if narrow.child is None and len(rows) > 1 and not standing.together:
            narrow = narrow.model_copy(update={"child": rows[0].child})
        found = await find_homes(session, markets_of(database), referral, narrow, by, where)
        offers = await my_offers(session, by, (), referral)
        owner, colleagues = await owner_of(session, referral), await colleagues_of(session, by)
        seen_from = next((row for row in rows if row.child == found.children[0]), rows[0])
        bearings = await bearings_of(session, seen_from, [one.home for one in found.possible], where)
        return Looked(standing, rows, found, offers, narrow, session.clock.now(), owner, colleagues, bearings)


def _asked_for(looked: Looked) -> dict[str, Any]:
    standing = looked.standing
    words, late = clock(standing.due_at, looked.now)
    return {
        "standing": standing,
        "urgency": URGENCIES[standing.urgency],
        "kinds": [kind_of(code) for code in standing.types],
        "clock": words,
        "late": late,
        "children": [_child(row, looked.narrow, standing) for row in looked.rows],
        "child": looked.narrow.child,
    }


def _owned(looked: Looked, by: Person) -> dict[str, Any]:
    owner = looked.owner
    return {
        "owner": owner.owner if owner else None,
        "owner_name": owner.name if owner and owner.owner else None,
        "owner_version": owner.version if owner else 0,
        "colleagues": {person: name for person, name in looked.colleagues.items() if person != by.id},
    }


def _answers(request: Request, looked: Looked) -> dict[str, Any]:
    found, narrow = looked.found, looked.narrow
    homes = _homes(found, looked.offers, narrow)
    return {
        "homes": homes,
        "picture": picture_of(homes, looked.bearings),
        "winds": {home: bearing.name for home, bearing in looked.bearings.items()},
        "found": found,
        "offers": len([row for row in looked.offers if row.status in ASKED]),
        "rules": [(rule, RULES[rule], number, _address(request, rule=rule)) for rule, number in _most(found)],
        "rule": next(((rule, RULES[rule]) for rule in narrow.rule), None),
        "refused": [_refused(one) for one in found.refused],
        "onward": _pages(request, narrow, found),
    }


def _child(row: Row, narrow: Narrow, standing: Row) -> dict[str, Any]:
    needs = [Feature(need).replace("_", " ") for need in row.needs]
    age = f"aged {age_on(row.born, row.wanted_from)}" if row.born else "of an age we have not heard yet"
    return {
        "child": row.child,
        "reference": reference_of(row.child),
        "words": f"{SEXES.get(row.sex, 'child')} {age}",
        "needs": ", ".join(needs) or "no particular needs",
        "shown": standing.together or row.child == narrow.child,
    }


def _homes(found: Candidates, offers: Sequence[Row], narrow: Narrow) -> list[dict[str, Any]]:
    """A line for each vacancy, or for siblings each home: what it is, why, and whether it was asked."""
    asked = {(row.child, row.vacancy): OFFERS[row.status] for row in offers if row.status in ASKED}
    homes: dict[str, dict[str, Any]] = {}
    for one in found.possible:
        pairs = [(line.child, line.vacancy) for line in one.placing] or [(found.children[0], one.vacancy)]
        value = ",".join(f"{child}.{vacancy}" for child, vacancy in pairs)
        if value in homes:
            homes[value]["places"] += 1
        else:
            told = next((asked[pair] for pair in pairs if pair in asked), None)
            number = (narrow.page - 1) * PER_PAGE + len(homes) + 1
            homes[value] = {**_facts(one), "number": number, "value": value, "asked": told, "places": 1}
    return list(homes.values())


def _facts(one: Candidate) -> dict[str, Any]:
    return {
        **one.model_dump(
            include={"home", "name", "outward", "miles", "weekly_pence", "reasons_for", "reasons_against"}
        ),
        "kind": kind_of(one.type),
        "rating": RATINGS[one.rating],
    }


def _refused(one: Candidate) -> dict[str, Any]:
    return {"name": one.name, "outward": one.outward, "kind": kind_of(one.type), "refusals": one.refusals}


def _most(found: Candidates) -> list[tuple[Rule, int]]:
    """The rules by how many they refuse, the most first."""
    return sorted(found.refused_by.items(), key=lambda rule: -rule[1])


def _address(request: Request, **change: Any) -> str:
    """This page with something else asked for; pages of lists begin again."""
    kept = {k: v for k, v in request.query_params.items() if v and k not in ("page", "refused_page", *change)}
    return f"?{urlencode(kept | change)}"


def _pages(request: Request, narrow: Narrow, found: Candidates) -> dict[str, str]:
    """Where the pages before and after are."""
    asked = {"rule": next(iter(narrow.rule))} if narrow.rule else {}
    onward = {}
    if narrow.page > 1:
        onward["before"] = _address(request, **asked, page=narrow.page - 1)
    if narrow.page * narrow.per_page < found.possible_in_all:
        onward["next"] = _address(request, **asked, page=narrow.page + 1)
    if narrow.refused_page * narrow.per_page < found.refused_in_all:
        onward["next_refused"] = _address(request, **asked, refused_page=narrow.refused_page + 1)
    return onward
