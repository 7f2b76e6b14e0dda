"""What would fall with a referral, as far as placements has told, in whatever order it was heard."""

import random
from typing import Any
from uuid import UUID

import pytest

from shared.contracts import Event
from shared.contracts.placements import (
    OfferAccepted,
    OfferDeclined,
    OfferInvited,
    OfferLapsed,
    OfferMade,
    OfferNotChosen,
    OfferWithdrawn,
    PlacementAnnulled,
    PlacementBooked,
    PlacementCancelled,
    PlacementConfirmed,
    PlacementEnded,
    PlacementStarted,
)
from shared.ids import new_id
from tests.service.referring import GOES, Setting, offer

OUT = [
    (OfferInvited, "invited"),
    (OfferMade, "offered"),
    (OfferAccepted, "accepted"),
    (OfferDeclined, None),
    (OfferLapsed, None),
    (OfferNotChosen, None),
    (OfferWithdrawn, None),
]


async def _falls(referring: Setting, referral: str) -> dict[str, Any]:
    answer = await referring.worker.get(f"/referrals/{referral}/withdrawal")
    assert answer.is_success, answer.text
    told: dict[str, Any] = answer.json()
    return told


@pytest.mark.parametrize(("kind", "status"), OUT)
async def test_an_offer_falls_while_it_is_out(referring: Setting, kind: type[Event], status: str | None):
    referral, id = await referring.submitted(), new_id()
    await referring.service.hear(offer(referring, OfferInvited, 1, referral, 0, id))
    await referring.service.hear(offer(referring, kind, 2, referral, 0, id), times=2)
    told = await _falls(referring, referral)
    assert [one["status"] for one in told["children"][0]["offers"]] == ([status] if status else [])
    assert told["children"][1]["offers"] == []
    assert (await referring.service.audited())[-1] == "read withdrawal"


async def test_a_place_that_is_only_held_is_no_home_found(referring: Setting):
    referral, robins = await referring.submitted(), new_id()
    held = referring.placement(PlacementConfirmed, 2, referral, 0, robins).model_copy(update={"on_hold": True})
    await referring.service.hear(held)
    assert (await _falls(referring, referral))["children"][0]["bookings"] == []
    await referring.service.hear(referring.placement(PlacementConfirmed, 3, referral, 0, robins))
    assert len((await _falls(referring, referral))["children"][0]["bookings"]) == 1


async def test_an_unstarted_booking_falls_and_a_started_placement_stays(referring: Setting):
    referral, robins, jays = await referring.submitted(), new_id(), new_id()
    say = referring.placement
    await referring.service.hear(
        offer(referring, OfferAccepted, 3, referral, 0, new_id()),
        say(PlacementBooked, 1, referral, 0, robins),
        say(PlacementConfirmed, 2, referral, 1, jays),
    )
    assert (await referring.told(referral))["status"] == "searching"
    robin, jay = (await _falls(referring, referral))["children"]
    assert [(one["placement"], one["status"]) for one in robin["bookings"]] == [(str(robins), "booked")]
    assert [one["status"] for one in jay["bookings"]] == ["confirmed"]
    await referring.service.hear(say(PlacementStarted, 3, referral, 0, robins))
    told = await _falls(referring, referral)
    robin, jay = told["children"]
    assert (told["may_be_withdrawn"], robin["placed"], robin["bookings"], robin["offers"]) == (
        *(True, [str(robins)]),
        *([], []),
    )
    assert [one["status"] for one in jay["bookings"]] == ["confirmed"]
    withdrawn = await referring.worker.post(f"/referrals/{referral}/withdraw", json=GOES | {"version": told["version"]})
    assert [line["status"] for line in withdrawn.json()["children"]] == ["placed", "matched"]
    await referring.service.hear(say(PlacementCancelled, 3, referral, 1, jays), times=2)
    assert await referring.stands(referral) == ["withdrawn", "placed", "waiting"]


async def test_what_has_ended_says_why_it_cannot_be_withdrawn(referring: Setting):
    referral = await referring.submitted()
    for child in (0, 1):
        await referring.service.hear(referring.placement(PlacementStarted, 3, referral, child, new_id()))
    told = await _falls(referring, referral)
    assert (told["may_be_withdrawn"], told["blocked_by"]) == (False, "The referral has ended already.")
    assert all(child["placed"] for child in told["children"])


async def test_a_draft_has_nothing_to_lose(referring: Setting):
    told = await _falls(referring, await referring.drafted())
    assert told["may_be_withdrawn"]
    assert not any(child["offers"] or child["bookings"] or child["placed"] for child in told["children"])


async def test_an_annulled_placement_was_none(referring: Setting):
    referral, robins = await referring.submitted(), new_id()
    say = referring.placement
    await referring.service.hear(say(PlacementStarted, 3, referral, 0, robins))
    await referring.service.hear(say(PlacementAnnulled, 4, referral, 0, robins), times=2)
    assert await referring.stands(referral) == ["searching", "waiting", "waiting"]


@pytest.mark.parametrize("seed", range(5))
async def test_whatever_the_order_the_newest_word_counts(referring: Setting, seed: int):
    referral = await referring.submitted()
    ids = [new_id() for _ in range(4)]
    say, about = referring.placement, _offers(referring, referral, ids[:2])
    heard = [
        *about,
        say(PlacementBooked, 1, referral, 0, ids[2]),
        say(PlacementConfirmed, 2, referral, 0, ids[2]),
        say(PlacementStarted, 3, referral, 0, ids[2]),
        say(PlacementEnded, 4, referral, 0, ids[2]),
        say(PlacementBooked, 1, referral, 1, ids[3]),
    ] * 2
    random.Random(seed).shuffle(heard)
    await referring.service.hear(*heard)
    robin, jay = (await _falls(referring, referral))["children"]
    assert (robin["placed"], robin["offers"], robin["bookings"]) == ([str(ids[2])], [], [])
    assert [one["status"] for one in jay["bookings"]] == ["booked"]
    assert [one["status"] for one in jay["offers"]] == ["offered"]


def _offers(referring: Setting, referral: str, ids: list[UUID]) -> list[Event]:
    robins, jays = ids
    return [
        offer(referring, OfferInvited, 1, referral, 0, robins),
        offer(referring, OfferMade, 2, referral, 0, robins),
        offer(referring, OfferDeclined, 3, referral, 0, robins),
        offer(referring, OfferInvited, 1, referral, 1, jays),
        offer(referring, OfferMade, 2, referral, 1, jays),
    ]
