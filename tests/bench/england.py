"""Made-up facts as metrics holds them in memory: authorities with children, placements, prices, homes and referrals."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from services.metrics.columns import SHAPES, Columns

TODAY = date(2026, 3, 31)
TYPES = ("U6", "U6", "U6", "U4", "U3", "K2", "K2", "P1", "K3", "A4")
SECTORS = ("PR1", "PR1", "PR4", "PR4", "PR5")
Told = dict[str, Any]


class Facts:
    """Rows by fact table, gathered and then appended at once."""

    def __init__(self, seed: int = 903) -> None:
        self.dice = Random(seed)
        self.rows: dict[str, list[Told]] = {kind: [] for kind in SHAPES}

    def tell(self, table: str, on: date, **told: Any) -> None:
        """One version of one subject, or a line of it, recorded at nine on a day."""
        recorded = datetime.combine(on, time(9), UTC)
        self.rows[table].append({"version": 1, "recorded_at": recorded, **told})

    def id(self) -> bytes:
        return self.dice.randbytes(16)

    def columns(self) -> Columns:
        """As memory holds them."""
        columns = Columns()
        for kind, rows in self.rows.items():
            names = ("version", "recorded_at", *SHAPES[kind])
            columns.append(kind, [tuple(row.get(name) for name in names) for row in rows])
        return columns

    @property
    def count(self) -> int:
        return sum(map(len, self.rows.values()))


def england(authorities: Sequence[str], in_care: int, years: int, stays: float) -> Facts:
    """Authorities alike: so many in care today, a third as many leaving each year, so many placements of each child."""
    facts = Facts()
    for authority in authorities:
        facts.tell("coverages", TODAY - timedelta(days=365 * years), authority=authority, starts=_back(365 * years))
        leavers = in_care * years // 3
        for number in range(in_care + leavers):
            _a_child(facts, authority, stays, years, left=number >= in_care)
        for _ in range(in_care // 3):
            _a_home(facts, authority)
    return facts


def _back(days: int) -> date:
    return TODAY - timedelta(days=days)


def _a_child(facts: Facts, authority: str, stays: float, years: int, *, left: bool) -> None:
    dice, child, period = facts.dice, facts.id(), facts.id()
    ended = dice.randrange(1, 365 * years) if left else 0
    began = ended + 1 + int(dice.expovariate(1 / 900))
    born = _back(began + dice.randrange(365 * 16))
    facts.tell(
        "children", _back(began), child=child, authority=authority, born=born, sex=dice.choice("MF"), ethnicity="WBRI",
        uasc=dice.random() < 0.08,
    )  # fmt: skip
    ends = _back(ended) if left else None
    facts.tell(
        "care_periods", _back(began), period=period, authority=authority, child=child, started=_back(began), ended=ends,
        legal_status="C2", start_known=True, annulled=False, reason="E4A" if left else None,
    )  # fmt: skip
    facts.tell("legal_statuses", _back(began), period=period, authority=authority, status="V2", starts=_back(began))
    if began - ended > 90:
        line = {"status": "C2", "starts": _back(began - 60)}
        facts.tell("legal_statuses", _back(began), period=period, authority=authority, **line)
    cuts = sorted(dice.sample(range(ended, began), k=min(began - ended - 1, int(dice.expovariate(1 / stays)))))
    for starts, stops in zip([began, *cuts[::-1]], [*cuts[::-1], ended if left else None], strict=True):
        _a_placement(facts, authority, child, _back(starts), None if stops is None else _back(stops))


def _a_placement(facts: Facts, authority: str, child: bytes, starts: date, ends: date | None) -> None:
    dice, placement, referral = facts.dice, facts.id(), facts.id()
    facts.tell(
        "placements", starts, placement=placement, authority=authority, status="ended" if ends else "started",
        child=child, referral=referral, type=dice.choice(TYPES), sector=dice.choice(SECTORS), purpose="move",
        starts=starts, ends=ends, contract="framework", same_carer=dice.random() < 0.05,
        miles_tenths=dice.randrange(600), location=dice.choice(["in_area", "in_area", "bordering", "at_distance"]),
        long_term_match=False, fragile=False, reason="CARPL" if ends else None, planned=True if ends else None,
    )  # fmt: skip
    line = {"element": "social_care", "starts": starts, "ends": None, "weekly_pence": dice.randrange(50_000, 900_000)}
    facts.tell("prices", starts, placement=placement, authority=authority, **line)
    if starts < _back(365):
        return
    asked = datetime.combine(starts - timedelta(days=dice.randrange(1, 60)), time(10), UTC)
    facts.tell(
        "referrals", starts, referral=referral, authority=authority, child=child, urgency="planned", type="U6",
        status="placed" if dice.random() < 0.95 else "searching", submitted_at=asked, due_at=asked + timedelta(days=20),
    )  # fmt: skip
    for _ in range(3):
        status = dice.choice(["declined", "declined", "accepted", "lapsed"])
        facts.tell(
            "offers", starts, offer=facts.id(), authority=authority, referral=referral, child=child, status=status,
            invited_at=asked, answered_at=None if status == "lapsed" else asked + timedelta(days=dice.randrange(20)),
            reason="staffing" if status == "declined" else None,
        )  # fmt: skip


def _a_home(facts: Facts, authority: str) -> None:
    dice, home = facts.dice, facts.id()
    opened = _back(dice.randrange(4000))
    places = [facts.id() for _ in range(dice.randrange(1, 4))]
    kind = dice.choice(["U6", "U6", "K2"])
    facts.tell("homes", opened, home=home, area=authority, type=kind, sector=dice.choice(SECTORS), opened=opened)
    for place in places:
        facts.tell("places", opened, home=home, place=place, opens=opened)
        day = (TODAY - opened).days
        while (day := day - dice.randrange(200, 900)) > 0:
            ends = None if day < 200 else _back(day - dice.randrange(1, 200))
            facts.tell(
                "occupations", _back(day), occupation=facts.id(), home=home, place=place, kind="occupied",
                starts=_back(day), ends=ends,
            )  # fmt: skip
    if dice.random() < 0.3:
        facts.tell(
            "vacancies", _back(3), vacancy=facts.id(), home=home, place=places[0], status="posted",
            available_from=TODAY, confirmed_at=datetime.combine(_back(dice.randrange(60)), time(9), UTC),
        )  # fmt: skip
