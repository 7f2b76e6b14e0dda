"""Facts besides episodes: each kind with a sound form, what is put right in it, and forms that cannot be."""

from dataclasses import dataclass
from typing import Any

from services.placements.statutory import KindName
from tests.service.placing import day


@dataclass(frozen=True, slots=True)
class Sound:
    """`also` is another fact of the kind that stands beside the first; `other` clashes with it."""

    form: dict[str, Any]
    put_right: dict[str, Any]
    also: dict[str, Any]
    clash: dict[str, Any]
    field: str


ADOPTION = {"adopters": 2, "adopters_sex": "MF", "adopters_status": "L11", "by_foster_carer": False}
SPELL = {"starts": day(-6), "ends": day(-4)}
SOUND: dict[KindName, Sound] = {
    KindName.REVIEWS: Sound(
        {"reviewed_on": day(-5), "participation": "PN1"},
        {"participation": "PN7"},
        {"reviewed_on": day(-1)},
        {},
        "reviewed_on",
    ),
    KindName.HEALTH: Sound(
        {"year": 2026, "sdq_score": 14, "convicted": False, "immunisations": True, "teeth_check": True},
        {"sdq_score": None, "sdq_reason": "SDQ2"},
        {"year": 2025},
        {},
        "year",
    ),
    KindName.CARE_LEAVERS: Sound(
        {"year": 2026, "in_touch": "YES", "activity": "F2", "accommodation": "U1"},
        {"accommodation": "U2"},
        {"year": 2025},
        {},
        "year",
    ),
    KindName.PREVIOUS_PERMANENCE: Sound(
        {"year": 2026, "kind": "P2", "arranged_by": "301", "ordered_on": "ZZ/05/2019"},
        {"kind": "Z1", "arranged_by": None, "ordered_on": None},
        {"year": 2024},
        {},
        "year",
    ),
    KindName.ADOPTIONS: Sound(
        {"decided_on": day(-90), "matched_on": day(-30), **ADOPTION},
        {"adopters": 1, "adopters_sex": "F1", "adopters_status": "L0"},
        {"decided_on": day(-40)},
        {},
        "decided_on",
    ),
    KindName.ADOPTION_DECISIONS: Sound(
        {"decided_on": day(-90), "reversed_on": day(-60), "reason": "RD3"},
        {"reason": "RD1"},
        {"decided_on": day(-30), "reversed_on": None, "reason": None},
        {"decided_on": day(-61)},
        "decided_on",
    ),
    KindName.MISSING: Sound(
        {"kind": "M", **SPELL}, {"kind": "A"}, {"starts": day(-2), "ends": None}, {"starts": day(-5)}, "starts"
    ),
    KindName.SOCIAL_WORKERS: Sound(
        {"worker": "SW12345", "reason": "FCONTA", **SPELL},
        {"reason": "LEFTRL"},
        {"worker": "SW777", "starts": day(-4), "ends": None},
        {"starts": day(-5), "ends": None},
        "starts",
    ),
    KindName.LIBERTY: Sound(
        {**SPELL}, {"ends": day(-3)}, {"starts": day(-2), "ends": None}, {"starts": day(-5)}, "starts"
    ),
}
IMPOSSIBLE: list[tuple[KindName, dict[str, Any], str]] = [
    (KindName.REVIEWS, {"reviewed_on": day(1)}, "reviewed_on"),
    (KindName.REVIEWS, {"reviewed_on": day(-9)}, "reviewed_on"),
    (KindName.REVIEWS, {"participation": "PN0"}, "participation"),
    (KindName.REVIEWS, {"participation": "PN9"}, "participation"),
    (KindName.HEALTH, {"year": 2027}, "year"),
    (KindName.HEALTH, {"year": 2012}, "year"),
    (KindName.HEALTH, {"sdq_score": 41}, "sdq_score"),
    (KindName.HEALTH, {"sdq_reason": "SDQ2"}, "sdq_reason"),
    (KindName.HEALTH, {"sdq_score": None, "sdq_reason": "SDQ1"}, "sdq_reason"),
    (KindName.HEALTH, {"health_check": True}, "health_check"),
    (KindName.HEALTH, {"intervention_received": True}, "intervention_received"),
    (KindName.HEALTH, {"substance_misuse": True, "intervention_offered": True}, "intervention_offered"),
    (KindName.HEALTH, {"convicted": "yes"}, "convicted"),
    (KindName.CARE_LEAVERS, {"activity": None}, "activity"),
    (KindName.CARE_LEAVERS, {"accommodation": None}, "accommodation"),
    (KindName.CARE_LEAVERS, {"accommodation": "T1"}, "accommodation"),
    (KindName.PREVIOUS_PERMANENCE, {"kind": "Z1"}, "arranged_by"),
    (KindName.PREVIOUS_PERMANENCE, {"kind": "Z1", "arranged_by": None}, "ordered_on"),
    (KindName.PREVIOUS_PERMANENCE, {"ordered_on": "May 2019"}, "ordered_on"),
    (KindName.PREVIOUS_PERMANENCE, {"arranged_by": "Leeds"}, "arranged_by"),
    (KindName.ADOPTIONS, {"matched_on": day(-91)}, "matched_on"),
    (KindName.ADOPTIONS, {"adopters_sex": "MM"}, "adopters_sex"),
    (KindName.ADOPTIONS, {"adopters": 1}, "adopters"),
    (KindName.ADOPTIONS, {"adopters": 1, "adopters_sex": None}, "adopters"),
    (KindName.ADOPTIONS, {"decided_on": "2013-05-20"}, "decided_on"),
    (KindName.ADOPTION_DECISIONS, {"reason": None}, "reason"),
    (KindName.ADOPTION_DECISIONS, {"reversed_on": None}, "reason"),
    (KindName.ADOPTION_DECISIONS, {"reversed_on": day(-91)}, "reversed_on"),
    (KindName.MISSING, {"ends": day(1)}, "ends"),
    (KindName.MISSING, {"ends": day(-7)}, "ends"),
    (KindName.MISSING, {"kind": "X"}, "kind"),
    (KindName.SOCIAL_WORKERS, {"worker": "Jo Smith"}, "worker"),
    (KindName.SOCIAL_WORKERS, {"ends": day(-7)}, "ends"),
    (KindName.LIBERTY, {"starts": day(1)}, "starts"),
    (KindName.LIBERTY, {"ends": day(-7)}, "ends"),
]
