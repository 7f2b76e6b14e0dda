"""Returns put into placements: children as referrals would tell of them, all the rest by the load of every table."""

from collections.abc import Iterable, Sequence
from datetime import date

from shared.contracts.referrals import ChildRegistered, StatutoryDetailsNoted
from shared.contracts.vocabulary import Sex
from shared.identity.person import Role
from shared.ids import new_id
from shared.ssda903.shape import Episode, Header, Return
from shared.ssda903.writing import as_csv
from tests.alone import Alone
from tests.loading import ENDED, loaded, send
from tests.returns import zipped
from tests.waiting import until

SEX = {"1": Sex.MALE, "2": Sex.FEMALE}


async def record(placements: Alone, returns: Sequence[Return], *, seconds: float = 60) -> None:
    """Everything these years tell, loaded within so many seconds."""
    await _hear_of_children(placements, returns)
    files = {
        f"{given.year}/{table}.csv": as_csv(table, rows) for given in returns for table, rows in given.tables.items()
    }
    asking = placements.of(returns[0].authority, Role.ANALYST)
    where = await send(asking, "placements", zipped(files))

    async def ended() -> bool:
        return (await asking.get(where)).json()["state"] in ENDED

    await until(ended, seconds=seconds)
    answer = await loaded(asking, "placements", None, where=where)
    assert answer["state"] == "done", (answer["words"], answer["problems"][:5])


async def _hear_of_children(placements: Alone, returns: Sequence[Return]) -> None:
    headers: dict[str, Header] = {}
    homes: dict[str, str] = {}
    unaccompanied: set[str] = set()
    for given in returns:
        headers |= {header.child: header for header in given.header}
        homes |= {e.child: e.home_post for e in _in_order(given.episodes) if e.home_post}
        unaccompanied |= {row.child for row in given.rows("UASC")}
    mothers = {h.child: h for given in returns for h in given.header if h.mother == "1"}
    told: list[ChildRegistered | StatutoryDetailsNoted] = []
    for reference, header in headers.items():
        who = {"child": new_id(), "authority": returns[0].authority, "version": 1}
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


def _in_order(episodes: Iterable[Episode]) -> Sequence[Episode]:
    return sorted(episodes, key=lambda episode: episode.decom or date.min)
