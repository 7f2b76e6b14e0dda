"""England made up: every authority as the county model makes it, scaled to its size, as facts in metrics' memory."""

from collections.abc import Iterable
from datetime import date

from deploy.county.authority import Authority, named
from deploy.county.facts import rows_of
from deploy.county.lives import first_day, lives
from deploy.county.market import Windows
from deploy.county.market_facts import add_market
from services.metrics.columns import SHAPES, Columns

TODAY = date(2026, 3, 31)
MODEL = "hertfordshire"
IN_CARE = 903
"""Of the model, at its anchor."""


class Facts:
    """Rows by fact table, gathered and then appended at once."""

    def __init__(self) -> None:
        self._columns = Columns()
        self.rows = dict.fromkeys(SHAPES, 0)

    def tell(self, authority: Authority, seed: int) -> None:
        """All facts of one authority."""
        told = lives(authority, seed)
        rows = rows_of(authority, told, seed, first_day(authority))
        add_market(rows, authority, told, seed, Windows(first_day(authority), authority.anchor, authority.anchor))
        for table, those in rows.items():
            names = ("version", "recorded_at", *SHAPES[table])
            self._columns.append(table, [tuple(row.get(name) for name in names) for row in those])
            self.rows[table] += len(those)

    def columns(self) -> Columns:
        """As memory holds them."""
        return self._columns

    @property
    def count(self) -> int:
        return sum(self.rows.values())


def england(authorities: Iterable[str], in_care: int, years: int) -> Facts:
    """Authorities alike but for their children: so many in care today, and all who were in so many years."""
    facts = Facts()
    for seed, code in enumerate(authorities):
        facts.tell(scaled(named(MODEL), code, in_care / IN_CARE, years), seed)
    return facts


def scaled(authority: Authority, code: str, by: float, years: int) -> Authority:
    """The same under another code, with so many times as many children, at today's anchor."""
    entries = authority.entries
    fewer = {"by_age": tuple(rate * by for rate in entries.by_age), "uasc": entries.uasc * by}
    kinds = {
        name: kind if kind.beds is None else kind.model_copy(update={"beds": max(1, round(kind.beds * by))})
        for name, kind in authority.kinds.items()
    }
    of = {"code": code, "anchor": TODAY, "years": years, "kinds": kinds}
    return authority.model_copy(update=of | {"entries": entries.model_copy(update=fewer)})
