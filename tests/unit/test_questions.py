"""Amounts and whole numbers as people type them on a page, and as they are shown again."""

import pytest
from pydantic import BaseModel
from starlette.datastructures import FormData

from shared.web.fields import Age, Pence
from shared.web.questions import Question, answered, as_typed, in_words


class Asked(BaseModel):
    price: Pence | None = None
    age: Age | None = None


PRICE = Question("price", "price", Asked, "What does it cost?", "pounds", "Price")
AGE = Question("age", "age", Asked, "How old?", "whole", "Age")


@pytest.mark.parametrize(
    ("typed", "pence"), [("3810", 381_000), ("£3,810.50", 381_050), ("0", 0), (" 12.5 ", 1_250), ("100000", 10_000_000)]
)
def test_an_amount_is_read_as_people_write_it(typed: str, pence: int) -> None:
    told = answered(PRICE, FormData({"price": typed}))
    assert (told.kept, told.wrong) == (pence, {})
    assert answered(PRICE, FormData({"price": as_typed(PRICE, pence)})).kept == pence
    assert in_words(PRICE, pence).startswith("£")


@pytest.mark.parametrize("typed", ["x", "-1", "1.005", "NaN", "Infinity", "1e99999", "100000.01", "٣"])
def test_what_is_no_amount_is_said_so_and_kept_as_typed(typed: str) -> None:
    told = answered(PRICE, FormData({"price": typed}))
    assert (told.typed["price"], told.kept) == (typed, None)
    assert set(told.wrong) == {"price"}


def test_ages_are_whole_numbers_within_their_bounds() -> None:
    assert answered(AGE, FormData({"age": "0"})).kept == 0
    assert (as_typed(AGE, 0), in_words(AGE, 0)) == ("0", "0")
    for typed in ("8.5", "-1", "99", "x"):
        assert set(answered(AGE, FormData({"age": typed})).wrong) == {"age"}
    assert answered(AGE, FormData({})).wrong == {}
