"""What each event tells, as rows of facts: read from the payload as it travels, nothing asked and nothing guessed."""

from datetime import UTC, date, datetime
from typing import Any, get_args
from uuid import UUID

import pytest
from pydantic_core import from_json

from services.metrics.columns import LINED, SHAPES
from services.metrics.projections import LISTS, PROJECTED, TOLD_BY, Rows, facts_of
from services.metrics.tables import KINDS
from shared.contracts import Envelope, Event
from shared.contracts.envelope import compose, sequenced
from shared.contracts.placements import (
    CareAnnulled,
    CareStarted,
    OfferDeclined,
    PlacementCancelled,
    PlacementEnded,
    PlacementRepriced,
    PriceLine,
)
from shared.contracts.providers import PlacesChanged, VacancyPosted, VacancyWithdrawn
from shared.contracts.referrals import ChildLine, ReferralSubmitted
from shared.contracts.vocabulary import PlaceChange
from shared.ids import new_id

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOT_IN_EVERY_EVENT = {"reason", "planned", "placement", "authority"}
DERIVED = {"care_periods": {"annulled"}, "vacancies": {"status", "place"}, "referrals": {"type"}}
"""What is read off the event's type, or off a list of its own."""


def delivered(event: Event) -> Envelope:
    composed = compose(event, id=new_id(), at=NOON, traceparent="", partitions=1)
    return Envelope(composed.lane, from_json(sequenced(composed.body, 1)))


def told(rows: Rows, kind: str) -> list[dict[str, Any]]:
    """The columns as PostgreSQL will pick them from what was told."""
    return [{column: row.get(column) for column in KINDS[kind].columns} for row in rows.get(kind, [])]


def prices(*lines: PriceLine) -> PlacementRepriced:
    return PlacementRepriced(placement=new_id(), authority="E09000033", version=4, prices=lines)


def test_every_line_of_a_list_is_a_row_of_its_version():
    event = prices(
        PriceLine(element="social_care", starts=date(2026, 2, 1), ends=None, weekly_pence=381_000),
        PriceLine(element="health", starts=date(2026, 2, 1), ends=date(2026, 3, 1), weekly_pence=20_000),
    )
    social_care, health = told(facts_of([delivered(event)]), "prices")
    assert social_care == {
        "placement": str(event.placement),
        "version": 4,
        "line": 1,
        "authority": "E09000033",
        "recorded_at": NOON.isoformat(),
        "element": "social_care",
        "starts": "2026-02-01",
        "ends": None,
        "weekly_pence": 381_000,
    }
    assert (health["line"], health["ends"]) == (2, "2026-03-01")


def test_an_empty_list_is_a_version_too():
    (row,) = told(facts_of([delivered(prices())]), "prices")
    assert (row["version"], row["line"], row["element"]) == (4, 0, None)
    (row,) = told(facts_of([delivered(PlacesChanged(home=new_id(), version=2, places=()))]), "places")
    assert (row["version"], row["line"], row["place"]) == (2, 0, None)


@pytest.mark.parametrize(
    ("event", "reason", "planned"),
    [
        (PlacementEnded, PlaceChange.CARER_OTHER, False),
        (PlacementCancelled, "The hold expired.", None),
    ],
)
def test_an_ending_says_why(event: type[Event], reason: str, planned: bool | None):
    state = {
        "placement": new_id(),
        "authority": "E09000033",
        "version": 5,
        "status": "ended",
        "child": new_id(),
        "referral": None,
        "provider": None,
        "home": None,
        "place": None,
        "type": "U6",
        "sector": "PR1",
        "purpose": "first",
        "starts": date(2026, 1, 1),
        "ends": date(2026, 2, 1),
    }
    more = {"reason": reason} if planned is None else {"reason": reason, "planned": planned}
    (row,) = told(facts_of([delivered(event(**state, **more))]), "placements")
    assert (row["reason"], row["planned"], row["ends"]) == (reason, planned, "2026-02-01")


