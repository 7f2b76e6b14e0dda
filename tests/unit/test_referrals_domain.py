"""A referral's life, whatever is done to it in whatever order; what can be true of a child."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.referrals.domain import (
    LOOKING,
    MAY_BE_WITHDRAWN,
    Act,
    Decision,
    LineStatus,
    Standing,
    after,
    must_allow,
    must_be_a_possible_birth,
    must_be_an_own_child,
    short_reference,
    status_of,
)
from shared.clock import age_on
from shared.contracts.vocabulary import ReferralStatus
from shared.errors import Invalid, Refused

TODAY = date(2026, 3, 2)
FAR = [LineStatus.WAITING, LineStatus.MATCHED, LineStatus.PLACED]
STANDS = [ReferralStatus.SEARCHING, ReferralStatus.MATCHED, ReferralStatus.PLACED]


@given(st.lists(st.sampled_from(FAR), min_size=1))
def test_a_referral_stands_as_far_as_the_child_who_is_least_far(lines):
    assert STANDS.index(status_of(ReferralStatus.SEARCHING, lines)) == min(FAR.index(line) for line in lines)


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


class Life(RuleBasedStateMachine):
    """Anybody tries anything at any time; a panel's word and the end are never got round."""

    def __init__(self) -> None:
        super().__init__()
        self.standing, self.panel, self.approved, self.ended = Standing(), False, False, False
        self.submitted = 0

    def tries(self, act: Act, panel: bool, decision: Decision | None = None) -> bool:
        try:
            self.standing = after(act, self.standing, needs_panel=panel, decision=decision)
        except Refused:
            return False
        assert not self.ended
        return True

    @rule(panel=st.booleans())
    def amends(self, panel: bool) -> None:
        panel = panel or (self.panel and self.standing.stage != ReferralStatus.DRAFT)
        if self.tries(Act.AMEND, panel):
            self.panel, self.approved = panel, self.approved and not panel

    @rule(act=st.sampled_from([Act.SUBMIT, Act.ASK, Act.ANSWER, Act.OPEN_SEARCH]))
    def goes_on(self, act: Act) -> None:
        before = self.standing
        if self.tries(act, self.panel):
            self.submitted += act == Act.SUBMIT
            if act == Act.ANSWER:
                assert self.standing.stage == before.asked_while

    @rule(decision=st.sampled_from(Decision))
    def decides(self, decision: Decision) -> None:
        if self.tries(Act.DECIDE, self.panel, decision):
            assert self.panel
            self.approved, self.ended = decision == Decision.APPROVED, decision == Decision.REFUSED

    @rule(act=st.sampled_from([Act.WITHDRAW, Act.CLOSE]))
    def ends(self, act: Act) -> None:
        self.ended = self.tries(act, self.panel) or self.ended

    @invariant()
    def nothing_is_searched_before_the_panel_approves(self) -> None:
        searched = {ReferralStatus.APPROVED, ReferralStatus.SEARCHING} & {
            self.standing.stage,
            self.standing.asked_while,
        }
        assert not (searched and self.panel and not self.approved)

    @invariant()
    def it_is_submitted_once_and_then_looked_for_until_it_ends(self) -> None:
        assert self.submitted <= 1
        draft = self.standing.stage == ReferralStatus.DRAFT
        assert [draft, self.standing.stage in LOOKING, self.ended].count(True) == 1


TestLife = Life.TestCase


@pytest.mark.parametrize("status", ReferralStatus)
def test_only_what_has_ended_cannot_be_withdrawn(status):
    if status in MAY_BE_WITHDRAWN:
        must_allow(Act.WITHDRAW, status)
        return
    with pytest.raises(Refused) as caught:
        must_allow(Act.WITHDRAW, status)
    assert caught.value.code == "referral_ended"


@pytest.mark.parametrize(
    ("mother", "own"), [(False, date(2025, 1, 1)), (True, date(2010, 5, 5)), (True, date(2026, 3, 3))]
)
def test_an_own_child_is_a_mothers_and_born_after_her(mother, own):
    with pytest.raises(Invalid):
        must_be_an_own_child(own, mother=mother, born=date(2010, 5, 5), today=TODAY)


def test_an_own_child_may_be_born_today_or_unknown():
    must_be_an_own_child(TODAY, mother=True, born=date(2010, 5, 5), today=TODAY)
    must_be_an_own_child(None, mother=False, born=date(2010, 5, 5), today=TODAY)


def test_a_short_reference_is_the_end_of_the_identifier():
    assert short_reference(UUID("019c9b0e-8a5d-7f34-8a28-6d0ed9904085")) == "D990-4085"
