"""Taking in Ofsted's list: who is new, who changed, and telling of each, with no question asked row by row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.providers.actions import listing_rows as rows
from services.providers.actions.letting_go import cut_out_of_service
from services.providers.actions.vacancies import end_vacancies
from services.providers.ofsted.listed import Listed
from services.providers.ofsted.problem import Problem, problem
from services.providers.queries import HOME, PLACE
from shared.contracts.providers import (
    HomeClosed,
    HomeLocated,
    HomeOpened,
    HomeUpdated,
    PlaceLine,
    PlacesChanged,
    ProviderRegistered,
    RatingChanged,
)
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import Row, WriteSession

ALONE = "SELECT pg_advisory_xact_lock(hashtext('the list of Ofsted'))"


@dataclass
class Taken:
    """How many are new, changed and as they were; `warned` rows were taken in as far as they could be."""

    new_providers: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    without_places: int = 0
    warned: list[Problem] = field(default_factory=list)


@dataclass
class Change:
    """What the list says of a home that is here already, and what of it is new."""

    listed: Listed
    kept: Row
    facts: bool = False
    moved: bool = False
    rated: bool = False
    closes: bool = False
    more_places: int = 0
    free: list[UUID] = field(default_factory=list)
    """Which places go, where there are fewer."""

    @property
    def other_places(self) -> bool:
        return self.more_places > 0 or bool(self.free)

    @property
    def any(self) -> bool:
        return self.facts or self.rated or self.closes or self.other_places


async def take_in(session: WriteSession, listed: Sequence[Listed], *, by: Person) -> Taken:
    """Make the providers and homes that are new and change those that the list alone has spoken of. All or nothing."""
    await session.run(ALONE)
    taken = Taken()
    kept = {(row.urn, row.setting): row for row in await rows.homes_listed(session, [one.urn for one in listed])}
    unknown = [one for one in listed if (one.urn, one.setting) not in kept]
    providers = await _providers(session, unknown, taken, by)
    opened = [(new_id(), providers[one.provider_key], one) for one in unknown if one.is_home]
    await rows.open_homes(session, opened)
    changes = [_change(one, kept[one.urn, one.setting], by) for one in listed if (one.urn, one.setting) in kept]
    changed = [change for change in await _possible(session, changes, taken) if change.any]
    await _apply(session, changed, by)
    await rows.note_ratings(session, [*((home, one) for home, _, one in opened), *_rated(changed)])
    await _tell(session, [home for home, _, _ in opened], changed)
    taken.new, taken.changed, taken.unchanged = len(opened), len(changed), len(changes) - len(changed)
    taken.without_places = len(unknown) - len(opened)
    session.audit(by.id, "take in list", "ofsted")
    return taken


async def _providers(
    session: WriteSession, unknown: Sequence[Listed], taken: Taken, by: Person
) -> dict[tuple[str, str], UUID]:
    """Whose each home is that is not here yet: known by its owner's number or by its own URN, or new."""
    owners = [key for kind, key in (one.provider_key for one in unknown) if kind == "owner"]
    known = await rows.providers_listed(session, owners, [one.urn for one in unknown])
    by_owner = {row.owner: row.provider for row in known if row.owner is not None}
    by_urn = {row.urn: row.provider for row in known if row.urn is not None}
    found: dict[tuple[str, str], UUID] = {}
    new: list[rows.NewProvider] = []
    for one in unknown:
        if one.provider_key in found:
            continue
        here = by_owner.get(one.provider_key[1]) or by_urn.get(one.urn)
        found[one.provider_key] = here or new_id()
        if here is None:
            new.append(rows.NewProvider(found[one.provider_key], one, _owner(one, by)))
    for row in await rows.register(session, new, by.authority):
        session.publish(ProviderRegistered(**row))
    taken.new_providers = len(new)
    return found


def _owner(one: Listed, by: Person) -> str | None:
    """An authority's own service is only made by that authority, or by who runs the installation."""
    ours = one.owned_by is not None and (by.installation or by.belongs_to(one.owned_by))
    return one.owned_by if ours else None


