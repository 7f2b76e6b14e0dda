"""Children, episodes and facts of returns, put into placements as if referrals and people had told of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from services.placements.returns.kept import FACTS
from shared.contracts.referrals import ChildRegistered, StatutoryDetailsNoted
from shared.contracts.vocabulary import Sex
from shared.identity.person import Role
from shared.ids import new_id
from shared.ssda903.shape import Episode, Header, Return, TableRow
from shared.ssda903.writing import as_csv
from tests.alone import Alone
from tests.loading import loaded
from tests.returns import zipped

SEX = {"1": Sex.MALE, "2": Sex.FEMALE}
COLUMNS: Mapping[str, Mapping[str, str]] = {
    "Reviews": {"review": "reviewed_on", "review_code": "participation"},
    "OC2": {
        **{name: name for name in ("sdq_score", "sdq_reason", "convicted", "health_check", "immunisations")},
        **{name: name for name in ("teeth_check", "health_assessment", "substance_misuse")},
        **{name: name for name in ("intervention_received", "intervention_offered")},
    },
    "OC3": {"in_touch": "in_touch", "activ": "activity", "accom": "accommodation"},
    "AD1": {
        "date_int": "decided_on",
        "date_match": "matched_on",
        "foster_care": "by_foster_carer",
        "nb_adoptr": "adopters",
        "sex_adoptr": "adopters_sex",
        "ls_adoptr": "adopters_status",
    },
    "PlacedAdoption": {
        "date_placed": "decided_on",
        "date_placed_ceased": "reversed_on",
        "reason_placed_ceased": "reason",
    },
    "PrevPerm": {"prev_perm": "kind", "la_perm": "arranged_by", "date_perm": "ordered_on"},
    "Missing": {"missing": "kind", "mis_start": "starts", "mis_end": "ends"},
    "SWEpisodes": {"sw_id": "worker", "sw_decom": "starts", "sw_dec": "ends", "sw_reason": "reason"},
    "DoLo": {"dolo_start": "starts", "dolo_end": "ends"},
}
"""A column of the return -> ours."""
YES_OR_NO = frozenset(COLUMNS["OC2"].values()) - {"sdq_score", "sdq_reason"} | {"by_foster_carer"}
OF_YEAR = frozenset({"OC2", "OC3", "PrevPerm"})
KEYS = {
    "reviews": "review", "health_years": "health", "leaver_years": "leaver", "adoptions": "adoption",
    "adoption_decisions": "decision", "previous_permanence": "permanence", "missing_spells": "missing",
    "social_worker_spells": "spell", "liberty_orders": "liberty",
}  # fmt: skip


async def record(placements: Alone, returns: Sequence[Return]) -> None:
    """Everything these years tell; the newest to tell of something is believed."""
    children = await _hear_of_children(placements, returns)
    files = {
        f"{given.year}/{table}.csv": as_csv(table, given.rows(table))
        for given in returns
        for table in ("Header", "Episodes")
    }
    asking = placements.of(returns[0].authority, Role.ANALYST)
    answer = await loaded(asking, "placements", zipped(files))
    assert answer["state"] == "done", (answer["words"], answer["problems"][:5])
    async with placements.database.writing() as session:
        for table, ours in FACTS.items():
            rows = _facts(returns, table, children)
            if rows:
                names = tuple(rows[0])
                told = [tuple(row.values()) for row in rows]
                await session.copy(ours, names, told, "public")


async def _hear_of_children(placements: Alone, returns: Sequence[Return]) -> Mapping[str, UUID]:
    headers: dict[str, Header] = {}
    homes: dict[str, str] = {}
    unaccompanied: set[str] = set()
    for given in returns:
        headers |= {header.child: header for header in given.header}
        homes |= {e.child: e.home_post for e in _in_order(given.episodes) if e.home_post}
        unaccompanied |= {row.child for row in given.rows("UASC")}
    children = {reference: new_id() for reference in headers}
    mothers = {h.child: h for given in returns for h in given.header if h.mother == "1"}
    told: list[ChildRegistered | StatutoryDetailsNoted] = []
    for reference, header in headers.items():
        who = {"child": children[reference], "authority": returns[0].authority, "version": 1}
        assert header.dob
        assert header.sex
        told.append(
            ChildRegistered(
                **who,
                born=header.dob,
                sex=SEX.get(header.sex) or Sex(header.sex),
                ethnicity=header.ethnic or "",
                uasc=reference in unaccompanied,
            )
        )
        mother = mothers.get(reference)
        told.append(
            StatutoryDetailsNoted(
                **who,
                reference=reference,
                upn=header.upn,
                home_postcode=homes.get(reference),
                mother=mother is not None,
                own_child_born=mother.mc_dob if mother else None,
            )
        )
    await placements.hear_together(*told)
    return children


def _in_order(episodes: Iterable[Episode]) -> Sequence[Episode]:
    return sorted(episodes, key=lambda episode: episode.decom or date.min)


def _facts(returns: Sequence[Return], table: str, children: Mapping[str, UUID]) -> Sequence[dict[str, Any]]:
    found: dict[tuple[str, Any], dict[str, Any]] = {}
    for given in returns:
        for row in given.rows(table):
            facts = dict(_converted(row, table))
            if table in OF_YEAR:
                facts["year"] = given.year
            when = given.year if table in OF_YEAR else next(v for v in facts.values() if isinstance(v, date))
            own = {KEYS[FACTS[table]]: new_id(), "child": children[row.child], "authority": given.authority}
            found[row.child, when] = {**own, "version": 1, **facts}
    return list(found.values())


def _converted(row: TableRow, table: str) -> Iterable[tuple[str, Any]]:
    for theirs, ours in COLUMNS[table].items():
        value = getattr(row, theirs)
        if ours in YES_OR_NO and value is not None:
            value = value == "1"
        if ours == "adopters" and value is not None:
            value = int(value)
        yield ours, value
