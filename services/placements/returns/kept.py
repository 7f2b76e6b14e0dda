"""Everything kept of an authority's children that a return asks for, child by child."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.placements.returns.episodes import History
from shared.store.session import Row

Rows = Mapping[UUID, Sequence[Row]]
"""A table's rows by child, in order."""
FACTS: Mapping[str, str] = {
    "Reviews": "reviews",
    "OC2": "health_years",
    "OC3": "leaver_years",
    "AD1": "adoptions",
    "PlacedAdoption": "adoption_decisions",
    "PrevPerm": "previous_permanence",
    "Missing": "missing_spells",
    "SWEpisodes": "social_worker_spells",
    "DoLo": "liberty_orders",
}
"""Tables of the return that have a table of their own here -> that table."""


@dataclass(frozen=True, slots=True)
class OneChild:
    """One child: who it is, the history of care, and facts by the return's table."""

    who: Row
    reference: str
    history: History
    facts: Mapping[str, Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Kept:
    """All children of an authority; `children` have what Header asks for."""

    children: Sequence[Row]
    periods: Rows
    placements: Rows
    told: Rows
    facts: Mapping[str, Rows]

    def each(self) -> Iterator[OneChild]:
        """Every child by CHILD; one without a reference goes by the identifier used here."""
        for who in self.children:
            reference = who.reference or str(who.child)
            history = History(
                reference,
                self.periods.get(who.child, ()),
                self.placements.get(who.child, ()),
                {row.decom: row for row in self.told.get(who.child, ())},
                None if who.uasc else who.home_postcode,
            )
            facts = {table: rows[who.child] for table, rows in self.facts.items() if who.child in rows}
            yield OneChild(who, reference, history, facts)
