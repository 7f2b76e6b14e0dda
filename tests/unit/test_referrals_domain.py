"""A referral stands as far as the child who is least far; ages are whole years."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.referrals.domain import LineStatus, must_be_a_possible_birth, status_of
from shared.clock import age_on
from shared.contracts.vocabulary import ReferralStatus
from shared.errors import Invalid

TODAY = date(2026, 3, 2)
FAR = [LineStatus.WAITING, LineStatus.MATCHED, LineStatus.PLACED]
STANDS = [ReferralStatus.SUBMITTED, ReferralStatus.MATCHED, ReferralStatus.PLACED]


@given(st.lists(st.sampled_from(FAR), min_size=1))
def test_a_referral_stands_as_far_as_the_child_who_is_least_far(lines):
    assert STANDS.index(status_of(lines)) == min(FAR.index(line) for line in lines)


@given(st.dates(date(1990, 1, 1), TODAY), st.integers(0, 40))
def test_nobody_ages_before_their_birthday(born, years):
    birthday = date(born.year + years, born.month, min(born.day, 28))
    assert age_on(born, birthday) == years - (born.day > 28)
    assert age_on(born, born) == 0


@pytest.mark.parametrize("born", [date(2026, 3, 3), date(2000, 3, 2), date(1900, 1, 1)])
def test_an_impossible_birth_names_its_field(born):
    with pytest.raises(Invalid) as caught:
        must_be_a_possible_birth(born, TODAY)
    assert (caught.value.field, caught.value.status) == ("born", 422)


@pytest.mark.parametrize("born", [TODAY, date(2000, 3, 3)])
def test_from_birth_to_twenty_five_is_possible(born):
    must_be_a_possible_birth(born, TODAY)
