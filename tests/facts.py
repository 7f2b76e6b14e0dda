"""Facts made up for tests of measures: versions as the tables hold them, and columns filled with them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import product
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from services.metrics.columns import ID, SHAPES, Columns

OURS, THEIRS = "E09000033", "E10000015"
FIRST = date(2026, 1, 1)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

Told = dict[str, Any]


@dataclass(frozen=True)
class Version:
    """What one version of one subject says; `lines` for kinds that list."""

    kind: str
    subject: Any
    version: int
    recorded_at: datetime
    told: Told
    lines: tuple[Told, ...] | None = None

    def rows(self) -> list[Told]:
        """As the fact table holds it."""
        own = {**self.told, "version": self.version, "recorded_at": self.recorded_at}
        own[next(iter(SHAPES[self.kind]))] = self.subject
        return [own] if self.lines is None else [{**own, **line} for line in self.lines] or [own]


def columns_of(versions: Iterable[Version], together: int = 1) -> Columns:
    """Columns filled with these, so many at a time."""
    columns, waiting = Columns(), list(versions)
    while waiting:
        fill(columns, waiting[:together])
        waiting = waiting[together:]
    return columns


def fill(columns: Columns, versions: Iterable[Version]) -> None:
    """Add a batch."""
    batch = list(versions)
    for kind, shape in SHAPES.items():
        names = ("version", "recorded_at", *shape)
        rows = [row for version in batch if version.kind == kind for row in version.rows()]
        columns.append(kind, [tuple(_held(row.get(name), shape.get(name)) for name in names) for row in rows])


def _held(told: Any, type_: str | None) -> Any:
    return told.bytes if type_ == ID and told is not None else told


# --- random histories ---

IDS = [UUID(int=number) for number in range(1, 6)]
OF_A_HOME = dict(zip(IDS, IDS[::-1], strict=True))
"""A place stands in one home for good."""


def _days(dice: Random, starts: str, ends: str) -> Told:
    """Nights of a fortnight; some never end, some never begin."""
    day = FIRST + timedelta(days=dice.randrange(10))
    return {starts: day, ends: dice.choice([None, day + timedelta(days=dice.randrange(6))])}


def _price(dice: Random) -> Told:
    element = dice.choice(["social_care", "education", "health"])
    return {"element": element, "weekly_pence": dice.randrange(900_000), **_days(dice, "starts", "ends")}


TELLING: dict[str, Callable[[Random], Told]] = {
    "care_periods": lambda dice: {
        "child": dice.choice(IDS),
        "legal_status": dice.choice(["C2", "V2", "V3", "V4"]),
        "start_known": dice.random() < 0.8,
        "annulled": dice.random() < 0.1,
        "reason": dice.choice(["E3", "E4A"]),
        **_days(dice, "started", "ended"),
    },
    "legal_statuses": lambda _: {},
    "children": lambda dice: {"born": FIRST, "sex": dice.choice("MFU"), "uasc": dice.random() < 0.5},
    "placements": lambda dice: {
        "status": dice.choice(["booked", "started", "started", "ended", "cancelled", "annulled"]),
        "child": dice.choice(IDS),
        "referral": dice.choice([None, *IDS]),
        "type": dice.choice(["K2", "U6", "A3", "A4"]),
        "sector": dice.choice([None, "PR1", "PR4"]),
        "purpose": dice.choice(["move", "move", "move", "temporary"]),
        "same_carer": dice.random() < 0.2,
        "miles_tenths": dice.choice([None, 0, 200, 201]),
        "location": dice.choice([None, "in_area", "bordering", "at_distance"]),
        **_days(dice, "starts", "ends"),
    },
    "prices": lambda _: {},
    "homes": lambda dice: {
        "area": dice.choice([OURS, OURS, THEIRS]),
        "type": dice.choice(["K2", "U6"]),
        "sector": "PR4",
        **_days(dice, "opened", "closed"),
    },
    "places": lambda _: {},
    "occupations": lambda dice: {
        "home": dice.choice(IDS),
        "place": dice.choice(IDS),
        "kind": dice.choice(["held", "booked", "occupied", "occupied", "out_of_service"]),
        "released_at": dice.choice([None, None, NOON]),
        **_days(dice, "starts", "ends"),
    },
    "vacancies": lambda dice: {
        "home": dice.choice(IDS),
        "status": dice.choice(["posted", "posted", "withdrawn"]),
        "confirmed_at": NOON,
        **_days(dice, "available_from", "available_until"),
    },
    "referrals": lambda dice: {
        "status": dice.choice(["submitted", "searching", "placed", "withdrawn"]),
        "urgency": dice.choice(["planned", "emergency"]),
        "type": dice.choice([None, "U6"]),
        "submitted_at": _moment(dice),
        "due_at": dice.choice([None, _moment(dice)]),
    },
    "offers": lambda dice: {
        "referral": dice.choice(IDS),
        "child": dice.choice(IDS),
        "status": dice.choice(["invited", "offered", "declined", "accepted", "lapsed"]),
        "invited_at": _moment(dice),
        "answered_at": dice.choice([None, _moment(dice)]),
        "reason": dice.choice(["staffing", "too_far"]),
    },
    "coverages": lambda dice: {"starts": FIRST + timedelta(days=dice.randrange(-3, 4))},
}


def _moment(dice: Random) -> datetime:
    return NOON + timedelta(hours=dice.randrange(240))


def _lines(dice: Random, kind: str, subject: Any) -> tuple[Told, ...] | None:
    if kind == "legal_statuses":
        days = sorted(dice.sample(range(10), dice.randrange(3)))
        return tuple({"status": dice.choice(["C2", "V2", "V4"]), "starts": FIRST + timedelta(day)} for day in days)
    if kind == "vacancies":
        return tuple({"place": place} for place in dice.sample(IDS, dice.randrange(3)))
    if kind == "referrals":
        return tuple({"child": child} for child in dice.sample(IDS, dice.randrange(1, 3)))
    if kind == "prices":
        return tuple(_price(dice) for _ in range(dice.randrange(4)))
    if kind == "places":
        return ({"place": OF_A_HOME[subject], **_days(dice, "opens", "closes")},) * dice.randrange(2)
    return None


def a_history(seed: int, subjects: int) -> list[Version]:
    """Versions of some subjects of each kind, told in any order: an authority stays, all else may be corrected."""
    dice, history = Random(seed), []
    whose = {subject: dice.choice([OURS, OURS, OURS, THEIRS]) for subject in IDS}
    told_of = [*product(TELLING.keys() - {"coverages"}, IDS[:subjects]), ("coverages", OURS), ("coverages", THEIRS)]
    subject: Any
    for kind, subject in sorted(told_of, key=str):
        authority = {"authority": whose[subject]} if "authority" in SHAPES[kind] and kind != "coverages" else {}
        for version in range(1, dice.randrange(4) + 1):
            recorded = NOON + timedelta(hours=dice.randrange(10))
            told, lines = TELLING[kind](dice) | authority, _lines(dice, kind, subject)
            history.append(Version(kind, subject, version, recorded, told, lines))
    dice.shuffle(history)
    return history


# A drawn seed, because drawing every field costs Hypothesis a hundred times what the measures cost.
histories = st.builds(a_history, st.integers(0, 2**32), st.integers(1, 5))
moments = st.none() | st.integers(-1, 10).map(lambda n: NOON + timedelta(hours=n))
as_ats = st.integers(-2, 11).map(lambda n: FIRST + timedelta(days=n))


def told(table: str, subject: Any, at: datetime = NOON, version: int = 1, **said: Any) -> Version:
    """One version of one of our authority's subjects, known by a number; `lines` where its kind has them."""
    lines = said.pop("lines", None)
    ids = {
        name: UUID(int=said[name]) for name in ("child", "home", "place", "referral") if isinstance(said.get(name), int)
    }
    own = {"authority": OURS} if "authority" in SHAPES[table] and table != "coverages" else {}
    subject = UUID(int=subject) if isinstance(subject, int) else subject
    return Version(table, subject, version, at, {**own, **said, **ids}, lines)


def a_child(number: int, **said: Any) -> Version:
    """Ten years old, a girl."""
    return told("children", number, **{"born": date(2016, 1, 1), "sex": "F", "uasc": False, **said})


def a_stay(number: int, child: int, starts: date, ends: date | None = None, **said: Any) -> Version:
    """A placement in which a child arrived."""
    usual = {"status": "ended" if ends else "started", "type": "U6", "sector": "PR1", "purpose": "move"}
    return told("placements", number, child=child, starts=starts, ends=ends, **{**usual, **said})


def a_period(number: int, started: date, ended: date | None = None, status: str = "C2", **told: Any) -> Version:
    period, child = UUID(int=1000 + number), UUID(int=number)
    return Version(
        "care_periods",
        period,
        told.pop("version", 1),
        told.pop("recorded_at", NOON),
        {"authority": OURS, "child": child, "started": started, "ended": ended, "legal_status": status, **told},
    )
