"""Rules of Episodes about where: postcodes, distance, the URN and what is registered under it."""

import re
from collections.abc import Callable
from typing import Any

from services.placements.returns.checks.case import SHORT_BREAKS, Case
from services.placements.returns.checks.codes import no_urn_for
from services.placements.returns.checks.episodes import ADOPTION, FOSTERING, episodes
from services.placements.returns.checks.places import Registered
from services.placements.returns.checks.rule import OFFICER, Find, Rule

UNLISTED = "XXXXXXX"
URN = re.compile(r"(?:SC)?\d{6}|\d{7}|X{7}")
OUTSIDE_ENGLAND = frozenset({"CON", "NIR", "SCO", "WAL", "NUK"})
FURTHEST_MILES = 350
AT_THE_ADDRESS = frozenset({"K1", "K2", "K3", "R3", "S1"})
OWN_AREA_NOT_NEEDED = FOSTERING | ADOPTION | {"K3"}
HOME = "Choose the right home, or correct the placement."
POSTCODE = "Correct the postcode."


def registered(wrong: Callable[[Case, Any, Registered], Any]) -> Find:
    """Episodes in a registered home of which this is true; homes the register does not know say nothing."""

    def find(case: Case, episode: Any) -> bool:
        home = case.places.at(episode.urn)
        return home is not None and bool(wrong(case, episode, home))

    return episodes(find)


def _area(case: Case, episode: Any) -> str | None:
    return case.places.area(episode.pl_post, case.closes)


def _no_urn(case: Case, episode: Any) -> bool:
    if episode.urn is not None or no_urn_for(episode.place) or (case.year < 2025 and episode.place in ("H5", "P2")):
        return False
    if episode.ls in SHORT_BREAKS:
        return False  # 214: a short break is returned without
    return (episode.dec is None or episode.dec >= case.opens) and _area(case, episode) not in OUTSIDE_ENGLAND


def _not_there(_: Case, episode: Any, home: Registered) -> bool:
    if episode.place not in AT_THE_ADDRESS or episode.ls in SHORT_BREAKS or not (episode.pl_post and home.postcode):
        return False
    return bool(_close(episode.pl_post) != _close(home.postcode))


def _close(postcode: str) -> str:
    return postcode.replace(" ", "").upper()


def _whose(case: Case, episode: Any, home: Registered) -> bool:
    """Own and another authority's provision, by where the home is."""
    area = case.places.area(home.postcode, case.closes)
    if area is None or episode.place == "K3" or no_urn_for(episode.place):
        return False
    own = area == case.authority
    return (episode.place_provider == "PR1" and not own) or (episode.place_provider == "PR2" and own)


def _far(case: Case, episode: Any) -> bool:
    miles = case.places.miles(episode.home_post, episode.pl_post)
    return miles is not None and miles > FURTHEST_MILES and not case.unaccompanied


def _own_elsewhere(case: Case, episode: Any) -> bool:
    if episode.place_provider != "PR1" or episode.place in OWN_AREA_NOT_NEEDED or episode.ls in SHORT_BREAKS:
        return False
    area = _area(case, episode)
    return area is not None and area != case.authority


def _no_distance(case: Case, episode: Any) -> bool:
    if case.places.map is None or episode.ls in SHORT_BREAKS or case.unaccompanied:
        return False
    return case.places.miles(episode.home_post, episode.pl_post) is None


def _no_postcode(case: Case, episode: Any) -> bool:
    lacks = episode.home_post is None or episode.pl_post is None
    return lacks and episode.ls not in SHORT_BREAKS and not case.unaccompanied


