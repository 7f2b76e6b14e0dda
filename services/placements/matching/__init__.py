"""Which places could take a child: every hard rule together, the rule behind each refusal, and a ranking in words."""

from services.placements.matching.facts import Grid, Offered, Resident, Spot, Terms, Wanted
from services.placements.matching.judging import Found, Judgement, judge, judge_all, refusals, search
from services.placements.matching.market import Market, market_of
from services.placements.matching.narrowing import homes_seen, page_of, refused_by_one_of, rows_seen
from services.placements.matching.points import FRESH_DAYS, Ground
from services.placements.matching.rules import Rule
from services.placements.matching.siblings import Together, search_together

__all__ = [
    "FRESH_DAYS",
    "Found",
    "Grid",
    "Ground",
    "Judgement",
    "Market",
    "Offered",
    "Resident",
    "Rule",
    "Spot",
    "Terms",
    "Together",
    "Wanted",
    "homes_seen",
    "judge",
    "judge_all",
    "market_of",
    "page_of",
    "refusals",
    "refused_by_one_of",
    "rows_seen",
    "search",
    "search_together",
]
