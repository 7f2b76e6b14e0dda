"""Posting vacancies, confirming that they still stand, correcting and withdrawing them."""

from datetime import date
from uuid import UUID

from services.providers.forms.vacancies import CorrectVacancy, PostVacancy
from services.providers.queries import VACANCY, home_managed
from shared.contracts.providers import VacancyConfirmed, VacancyCorrected, VacancyPosted, VacancyWithdrawn
from shared.errors import Invalid, NotFound, Refused, must_be_current
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import Row, WriteSession

POST = """INSERT INTO vacancy AS v
    (vacancy, home, version, places, available_from, available_until, weekly_pence, confirmed_at)
    SELECT $1, $2, 1, $3, $4, $5, $6, $7"""
CHANGE = f"""UPDATE vacancy v SET version = v.version + 1, places = $2, available_from = $3, available_until = $4,
    weekly_pence = $5, confirmed_at = $6, withdrawn_at = $7
    FROM home h WHERE v.vacancy = $1 AND h.home = v.home RETURNING {VACANCY}"""
ONE = f"SELECT {VACANCY} FROM vacancy v JOIN home h USING (home) WHERE v.vacancy = $1"
OPEN_ON = """SELECT place FROM place
    WHERE home = $1 AND place = ANY($2) AND daterange(opens, closes) @> daterange($3, coalesce($4, $3::date + 1))"""
REACHING = f"""SELECT {VACANCY} FROM vacancy v JOIN home h USING (home)
    WHERE v.home = $1 AND v.withdrawn_at IS NULL AND daterange(v.available_from, v.available_until) && daterange($2, NULL)
    ORDER BY v.vacancy FOR UPDATE OF v"""


async def post_vacancy(session: WriteSession, form: PostVacancy, *, by: Person) -> Row:
    """Offer places of one home at a weekly price."""
    home = await home_managed(session, form.home, by, lock=True)
    await _must_be_open(session, home.home, form)
    vacancy = new_id()
    offered = (list(form.places), form.available_from, form.available_until, form.weekly_pence)
    await session.run(POST, vacancy, form.home, *offered, session.clock.now())
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
    await _must_be_open(session, row.home, form)
    offered = (list(form.places), form.available_from, form.available_until, form.weekly_pence)
    corrected = await session.one(CHANGE, vacancy, *offered, session.clock.now(), None)
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


async def end_vacancies(session: WriteSession, home: UUID, on: date) -> None:
    """What a home offers ends with the home: cut to before a day, or withdrawn where it would begin then or later."""
    for row in await session.all(REACHING, home, on):
        if row.available_from >= on:
            session.publish(VacancyWithdrawn(**await _change(session, row, withdrawn=True)))
        else:
            session.publish(VacancyCorrected(**await _change(session, row, until=on)))


async def _change(
    session: WriteSession, row: Row, *, confirmed: bool = False, withdrawn: bool = False, until: date | None = None
) -> Row:
    now = session.clock.now()
    changed = await session.one(
        CHANGE,
        row.vacancy,
        row.places,
        row.available_from,
        until or row.available_until,
        row.weekly_pence,
        now if confirmed else row.confirmed_at,
        now if withdrawn else None,
    )
    assert changed is not None
    return changed


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


async def _must_be_open(session: WriteSession, home: UUID, form: PostVacancy | CorrectVacancy) -> None:
    """Every place offered is one of the home's and there on the nights it is offered for, or the first of them where no end is said."""
    known = await session.all(OPEN_ON, home, list(form.places), form.available_from, form.available_until)
    missing = set(form.places) - {row.place for row in known}
    if missing:
        first = min(form.places.index(place) for place in missing)
        raise Invalid("That is not a place of this home on those days.", field=f"places.{first}")
