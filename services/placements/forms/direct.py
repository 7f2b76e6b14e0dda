"""What is asked of those who place a child where there is no place of ours."""

from datetime import date
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from services.placements.domain import TEMPORARY
from services.placements.forms.fields import FarAway
from services.placements.forms.stays import Arrival
from shared.contracts.providers import Urn
from shared.contracts.vocabulary import PlacementType, Purpose, Sector
from shared.web.fields import Day, Pence, Postcode, later


class PlaceDirectly(Arrival):
    """Which child lives where, from which night, and has the child arrived?"""

    child: UUID
    type: PlacementType = Field(examples=["U3"])
    sector: Sector | None = Field(None, examples=["PR1"])
    provider: UUID | None = Field(None, description="an organisation that is known here")
    urn: Urn | None = None
    postcode: Postcode | None = None
    starts: Day = Field(examples=["2026-04-01"])
    ends: Day | None = None
    purpose: Purpose = Field(Purpose.FIRST, validate_default=True)
    moves_from: UUID | None = None
    referral: UUID | None = Field(None, description="the referral that this answers, if one does")
    same_carer: bool = Field(False, description="for a move: only the kind of placement changes")
    distance_reason: FarAway = None
    weekly_pence: Pence | None = None
    arrived_on: Day | None = Field(None, description="the first night, where the child is there already")

    @field_validator("sector")
    @classmethod
    def _of_parents(cls, sector: Sector | None, info: ValidationInfo) -> Sector | None:
        if sector is Sector.PARENT and info.data.get("type") is not PlacementType.WITH_PARENTS:
            raise ValueError("PR0 is for a child placed with parents")
        return sector

    @field_validator("provider", "urn")
    @classmethod
    def _nobody_provides(cls, who: object, info: ValidationInfo) -> object:
        if who is not None and info.data.get("type") in TEMPORARY:
            raise ValueError("A temporary stay names no provider")
        return who

    @field_validator("purpose")
    @classmethod
    def _temporary(cls, purpose: Purpose, info: ValidationInfo) -> Purpose:
        if (info.data.get("type") in TEMPORARY) and purpose is not Purpose.TEMPORARY:
            raise ValueError("T0 to T4 are temporary stays")
        return purpose

    @field_validator("ends")
    @classmethod
    def _in_order(cls, ends: date | None, info: ValidationInfo) -> date | None:
        return later(ends, info.data.get("starts"), "The last night is before the first")
