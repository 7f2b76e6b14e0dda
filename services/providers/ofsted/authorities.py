"""Which authority a name in Ofsted's list means."""

from datetime import date
from functools import cache

from shared.geography.authorities import SUCCESSIONS, counties, known_as, name_of


def authority_named(name: str | None, on: date) -> str | None:
    """The ONS code of an authority by its name on a day, however it is written; None where nobody is called so."""
    code = _codes().get(_simple(name)) if name else None
    return known_as(code, on) if code else None


@cache
def _codes() -> dict[str, str]:
    return {_simple(name_of(code)): code for code in [*counties().values(), *SUCCESSIONS]}


def _simple(name: str) -> str:
    """`Bristol, City of` and `Bristol City Council` are Bristol."""
    told = name.casefold().partition(",")[0].replace("&", "and")
    for title in (" city council", " county council", " council", "london borough of ", "city of "):
        told = told.replace(title, "")
    return "".join(letter for letter in told if letter.isalpha())
