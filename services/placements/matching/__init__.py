"""Which places could take a child: every hard rule together, the rule behind each refusal, and a ranking in words."""

from services.placements.matching.facts import Grid, Offered, Resident, Spot, Terms, Wanted
from services.placements.matching.judging import Found, Judgement, judge, judge_all, lowest_free, refusals, search
from services.placements.matching.market import Market, market_of
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
    "judge",
    "judge_all",
    "lowest_free",
    "market_of",
    "refusals",
    "search",
    "search_together",
]
