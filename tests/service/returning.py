"""Children that placements has heard of, and returns that are loaded for them."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from shared.contracts.referrals import ChildRegistered, StatutoryDetailsNoted
from shared.identity.person import Role
from tests.alone import NORTHSHIRE, Alone
from tests.loading import loaded
from tests.returns import zipped


async def heard_of(placements: Alone, reference: str = "C1", authority: str = NORTHSHIRE, **more: Any) -> UUID:
    """A child that referrals has told of."""
    child = uuid4()
    who = {"child": child, "authority": authority, "version": 1}
    born = {"born": date(2012, 6, 7), "sex": "F", "ethnicity": "WBRI", "uasc": False} | more
    await placements.hear(
        ChildRegistered(**who, **born),
        StatutoryDetailsNoted(**who, reference=reference, upn=None, home_postcode=None),
    )
    return child


async def load(placements: Alone, files: Mapping[str, bytes], authority: str = NORTHSHIRE) -> dict[str, Any]:
    return await loaded(placements.of(authority, Role.ANALYST), "placements", zipped(files))
