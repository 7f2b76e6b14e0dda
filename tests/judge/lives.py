"""Children's lives in care, one of each kind that the sample has none of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from shared.ssda903.shape import (
    Adoption,
    AdoptionDecision,
    CareLeaver,
    DeprivationOfLiberty,
    Episode,
    Header,
    Health,
    Missing,
    PreviousPermanence,
    Review,
    SocialWorker,
    TableRow,
    Unaccompanied,
)
from shared.ssda903.years import first_day, last_day

HOME = "W1U 5EJ"
FOSTER = {"place": "U6", "place_provider": "PR1", "pl_post": "NW8 7EE", "urn": "1200000"}
OTHER_FOSTER = {"place": "U6", "place_provider": "PR4", "pl_post": "NW1 7YY", "urn": "SC400003"}
LONG_TERM = OTHER_FOSTER | {"place": "U4"}
TO_ADOPT = FOSTER | {"place": "U5"}
BY_CARER = FOSTER | {"place": "A5"}
BY_OTHERS = {"place": "A6", "place_provider": "PR1", "pl_post": "NW3 5JS", "urn": "1200050"}
CHILDRENS_HOME = {"place": "K2", "place_provider": "PR4", "pl_post": "NW6 4RG", "urn": "1200014"}
SECURE = {"place": "K1", "place_provider": "PR2", "pl_post": "NW5 9NZ", "urn": "SC400100"}
FAMILY_CENTRE = {"place": "R3", "place_provider": "PR4", "pl_post": "NW3 5JS", "urn": "SC400101"}
SCHOOL = {"place": "S1", "place_provider": "PR4", "pl_post": "NW3 4XZ", "urn": "SC400102"}
SUPPORTED = {"place": "K3", "place_provider": "PR4", "pl_post": "W1W 8NP", "urn": "2700001"}
PARENTS = {"place": "P1", "place_provider": "PR0", "pl_post": HOME, "urn": None}
CUSTODY = {"place": "R5", "place_provider": "PR3", "pl_post": "WC1H 0QF", "urn": None}
HOSPITAL = {"place": "R2", "place_provider": "PR3", "pl_post": "NW3 2QG", "urn": None}
OTHER = {"place": "Z12", "place_provider": None, "pl_post": "NW6 2SP", "urn": None}
SHORT_BREAK = {"place": "K2", "place_provider": "PR4", "pl_post": None, "urn": None}


def away(place: str) -> Mapping[str, Any]:
    """A temporary stay, somewhere else."""
    return {"place": place, "place_provider": None, "pl_post": "NW3 2QG", "urn": None}


def day(text: str) -> date:
    return date.fromisoformat(text)


@dataclass(frozen=True)
class Life:
    """One child: who, every episode, and what else is told of some years."""

    reference: str
    sex: str
    born: date
    episodes: Sequence[Episode]
    unaccompanied: Sequence[Unaccompanied] = ()
    workers: Sequence[SocialWorker] = ()
    missing: Sequence[Missing] = ()
    decisions: Sequence[AdoptionDecision] = ()
    adoption: Adoption | None = None
    liberty: Sequence[DeprivationOfLiberty] = ()
    leaving: Mapping[int, tuple[str, str, str]] = field(default_factory=dict)
    own_child: date | None = None

    @property
    def header(self) -> Header:
        return Header(self.reference, self.sex, self.born, "WBRI", None if self.short_breaks else self.upn)

    @property
    def upn(self) -> str:
        return f"A2131{int(self.reference[1:]):08d}"

    @property
    def short_breaks(self) -> bool:
        return any(episode.ls in ("V3", "V4") for episode in self.episodes)

    def motherhood(self, episodes: Sequence[Episode], closes: date) -> dict[str, Any]:
        if self.sex != "F" or self.short_breaks:
            return {}
        born = self.own_child if self.own_child and self.own_child <= closes else None
        return {"mother": ("1" if born else "0") if episodes else None, "mc_dob": born}

    def facts(self, year: int) -> Mapping[str, Sequence[TableRow]]:
        """The year's rows of every table but Header, Episodes and UASC."""
        opens, closes = first_day(year), last_day(year)
        who = self.reference, self.born
        periods = [p for p in self.periods if p[0] <= closes and (p[1] is None or p[1] >= opens)]
        all_year = any(p[0] <= opens and (p[1] is None or p[1] >= closes) for p in periods) and not self.short_breaks
        adopted = any(e.rec in ("E11", "E12") and e.dec and opens <= e.dec <= closes for e in self.episodes)
        return {
            "Reviews": [] if self.short_breaks else [Review(*who, on, _took_part(self.born, on)) for on in self._reviews(year)],
            "OC2": [self._health(closes)] if all_year else [],
            "OC3": [CareLeaver(*who, *self.leaving[year])] if year in self.leaving else [],
            "AD1": [self.adoption] if self.adoption and adopted else [],
            "PlacedAdoption": [_closed(d, "date_placed_ceased", closes, "reason_placed_ceased") for d in self.decisions
                               if d.date_placed and d.date_placed <= closes and (d.date_placed_ceased is None or d.date_placed_ceased >= opens)],
            "PrevPerm": [PreviousPermanence(*who, "Z1")] if any(opens <= p[0] <= closes for p in periods) else [],
            "Missing": [_closed(m, "mis_end", closes) for m in self.missing
                        if m.mis_start and m.mis_start <= closes and (m.mis_end is None or m.mis_end >= opens)],
            "SWEpisodes": [_closed(w, "sw_dec", closes) for w in self.workers
                           if w.sw_decom and w.sw_decom <= closes and (w.sw_dec is None or w.sw_dec >= opens)],
            "DoLo": [_closed(o, "dolo_end", closes) for o in self.liberty
                     if o.dolo_start and o.dolo_start <= closes and (o.dolo_end is None or o.dolo_end >= opens)],
        }  # fmt: skip

    @property
    def periods(self) -> Sequence[tuple[date, date | None]]:
        found: list[tuple[date, date | None]] = []
        for episode in self.episodes:
            assert episode.decom
            if episode.rne == "S":
                found.append((episode.decom, None))
            found[-1] = (found[-1][0], episode.dec if episode.rec != "X1" else None)
        return found

    def _reviews(self, year: int) -> Sequence[date]:
        found = []
        for starts, ends in self.periods:
            on = starts + timedelta(days=20)
            while on <= last_day(year) and (ends is None or on < ends):
                if on >= first_day(year):
                    found.append(on)
                on += timedelta(days=150)
        return found

    def _health(self, closes: date) -> Health:
        age = closes.year - self.born.year - ((closes.month, closes.day) < (self.born.month, self.born.day))
        asked = 4 <= age <= 17
        return Health(
            self.reference,
            self.born,
            11 if asked else None,
            convicted="0" if age >= 10 else None,
            health_check="1" if age < 5 else None,
            immunisations="1",
            teeth_check="1",
            health_assessment="1",
            substance_misuse="0",
        )


