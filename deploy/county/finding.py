"""Finding a home as commands: a referral, who is asked and what each answers, the booking, and the first night."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from deploy.county.authority import Authority
from deploy.county.command import Command, Ref
from deploy.county.market import Found, Home
from deploy.county.telling import type_on
from services.referrals.deadlines import deadline
from shared.contracts.vocabulary import Urgency

REFERRALS, PLACEMENTS = "referrals", "placements"
INVITED = 10
"""The hour at which homes are asked; whatever they answer is known by the evening."""
ARRIVAL = ("legal_status", "move_reason", "move_planned")


@dataclass(frozen=True, slots=True)
class Search:
    """One referral: for a child, or for siblings who are to live together; `asked` are the other homes."""

    found: Sequence[Found]
    urgency: Urgency
    submitted: date
    asked: Sequence[Home]

    @property
    def key(self) -> str:
        return f"referral-{self.found[0].group}"

    @property
    def starts(self) -> date:
        return self.found[0].stay.starts


def searches(authority: Authority, found: Iterable[Found], there: Sequence[Home], dice: Random) -> Iterator[Search]:
    """How each home was found: how urgently it was asked for, when, and who else was asked."""
    assumed, of = authority.homes, dict[str, list[Found]]()
    leads = {Urgency.SHORT_NOTICE: assumed.short_notice_days, Urgency.PLANNED: assumed.planned_days}
    leads[Urgency.EMERGENCY] = (0, 0)
    for one in found:
        of.setdefault(one.group, []).append(one)
    alike: dict[str, list[Home]] = {}
    for home in there:
        alike.setdefault(home.kind, []).append(home)
    for group in of.values():
        first = group[0]
        urgency = Urgency.EMERGENCY
        if first.number:
            urgency = dice.choices([Urgency.SHORT_NOTICE, Urgency.PLANNED], [1, 2] if first.stay.planned else [3, 1])[0]
        lead = timedelta(days=dice.randint(*leads[urgency]))
        before = first.life.stays[first.number - 1].starts + timedelta(days=1) if first.number else first.life.started
        starts, own = first.stay.starts, first.home
        others = [home for home in alike[own.kind] if home.taken <= starts < home.shut and home is not own]
        asked = dice.sample(others, min(len(others), dice.randint(0, assumed.asked_besides)))
        yield Search(group, urgency, max(starts - lead, before), asked)


def asking(search: Search, authority: Authority) -> Iterator[Command]:
    """What referrals is told."""
    first = search.found[0]
    form = {
        "urgency": search.urgency,
        "wanted_from": str(search.starts),
        "types": [type_on(authority.kinds[first.home.kind], authority.anchor)],
        "children": [{"child": Ref(one.life.key)} for one in search.found],
    }
    of: dict[str, Any] = {"on": search.submitted, "service": REFERRALS, "child": first.group}
    yield Command(**of, kind="make_referral", form=form, key=search.key)
    yield Command(**of, kind="submit_referral", about=Ref(search.key))
    submitted = datetime.combine(search.submitted, time(9), UTC)
    late = deadline(submitted, search.urgency) + timedelta(minutes=1)
    if late.date() < search.starts:
        yield Command(late.date(), REFERRALS, "note_deadline", {}, Ref(search.key), child=first.group, hour=23)


def booking(search: Search, placing: dict[str, Command], authority: Authority, dice: Random) -> Iterator[Command]:
    """What placements is told up to the booking; `placing` are the commands that would have placed them directly."""
    for home in search.asked:
        yield from _elsewhere(search, home, authority, dice)
    for one in search.found:
        offer, form = f"offer-{one.key}", placing[one.key].form
        yield _invited(search, one, one.home, offer, authority.homes.hours)
        on: dict[str, Any] = {"on": search.submitted, "service": PLACEMENTS, "child": one.life.key}
        terms = {"weekly_pence": form["weekly_pence"], "available_from": str(search.starts)}
        sector = authority.kinds[one.home.kind].sector
        yield Command(**on, kind="offer", form=terms, about=Ref(offer), hour=12, by=sector)
        yield Command(**on, kind="accept", about=Ref(offer), hour=16)
        moving = {name: form[name] for name in ("purpose", "moves_from") if name in form}
        book = {"offer": Ref(offer), "starts": str(search.starts), **moving}
        yield Command(**on, kind="book", form=book, key=one.key, hour=17)


def _invited(search: Search, one: Found, home: Home, offer: str, hours: int) -> Command:
    form = {
        "referral": Ref(search.key),
        "child": Ref(one.life.key),
        "vacancy": Ref(f"vacancy-{home.key}"),
        "answer_within_hours": hours,
    }
    return Command(search.submitted, PLACEMENTS, "invite", form, key=offer, child=one.life.key, hour=INVITED)


def _elsewhere(search: Search, home: Home, authority: Authority, dice: Random) -> Iterator[Command]:
    """Another home that is asked says no, or nothing in time, or offers and is not chosen. Siblings are to live together:
    what is not offered to one of them is not asked any more for the others."""
    said, assumed = dice.random(), authority.homes
    declined = sum(assumed.declines.values())
    for one in search.found:
        yield _invited(search, one, home, f"offer-{one.key}-{home.key}", assumed.hours)
    for one in search.found if said >= declined + assumed.late else search.found[:1]:
        about, sector = Ref(f"offer-{one.key}-{home.key}"), authority.kinds[home.kind].sector
        on: dict[str, Any] = {"on": search.submitted, "service": PLACEMENTS, "child": one.life.key, "about": about}
        if said < declined:
            reason = dice.choices(list(assumed.declines), list(assumed.declines.values()))[0]
            yield Command(**on, kind="decline", form={"reason": reason}, hour=11, by=sector)
        elif said < declined + assumed.late:
            yield Command(**on, kind="let_lapse", hour=INVITED + assumed.hours)
        else:
            pence = round(authority.kinds[home.kind].weekly_pence * dice.uniform(0.9, 1.3))
            terms = {"weekly_pence": pence, "available_from": str(search.starts)}
            yield Command(**on, kind="offer", form=terms, hour=13, by=sector)


def arriving(one: Found, placing: Command) -> Command:
    """The first night."""
    said: dict[str, Any] = {name: placing.form[name] for name in ARRIVAL if name in placing.form}
    form = {"on": str(one.stay.starts), **said}
    return Command(one.stay.starts, PLACEMENTS, "start", form, Ref(one.key), child=one.life.key, hour=18)
