"""What a person is told: the sentence of each rule that refuses, and the reasons for and against a home."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime

from services.placements.matching import points
from services.placements.matching.facts import Grid, Offered, Spot, Wanted
from services.placements.matching.ranking import from_where, reach_miles
from services.placements.matching.rules import Rule, avoid_miles
from shared.clock import day_in_england
from shared.contracts.vocabulary import ContractKind, Feature, Location, Rating, Sector
from shared.geography.distance import tenths

NOT_HEARD = "we have not heard this child's yet"
SHARED_NIGHTS = "on some of these nights"
FAR_FUTURE = date.max


def day(on: date) -> str:
    """A date as people write it."""
    return f"{on:%-d %B %Y}"


def pounds(pence: int) -> str:
    """Whole pounds where they are whole."""
    return f"£{pence // 100:,}" if pence % 100 == 0 else f"£{pence / 100:,.2f}"


def listed(features: Iterable[Feature]) -> str:
    """Features in words."""
    return ", ".join(sorted(feature.replace("_", " ") for feature in features))


def miles_between(a: Grid | None, b: Grid | None) -> float | None:
    """In a straight line, in tenths; None where it cannot be told."""
    if a is None or b is None or a.irish != b.irish:
        return None
    return tenths(a.easting - b.easting, a.northing - b.northing) / 10


def miles_from_home(place: Offered, wanted: Wanted) -> float | None:
    """From the child's home; None where that cannot be told."""
    home = from_where(wanted)
    return None if home is None else miles_between(home.grid, place.grid)


def _age(place: Offered, wanted: Wanted) -> str:
    return f"Age: {NOT_HEARD}" if wanted.born is None else f"Age: it takes {place.youngest} to {place.oldest}"


def _sex(_: Offered, wanted: Wanted) -> str:
    return f"Sex: {NOT_HEARD}" if wanted.sex is None else "Sex: it does not take a child of this sex"


def _reserved(place: Offered, _: Wanted) -> str:
    return f"Reserved: the place is kept for {(place.reserved_for or '').replace('_', ' ')}"


def _free_until(place: Offered, _: Wanted) -> str:
    until = min(place.closes or FAR_FUTURE, place.available_until or FAR_FUTURE)
    return f"Dates: it is free only until {day(until)}"


def _solo(_: Offered, wanted: Wanted) -> str:
    who = "the child" if wanted.alone else "a child who lives there"
    return f"Solo: {who} is to be the only one, and the home has others {SHARED_NIGHTS}"


def _avoid(place: Offered, wanted: Wanted) -> str:
    for spot in wanted.avoid:
        miles = miles_between(place.grid, spot.grid)
        if miles is None:
            return "Avoid: we have not heard where the home is, and there is a place to stay away from"
        if miles <= avoid_miles(spot.within_miles):
            return f"Avoid: it is {miles} miles from a place to stay {avoid_miles(spot.within_miles)} miles away from"
    return "Avoid: it is near a place to stay away from"


SENTENCES: Mapping[Rule, Callable[[Offered, Wanted], str]] = {
    Rule.REGISTRATION: lambda *_: "Registration: it is not a kind of home that is asked for",
    Rule.RESERVED: _reserved,
    Rule.EMERGENCY: lambda *_: "Emergency: the place is kept for a child who needs a bed today",
    Rule.AGE: _age,
    Rule.SEX: _sex,
    Rule.FREE_FROM: lambda place, _: f"Dates: it is free only from {day(max(place.opens, place.available_from))}",
    Rule.FREE_UNTIL: _free_until,
    Rule.TAKEN: lambda *_: f"Dates: it is taken {SHARED_NIGHTS}",
    Rule.NEEDS: lambda place, wanted: f"Needs: this place does not have {listed(wanted.needs - place.features)}",
    Rule.SOLO_HOME: lambda *_: "Solo home: it takes one child at a time",
    Rule.SOLO: _solo,
    Rule.NOT_WITH: lambda *_: f"Not with: a child who must not live with this one may be there {SHARED_NIGHTS}",
    Rule.AVOID: _avoid,
    Rule.DUE_DILIGENCE: lambda place, _: (
        f"Due diligence: the provider's checks ran out on {day(place.checked_until or FAR_FUTURE)}"
    ),
    Rule.RATING: lambda *_: "Rating: Ofsted found it inadequate",
    Rule.TOGETHER: lambda *_: "Together: it has not a place for this child and for each of the others",
}


