"""A service finds its reactions by what an event means today, also where the log keeps an older version of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from shared.contracts import Envelope
from shared.contracts.asyncapi import example_of
from shared.contracts.event import UPCASTS, newest
from shared.contracts.referrals import ReferralClosed
from shared.service.service import Service
from shared.settings import Settings
from shared.store.session import WriteSession
from shared.telemetry.meters import Meters, SpineMeters
from shared.telemetry.traces import Traces

OLD = "referrals.referral_closed.v0"
REFERRAL = "019c9b0e-8a5d-7f34-8a28-6d0ed9904085"


def from_v0(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """A version that called the authority a council."""
    today = example_of("referrals.referral_closed.v1")["data"]
    return {**today, "referral": payload["referral"], "authority": payload["council"]}


async def test_an_older_version_of_an_event_reaches_todays_reaction(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(UPCASTS, OLD, from_v0)
    heard: list[ReferralClosed] = []

    async def note(_: WriteSession, event: ReferralClosed) -> None:
        heard.append(event)

    service = Service("placements", Path(), [], {ReferralClosed: note})
    envelope = Envelope("referrals.00", {"type": OLD, "data": {"referral": REFERRAL, "council": "E09000033"}})
    assert envelope.read_as in service.heeds
    meters = Meters("placements")
    react = service.react(Traces("placements", Settings()).tracer, SpineMeters(meters))
    await react(None, [envelope])  # type: ignore[arg-type]
    meters.close()
    assert [event.authority for event in heard] == ["E09000033"]
    assert newest("referrals.referral_closed.v1") == "referrals.referral_closed.v1"
