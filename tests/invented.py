"""Histories that the sample of returns does not have, made up from a seed: short breaks, adoption, coming back into care."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from random import Random

from tests.returns import Row, a_child, an_episode

POSTCODES = ("SW1A 1AA", "NW8 7EE", "BD1 1HY", "SE16 1PL", "SL5 8HW", "EC2A 3JX", "TN25 4AB", "IG11 7LU", "AL1 3JE")
KINDS = (("U6", "PR1"), ("U6", "PR4"), ("U4", "PR4"), ("U3", "PR1"), ("K2", "PR4"), ("K2", "PR5"))
OTHER_KIND = {
    "U6": "U4",
    "U4": "U6",
    "U3": "U6",
    "K2": "K1",
    "K1": "K2",
    "A3": "A5",
    "A5": "A3",
    "A4": "A6",
    "A6": "A4",
}
"""What a placement becomes while the carer stays the same."""
NEXT_STATUS = {"V2": "C1", "C1": "C2", "C2": "V2"}
LENGTHS = (1, 2, 5, 20, 60, 200, 400)


@dataclass(frozen=True)
class Place:
    """Where a child lives."""

    type: str
    sector: str
    postcode: str
    urn: str

    @property
    def adoptive(self) -> bool:
        return self.type.startswith("A")


@dataclass(frozen=True)
class Spell:
    """One episode."""

    starts: date
    ends: date
    rne: str
    status: str
    place: Place
    reason: str = "X1"


@dataclass
class Life:
    """A child's time in care as it is made up: `place` and `status` are the present ones."""

    dice: Random
    today: date
    status: str = ""
    place: Place = field(default_factory=lambda: Place("", "", "", ""))
    spells: list[Spell] = field(default_factory=list)

    def lives(self, rne: str, place: Place, *, status: str | None = None, days: int | None = None) -> None:
        """A new episode: the child has lived there so many days when it ends."""
        self.place, self.status = place, status or self.status
        ends = self.today + timedelta(days=days or self.dice.choice(LENGTHS))
        self.spells.append(Spell(self.today, ends, rne, self.status, self.place))
        self.today = ends

    def somewhere(self) -> Place:
        type, sector = self.dice.choice(KINDS)
        return Place(type, sector, self.dice.choice(POSTCODES), f"SC{self.dice.randrange(100_000, 1_000_000)}")

    def leaves(self) -> None:
        self.spells[-1] = replace(self.spells[-1], reason=self.dice.choice(("E4A", "E8")))
        self.today += timedelta(days=self.dice.choice((1, 10, 100, 300)))


def change_status(life: Life) -> None:
    life.lives("L", life.place, status=NEXT_STATUS[life.status])


def move(life: Life) -> None:
    life.lives("P", life.somewhere())


def move_under_another_status(life: Life) -> None:
    life.lives("B", life.somewhere(), status=NEXT_STATUS[life.status])


def stay_with_the_carer(life: Life) -> None:
    """The kind of placement changes, the status too or not."""
    place = replace(life.place, type=OTHER_KIND[life.place.type])
    if life.dice.random() < 0.5:
        life.lives("T", place)
    else:
        life.lives("U", place, status=NEXT_STATUS[life.status])


def be_away(life: Life) -> None:
    """For a while, or for two, after which the child comes back, or does not."""
    kept = life.place
    for _ in range(life.dice.choice((1, 1, 2))):
        away = Place(life.dice.choice(("T1", "T4")), "", life.dice.choice(POSTCODES), "")
        life.lives("P", away, days=life.dice.choice((1, 2, 6)))
        if life.dice.random() < 0.2:
            life.lives("L", away, status=NEXT_STATUS[life.status], days=1)
    life.lives("P", kept if life.dice.random() < 0.7 else life.somewhere())


def be_placed_for_adoption(life: Life) -> None:
    """With the foster carer or with others."""
    if life.place.type.startswith("U") and life.dice.random() < 0.6:
        life.lives("T", replace(life.place, type="A3", sector="PR1"))
    else:
        life.lives("P", replace(life.somewhere(), type="A4", sector="PR1"))


STEPS = (change_status, move, move_under_another_status, stay_with_the_carer, be_away, be_placed_for_adoption)


def a_life(dice: Random) -> list[Spell]:
    """All episodes of a child: periods of care and series of short breaks with gaps between."""
    life = Life(dice, date(2017, 1, 1) + timedelta(days=dice.randrange(3000)))
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        if dice.random() < 0.15:
            life.lives("S", life.somewhere(), status=dice.choice(("V3", "V4")), days=dice.choice((5, 30)))
        else:
            life.lives("S", life.somewhere(), status=dice.choice(("V2", "C1")))
            for step in dice.choices(STEPS, k=dice.randrange(8)):
                step(life)
        life.leaves()
    return life.spells


@dataclass(frozen=True)
class Invented:
    """A child with its rows in every year's return."""

    reference: str
    born: date
    home: str
    spells: list[Spell]

    def rows(self, year: int) -> Iterator[Row]:
        """Episodes of one collection year: those that touch it, open where they end after it."""
        first, last = date(year - 1, 4, 1), date(year, 3, 31)
        for one in self.spells:
            if one.starts <= last and one.ends >= first:
                yield self._row(one, is_open=one.ends > last)

    def header(self) -> Row:
        return a_child(self.reference, DOB=written(self.born))

    def _row(self, one: Spell, *, is_open: bool) -> Row:
        ended = {} if is_open else {"DEC": written(one.ends), "REC": one.reason}
        where = {"PLACE": one.place.type, "PLACE_PROVIDER": one.place.sector, "URN": one.place.urn}
        posts = {"PL_POST": one.place.postcode, "HOME_POST": self.home}
        told: Mapping[str, str] = {"DECOM": written(one.starts), "RNE": one.rne, "LS": one.status}
        return an_episode(self.reference, **told, **where, **posts, **ended)


def invented(seed: int, count: int) -> list[Invented]:
    """So many children, the same for the same seed."""
    dice, children = Random(seed), []
    for number in range(count):
        spells = a_life(dice)
        born = spells[0].starts - timedelta(days=dice.randrange(30, 365 * 8))
        children.append(Invented(f"INVENTED{number:04}", born, dice.choice(POSTCODES[:3]), spells))
    return children


def written(day: date) -> str:
    return f"{day:%d/%m/%Y}"
