"""The kinds of field that only providers' forms have."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from shared.contracts.vocabulary import PlacementType, Sex
from shared.web.fields import each_once

Urn = Annotated[str, StringConstraints(pattern=r"^(SC[0-9]{6}|[0-9]{7})$")]
"""Ofsted's number of a provider or a home."""
Area = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{1,40}$")]
Sexes = Annotated[tuple[Sex, ...], Field(min_length=1, max_length=len(Sex)), AfterValidator(each_once)]
Types = Annotated[tuple[PlacementType, ...], Field(max_length=len(PlacementType)), AfterValidator(each_once)]
Places = Annotated[tuple[UUID, ...], Field(min_length=1, max_length=100), AfterValidator(each_once)]
