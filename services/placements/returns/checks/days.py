"""Comparing days that may be blank, and birthdays as DfE counts them."""

from datetime import date


def after(one: date | None, other: date | None) -> bool:
    """Whether both are known and one is later."""
    return one is not None and other is not None and one > other


def before(one: date | None, other: date | None) -> bool:
    """Whether both are known and one is earlier."""
    return one is not None and other is not None and one < other


def birthday(born: date, age: int) -> date:
    """The day somebody reaches an age; born on 29 February, on the 28th where there is no 29th."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 2, 28)


def reached(born: date | None, age: int, on: date | None) -> bool:
    """Whether both days are known and somebody has reached an age on that day."""
    return born is not None and on is not None and birthday(born, age) <= on


def short_of(born: date | None, age: int, on: date | None) -> bool:
    """Whether both days are known and somebody has not reached an age on that day."""
    return born is not None and on is not None and birthday(born, age) > on
