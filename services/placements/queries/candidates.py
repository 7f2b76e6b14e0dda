"""The homes that could take a child or siblings, and those that cannot by which rule, as everybody is shown them."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import chain
from uuid import UUID

from services.placements.forms import Candidate, Candidates, Narrow, Placing, Unplaced
from services.placements.matching import (
    Found,
    Judgement,
    Offered,
    Together,
    homes_seen,
    judge_all,
    page_of,
    refused_by_one_of,
    rows_seen,
    search,
    search_together,
)
from services.placements.queries.market import all_wanted, places_offered, wanted_in
from services.placements.queries.markets import Markets
from shared.errors import Invalid, NotFound
from shared.geography import Geography
from shared.identity.person import Person
from shared.store.session import ReadSession, Row


async def find_homes(
    session: ReadSession, markets: Markets, referral: UUID, narrow: Narrow, by: Person, where: Geography
) -> Candidates:
    """Every place on offer judged for a child of the person's own referral, or for all its children together."""
    rows = await all_wanted(session, referral, None, by)
    child = _which(rows, narrow.child)
    if child is None and not rows[0].together:
        raise Invalid("These children are not asked for together: say for which of them.", field="child")
    wanted = [wanted_in(row, row.wanted_from, row.wanted_until, where) for row in rows]
    market, now = await markets.of(session, rows[0].authority, where), session.clock.now()
    if len(rows) == 1 or not rows[0].together:
        return _of_child(rows, search(market, wanted[child or 0], now), narrow)
    together = search_together(market, wanted, now)
    return _of_siblings(rows, together, narrow) if child is None else _of_child(rows, together.each[child], narrow)


async def fit_of(
    session: ReadSession, markets: Markets, rows: Sequence[Row], asked: Collection[tuple[UUID, UUID]], where: Geography
) -> dict[tuple[UUID, UUID], Judgement]:
    """For each child and vacancy that was asked, its best place judged; a vacancy no longer offered is left out."""
    market, now = await markets.of(session, rows[0].authority, where), session.clock.now()
    fits: dict[tuple[UUID, UUID], Judgement] = {}
    for row in rows:
        vacancies = {vacancy for child, vacancy in asked if child == row.child}
        found = search(market, wanted_in(row, row.wanted_from, row.wanted_until, where), now)
        for position in (*found.possible.tolist(), *found.ruled_out.tolist()):
            vacancy = market.places[position].vacancy
            if vacancy in vacancies and (row.child, vacancy) not in fits:
                fits[row.child, vacancy] = found.judgement(position)
    return fits


async def fits_of_held(
    session: ReadSession, rows: Sequence[Row], held: Sequence[Row], where: Geography
) -> dict[tuple[UUID, UUID], Judgement]:
    """The places that are held for these children, judged as if they were not: nobody stands in their own way."""
    fits: dict[tuple[UUID, UUID], Judgement] = {}
    for row in rows:
        for hold in (one for one in held if one.child == row.child and one.vacancy is not None):
            offered = await places_offered(session, row.authority, hold.vacancy, where)
            places = [_freed(place, hold) for place in offered if place.place == hold.place]
            wanted = wanted_in(row, row.wanted_from, row.wanted_until, where)
            for judgement in chain(*judge_all(places, wanted, session.clock.now())):
                fits[row.child, hold.vacancy] = judgement
    return fits


def _freed(place: Offered, hold: Row) -> Offered:
    taken = tuple(nights for nights in place.taken if tuple(nights) != (hold.starts, hold.ends))
    return replace(place, taken=taken, residents=tuple(one for one in place.residents if one.child != hold.child))


def _which(rows: Sequence[Row], child: UUID | None) -> int | None:
    if child is None:
        return 0 if len(rows) == 1 else None
    for position, row in enumerate(rows):
        if row.child == child:
            return position
    raise NotFound("We cannot find that child in the referral.", field="child")