RULES = (
    Rule("218", "Episodes", "URN", OFFICER, "The URN of the home or agency is missing.",
         "Choose the registered home or agency, or XXXXXXX for carers of a regional adoption agency.",
         episodes(_no_urn)),
    Rule("222", "Episodes", "URN", OFFICER, "A placement of this kind has no URN.", "Take the URN away.",
         episodes(lambda c, e: no_urn_for(e.place) and e.urn not in (None, UNLISTED))),
    Rule("1008", "Episodes", "URN", OFFICER, "There is no such URN.", HOME,
         episodes(lambda c, e: e.urn is not None and e.urn != UNLISTED
                  and (not URN.fullmatch(e.urn) or (c.places.complete and c.places.at(e.urn) is None)))),
    Rule("242", "Episodes", "URN", OFFICER, "XXXXXXX is only for foster carers and adopters.", HOME,
         episodes(lambda c, e: e.urn == UNLISTED and e.place not in FOSTERING | ADOPTION), 2026),
    Rule("243", "Episodes", "URN", OFFICER, "A home outside England has no URN.", "Take the URN away.",
         episodes(lambda c, e: e.urn is not None and _area(c, e) in OUTSIDE_ENGLAND), 2026),
    Rule("219", "Episodes", "URN PLACE", OFFICER, "What is registered under this URN gives no placements of this kind.",
         HOME, registered(lambda c, e, home: home.places and e.place not in home.places)),
    Rule("224", "Episodes", "URN PLACE_PROVIDER", OFFICER,
         "What is registered under this URN is of another kind of provider.", HOME,
         registered(lambda c, e, home: home.sectors and e.place_provider not in home.sectors)),
    Rule("221", "Episodes", "URN PL_POST", OFFICER, "The home registered under this URN is not at this postcode.",
         HOME, registered(_not_there)),
    Rule("227", "Episodes", "URN DECOM", OFFICER, "The home was already closed when the episode began.", HOME,
         registered(lambda c, e, home: home.closed and e.decom and e.decom >= home.closed)),
    Rule("228", "Episodes", "URN DEC", OFFICER, "The home closed before the episode ended.", HOME,
         registered(lambda c, e, home: home.closed and (e.dec or c.as_at) > home.closed)),
    Rule("229", "Episodes", "URN PLACE_PROVIDER", OFFICER,
         "Own provision in another authority's area, or another authority's in ours.", HOME, registered(_whose)),
    Rule("1015", "Episodes", "PLACE_PROVIDER PL_POST", OFFICER, "Own provision outside the own area.",
         "Correct whose provision it is, or the postcode.", episodes(_own_elsewhere)),
    Rule("392a", "Episodes", "HOME_POST PL_POST", OFFICER, "Nobody can tell how far from home the placement is.",
         "Record postcodes that exist of the child's home and of the placement.", episodes(_no_distance)),
    Rule("406", "Episodes", "HOME_POST", OFFICER, "An unaccompanied child has no home here to be far from.",
         "Take the home's postcode away.",
         episodes(lambda c, e: c.unaccompanied and c.places.miles(e.home_post, e.pl_post) is not None)),
    Rule("392b", "Episodes", "HOME_POST PL_POST", OFFICER, "A postcode is missing.",
         "Record where the child's home was and where the placement is.", episodes(_no_postcode)),
    Rule("392c", "Episodes", "HOME_POST PL_POST", OFFICER, "There is no such postcode.", POSTCODE,
         episodes(lambda c, e: not (c.places.known(e.home_post) and c.places.known(e.pl_post)))),
    Rule("392d", "Episodes", "HOME_POST PL_POST", OFFICER, "The placement is at the child's home, but not with parents.",
         "Correct a postcode, or the kind of placement.",
         episodes(lambda c, e: e.place != "P1" and e.home_post is not None and e.home_post == e.pl_post)),
    Rule("398", "Episodes", "HOME_POST PL_POST", OFFICER, "A short break is returned without postcodes.",
         "Take the postcodes away.",
         episodes(lambda c, e: e.ls in SHORT_BREAKS and (e.home_post is not None or e.pl_post is not None))),
    Rule("214", "Episodes", "PL_POST URN", OFFICER, "A short break is returned without the place and its URN.",
         "Take them away.", episodes(lambda c, e: e.ls in SHORT_BREAKS and (e.pl_post is not None or e.urn is not None))),
    Rule("454", "Episodes", "HOME_POST PL_POST", OFFICER, "The placement is more than 350 miles from home.",
         "Make sure of both postcodes.", episodes(_far), 2026),
    Rule("420", "Episodes", "PL_POST", OFFICER, "A short break is returned without the placement's authority.",
         "Take the postcode away.", episodes(lambda c, e: e.ls in SHORT_BREAKS and _area(c, e) is not None)),
    Rule("179", "Episodes", "PL_POST", OFFICER, "Nobody can tell whether the placement is in our own area.", POSTCODE,
         episodes(lambda c, e: c.places.map is not None and e.ls not in SHORT_BREAKS and _area(c, e) is None)),
    Rule("169", "Episodes", "PL_POST", OFFICER, "Nobody can tell in which authority the placement is.", POSTCODE,
         episodes(lambda c, e: c.places.map is not None and e.ls not in SHORT_BREAKS and _area(c, e) is None)),
)  # fmt: skip
