"""Posting vacancies, confirming that they still stand, correcting and withdrawing them."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.providers.domain import must_be_narrower
from services.providers.forms.vacancies import CorrectVacancy, PostVacancy
from services.providers.queries import VACANCY, home_managed
from shared.contracts.providers import VacancyConfirmed, VacancyCorrected, VacancyPosted, VacancyWithdrawn
from shared.errors import Invalid, NotFound, Refused, must_be_current
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import Row, WriteSession

POST = """INSERT INTO vacancy
    (vacancy, home, version, confirmed_at, places, available_from, available_until, weekly_pence, youngest, oldest, sexes)
    VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10)"""
CORRECT = f"""UPDATE vacancy v SET version = v.version + 1, confirmed_at = $2, places = $3, available_from = $4,
    available_until = $5, weekly_pence = $6, youngest = $7, oldest = $8, sexes = $9
    FROM home h WHERE v.vacancy = $1 AND h.home = v.home RETURNING {VACANCY}"""
CHANGE = f"""UPDATE vacancy v SET version = v.version + 1, places = $2, available_until = $3, confirmed_at = $4,
    withdrawn_at = $5
    FROM home h WHERE v.vacancy = $1 AND h.home = v.home RETURNING {VACANCY}"""
ONE = f"SELECT {VACANCY} FROM vacancy v JOIN home h USING (home) WHERE v.vacancy = $1"
OPEN_ON = """SELECT place FROM place
    WHERE home = $1 AND place = ANY($2) AND daterange(opens, closes) @> daterange($3, coalesce($4, $3::date + 1))"""
REACHING = f"""SELECT {VACANCY} FROM vacancy v JOIN home h USING (home)
    WHERE v.home = $1 AND ($3::uuid IS NULL OR $3 = ANY(v.places)) AND v.withdrawn_at IS NULL
        AND daterange(v.available_from, v.available_until) && daterange($2, NULL)
    ORDER BY v.vacancy FOR UPDATE OF v"""


async def post_vacancy(session: WriteSession, form: PostVacancy, *, by: Person) -> Row:
    """Offer places of one home at a weekly price."""
    home = await home_managed(session, form.home, by, lock=True)
    await _must_be_possible(session, home, form)
    vacancy = new_id()
    await session.run(POST, vacancy, form.home, session.clock.now(), *_offered(form))
    row = await session.one(ONE, vacancy)
    assert row is not None
    session.publish(VacancyPosted(**row))
    session.audit(by.id, "post vacancy", vacancy)
    return row


async def confirm_vacancy(session: WriteSession, vacancy: UUID, *, version: int | None, by: Person) -> Row:
    """Say that what is offered still stands, from now."""
    row = await _standing(session, vacancy, version, by)
    confirmed = await _change(session, row, confirmed=True)
    session.publish(VacancyConfirmed(**confirmed))
    session.audit(by.id, "confirm vacancy", vacancy)
    return confirmed


async def correct_vacancy(session: WriteSession, vacancy: UUID, form: CorrectVacancy, *, by: Person) -> Row:
    """Change what is offered, which also confirms it."""
    row = await _standing(session, vacancy, form.version, by)
    await _must_be_possible(session, await home_managed(session, row.home, by), form)
    corrected = await session.one(CORRECT, vacancy, session.clock.now(), *_offered(form))
    assert corrected is not None
    session.publish(VacancyCorrected(**corrected))
    session.audit(by.id, "correct vacancy", vacancy)
    return corrected


async def withdraw_vacancy(session: WriteSession, vacancy: UUID, *, version: int | None, by: Person) -> Row:
    """Offer it no longer."""
    row = await _standing(session, vacancy, version, by)
    withdrawn = await _change(session, row, withdrawn=True)
    session.publish(VacancyWithdrawn(**withdrawn))
    session.audit(by.id, "withdraw vacancy", vacancy)
    return withdrawn


async def end_vacancies(session: WriteSession, home: UUID, on: date, *, place: UUID | None = None) -> None:
    """What a home offers from a day on ends with it; where one place goes, the others are offered still."""
    for row in await session.all(REACHING, home, on, place):
        left = [other for other in row.places if other != place] if place is not None else []
        if left:
            session.publish(VacancyCorrected(**await _change(session, row, places=left)))
        elif row.available_from >= on:
            session.publish(VacancyWithdrawn(**await _change(session, row, withdrawn=True)))
        else:
            session.publish(VacancyCorrected(**await _change(session, row, until=on)))


async def _change(
    session: WriteSession,
    row: Row,
    *,
    confirmed: bool = False,
    withdrawn: bool = False,
    until: date | None = None,
    places: list[UUID] | None = None,
) -> Row:
    now = session.clock.now()
    confirmed_at, withdrawn_at = now if confirmed else row.confirmed_at, now if withdrawn else None
    ends = until or row.available_until
    changed = await session.one(CHANGE, row.vacancy, places or row.places, ends, confirmed_at, withdrawn_at)
    assert changed is not None
    return changed


def _offered(form: PostVacancy | CorrectVacancy) -> Sequence[Any]:
    when = (list(form.places), form.available_from, form.available_until, form.weekly_pence)
    return *when, form.youngest, form.oldest, list(form.sexes)


async def _standing(session: WriteSession, vacancy: UUID, version: int | None, by: Person) -> Row:
    """A vacancy of the caller's that is offered still, locked. Raises NotFound, Stale, Refused."""
    row = await session.one(f"{ONE} FOR UPDATE OF v", vacancy)
    if row is None:
        raise NotFound
    await home_managed(session, row.home, by)
    must_be_current(row.version, version)
    if row.withdrawn_at is not None:
        raise Refused("The vacancy was withdrawn.", code="vacancy_withdrawn")
    return row


async def _must_be_possible(session: WriteSession, home: Row, form: PostVacancy | CorrectVacancy) -> None:
    """Every place is one of the home's and there on the nights it is offered for (or on the first, where no end is said);
    and nobody is offered a place whom the home may not take."""
    must_be_narrower(form, home)
    known = await session.all(OPEN_ON, home.home, list(form.places), form.available_from, form.available_until)
    missing = set(form.places) - {row.place for row in known}
    if missing:
        first = min(form.places.index(place) for place in missing)
        raise Invalid("That is not a place of this home on those days.", field=f"places.{first}")
