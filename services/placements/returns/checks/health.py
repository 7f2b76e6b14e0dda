"""Rules of OC2: the health and behaviour of children looked after all year."""

from typing import Any

from services.placements.returns.checks.case import Case
from services.placements.returns.checks.codes import codes_of
from services.placements.returns.checks.days import after, birthday
from services.placements.returns.checks.rule import ADMINISTRATOR, WORKER, Find, Rule, each, missing

NEEDED = ("immunisations", "teeth_check", "health_assessment", "substance_misuse")
OTHERS = ("convicted", "health_check", "intervention_received", "intervention_offered")
CORRECT = "Correct the year's health record."
LEAVE_OUT = "Take it out: it is only for children looked after all year."
HIGHEST_SCORE = 40


def health(wrong: Any) -> Find:
    """Rows of OC2 of which this is true."""
    return each("OC2", wrong)


def _lacks(row: Any) -> bool:
    return any(getattr(row, name) is None for name in NEEDED)


def _said(row: Any, *names: str) -> bool:
    return any(getattr(row, name) is not None for name in names)


def _aged(case: Case, row: Any, age: int) -> bool:
    """Whether the child was so old on 31 March."""
    return row.dob is not None and birthday(row.dob, age) <= case.closes


def _scored(row: Any) -> bool:
    return row.sdq_score is not None or row.sdq_reason is not None


def _score_wanted(case: Case, row: Any) -> bool:
    """Four when the year began, not seventeen when it ended."""
    return bool(row.dob and birthday(row.dob, 4) <= case.opens and birthday(row.dob, 17) > case.closes)


def _turning(case: Case, row: Any) -> bool:
    """Turning four or seventeen in the year."""
    return bool(row.dob and any(case.opens <= birthday(row.dob, age) <= case.closes for age in (4, 17)))


def _too_young_said(case: Case, row: Any) -> bool:
    between = row.dob and birthday(row.dob, 4) <= case.opens and birthday(row.dob, 16) >= case.closes
    return bool(between and case.continuous and row.sdq_score is None and row.sdq_reason == "SDQ1")