def test_an_expunged_payload_tells_nothing():
    envelope = delivered(prices())
    assert facts_of([Envelope(envelope.lane, {**envelope.raw, "data": None})]) == {}


def test_every_column_is_a_field_of_every_event_that_tells_it():
    for kind, events in TOLD_BY.items():
        for event in events:
            fields = set(event.model_fields)
            if kind in LISTS:
                line = get_args(event.model_fields[LISTS[kind]].annotation)[0]
                fields |= set(getattr(line, "model_fields", ())) | {"line"}
            missing = (
                set(KINDS[kind].columns) - fields - {"recorded_at"} - NOT_IN_EVERY_EVENT - DERIVED.get(kind, set())
            )
            assert not missing, (event.__name__, missing)


def test_no_event_tells_two_kinds_of_facts():
    assert len(set(PROJECTED)) == len(PROJECTED)


def test_what_memory_holds_is_in_the_tables():
    assert set(SHAPES) == set(KINDS)
    assert set(LINED) == set(LISTS) == {kind for kind in KINDS if "line" in KINDS[kind].key}
    for kind, shape in SHAPES.items():
        assert set(shape) <= set(KINDS[kind].columns)
        assert next(iter(shape)) == KINDS[kind].subject


def vacancy(event: type[Event], version: int, *places: UUID) -> Event:
    more = {"available_from": date(2026, 3, 1), "available_until": None, "weekly_pence": 1, "confirmed_at": NOON}
    return event(vacancy=new_id(), provider=new_id(), home=new_id(), version=version, places=places, **more)


def test_a_vacancy_is_a_row_for_each_place_and_says_by_its_event_whether_it_stands():
    first, second = new_id(), new_id()
    rows = told(facts_of([delivered(vacancy(VacancyPosted, 1, first, second))]), "vacancies")
    assert [(row["line"], row["place"], row["status"]) for row in rows] == [
        (1, str(first), "posted"),
        (2, str(second), "posted"),
    ]
    (row,) = told(facts_of([delivered(vacancy(VacancyWithdrawn, 2))]), "vacancies")
    assert (row["line"], row["place"], row["status"]) == (0, None, "withdrawn")


def test_a_referral_is_a_row_for_each_child_with_the_first_kind_of_home_sought():
    children = (ChildLine(child=new_id()), ChildLine(child=new_id()))
    event = ReferralSubmitted(
        referral=new_id(),
        authority="E09000033",
        version=1,
        urgency="emergency",
        submitted_at=NOON,
        wanted_from=date(2026, 3, 2),
        wanted_until=None,
        types=("U6", "K2"),
        children=children,
    )
    rows = told(facts_of([delivered(event)]), "referrals")
    assert [row["child"] for row in rows] == [str(line.child) for line in children]
    assert {(row["type"], row["status"], row["due_at"]) for row in rows} == {("U6", "submitted", None)}


@pytest.mark.parametrize(("status", "kept"), [(None, "declined"), ("declined", "declined")])
def test_an_offer_says_its_status_or_its_event_does(status: str | None, kept: str):
    ids = {name: new_id() for name in ("offer", "referral", "child", "provider", "home", "vacancy")}
    event = OfferDeclined(**ids, authority="E09000033", version=2, status=status, reason="staffing")
    (row,) = told(facts_of([delivered(event)]), "offers")
    assert (row["status"], row["reason"]) == (kept, "staffing")


def test_a_period_recorded_in_error_says_so():
    ids = {"period": new_id(), "child": new_id(), "authority": "E09000033", "legal_status": "C2"}
    for event, annulled in ((CareStarted, False), (CareAnnulled, True)):
        (row,) = told(facts_of([delivered(event(**ids, version=1, started=NOON.date(), ended=None))]), "care_periods")
        assert row["annulled"] is annulled
