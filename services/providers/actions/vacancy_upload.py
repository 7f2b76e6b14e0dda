"""Posting a whole file of vacancies: all of it or nothing; one that is offered already is corrected and so confirmed."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from services.providers.domain import must_be_narrower
from services.providers.forms.vacancies import PostVacancy
from services.providers.forms.vacancy_file import Line, Problems, form_of, lines_of
from services.providers.queries import VACANCY
from shared.contracts.providers import VacancyCorrected, VacancyPosted
from shared.errors import Invalid
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import Row, WriteSession, columns_of

MINE = """SELECT h.home, h.name, h.urn, h.youngest, h.oldest, h.sexes FROM home h JOIN provider p USING (provider)
    WHERE (h.provider = $1 OR p.owned_by = $2) AND h.closed IS NULL ORDER BY h.home FOR NO KEY UPDATE OF h"""
PLACES = "SELECT place, home, number, opens, closes FROM place WHERE home = ANY($1) ORDER BY home, number"
OFFERED = """SELECT vacancy, home, places, available_from FROM vacancy WHERE home = ANY($1) AND withdrawn_at IS NULL
    ORDER BY vacancy FOR UPDATE"""
COLUMNS = """unnest($2::uuid[], $3::uuid[], $4::text[], $5::date[], $6::date[], $7::integer[], $8::integer[],
        $9::integer[], $10::text[])
    AS u (vacancy, home, places, available_from, available_until, weekly_pence, youngest, oldest, sexes)"""
POST = f"""INSERT INTO vacancy (vacancy, home, version, confirmed_at, places, available_from, available_until,
        weekly_pence, youngest, oldest, sexes)
    SELECT vacancy, home, 1, $1, string_to_array(places, ',')::uuid[], available_from, available_until, weekly_pence,
        youngest, oldest, string_to_array(sexes, ',') FROM {COLUMNS}"""
CORRECT = f"""UPDATE vacancy v SET version = v.version + 1, confirmed_at = $1, available_until = u.available_until,
        weekly_pence = u.weekly_pence, youngest = u.youngest, oldest = u.oldest,
        sexes = string_to_array(u.sexes, ',')
    FROM {COLUMNS} WHERE v.vacancy = u.vacancy"""
STAND = f"SELECT {VACANCY} FROM vacancy v JOIN home h USING (home) WHERE v.vacancy = ANY($1) ORDER BY v.vacancy"


async def upload_vacancies(session: WriteSession, content: bytes, *, by: Person) -> Sequence[Row]:
    """Answers every vacancy of the file as it now stands. Raises Invalid with every row and field that is wrong."""
    problems = Problems()
    lines = lines_of(content, problems)
    homes = await session.all(MINE, by.provider, by.authority)
    places = await session.all(PLACES, [home.home for home in homes])
    forms = [_form(line, homes, places, problems) for line in lines]
    _once(lines, forms, problems)
    problems.refuse()
    if not lines:
        raise Invalid("There is no vacancy in the file.", code="empty")
    return await _write(session, [form for form in forms if form is not None], by)


def _once(lines: Sequence[Line], forms: Sequence[PostVacancy | None], problems: Problems) -> None:
    seen = set()
    for line, form in zip(lines, forms, strict=True):
        if form is not None and _key(form) in seen:
            problems.note(line.number, "home", "The same places from the same day stand in the file twice.")
        seen.add(form and _key(form))


def _form(line: Line, homes: Sequence[Row], places: Sequence[Row], problems: Problems) -> PostVacancy | None:
    """What a row posts; of somebody else's home it says no more than of one that is not there."""
    named = [home for home in homes if line.home.casefold() in _names(home)]
    if len(named) != 1:
        words = "Two of your homes are called so: give its URN." if named else "You have no open home called so."
        problems.note(line.number, "home", words)
        return None
    home = named[0]
    there = {place.number: place for place in places if place.home == home.home}
    strange = [number for number in line.places if number not in there]
    if strange:
        problems.note(line.number, "places", "The home has no place of that number.")
        return None
    wanted = [there[number] for number in line.places] or list(there.values())
    form = form_of(line, home.home, [place.place for place in wanted], problems)
    return form and _possible(line, form, home, wanted, problems)


def _names(home: Row) -> set[str]:
    return {str(home.home), home.name.casefold(), (home.urn or str(home.home)).casefold()}


def _possible(
    line: Line, form: PostVacancy, home: Row, wanted: Sequence[Row], problems: Problems
) -> PostVacancy | None:
    """The form, where every place is there on those days (all that are, where none was named) for those children."""
    until = form.available_until or form.available_from + timedelta(days=1)
    open_ = [p.place for p in wanted if p.opens <= form.available_from and (p.closes is None or until <= p.closes)]
    if not open_ or (line.places and len(open_) < len(wanted)):
        problems.note(line.number, "places", "The home does not have that place on those days.")
        return None
    try:
        must_be_narrower(form, home)
    except Invalid as refused:
        problems.note(line.number, refused.field, refused.message)
        return None
    return form.model_copy(update={"places": tuple(open_)})


async def _write(session: WriteSession, forms: Sequence[PostVacancy], by: Person) -> Sequence[Row]:
    homes = [form.home for form in forms]
    offered = {_key(row): row.vacancy for row in await session.all(OFFERED, homes)}
    known = {offered[_key(form)]: form for form in forms if _key(form) in offered}
    new = {new_id(): form for form in forms if _key(form) not in offered}
    for sql, lines in ((POST, new), (CORRECT, known)):
        columns = columns_of([(vacancy, *_facts(form)) for vacancy, form in lines.items()], 9)
        await session.run(sql, session.clock.now(), *columns)
    stand = await session.all(STAND, [*new, *known])
    for row in stand:
        session.publish((VacancyPosted if row.vacancy in new else VacancyCorrected)(**row))
        session.audit(by.id, "post vacancy" if row.vacancy in new else "correct vacancy", row.vacancy)
    return stand


def _key(of: Any) -> tuple[UUID, frozenset[UUID], Any]:
    return of.home, frozenset(of.places), of.available_from


def _facts(form: PostVacancy) -> Sequence[Any]:
    when = (form.available_from, form.available_until, form.weekly_pence)
    places = ",".join(str(place) for place in form.places)
    return form.home, places, *when, form.youngest, form.oldest, ",".join(form.sexes)
