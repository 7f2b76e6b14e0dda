"""What is asked of a child's social worker about a home that is offered, and what is shown of the answer."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from services.placements.forms.fields import Seen
from shared.contracts.vocabulary import Objection
from shared.web.fields import Form, Prose


class Consider(Form):
    """Do you agree to this home for the child, and if not, why?"""

    agrees: bool = Field(strict=True)
    objection: Objection | None = Field(None, validate_default=True, examples=["school"], description="if you do not")
    words: Prose | None = Field(None, description="stays in your authority: no event carries it")
    version: Seen = None

    @field_validator("objection")
    @classmethod
    def _says_why_not(cls, objection: Objection | None, info: ValidationInfo) -> Objection | None:
        if info.data.get("agrees") is False and objection is None:
            raise ValueError("Say why you do not agree")
        if info.data.get("agrees") and objection is not None:
            raise ValueError("Whoever agrees does not object")
        return objection


class OpinionShown(BaseModel):
    """What the child's social worker thinks of an offer."""

    offer: UUID
    agrees: bool
    objection: Objection | None
    words: str | None
    said_at: datetime
