"""What an authority is called on pages: the demonstration's have names of their own."""

from fastapi import Request

from shared.geography.authorities import name_of
from shared.identity.demonstration import NAMES


def authority_called(request: Request, authority: str) -> str:
    """Its name, or its code where nobody here knows the name."""
    made_up = NAMES if request.app.state.running.settings.demonstration_sign_in else {}
    return made_up.get(authority) or name_of(authority)
