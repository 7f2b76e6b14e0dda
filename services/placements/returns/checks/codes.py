"""Which codes stand in a collection year, kept as sets because every row of every child asks."""

from collections.abc import Mapping
from functools import cache

from shared.ssda903.codes import CODES, codes_in

ALWAYS: Mapping[str, frozenset[str]] = {
    "REVIEW_CODE": frozenset(f"PN{n}" for n in range(8)),
    "SDQ_REASON": frozenset(f"SDQ{n}" for n in range(1, 6)),
    "IN_TOUCH": frozenset(["YES", "NO", "DIED", "REFU", "NREQ", "RHOM"]),
    "ACTIV": frozenset(["F1", "P1", "F2", "P2", "F4", "P4", "F5", "P5", "G4", "G5", "G6", "0"]),
    "ACCOM": frozenset(
        [
            "B1",
            "B2",
            "C1",
            "C2",
            "D1",
            "D2",
            "E1",
            "E2",
            "G1",
            "G2",
            "H1",
            "H2",
            "K1",
            "K2",
            "R1",
            "R2",
            "S2",
            "T1",
            "T2",
            "U1",
            "U2",
            "V1",
            "V2",
            "W1",
            "W2",
            "X2",
            "Y1",
            "Y2",
            "Z1",
            "Z2",
            "0",
        ]
    ),
    "FOSTER_CARE": frozenset("01"),
    "NB_ADOPTR": frozenset("12"),
    "SEX_ADOPTR": frozenset(["M1", "F1", "MM", "FF", "MF"]),
    "LS_ADOPTR": frozenset(["L0", "L11", "L12", "L2", "L3", "L4"]),
    "REASON_PLACED_CEASED": frozenset(["RD1", "RD2", "RD3", "RD4"]),
    "PREV_PERM": frozenset(["P1", "P2", "P3", "P4", "Z1"]),
    "MISSING": frozenset("MA"),
    "SW_REASON": frozenset(
        ["MANAGE", "FCONTA", "LEFTRL", "ORGRST", "TSPROC", "ABSENC", "CHCHAN", "PCCHAN", "SWDIED", "OTHERS"]
    ),
}
"""Codes that have stood in every year the rules are kept for."""


@cache
def codes_of(year: int, field: str) -> frozenset[str]:
    """The codes of a field that stand in a collection year."""
    if field in ALWAYS:
        return ALWAYS[field]
    return frozenset(code for code, stands in codes_in(year)[field].items() if stands)


@cache
def no_sector_for(place: str | None) -> bool:
    """Whether a kind of placement is returned without a kind of provider."""
    return place is not None and place in CODES["PLACE"] and CODES["PLACE"][place].no_provider


@cache
def no_urn_for(place: str | None) -> bool:
    """Whether a kind of placement is returned without a URN."""
    return place is not None and place in CODES["PLACE"] and CODES["PLACE"][place].no_urn
