"""Homes of a made-up area as commands: they open, offer their places, say that the offer stands, are judged and close."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from deploy.county.authority import Authority
from deploy.county.command import Command, Ref
from deploy.county.market import Found, Home, Windows
from deploy.county.postcodes import Postcodes
from deploy.county.telling import FIRST_HOME, NUMBERED, made_up_urn, type_on
from shared.contracts.vocabulary import Location
from shared.geography.authorities import FIRST_DAY

PROVIDERS = "providers"


def opening(authority: Authority, home: Home, postcodes: Postcodes) -> Command:
    """A home with its places."""
    kind = authority.kinds[home.kind]
    form = {
        "name": f"Made-up {home.key}",
        "type": type_on(kind, authority.anchor),
        "postcode": postcodes.one(Location.IN_AREA),
        "youngest": 0,
        "oldest": 17,
        "sexes": ["F", "M"],
        "opened": str(home.opened),
        **_numbered(authority, home),
        "places": [{"features": sorted(home.features)} for _ in range(home.places)],
    }
    on = max(home.opened, FIRST_DAY)  # before that day nobody can say which authority stood where
    return Command(on, PROVIDERS, "open_home", form, key=home.key, child=home.key, by=kind.sector)


def _numbered(authority: Authority, home: Home) -> dict[str, str]:
    """A household of foster carers, too, has a number of its own here: an agency of one."""
    type_ = type_on(authority.kinds[home.kind], authority.anchor)
    return {"urn": made_up_urn(type_, FIRST_HOME + int(home.key[5:]))} if type_ in NUMBERED else {}


def offering(authority: Authority, home: Home, home_id: str, places: list[str]) -> Command:
    """Every place is on offer at what such a home usually costs; the price is agreed with each child's offer."""
    kind = authority.kinds[home.kind]
    form = {
        "home": home_id,
        "places": places,
        "available_from": str(home.opened),
        "weekly_pence": kind.weekly_pence,
    }
    return Command(
        home.opened, PROVIDERS, "post_vacancy", form, key=f"vacancy-{home.key}", child=home.key, by=kind.sector
    )


def keeping(authority: Authority, home: Home, found: Iterable[Found], windows: Windows) -> Iterator[Command]:
    """What happens to a home once it is open, by day: judged, confirmed when it is asked, and in the end closed."""
    sector = authority.kinds[home.kind].sector
    for rating, on in home.ratings:
        judged = {"rating": rating, "inspected_on": str(on)}
        yield Command(max(on, home.opened), PROVIDERS, "rate_home", judged, Ref(home.key), child=home.key, hour=10)
    for day in _said(home, {one.stay.starts for one in found}, windows, authority.homes.confirmed_weeks):
        yield Command(day, PROVIDERS, "confirm_vacancy", {}, Ref(f"vacancy-{home.key}"), child=home.key, by=sector)
    if home.closed is not None:
        version = 1 + sum(on < home.closed for _, on in home.ratings)
        form: dict[str, Any] = {"on": str(home.closed), "version": version}
        yield Command(home.closed, PROVIDERS, "close_home", form, Ref(home.key), child=home.key, by=sector, hour=11)


def _said(home: Home, asked: set[date], windows: Windows, weeks: int) -> list[date]:
    """The days on which it says that its vacancies stand: when a child is to come, and else every so many weeks."""
    first = min(asked)
    days = {day - timedelta(days=1) for day in asked if day > first}
    if not home.stale:
        since, until = max(first, windows.first), min(home.closed or date.max, windows.last)
        days |= {since + timedelta(days=gone) for gone in range(7 * weeks, (until - since).days, 7 * weeks)}
    return sorted(days)
