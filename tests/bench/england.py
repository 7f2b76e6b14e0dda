"""England made up: every authority as the county model makes it, scaled to its size, as facts in metrics' memory."""

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from multiprocessing import get_context

from deploy.county.authority import Authority, named
from deploy.county.facts import Held, as_held, rows_of
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

    def tell(self, rows: Held) -> None:
        """All facts of one authority."""
        for table, those in rows.items():
            self._columns.append(table, those)
            self.rows[table] += len(those)

    def columns(self) -> Columns:
        """As memory holds them."""
        return self._columns

    @property
    def count(self) -> int:
        return sum(self.rows.values())


def england(authorities: Iterable[str], in_care: int, years: int) -> Facts:
    """Authorities alike but for their children: so many in care today, and all who were in so many years. A process for
    each core makes them up, each authority from a seed of its own."""
    facts, make = Facts(), partial(_made_up, by=in_care / IN_CARE, years=years)
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        for rows in processes.map(make, enumerate(authorities)):
            facts.tell(rows)
    return facts


def _made_up(numbered: tuple[int, str], by: float, years: int) -> Held:
    """The facts of one authority."""
    seed, code = numbered
    authority = scaled(named(MODEL), code, by, years)
    told, first = lives(authority, seed), first_day(authority)
    rows = rows_of(authority, told, seed, first)
    add_market(rows, authority, told, seed, Windows(first, authority.anchor, authority.anchor))
    return as_held(rows)


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
