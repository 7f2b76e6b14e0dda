"""An authority's market as columns, kept in this process for as long as nothing it was made from has changed."""

import asyncio
from collections import OrderedDict
from datetime import date
from weakref import WeakKeyDictionary

from services.placements.matching import Market, market_of
from services.placements.queries.market import places_offered
from shared.geography import Geography
from shared.store.database import Database
from shared.store.session import ReadSession

MOST_KEPT = 4
"""Authorities; a market of 20,000 places takes some 50 MB."""
COPIES = (
    *("vacancies", "places", "homes", "home_locations", "providers", "contracts", "occupations"),
    *("assessments", "referrals"),
)
# Copies are only added, and changed only to a higher version, so that number and sum together never come again. Holds
# expire by themselves; bookings that are not held yet come and go, and are few.
_TALLIES = ", ".join(f"(SELECT count(*) || ':' || coalesce(sum(version), 0) FROM {copy})" for copy in COPIES)
STATE = f"""SELECT concat_ws(' ', {_TALLIES},
    (SELECT count(*) FROM occupations WHERE NOT released AND expires_at <= $1),
    (SELECT string_agg(placement::text || version, ' ' ORDER BY placement) FROM placements
     WHERE status = 'booked' AND place IS NOT NULL))"""
Key = tuple[str, date]


class Markets:
    """The markets kept in one process, the one asked for longest ago given up first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Key, tuple[str, Market]] = OrderedDict()

    async def of(self, session: ReadSession, authority: str, where: Geography) -> Market:
        """The market as it stands now.

        What tells of a change is read first: a change that comes between is in the market, and looked at again.
        """
        key = (authority, session.clock.today())
        state = await session.value(STATE, session.clock.now())
        kept = self._kept.get(key)
        if kept is None or kept[0] != state:
            places = await places_offered(session, authority, where=where)
            # In a thread, since a large market takes longer than others should wait.
            kept = self._kept[key] = (state, await asyncio.to_thread(market_of, places))
        self._kept.move_to_end(key)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return kept[1]


_OF_EACH: WeakKeyDictionary[Database, Markets] = WeakKeyDictionary()


def markets_of(database: Database) -> Markets:
    """Those made from the tables of one database."""
    return _OF_EACH.setdefault(database, Markets())
