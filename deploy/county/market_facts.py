"""The homes of a made-up area and the search for them as facts, as metrics would hold them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from random import Random
from typing import Any

from deploy.county.authority import Authority
from deploy.county.facts import Rows, id_of, row_of
from deploy.county.finding import Search, searches
from deploy.county.lives import Life
from deploy.county.market import Area, Found, Home, Windows
from deploy.county.telling import type_on
from services.referrals.deadlines import deadline
from shared.contracts.vocabulary import OccupationKind, OfferStatus, ReferralStatus


def add_market(rows: Rows, authority: Authority, told: Iterable[Life], seed: int, windows: Windows) -> None:
    """Homes, places, who sleeps in them, vacancies, referrals and offers; placements are told of their referral."""
    dice = Random(f"homes {seed}")  # noqa: S311 - the same for the same seed, nothing secret
    area = Area(authority, windows, dice)
    found = area.found(told)
    for home in area.homes:
        _home(rows, authority, home, [one for one in found if one.home is home], windows)
    placements = {row["placement"]: row for row in rows["placements"]}
    for search in searches(authority, found, area.homes, dice):
        _search(rows, authority, search, dice)
        for one in search.found:
            placement = placements[id_of(authority, one.life.key, str(one.number))]
            placement["referral"] = id_of(authority, search.key)


def _home(rows: Rows, authority: Authority, home: Home, lived: Sequence[Found], windows: Windows) -> None:
    kind, key = authority.kinds[home.kind], id_of(authority, home.key)
    of = {"home": key, "area": authority.code, "type": type_on(kind, authority.anchor), "sector": kind.sector}
    rows["homes"].append(row_of(home.opened, **of, opened=home.opened, closed=home.closed))
    places = [id_of(authority, home.key, str(number)) for number in range(home.places)]
    rows["places"] += [
        row_of(home.opened, home=key, place=place, opens=home.opened, closes=home.closed) for place in places
    ]
    free_from = [date.min] * home.places
    for one in sorted(lived, key=lambda found: found.stay.starts):
        place = next(number for number, day in enumerate(free_from) if day <= one.stay.starts)
        free_from[place] = one.stay.ends or date.max
        rows["occupations"].append(
            row_of(
                one.stay.starts,
                occupation=id_of(authority, one.key, "occupation"),
                home=key,
                place=places[place],
                kind=OccupationKind.OCCUPIED,
                starts=one.stay.starts,
                ends=one.stay.ends,
            )
        )
    if home.closed is None:
        said = max(one.stay.starts for one in lived) if home.stale else windows.anchor
        rows["vacancies"] += [
            row_of(
                home.opened,
                vacancy=id_of(authority, home.key, "vacancy"),
                home=key,
                place=place,
                status="posted",
                available_from=home.opened,
                confirmed_at=_at(said, 9),
            )
            for place in places
        ]


def _search(rows: Rows, authority: Authority, search: Search, dice: Random) -> None:
    submitted, assumed = _at(search.submitted, 9), authority.homes
    of: dict[str, Any] = {"authority": authority.code, "referral": id_of(authority, search.key)}
    declines = sum(assumed.declines.values())
    for one in search.found:
        child = id_of(authority, one.life.key)
        kind = authority.kinds[one.home.kind]
        rows["referrals"].append(
            row_of(
                search.submitted,
                **of,
                child=child,
                status=ReferralStatus.PLACED,
                urgency=search.urgency,
                type=type_on(kind, authority.anchor),
                submitted_at=submitted,
                due_at=deadline(submitted, search.urgency),
            )
        )
        for home in (one.home, *search.asked):
            said = dice.random()
            declined, late = said < declines, declines <= said < declines + assumed.late
            if home is one.home:
                declined = late = False
            status = OfferStatus.DECLINED if declined else OfferStatus.LAPSED if late else OfferStatus.NOT_CHOSEN
            rows["offers"].append(
                row_of(
                    search.submitted,
                    **of,
                    offer=id_of(authority, one.key, home.key, "offer"),
                    child=child,
                    status=OfferStatus.ACCEPTED if home is one.home else status,
                    invited_at=_at(search.submitted, 10),
                    answered_at=None if late else _at(search.submitted, 12),
                    reason=next(iter(assumed.declines)) if declined else None,
                )
            )


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)
