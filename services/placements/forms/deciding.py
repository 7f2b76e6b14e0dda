"""What is asked of those who own a referral, who ask an approver about an offer, and who decide."""

from pydantic import ValidationInfo, field_validator

from services.placements.forms.fields import Seen
from shared.contracts.vocabulary import DistanceReason
from shared.web.fields import Form, Prose, Words


class Own(Form):
    """Whose is the referral to be? Nobody's, where it is given back."""

    owner: Words | None = None
    version: int = 0


class AskApproval(Form):
    """Why should the child live there, although it is dear or far away?"""

    why: Prose
    version: Seen = None


class DecideApproval(Form):
    """May it be booked; if the home is far away, why; and what else is there to say?"""

    approved: bool
    distance_reason: DistanceReason | None = None
    words: Prose | None = None
    version: Seen = None

    @field_validator("words")
    @classmethod
    def _a_no_says_why(cls, words: str | None, info: ValidationInfo) -> str | None:
        if words is None and info.data.get("approved") is False:
            raise ValueError("Say why not")
        return words