def _change(one: Listed, kept: Row, by: Person) -> Change:
    """What is new. Once its own people have spoken of a home, the list changes no more of it than its rating."""
    change = Change(one, kept)
    if kept.owned_by is not None and not (by.installation or by.belongs_to(kept.owned_by)):
        return change
    newer = one.rated_on is not None and (kept.rated_on is None or one.rated_on >= kept.rated_on)
    change.rated = newer and (one.rating, one.rated_on) != (kept.rating, kept.rated_on)
    if not kept.listed or kept.closed is not None:
        return change
    facts = (one.name, one.area, one.postcode, list(one.also))
    change.facts = facts != (kept.name, kept.area, kept.postcode, list(kept.also))
    change.moved = one.postcode != kept.postcode
    change.closes = one.closed is not None
    if one.is_home and not change.closes:
        change.more_places = one.places - kept.approved
    return change


async def _possible(session: WriteSession, changes: Sequence[Change], taken: Taken) -> Sequence[Change]:
    """Leave open here what children still live in, and say so."""
    needed = await rows.still_needed(session, [(c.kept.home, c.listed.closed) for c in changes if c.closes])
    fewer = {change.kept.home: change for change in changes if change.more_places < 0}
    asked = [(home, -change.more_places) for home, change in fewer.items()]
    for row in await rows.free_places(session, asked, on=session.clock.today()):
        fewer[row.home].free.append(row.place)
    for change in changes:
        if change.kept.home in needed:
            change.closes = False
            taken.warned.append(_warning(change, "Children have places here after it closes: it stays open."))
        if change.more_places < 0 and len(change.free) < -change.more_places:
            taken.warned.append(_warning(change, "More places are in use or offered than are registered."))
    return changes


def _warning(change: Change, message: str) -> Problem:
    return problem(change.listed.sheet, change.listed.row, "URN", message)


async def _apply(session: WriteSession, changed: Sequence[Change], by: Person) -> None:
    await rows.change_homes(session, [(change.kept, change.listed, change) for change in changed])
    more = [(change.kept, change.more_places) for change in changed if change.more_places > 0]
    await rows.add_places(session, more, opens=session.clock.today())
    await rows.close_places(session, [place for c in changed for place in c.free], on=session.clock.today())
    for change in changed:
        if change.closes and change.listed.closed is not None:
            await cut_out_of_service(session, change.kept.places, change.listed.closed, by=by)
            await end_vacancies(session, change.kept.home, change.listed.closed)


def _rated(changed: Iterable[Change]) -> list[tuple[UUID, Listed]]:
    return [(change.kept.home, change.listed) for change in changed]


async def _tell(session: WriteSession, opened: Sequence[UUID], changed: Sequence[Change]) -> None:
    """Publish every home as it now stands, and its places."""
    homes = [*opened, *(change.kept.home for change in changed)]
    stand = {
        row.home: row for row in await session.all(f"SELECT {HOME}, postcode FROM home h WHERE home = ANY($1)", homes)
    }
    places: dict[UUID, list[PlaceLine]] = {home: [] for home in homes}
    for row in await session.all(f"SELECT home, {PLACE} FROM place WHERE home = ANY($1) ORDER BY home, number", homes):
        places[row.home].append(PlaceLine(**row))
    for home in opened:
        _say(session, HomeOpened, stand[home], places[home], moved=True)
    for change in changed:
        row = stand[change.kept.home]
        kind = HomeClosed if change.closes else HomeUpdated if change.facts or change.other_places else RatingChanged
        told = places[row.home] if change.closes or change.other_places else None
        _say(session, kind, row, told, moved=change.moved)


def _say(session: WriteSession, kind: Any, row: Row, places: list[PlaceLine] | None, *, moved: bool) -> None:
    session.publish(kind(**row))
    if moved and row.postcode is not None:
        session.publish(HomeLocated(home=row.home, version=row.version, postcode=row.postcode))
    if places is not None:
        session.publish(PlacesChanged(home=row.home, version=row.version, places=tuple(places)))
