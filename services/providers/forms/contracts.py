"""Awarding a contract, its schedule of prices, and ending it."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints, ValidationInfo, field_validator

from shared.contracts.vocabulary import ContractKind, PlacementType
from shared.web.fields import Age, Answer, Day, Form, Pence, Version, each_once, later

MOST_PRICES = 200
Lot = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9][A-Za-z0-9 .,&/()-]{0,79}$")]


class PriceLine(Form):
    """What does it cost a week, for whom, from when?"""

    type: PlacementType = Field(examples=["K2"])
    youngest: Age = Field(examples=[8])
    oldest: Age = Field(examples=[17])
    weekly_pence: Pence
    starts: Day = Field(examples=["2026-04-01"])

    @field_validator("oldest")
    @classmethod
    def _not_younger(cls, oldest: int, info: ValidationInfo) -> int:
        if oldest < info.data.get("youngest", 0):
            raise ValueError("The oldest age must not be below the youngest")
        return oldest


Prices = Annotated[tuple[PriceLine, ...], Field(max_length=MOST_PRICES)]


class AwardContract(Form):
    """From whom may your authority buy, on what terms?"""

    provider: UUID
    kind: ContractKind = Field(examples=["framework"])
    tier: Annotated[int, Field(strict=True, ge=1, le=20)] | None = Field(
        None, examples=[1], description="of a framework"
    )
    lot: Lot | None = Field(None, description="of a dynamic purchasing system")
    types: Annotated[tuple[PlacementType, ...], Field(min_length=1, max_length=len(PlacementType))] = Field(
        examples=[["K2"]], description="what may be bought"
    )
    starts: Day = Field(examples=["2026-04-01"])
    ends: Day | None = Field(None, examples=["2030-04-01"], description="the first day it holds no longer")
    weekly_pence: Pence | None = Field(None, description="what a block costs a week, whoever lives there")
    block_places: Annotated[int, Field(strict=True, ge=1, le=1_000)] | None = Field(None, description="of a block")
    prices: Prices = ()

    @field_validator("types")
    @classmethod
    def _each_once(cls, types: tuple[PlacementType, ...]) -> tuple[PlacementType, ...]:
        return each_once(types)

    @field_validator("ends")
    @classmethod
    def _after_its_start(cls, ends: date | None, info: ValidationInfo) -> date | None:
        return later(ends, info.data.get("starts"), "A contract must end after it starts")


class AddPrices(Form):
    """Which prices come into the schedule?"""

    prices: Annotated[Prices, Field(min_length=1)]
    version: Version


class EndContract(Form):
    """When does it end?"""

    on: Day = Field(examples=["2027-04-01"], description="the first day it holds no longer")
    version: Version


class PriceAnswer(Answer):
    """A line of a schedule."""

    type: PlacementType
    youngest: int
    oldest: int
    weekly_pence: int
    starts: date


class ContractAnswer(Answer):
    """A contract with its schedule of prices."""

    contract: UUID
    provider: UUID
    authority: str
    version: int
    kind: ContractKind
    tier: int | None
    lot: str | None
    types: tuple[PlacementType, ...]
    starts: date
    ends: date | None
    weekly_pence: int | None
    block_places: int | None
    prices: tuple[PriceAnswer, ...]
