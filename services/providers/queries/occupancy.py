"""How full somebody's homes have been, month by month: occupied nights of those that could have been."""

from datetime import date
from uuid import UUID

from services.providers.queries.desk import OF_MINE
from shared.identity.person import Person
from shared.store.session import ReadSession, Row

MONTHS = 12
# A night is counted on the day it begins; today's is still to come. What was beyond the approved number counts as a place.
FULL = f"""WITH mine AS (SELECT h.home, h.name {OF_MINE} AND (h.closed IS NULL OR h.closed > $3)),
months AS (SELECT first::date, daterange(first::date, least((first + interval '1 month')::date, $4)) AS span
    FROM generate_series($3::date, $4::date - 1, interval '1 month') AS first),
approved AS (SELECT p.home, m.first, sum(upper(there * m.span) - lower(there * m.span)) AS nights
    FROM mine JOIN place p USING (home) CROSS JOIN daterange(p.opens, p.closes) AS there
    JOIN months m ON there && m.span GROUP BY p.home, m.first),
taken AS (SELECT o.home, m.first,
        sum(upper(o.during * m.span) - lower(o.during * m.span)) FILTER (WHERE o.kind = 'occupied') AS occupied,
        sum(upper(o.during * m.span) - lower(o.during * m.span)) FILTER (WHERE o.kind = 'out_of_service') AS out
    FROM mine JOIN occupation o USING (home) JOIN months m ON o.during && m.span
    WHERE o.released_at IS NULL GROUP BY o.home, m.first)
SELECT mine.home, mine.name, m.first, coalesce(a.nights, 0)::integer AS approved,
    coalesce(t.occupied, 0)::integer AS occupied, coalesce(t.out, 0)::integer AS out
FROM mine CROSS JOIN months m LEFT JOIN approved a USING (home, first) LEFT JOIN taken t USING (home, first)
WHERE $5::uuid IS NULL OR mine.home = $5
ORDER BY mine.name, mine.home, m.first"""


async def fullness_by_month(
    session: ReadSession, by: Person, first: date, today: date, home: UUID | None = None
) -> list[Row]:
    """Approved, occupied and out-of-service nights of each home in each month from `first` until before `today`."""
    return await session.all(FULL, by.provider, by.authority, first, today, home)
