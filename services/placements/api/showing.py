"""How placements and periods of care are shown, and what several routes ask for."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, Request

from services.placements.domain import too_long
from services.placements.forms import CareShown, PlacementShown
from services.placements.queries import prices_of
from shared.contracts.placements import PriceLine
from shared.contracts.vocabulary import Fragility, PlacementStatus, PlacementType
from shared.geography import Geography
from shared.geography.kept import the_map
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.session import Row

Reader = Annotated[Person, Depends(may("placements:read"))]
Recorder = Annotated[Person, Depends(may("placements:record"))]
Booker = Annotated[Person, Depends(may("placements:book"))]
READ_OFF = frozenset(PlacementShown.model_fields) - {"miles", "group", "prices", "warnings"}
LIVED_IN = (PlacementStatus.STARTED, PlacementStatus.ENDED)


async def _map_of(request: Request) -> Geography:
    return await the_map(request.app.state.running.settings.map_folder)


Map = Annotated[Geography, Depends(_map_of)]
"""The map of postcodes, opened before a transaction begins."""


def placement_shown(
    row: Row | Mapping[str, Any], by: Person, today: date, prices: Iterable[PriceLine] | None = None
) -> PlacementShown:
    """A placement as the person may see it: how far the child is from home, and what people fear, is the authority's.

    That notice was given is the provider's own word, so it reads that.
    """
    shown = {name: row[name] for name in READ_OFF}
    warning = too_long(PlacementType(row["type"]), row["starts"], row["ends"], today)
    shown |= {
        "miles": None if row["miles_tenths"] is None else row["miles_tenths"] / 10,
        "group": row["group_id"],
        "prices": [line.model_dump() for line in (prices_of(row) if prices is None else prices)],
        "warnings": [warning] if warning and row["status"] in LIVED_IN else [],
    }
    if by.provider is not None:
        own_word = row["fear"] if row["fear"] == Fragility.NOTICE_GIVEN else None
        shown |= {"miles": None, "location": None, "distance_reason": None, "contract": None, "fear": own_word}
    return PlacementShown.model_validate(shown)


def care_shown(row: Row) -> CareShown:
    """A period of care with its legal statuses."""
    shown = {name: row[name] for name in CareShown.model_fields if name != "legal_statuses"}
    lines = [{"status": line[0], "starts": line[1]} for line in row["statuses"]]
    return CareShown.model_validate(shown | {"legal_statuses": lines})
