"""The one family of expected errors: each says in words what was refused, and which field to mend."""

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """A request we understood and will not do, with a sentence a person can read.

    `field` names the input at fault (a JSON pointer without its slash, such as `needs.0`), `code` is for programs,
    `more` holds extra facts for the answer (next homes, the current version), never anything about a child.
    """

    status = 409
    code = "refused"

    def __init__(
        self, message: str, *, field: str = "", status: int = 0, code: str = "", more: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.status = status or type(self).status
        self.code = code or type(self).code
        self.more = dict(more or {})


class Invalid(Refused):
    """What was sent cannot be right whatever the state."""

    status = 422
    code = "invalid"


class NotFound(Refused):
    """Nothing there, or nothing this person may know of."""

    status = 404
    code = "not_found"

    def __init__(self, message: str = "We cannot find that.", **rest: Any) -> None:
        super().__init__(message, **rest)


class NotSignedIn(Refused):
    """Nobody we know is asking."""

    status = 401
    code = "not_signed_in"


class NotAllowed(Refused):
    """The person's role does not include this."""

    status = 403
    code = "not_allowed"


class Stale(Refused):
    """Somebody else changed it first; `more` says what it is now."""

    status = 409
    code = "stale"


def must_be_current(version: int, seen: int | None) -> None:
    """Refuse a change made upon another version than the one that is kept; None means that nobody looked."""
    if seen is not None and seen != version:
        raise Stale("Somebody else changed this since you read it.", field="version", more={"version": version})