def reasons_for(place: Offered, wanted: Wanted) -> Iterator[str]:
    """What speaks for a home that is possible."""
    if wanted.needs:
        yield f"Has {listed(wanted.needs)}"
    yield f"Takes {place.youngest} to {place.oldest}"
    for spot, miles in _distances(place, wanted):
        if miles is not None and miles <= reach_miles(spot):
            yield f"{miles} miles from {_where(spot)}"
    if place.sector is Sector.OWN:
        yield "The council's own"
    elif terms := _terms(place, wanted):
        yield terms
    if place.rating in (Rating.OUTSTANDING, Rating.GOOD):
        yield f"Rated {place.rating}"
    if place.reserved_for or place.emergency:
        yield "The place is kept for a child like this"


def reasons_against(place: Offered, wanted: Wanted, now: datetime) -> Iterator[str]:
    """What speaks against a home that is possible; what we do not know is among it."""
    yield from _distance_against(place, wanted)
    if place.features - wanted.needs:
        yield "Offers more than is needed, which another child may need"
    yield from _provider_against(place, wanted, now)
    if wanted.most_weekly_pence is not None and place.weekly_pence > wanted.most_weekly_pence:
        above = pounds(place.weekly_pence - wanted.most_weekly_pence)
        yield f"{pounds(place.weekly_pence)} a week is {above} more than the panel allows"
    stale = (now - place.confirmed_at).days
    if stale > points.FRESH_DAYS:
        yield f"Last confirmed {stale} days ago"
    if place.beyond_approved:
        yield "Beyond the number the home is approved for"


def _distance_against(place: Offered, wanted: Wanted) -> Iterator[str]:
    if from_where(wanted) is None:
        yield "We do not know how far it is from the child's home"
    for spot, miles in _distances(place, wanted):
        if miles is None:
            yield f"We do not know how far it is from {_where(spot)}"
        elif miles > reach_miles(spot):
            yield f"{miles} miles from {_where(spot)}"
    miles = miles_from_home(place, wanted)
    far = miles is not None and miles > points.REACH_MILES
    if place.location is Location.AT_DISTANCE or (far and place.location is not Location.IN_AREA):
        yield "Far away and out of the area: an approver has to decide that"


def _provider_against(place: Offered, wanted: Wanted, now: datetime) -> Iterator[str]:
    if place.sector is not Sector.OWN:
        yield "Bought from another provider" if _terms(place, wanted) else "Bought without a contract"
        if place.checked_until is None:
            yield "No due diligence is on record"
        elif place.checked_until < max(wanted.starts, day_in_england(now)):
            yield f"The provider's checks run out on {day(place.checked_until)}, before the child would come"
    if place.rating is Rating.REQUIRES_IMPROVEMENT:
        yield "Rated requires improvement"
    elif place.rating in (None, Rating.NOT_YET_INSPECTED) and place.type not in points.FOSTERING:
        yield "No rating by Ofsted that we have heard of"


def _distances(place: Offered, wanted: Wanted) -> Iterator[tuple[Spot, float | None]]:
    for spot in wanted.near:
        yield spot, miles_between(place.grid, spot.grid)


def _where(spot: Spot) -> str:
    return "the child's home" if spot.kind is None else f"the child's {spot.kind}"


def _terms(place: Offered, wanted: Wanted) -> str:
    """The best contract in force on the first night that covers this kind of home; empty where there is none."""
    kinds = place.also | {place.type}
    alive = [
        terms
        for terms in place.terms
        if terms.starts <= wanted.starts < (terms.ends or FAR_FUTURE)
        and not (terms.types and terms.types.isdisjoint(kinds))
        and terms.kind is not ContractKind.SPOT
    ]
    best = min(alive, key=points.terms_points, default=None)
    if best is None:
        return ""
    kind = {ContractKind.DPS: "purchasing system"}.get(best.kind, best.kind.replace("_", "-"))
    return f"Under a {kind} contract" + (f", tier {best.tier}" if best.tier is not None else "")
