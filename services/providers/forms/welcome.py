"""What a child is told of a home, in words that a child reads."""

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.web.fields import Form, Version

MOST_PICTURES = 6
Telling = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]+$"),
]
Shows = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=3, max_length=150, pattern=r"^[^\x00-\x1f\x7f]+$")
]


class WriteWelcome(Form):
    """What would you tell a child who comes to live with you? Never the name of another child."""

    hello: Telling = Field(examples=["Hello! We are a house with a big garden and a dog called Bramble."])
    people: Telling | None = None
    bedroom: Telling | None = None
    meals: Telling | None = None
    fun: Telling | None = None
    rules: Telling | None = None
    version: Version | None = Field(None, description="the version that was changed; none where this is the first")


class AddPicture(Form):
    """What does the picture show?"""

    shows: Shows = Field(examples=["The kitchen with its long table"])
