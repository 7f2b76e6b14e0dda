"""The form of what a child and those who matter wish and feel, and what is known of it."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from services.referrals.domain import Whose
from shared.web.fields import Form, Prose


class NoteWish(Form):
    """Who wishes and feels what?"""

    whose: Whose = Field(examples=["child"])
    words: Prose = Field(examples=["To stay near Nan."], description="stays here: no event carries it")


class WishAnswer(BaseModel):
    """What somebody wishes and feels for a child, as said on a day, by itself or in a referral."""

    whose: Whose
    words: str
    noted_at: datetime


Wishes = Annotated[list[WishAnswer], Field(description="newest first")]
