"""How a postcode is written: what is one, its outward half, and the number it is looked up by."""

import re

FULL = re.compile(r"\s*([A-Z]{1,2}[0-9][0-9A-Z]?|NPT|GIR)\s*([0-9][A-Z]{2})\s*")
"""Outward and inward half, in capitals. NPT is Newport's of old: ONS's directory keeps postcodes that have ended."""


def outward(postcode: str | None) -> str | None:
    """The half that names a district of post (`SW1A` of `sw1a 1aa`) and may be told; None where it is no full postcode.

    It is read off the text: a postcode newer than the package has one too.
    """
    halves = FULL.fullmatch(postcode.upper()) if postcode else None
    return halves and halves[1]


def key(postcode: str | None) -> int | None:
    """The number a postcode has in the gazetteer: ONS's seven characters (`B1  1AA`) read as one integer."""
    halves = FULL.fullmatch(postcode.upper()) if postcode else None
    return int.from_bytes((halves[1].ljust(4) + halves[2]).encode(), "big") if halves else None
