"""The kinds of field that only providers' forms have."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from shared.contracts.vocabulary import Sex
from shared.web.fields import each_once

Area = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{1,40}$")]
Sexes = Annotated[tuple[Sex, ...], Field(min_length=1, max_length=len(Sex)), AfterValidator(each_once)]
Places = Annotated[tuple[UUID, ...], Field(min_length=1, max_length=100), AfterValidator(each_once)]
