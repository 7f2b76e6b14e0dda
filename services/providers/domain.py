"""What providers and their places may be, whose business they are, and every refusal in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from shared.contracts.vocabulary import Sector
from shared.errors import Invalid, Refused
from shared.geography import Geography
from shared.identity.person import Person

HOLD = timedelta(hours=48)
"""How long a place is kept for a booking that nobody confirms."""
A_WEEK = timedelta(days=7)
"""After so long without a word a vacancy loses rank with whoever looks for a home."""

NIGHTS_IMPOSSIBLE = "nights_impossible"
PLACE_UNKNOWN = "place_unknown"
PLACE_NOT_OPEN = "place_not_open"
PLACE_TAKEN = "place_taken"
PLACE_OUT_OF_SERVICE = "place_out_of_service"
HOME_IS_SOLO = "home_is_solo"

REFUSALS = {
    NIGHTS_IMPOSSIBLE: "The stay would end before its first night.",
    PLACE_UNKNOWN: "We do not know this place.",
    PLACE_NOT_OPEN: "The place is not open on every one of these nights.",
    PLACE_TAKEN: "The place is kept for a child on some of these nights.",
    PLACE_OUT_OF_SERVICE: "The place is out of service on some of these nights.",
    HOME_IS_SOLO: "The home takes one child at a time, and has one on some of these nights.",
}
"""Why nights in a place cannot be had: the rule's code and its sentence."""


def refusal(code: str) -> Refused:
    """The refusal that names one of these rules."""
    return Refused(REFUSALS[code], field="starts", code=code)


def sees(by: Person, provider: UUID, owned_by: str | None) -> bool:
    """Whether somebody may look at a provider: its own people do; of the rest those whose market it is part of."""
    if by.provider is not None:
        return by.provider == provider
    return owned_by is None or by.sees_figures_of(owned_by)


def manages(by: Person, provider: UUID, owned_by: str | None) -> bool:
    """Whether a provider's homes are somebody's to run: its own people, or the authority whose own service it is."""
    return by.provider == provider or (owned_by is not None and by.belongs_to(owned_by))


def vouches(by: Person, registered_by: str | None) -> bool:
    """Whether it is somebody's to say who a provider's people are: whoever could, could run it."""
    return by.installation or (by.authority is not None and registered_by == by.authority)


def owner_of(sector: Sector, asked: str | None, by: Person) -> str | None:
    """The authority whose own service a new provider is; never one that the caller does not belong to."""
    if sector != Sector.OWN:
        if asked is not None:
            raise Invalid("Only an authority's own service (PR1) is owned by an authority.", field="owned_by")
        return None
    if by.authority is None:
        raise Invalid("An authority's own service is registered by somebody of that authority.", field="sector")
    if asked not in (None, by.authority):
        raise Invalid("You can register only your own authority's service.", field="owned_by")
    return by.authority


def area_of(places: Geography, postcode: str | None, area: str | None, *, on: date) -> str:
    """The authority a home stands in: its postcode's, or the one that is said where no postcode is known."""
    if postcode is None:
        if area is None:
            raise Invalid("Say its postcode, or the authority it stands in.", field="postcode")
        return area
    derived = places.area(postcode, on)
    if derived is None:
        raise Invalid("We do not know this postcode.", field="postcode", code="postcode_unknown")
    if area not in (None, derived):
        raise Invalid("That postcode is in another authority.", field="area", code="postcode_elsewhere")
    return derived


def must_follow(starts: date, ends: date | None, *, field: str, words: str) -> None:
    """Refuse a half-open run of nights `[starts, ends)` without a night in it."""
    if ends is not None and ends <= starts:
        raise Invalid(words, field=field)


def must_be_narrower(offered: Any, home: Any) -> None:
    """Refuse a vacancy for children that its home is not registered for."""
    if offered.youngest is not None and not home.youngest <= offered.youngest <= home.oldest:
        raise Invalid("The home is not registered for children so young or old.", field="youngest")
    if offered.oldest is not None and not home.youngest <= offered.oldest <= home.oldest:
        raise Invalid("The home is not registered for children so young or old.", field="oldest")
    if not set(offered.sexes) <= set(home.sexes):
        raise Invalid("The home is not registered for children of that sex.", field="sexes")


@dataclass(frozen=True, slots=True)
class Bed:
    """A place on one night: the kinds of home it is in, and who of which authority has it (None: nobody)."""

    place: UUID
    kinds: frozenset[str]
    authority: str | None
    empty: bool


@dataclass(frozen=True, slots=True)
class Block:
    """So many places of these kinds that an authority pays for on one night, whether or not somebody lives there."""

    authority: str
    kinds: frozenset[str]
    places: int


def void_places(beds: Sequence[Bed], blocks: Sequence[Block]) -> frozenset[UUID]:
    """The empty places of one provider that blocks pay for on a night; the first beds first.

    An authority's own children fill its block before anything of it lies empty; no two blocks take the same place.
    """
    filled: set[UUID] = set()
    void: set[UUID] = set()
    for block in blocks:
        fitting = [bed for bed in beds if bed.kinds & block.kinds]
        own = [bed.place for bed in fitting if bed.authority == block.authority and bed.place not in filled]
        filled |= set(own[: block.places])
        unused = block.places - min(len(own), block.places)
        void |= set([bed.place for bed in fitting if bed.empty and bed.place not in void][:unused])
    return frozenset(void)