RULES = (
    Rule("157", "OC2", "SDQ_REASON", WORKER, "SDQ1 says too young or too old, and the child was neither.",
         "Record the score, or why else there is none.", health(_too_young_said)),
    Rule("158", "OC2", "INTERVENTION_OFFERED", WORKER, "Help was received, and yet it says whether it was offered.",
         CORRECT, health(lambda c, h: h.intervention_received == "1" and h.intervention_offered is not None)),
    Rule("159", "OC2", "INTERVENTION_OFFERED", WORKER, "Help was not received, and nothing says whether it was offered.",
         CORRECT, health(lambda c, h: h.substance_misuse == "1" and h.intervention_received == "0"
                         and h.intervention_offered is None)),
    Rule("180", "OC2", "SDQ_SCORE", WORKER, "The score of the questionnaire is not between 0 and 40.", CORRECT,
         health(lambda c, h: h.sdq_score is not None and not 0 <= int(h.sdq_score) <= HIGHEST_SCORE)),
    Rule("181", "OC2", "CONVICTED HEALTH_CHECK IMMUNISATIONS TEETH_CHECK HEALTH_ASSESSMENT SUBSTANCE_MISUSE", WORKER,
         "A question is not answered by 0 or 1.", CORRECT,
         health(lambda c, h: any(getattr(h, name) not in (None, "0", "1") for name in NEEDED + OTHERS))),
    Rule("182", "OC2", "IMMUNISATIONS TEETH_CHECK HEALTH_ASSESSMENT SUBSTANCE_MISUSE", WORKER,
         "Some of the questions on health are answered and others are not.", CORRECT,
         health(lambda c, h: _lacks(h) and _said(h, *OTHERS))),
    Rule("544", "OC2", "IMMUNISATIONS TEETH_CHECK HEALTH_ASSESSMENT SUBSTANCE_MISUSE", WORKER,
         "A conviction is recorded, and the questions on health are not answered.", CORRECT,
         health(lambda c, h: _lacks(h) and h.convicted == "1")),
    Rule("547", "OC2", "IMMUNISATIONS TEETH_CHECK HEALTH_ASSESSMENT SUBSTANCE_MISUSE", WORKER,
         "Health checks are up to date, and the other questions on health are not answered.", CORRECT,
         health(lambda c, h: _lacks(h) and h.health_check == "1")),
    Rule("191", "OC2", "IMMUNISATIONS TEETH_CHECK HEALTH_ASSESSMENT SUBSTANCE_MISUSE", WORKER,
         "In care all year, and questions on health are not answered.", "Record the year's health.",
         lambda case: _unanswered(case), without_rows=True),  # noqa: PLW0108 - told below
    Rule("185", "OC2", "SDQ_SCORE", WORKER, "A score is recorded of a child who was not in care all year.", LEAVE_OUT,
         health(lambda c, h: h.sdq_score is not None and not c.continuous)),
    Rule("198", "OC2", "SDQ_REASON", WORKER, "Why there is no score is recorded of a child not in care all year.",
         LEAVE_OUT, health(lambda c, h: h.sdq_reason is not None and not c.continuous)),
    Rule("190", "OC2", "CONVICTED HEALTH_CHECK IMMUNISATIONS TEETH_CHECK HEALTH_ASSESSMENT SUBSTANCE_MISUSE", WORKER,
         "The year's health is recorded of a child who was not in care all year.", LEAVE_OUT,
         health(lambda c, h: not c.continuous and _said(h, *NEEDED, *OTHERS))),
    Rule("186", "OC2", "SDQ_SCORE", WORKER, "The child's score in the questionnaire is missing, and why.",
         "Record the score, or why there is none.",
         health(lambda c, h: c.continuous and _score_wanted(c, h) and not _scored(h))),
    Rule("197B", "OC2", "SDQ_SCORE SDQ_REASON", WORKER, "The child turned 4 or 17, and neither score nor reason is given.",
         "Record the score, or why there is none.",
         health(lambda c, h: c.continuous and _turning(c, h) and not _scored(h))),
    Rule("188", "OC2", "SDQ_SCORE SDQ_REASON", WORKER, "The child is under 4 and is not scored.", "Take the score out.",
         health(lambda c, h: _scored(h) and h.dob and not _aged(c, h, 4))),
    Rule("189", "OC2", "SDQ_SCORE SDQ_REASON", WORKER, "The young person was past 17 and is not scored.",
         "Take the score out.", health(lambda c, h: _scored(h) and h.dob and birthday(h.dob, 17) < c.opens)),
    Rule("192", "OC2", "INTERVENTION_RECEIVED", WORKER, "Misuse of substances, and nothing says whether help was received.",
         CORRECT, health(lambda c, h: h.substance_misuse == "1" and h.intervention_received is None)),
    Rule("193", "OC2", "INTERVENTION_RECEIVED INTERVENTION_OFFERED", WORKER,
         "No misuse of substances, and yet help is recorded.", CORRECT,
         health(lambda c, h: h.substance_misuse in (None, "0")
                and _said(h, "intervention_received", "intervention_offered"))),
    Rule("196", "OC2", "SDQ_REASON", WORKER, "Why there is no score is no code.", CORRECT,
         health(lambda c, h: h.sdq_reason is not None and h.sdq_reason not in codes_of(c.year, "SDQ_REASON"))),
    Rule("197a", "OC2", "SDQ_REASON", WORKER, "There is a score, and a reason why there is none.", CORRECT,
         health(lambda c, h: h.sdq_score is not None and h.sdq_reason is not None)),
    Rule("542", "OC2", "CONVICTED", WORKER, "A child of under 10 is not asked about convictions.", "Take it out.",
         health(lambda c, h: h.convicted is not None and h.dob and not _aged(c, h, 10))),
    Rule("543", "OC2", "CONVICTED", WORKER, "Nothing says whether the child, past 10, was convicted.",
         "Record whether the child was convicted in the year.",
         health(lambda c, h: c.continuous and h.convicted is None and h.dob and after(c.closes, birthday(h.dob, 10)))),
    Rule("545", "OC2", "HEALTH_CHECK", WORKER, "Nothing says whether the health checks of this young child are up to date.",
         "Record whether they are.",
         health(lambda c, h: c.continuous and h.health_check is None and h.dob and c.closes < birthday(h.dob, 5))),
    Rule("546", "OC2", "HEALTH_CHECK", WORKER, "A child of 5 or more is not asked about early health checks.",
         "Take it out.", health(lambda c, h: c.continuous and h.health_check is not None and _aged(c, h, 5))),
    Rule("INT05", "OC2", "CHILD", ADMINISTRATOR, "The child stands in OC2 and not in Header.",
         "Register the child in referrals.", health(lambda c, h: c.header is None)),
    Rule("INT14", "OC2", "DOB", ADMINISTRATOR, "The date of birth in OC2 is another than in Header.", CORRECT,
         health(lambda c, h: h.dob and c.born and h.dob != c.born)),
    Rule("INT33", "OC2", "CHILD", ADMINISTRATOR, "The child stands in OC2 twice.", "Leave one of the rows out.",
         health(lambda c, h: len(c.rows("OC2")) > 1)),
)  # fmt: skip


def _unanswered(case: Case) -> list[Any]:
    """Rows with blanks, or the row that is not there."""
    if not case.continuous:
        return []
    return [row for row in case.rows("OC2") if _lacks(row)] if case.rows("OC2") else list(missing(lambda c: True)(case))
