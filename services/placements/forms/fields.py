"""The fields that several of placements' forms share."""

from typing import Annotated

from pydantic import Field

from shared.contracts.vocabulary import DistanceReason
from shared.web.fields import Version

Seen = Annotated[Version | None, Field(description="the version you saw; a newer one is not overwritten")]
"""Optional where two who change the same do no harm."""
FarAway = Annotated[
    DistanceReason | None,
    Field(description="why the child is to live at a distance, or over 20 miles away and outside the area"),
]
