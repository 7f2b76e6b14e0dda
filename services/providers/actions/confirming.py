"""Confirming many vacancies at once: all of them or none, and which of them stood in the way."""

from collections.abc import Sequence
from uuid import UUID

from services.providers.forms.vacancies import ConfirmVacancies, StillStands
from services.providers.queries import VACANCY
from shared.contracts.providers import VacancyConfirmed
from shared.errors import Invalid, NotFound, Refused, Stale
from shared.identity.person import Person
from shared.store.session import Row, WriteSession

# Locked in one order, so that two who confirm at once never wait for each other.
MINE = """SELECT v.vacancy, v.version, v.withdrawn_at FROM vacancy v JOIN home h USING (home)
        JOIN provider p USING (provider)
    WHERE (h.provider = $1 OR p.owned_by = $2)
        AND ($3::uuid[] IS NULL AND v.withdrawn_at IS NULL OR v.vacancy = ANY($3))
    ORDER BY v.vacancy FOR UPDATE OF v"""
CONFIRM = f"""UPDATE vacancy v SET version = v.version + 1, confirmed_at = $2
    FROM home h WHERE v.vacancy = ANY($1) AND h.home = v.home RETURNING {VACANCY}"""


async def confirm_vacancies(session: WriteSession, form: ConfirmVacancies, *, by: Person) -> Sequence[Row]:
    """Say that these vacancies (all of the caller's, where none is named) still stand. Raises NotFound, Stale, Refused."""
    named = form.vacancies
    asked = None if named is None else [one.vacancy for one in named]
    mine = {row.vacancy: row for row in await session.all(MINE, by.provider, by.authority, asked)}
    for number, one in enumerate(named or ()):
        _must_stand(number, one, mine)
    if asked is not None and len(set(asked)) < len(asked):
        twice = next(number for number, one in enumerate(asked) if one in asked[:number])
        raise Invalid("This vacancy is named twice.", field=f"vacancies.{twice}")
    confirmed = await session.all(CONFIRM, list(mine), session.clock.now())
    for row in confirmed:
        session.publish(VacancyConfirmed(**row))
        session.audit(by.id, "confirm vacancy", row.vacancy)
    return confirmed


def _must_stand(number: int, one: StillStands, mine: dict[UUID, Row]) -> None:
    row = mine.get(one.vacancy)
    if row is None:
        raise NotFound(field=f"vacancies.{number}")
    if one.version not in (None, row.version):
        raise Stale(
            "Somebody else changed this since you read it.",
            field=f"vacancies.{number}.version",
            more={"version": row.version},
        )
    if row.withdrawn_at is not None:
        raise Refused("The vacancy was withdrawn.", field=f"vacancies.{number}", code="vacancy_withdrawn")
