"""What the statutory return asks of a child besides episodes, as commands: social worker, health, permanence, adoption."""

from collections.abc import Iterator
from datetime import date
from random import Random
from typing import Any
from zlib import crc32

from deploy.county.authority import Needs
from deploy.county.command import Command, Ref
from deploy.county.lives import Life
from shared.clock import age_on
from shared.contracts.return_codes import (
    AdoptersSex,
    AdoptersStatus,
    NoScoreReason,
    PermanenceKind,
    WorkerChange,
)
from shared.contracts.vocabulary import CareEnd, LegalStatus

FIRST_YEAR = 2000
"""Facts of earlier years' returns are kept of nobody."""
HIGHEST_SCORE = 40
LATE = 22
"""The hour at which facts of a day are told: whatever else happened that day is known."""


def returned(life: Life, needs: Needs, last: date) -> Iterator[Command]:
    """Everything up to a day; answers that nobody published anything of are the usual ones, and no finding."""
    of: dict[str, Any] = {"service": "placements", "about": Ref(life.key), "child": life.key, "hour": LATE}
    worker = {"worker": f"SW{crc32(life.family.encode()) % 90 + 10010}", "starts": str(life.started)}
    worker["reason"] = WorkerChange.FIRST_CONTACT
    yield Command(**of, on=life.started, kind="record_social_worker", form=worker)
    if (came_in := _collection_year(life.started)) >= FIRST_YEAR:
        before = {"year": came_in, "kind": PermanenceKind.NONE}
        yield Command(**of, on=life.started, kind="record_previous_permanence", form=before)
    for year in range(max(life.started.year + 1, FIRST_YEAR), (life.ended or last).year + 1):
        ends = date(year, 3, 31)
        if life.started <= date(year - 1, 4, 1) and ends <= last and (life.ended is None or life.ended >= ends):
            yield Command(**of, on=ends, kind="record_health", form=_health(life, needs, year))
    yield from _adoption(life, of)


def _health(life: Life, needs: Needs, year: int) -> dict[str, Any]:
    ends = date(year, 3, 31)
    age, scored = age_on(life.born, ends), age_on(life.born, date(year - 1, 4, 1)) >= 4
    told = {"year": year, "immunisations": True, "teeth_check": True, "health_assessment": True}
    told |= {"substance_misuse": False}
    told |= {"convicted": False} if age >= 10 else {}
    told |= {"health_check": True} if age < 5 else {}
    if scored and age <= 16:
        return told | {"sdq_score": _score(life, needs, year)}
    young = age_on(life.born, date(year - 1, 3, 31)) < 17
    return told | ({"sdq_reason": NoScoreReason.AGE} if age >= 4 and young else {})


def _score(life: Life, needs: Needs, year: int) -> int:
    """About a level of the child's own."""
    who = f"{life.key} {life.born}"
    own = Random(who).gauss(needs.score, needs.score_spread)  # noqa: S311 - the same for the same child, nothing secret
    this_year = Random(f"{who} {year}").gauss(own, needs.score_moves)  # noqa: S311
    return min(HIGHEST_SCORE, max(0, round(this_year)))


def _adoption(life: Life, of: dict[str, Any]) -> Iterator[Command]:
    """Decided with the placement order; matched when the child moves to the adopters."""
    orders = [day for status, day in life.statuses if status is LegalStatus.PLACEMENT_ORDER]
    if orders:
        yield Command(**of, on=orders[0], kind="record_adoption_decision", form={"decided_on": str(orders[0])})
    if life.why is CareEnd.ADOPTED and life.ended is not None and orders:
        form = {"decided_on": str(orders[0]), "matched_on": str(life.stays[-1].starts), "by_foster_carer": False}
        form |= {"adopters": 2, "adopters_sex": AdoptersSex.MAN_AND_WOMAN}
        form |= {"adopters_status": AdoptersStatus.MARRIED_DIFFERENT_SEX}
        yield Command(**of, on=life.ended, kind="record_adoption", form=form)


def _collection_year(day: date) -> int:
    return day.year + (day >= date(day.year, 4, 1))


def school_number(number: int, born: date) -> str:
    """A pupil number with its check letter, out of a made-up school's; too young for school, the code for that."""
    digits = f"919{number // 1000 % 10000:04d}{(born.year + 5) % 100:02d}{number % 1000:03d}"
    check = sum(int(digit) * weight for weight, digit in enumerate(digits, 2)) % 23
    return f"{'ABCDEFGHJKLMNPQRTUVWXYZ'[check]}{digits}"
