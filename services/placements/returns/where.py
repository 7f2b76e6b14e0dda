"""Where the placements of a return are: miles, area and the half of a postcode that may be told, for many at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from services.placements.ledger import Placed
from shared.geography import Geography, Location, outward


@dataclass(frozen=True, slots=True)
class Where:
    """What is told of a placement's whereabouts; None where it is not known."""

    outward: str | None
    miles_tenths: int | None
    location: Location | None


def where_each(
    geography: Geography, authority: str, placed: Sequence[Placed], unaccompanied: Sequence[bool]
) -> list[Where]:
    """Each placement's; the area as the map was when it began. A child who came alone has no home to be far from."""
    miles = geography.miles_each([p.home_postcode for p in placed], [p.postcode for p in placed])
    tenths = np.rint(miles * 10)
    return [
        Where(
            outward(p.postcode),
            None if alone or np.isnan(far) else int(far),
            geography.location(authority, p.postcode, p.starts),
        )
        for p, far, alone in zip(placed, tenths, unaccompanied, strict=True)
    ]