def _of_child(rows: Sequence[Row], found: Found, narrow: Narrow) -> Candidates:
    seen = rows_seen(found.market, found.wanted, narrow.type, narrow.within, narrow.vacancy)
    possible, in_all = page_of(found.possible, seen, narrow.page, narrow.per_page)
    seen &= refused_by_one_of(found.refused, narrow.rule)
    refused, refused_in_all = page_of(found.ruled_out, seen, narrow.refused_page, narrow.per_page)
    child = found.wanted.child
    assert child is not None
    return Candidates(
        referral=rows[0].referral,
        child=child,
        children=[child],
        possible=[_shown(found.judgement(row)) for row in possible],
        possible_in_all=in_all,
        refused=[_shown(found.judgement(row)) for row in refused],
        refused_in_all=refused_in_all,
        refused_by=found.counts(),
    )


def _of_siblings(rows: Sequence[Row], found: Together, narrow: Narrow) -> Candidates:
    first = found.each[0].wanted
    seen = homes_seen(found.market, rows_seen(found.market, first, narrow.type, narrow.within, narrow.vacancy))
    possible, in_all = page_of(found.possible, seen, narrow.page, narrow.per_page)
    seen &= refused_by_one_of(found.refused, narrow.rule)
    refused, refused_in_all = page_of(found.ruled_out, seen, narrow.refused_page, narrow.per_page)
    return Candidates(
        referral=rows[0].referral,
        child=None,
        children=[row.child for row in rows],
        possible=[_taking_all(rows, found, home) for home in possible],
        possible_in_all=in_all,
        refused=[_not_taking_all(rows, found, home) for home in refused],
        refused_in_all=refused_in_all,
        refused_by=found.counts(),
    )


def _taking_all(rows: Sequence[Row], found: Together, home: int) -> Candidate:
    """A home with a place for each: reasons and points are those of all their places."""
    judged = [each.judgement(row) for each, row in zip(found.each, found.placing(home), strict=True)]
    placing = [
        Placing(child=row.child, weekly_pence=one.place.weekly_pence, **_place(one))
        for row, one in zip(rows, judged, strict=True)
    ]
    grounds = {ground for one in judged for ground in one.points}
    whole = replace(
        judged[0],
        reasons_for=_each_once([one.reasons_for for one in judged]),
        reasons_against=_each_once([one.reasons_against for one in judged]),
        points={ground: sum(one.points.get(ground, 0) for one in judged) for ground in sorted(grounds)},
    )
    price = sum(one.place.weekly_pence for one in judged)
    return _shown(whole).model_copy(update={"placing": placing, "weekly_pence": price})


def _not_taking_all(rows: Sequence[Row], found: Together, home: int) -> Candidate:
    """A home that one of them at least cannot have: whom, and by which rule."""
    unplaced, judged = [], []
    for position, row, rules in found.unplaced(home):
        one = found.judgement(position, row, rules)
        judged.append(one)
        place = one.place.place
        unplaced.append(Unplaced(child=rows[position].child, place=place, rules=rules, refusals=one.refusals))
    whole = replace(
        judged[0],
        rules=tuple(sorted({rule for one in judged for rule in one.rules})),
        refusals=_each_once([one.refusals for one in judged]),
    )
    return _shown(whole).model_copy(update={"unplaced": unplaced})


def _each_once(said: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words for each in said for words in each))


def _place(judged: Judgement) -> dict[str, UUID | int]:
    place = judged.place
    return {"place": place.place, "number": place.number, "vacancy": place.vacancy}


AS_OFFERED = (
    *("place", "vacancy", "home", "provider", "name", "type", "sector", "area", "outward", "rating"),
    *("weekly_pence", "confirmed_at"),
)


def _shown(judged: Judgement) -> Candidate:
    return Candidate(
        **{name: getattr(judged.place, name) for name in AS_OFFERED},
        miles=judged.miles,
        points=sum(judged.points.values()) if judged.possible else None,
        grounds=dict(judged.points),
        reasons_for=judged.reasons_for,
        reasons_against=judged.reasons_against,
        rules=judged.rules,
        refusals=judged.refusals,
    )
