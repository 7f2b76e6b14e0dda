"""What a list that was taken in came to."""

from pydantic import Field

from shared.web.fields import Answer


class ListWarning(Answer):
    """A row that was taken in as far as it could be."""

    sheet: str
    row: int = Field(description="as a spreadsheet counts")
    field: str
    message: str


class ListTaken(Answer):
    """How many homes are new, changed and as they were."""

    new_providers: int
    new: int
    changed: int
    unchanged: int
    without_places: int = Field(description="registrations that are no home, such as agencies: their provider is kept")
    warned: list[ListWarning]
