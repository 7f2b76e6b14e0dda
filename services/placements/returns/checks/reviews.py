"""Rules of Reviews: when a child's case was reviewed, and how the child took part."""

from services.placements.returns.checks.case import SHORT_BREAKS
from services.placements.returns.checks.codes import codes_of
from services.placements.returns.checks.days import after, before, birthday
from services.placements.returns.checks.rule import ADMINISTRATOR, WORKER, Rule, each, missing

CORRECT = "Correct the review."


RULES = (
    Rule("166", "Reviews", "REVIEW", WORKER, "The review has no day.", CORRECT,
         each("Reviews", lambda c, r: r.review is None)),
    Rule("167", "Reviews", "REVIEW_CODE", WORKER, "How the child took part is missing or no code.", CORRECT,
         each("Reviews", lambda c, r: (r.review_code is not None) != (r.review is not None)
              or (r.review_code is not None and r.review_code not in codes_of(c.year, "REVIEW_CODE")))),
    Rule("440", "Reviews", "REVIEW_CODE", WORKER, "PN0 is for children under 4, and the child was older.",
         "Record how the child took part.",
         each("Reviews", lambda c, r: r.review_code == "PN0" and r.dob and after(r.review, birthday(r.dob, 4)))),
    Rule("441", "Reviews", "REVIEW_CODE", WORKER, "A child under 4 is recorded with PN0.", "Record PN0.",
         each("Reviews", lambda c, r: r.review_code not in (None, "PN0") and r.dob
              and before(r.review, birthday(r.dob, 4)))),
    Rule("399", "Reviews", "REVIEW", WORKER, "Short breaks are returned without reviews.", "Take the review out.",
         each("Reviews", lambda c, r: c.episodes and all(e.ls in SHORT_BREAKS for e in c.episodes))),
    Rule("INT08", "Reviews", "CHILD", ADMINISTRATOR, "The child stands in Reviews and not in Header.",
         "Register the child in referrals.", each("Reviews", lambda c, r: c.header is None)),
    Rule("INT17", "Reviews", "DOB", ADMINISTRATOR, "The date of birth in Reviews is another than in Header.", CORRECT,
         each("Reviews", lambda c, r: r.dob and c.born and r.dob != c.born)),
    Rule("1012", "Reviews", "CHILD", ADMINISTRATOR, "There is a review of a child without an episode this year.",
         "Take the review out, or record the care.", each("Reviews", lambda c, r: not c.episodes)),
    Rule("OWN4", "Reviews", "REVIEW", WORKER, "In care all year, and no review has been recorded.",
         "Record the reviews that were held; there is one at least every six months.",
         missing(lambda c: c.continuous and not c.rows("Reviews")), without_rows=True),
)  # fmt: skip