def _took_part(born: date, on: date) -> str:
    return "PN0" if (on.year - born.year - ((on.month, on.day) < (born.month, born.day))) < 4 else "PN1"


def _closed(row: Any, name: str, closes: date, *more: str) -> Any:
    ends = getattr(row, name)
    return replace(row, **dict.fromkeys((name, *more))) if ends is not None and ends > closes else row


def career(
    reference: str, need: str, home: str | None, *steps: tuple[str, str, str, Mapping[str, Any], str | None]
) -> list[Episode]:
    """Episodes from (day, RNE, LS, where, why the placement before ended); (day, REC, "", {}, None) ends a period."""
    episodes: list[Episode] = []
    for on, how, status, where, why in steps:
        if not status:
            episodes[-1] = replace(episodes[-1], dec=day(on), rec=how)
            continue
        if how != "S":
            episodes[-1] = replace(episodes[-1], dec=day(on), rec="X1", reason_place_change=why)
        episodes.append(Episode(reference, day(on), how, status, need, home_post=home, **where))
    return episodes


def _workers(reference: str, born: date, *spells: tuple[str, str, str | None, str]) -> list[SocialWorker]:
    return [SocialWorker(reference, born, who, day(a), day(b) if b else None, why) for who, a, b, why in spells]


def _life(
    number: int, sex: str, born: str, need: str, *steps: Any, home: str | None = HOME, workers: Any = None, **more: Any
) -> Life:
    reference, birth = f"H{number:02d}", day(born)
    first = steps[0][0]
    spells = workers or [(f"SW{1000 + number}", first, None, "FCONTA")]
    told = career(reference, need, home, *steps)
    return Life(reference, sex, birth, told, workers=_workers(reference, birth, *spells), **more)


