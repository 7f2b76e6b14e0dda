"""What a letter may be: every notice fits GOV.UK Notify and a mailbox, whatever it is about, and none says who."""

import re
from uuid import UUID

import pytest

from deploy.installation import SERVICES
from shared.contracts.asyncapi import example_of
from shared.contracts.event import read_event
from shared.service.notices.letters import letter_of
from shared.service.notices.notice import AnyNotice, Notice
from shared.service.notices.pages import ADDRESS, Wishes

SUBJECT = 78
"""Characters of a line as RFC 5322 wants it: no mailbox breaks or cuts it."""
NOTIFY = 2_000_000
"""Bytes of an e-mail that Notify takes."""
OURS = 1_000
KIND = 60
LONGEST = "https://" + "a" * 63 + "." + "b" * 63 + ".example:65535"
CODE = re.compile(r"[a-z_]+")
"""A word of the vocabulary, such as `offered`, which our sentences may have too."""
NOTICES = [notice for service in SERVICES.values() for notice in service.notices]


def test_every_service_has_notices_each_with_a_name_of_its_own() -> None:
    assert {name for name, service in SERVICES.items() if service.notices} == set(SERVICES)
    kinds = [notice.kind for notice in NOTICES]
    assert len(set(kinds)) == len(kinds)
    assert Wishes(address="a@b.example", kinds=tuple(kinds)).kinds == tuple(kinds)
    assert max(map(len, kinds)) <= KIND


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: notice.kind)
def test_a_letter_is_short_even_from_the_longest_address(notice: AnyNotice) -> None:
    letter = letter_of(notice, LONGEST + _path(notice))
    assert len(letter["subject"]) <= SUBJECT
    assert len(str(letter).encode()) <= OURS < NOTIFY


@pytest.mark.parametrize("notice", [one for one in NOTICES if isinstance(one, Notice)], ids=lambda notice: notice.kind)
def test_a_letter_holds_nothing_of_the_event_but_the_way_to_its_page(notice: Notice) -> None:
    """However long a home's or a provider's name: it is not in it, nor is anything else that was told."""
    told = example_of(notice.event.event_type)["data"]
    words = "".join(letter_of(notice, "").values())
    said = {text for text in _texts(told) if len(text) > 3 and not CODE.fullmatch(text)}
    assert said
    assert not [text for text in said if re.search(rf"\b{re.escape(text)}\b", words)]
    assert not re.search(r"\d", words)


def _path(notice: AnyNotice) -> str:
    """The way an example leads; where the kept example is nobody's news, the longest way any of them does."""
    if not isinstance(notice, Notice):
        return f"/metrics/about/{'a' * 40}"
    event = read_event(notice.event.event_type, example_of(notice.event.event_type)["data"])
    return notice.leads(event) or f"/placements/desk/referrals/{UUID(int=0)}/offers"


def _texts(told: object) -> list[str]:
    if isinstance(told, dict):
        return [text for one in told.values() for text in _texts(one)]
    if isinstance(told, list):
        return [text for one in told for text in _texts(one)]
    return [told] if isinstance(told, str) else []


def test_an_address_is_no_longer_than_a_mailbox_can_be() -> None:
    assert ADDRESS.fullmatch("a" * 64 + "@northshire.example")
    assert not ADDRESS.fullmatch("a" * 65 + "@northshire.example")