def _placed(number: int, born: str, decided: str, reversed_on: str | None = None) -> list[AdoptionDecision]:
    ended = day(reversed_on) if reversed_on else None
    return [AdoptionDecision(f"H{number:02d}", day(born), day(decided), ended, "RD3" if reversed_on else None)]


def _end(on: str, how: str) -> tuple[str, str, str, Mapping[str, Any], None]:
    return on, how, "", {}, None


LIVES: Sequence[Life] = (
    _life(1, "M", "2007-02-01", "N8", ("2022-05-10", "S", "V2", FOSTER, None), ("2023-09-04", "P", "V2", SUPPORTED, "CARPL"),
          _end("2025-02-01", "E5"), home=None, leaving={2026: ("YES", "F2", "U1")},
          unaccompanied=[Unaccompanied("H01", "M", day("2007-02-01"), day("2025-02-01"))]),
    _life(2, "F", "2010-08-20", "N8", ("2023-01-16", "S", "V2", OTHER_FOSTER, None), home=None,
          unaccompanied=[Unaccompanied("H02", "F", day("2010-08-20"), day("2028-08-20"))]),
    _life(3, "F", "2021-12-01", "N1", ("2021-12-10", "S", "C1", TO_ADOPT, None), ("2022-09-05", "L", "E1", TO_ADOPT, None),
          ("2022-11-07", "T", "E1", BY_CARER, "PLACE"), _end("2023-06-15", "E12"), decisions=_placed(3, "2021-12-01", "2022-08-15"),
          adoption=Adoption("H03", day("2021-12-01"), day("2022-08-15"), day("2022-10-10"), "1", "2", "MF", "L11")),
    _life(4, "M", "2022-03-03", "N1", ("2022-03-14", "S", "C1", FOSTER, None), ("2023-02-06", "L", "E1", FOSTER, None),
          ("2024-05-13", "P", "E1", BY_OTHERS, "CARPL"), _end("2025-01-20", "E11"), decisions=_placed(4, "2022-03-03", "2023-01-23"),
          adoption=Adoption("H04", day("2022-03-03"), day("2023-01-23"), day("2024-04-15"), "0", "1", "F1", "L0")),
    _life(5, "F", "2011-04-09", "N5", ("2021-06-21", "S", "C2", FOSTER, None), ("2023-08-14", "P", "C2", PARENTS, "CARPL")),
    _life(6, "M", "2008-01-19", "N6", ("2024-01-08", "S", "J1", CUSTODY, None), ("2024-02-19", "B", "V2", CHILDRENS_HOME, "CUSTOD"),
          _end("2025-06-16", "E9")),
    _life(7, "M", "2013-09-09", "N2", ("2023-05-05", "S", "V3", SHORT_BREAK, None), _end("2023-05-08", "E4A"),
          ("2023-07-14", "S", "V3", SHORT_BREAK, None), _end("2023-07-17", "E4A"), ("2024-06-07", "S", "V4", SHORT_BREAK, None),
          home=None, workers=[("SW1007", "2023-05-05", None, "FCONTA")]),
    _life(8, "F", "2012-12-12", "N4", ("2022-02-02", "S", "V2", FOSTER, None), _end("2022-06-30", "E4A"),
          ("2024-10-01", "S", "V2", OTHER_FOSTER, None), ("2025-03-03", "L", "C1", OTHER_FOSTER, None),
          ("2025-09-15", "L", "C2", OTHER_FOSTER, None),
          workers=[("SW1008", "2022-02-02", "2022-06-30", "FCONTA"), ("SW1018", "2024-10-01", None, "FCONTA")]),
    _life(9, "M", "2014-03-30", "N1", ("2021-09-01", "S", "C2", FOSTER, None), ("2022-05-02", "P", "C2", away("T1"), None),
          ("2022-05-30", "P", "C2", FOSTER, None), ("2023-08-01", "P", "C2", away("T3"), None), ("2023-08-15", "P", "C2", FOSTER, None),
          ("2024-07-20", "P", "C2", away("T2"), None), ("2024-08-03", "P", "C2", FOSTER, None), ("2025-05-10", "P", "C2", away("T4"), None),
          ("2025-05-14", "P", "C2", FOSTER, None), ("2026-08-01", "P", "C2", away("T0"), None), ("2026-08-09", "P", "C2", FOSTER, None)),
    _life(10, "F", "2015-05-05", "N1", ("2022-04-11", "S", "L1", OTHER_FOSTER, None), ("2022-04-13", "L", "L2", OTHER_FOSTER, None),
          ("2022-04-27", "L", "C1", OTHER_FOSTER, None), ("2023-01-09", "L", "C2", OTHER_FOSTER, None),
          ("2024-11-11", "T", "C2", LONG_TERM, "PLACE"),
          workers=[("SW2001", "2022-04-11", "2023-06-01", "FCONTA"), ("SW2002", "2023-06-01", "2024-09-30", "LEFTRL"),
                   ("SW2003", "2024-09-30", "2025-12-01", "MANAGE"), ("SW2004", "2025-12-01", None, "CHCHAN")],
          missing=[Missing("H10", day("2015-05-05"), "M", day("2025-07-07"), day("2025-07-08")),
                   Missing("H10", day("2015-05-05"), "A", day("2026-03-28"), day("2026-03-30"))]),
    _life(11, "F", "2007-10-10", "N1", ("2022-10-03", "S", "C2", OTHER_FOSTER, None), ("2023-11-20", "P", "C2", FAMILY_CENTRE, "CARPL"),
          ("2024-06-03", "P", "C2", SUPPORTED, "CARPL"), _end("2025-10-10", "E5"), own_child=day("2023-11-18")),
    _life(12, "M", "2011-11-11", "N5", ("2022-09-01", "S", "C2", SCHOOL, None), ("2023-07-21", "P", "C2", SECURE, "CARPL"),
          ("2023-10-20", "P", "C2", HOSPITAL, "OTHER"), ("2024-02-16", "P", "C2", CHILDRENS_HOME, "CARPL")),
    _life(13, "F", "2010-01-25", "N1", ("2023-03-20", "S", "C2", CHILDRENS_HOME, None), ("2025-11-17", "P", "C2", OTHER, "STAND"),
          ("2026-02-09", "P", "C2", CHILDRENS_HOME, "CARPL"),
          liberty=[DeprivationOfLiberty("H13", day("2010-01-25"), day("2026-05-11"), day("2026-11-11"))]),
    _life(14, "M", "2019-04-02", "N1", ("2023-06-12", "S", "C1", FOSTER, None), ("2024-01-15", "L", "E1", FOSTER, None),
          ("2025-05-19", "L", "C2", FOSTER, None), decisions=_placed(14, "2019-04-02", "2024-01-05", "2025-05-06")),
    _life(15, "M", "2007-01-10", "N1", ("2023-01-12", "S", "C2", SUPPORTED, None), _end("2025-01-10", "E5"),
          leaving={2026: ("YES", "F2", "U1")}),
)  # fmt: skip
