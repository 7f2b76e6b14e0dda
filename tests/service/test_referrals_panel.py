"""What a panel asks and decides, what may be amended, by when a home is due, and how a search ends without one."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.contracts.placements import PlacementConfirmed, PlacementStarted
from shared.contracts.referrals import (
    InformationAsked,
    PanelDecided,
    ReferralAmended,
    ReferralClosed,
    ReferralSubmitted,
    SearchOpened,
)
from shared.identity.person import Role
from shared.ids import new_id
from tests.alone import NORTHSHIRE, SOUTHMERE, refused
from tests.service.referring import GOES, Setting

LIMITS = {"most_weekly_pence": 420_000, "approved_until": "2026-05-31"}
APPROVED: dict[str, Any] = {"decision": "approved", "decided_on": "2026-03-02", "conditions": "very secret", **LIMITS}
ASKED = {"about": "risks", "words": "very secret"}
CLOSING = {"reason": "no_offers", "words": "very secret"}


async def _before_panel(referring: Setting, **changed: Any) -> str:
    referral = await referring.submitted(needs_panel=True, **changed)
    assert (await referring.told(referral))["status"] == "submitted"
    return f"/referrals/{referral}"


async def _status(referring: Setting, address: str) -> str:
    return str((await referring.worker.get(address)).json()["status"])


async def test_a_panel_approves_within_limits_and_the_search_is_opened(referring: Setting):
    address = await _before_panel(referring)
    assert await referring.service.published(SearchOpened) == []
    assert (await referring.officer.post(f"{address}/open-search")).json()["code"] == "not_approved"
    told = (await referring.approver.post(f"{address}/decide", json=APPROVED | {"version": 2})).json()
    assert (told["status"], told["most_weekly_pence"], told["approved_until"]) == ("approved", 420_000, "2026-05-31")
    (decision,) = told["decisions"]
    assert (decision["decision"], decision["conditions"]) == ("approved", "very secret")
    (decided,) = await referring.service.published(PanelDecided)
    assert (decided.status, decided.version, decided.most_weekly_pence) == ("approved", 3, 420_000)
    assert (await referring.officer.post(f"{address}/open-search", json={"version": 3})).json()["status"] == "searching"
    (opened,) = await referring.service.published(SearchOpened)
    assert (opened.version, opened.most_weekly_pence, str(opened.approved_until)) == (4, 420_000, "2026-05-31")
    rows = await referring.service.rows("SELECT body FROM spine.outbox")
    assert not [row for row in rows if "secret" in row.body]


async def test_what_a_panel_refuses_has_ended(referring: Setting):
    address = await _before_panel(referring)
    decision = {"decision": "refused", "decided_on": "2026-03-02", "version": 2}
    told = (await referring.approver.post(f"{address}/decide", json=decision)).json()
    assert (told["status"], told["ended_because"]) == ("refused", "refused by panel")
    (decided,) = await referring.service.published(PanelDecided)
    assert decided.status == "refused"
    amended = referring.asking(version=3)
    refused(await referring.worker.post(f"{address}/amend", json=amended), 409)
    refused(await referring.worker.post(f"{address}/withdraw", json=GOES), 409)
    refused(await referring.worker.post(f"{address}/close", json=CLOSING), 409)
    refused(await referring.officer.post(f"{address}/questions", json=ASKED), 409)


async def test_nobody_approves_what_they_asked_for(referring: Setting):
    address = await _before_panel(referring)
    sam = referring.service.of(NORTHSHIRE, Role.SOCIAL_WORKER, Role.APPROVER)
    answer = await sam.post(f"{address}/decide", json=APPROVED | {"version": 2})
    assert (answer.status_code, answer.json()["code"]) == (403, "own_referral")
    drafted = await referring.drafted(needs_panel=True)
    alan = referring.service.of(NORTHSHIRE, Role.SOCIAL_WORKER, Role.APPROVER, person="alan")
    await alan.post(f"/referrals/{drafted}/submit")
    for somebody in (sam, alan):
        own = await somebody.post(f"/referrals/{drafted}/decide", json=APPROVED | {"version": 2})
        assert own.json()["code"] == "own_referral"
    assert await referring.service.published(PanelDecided) == []


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"version": 1}, 409, "version"),
        ({"decision": "perhaps"}, 422, "decision"),
        ({"decided_on": "2026-03-03"}, 422, "decided_on"),
        ({"decided_on": "2026-03-01"}, 422, "decided_on"),
        ({"approved_until": "2026-03-01"}, 422, "approved_until"),
        ({"decision": "refused", "approved_until": None}, 422, "most_weekly_pence"),
        ({"most_weekly_pence": -1}, 422, "most_weekly_pence"),
    ],
)
async def test_a_decision_that_cannot_be_is_refused(
    referring: Setting, changed: dict[str, Any], status: int, field: str
):
    address = await _before_panel(referring)
    form = APPROVED | {"version": 2} | changed
    refused(await referring.approver.post(f"{address}/decide", json=form), status, field)
    assert await _status(referring, address) == "submitted"
    assert await referring.service.rows("SELECT * FROM panel_decision") == []


async def test_without_a_panel_there_is_nothing_to_decide(referring: Setting):
    referral = await referring.submitted()
    answer = await referring.approver.post(f"/referrals/{referral}/decide", json=APPROVED | {"version": 3})
    assert (answer.status_code, answer.json()["code"]) == (409, "nothing_to_decide")


@pytest.mark.parametrize("panel", [True, False])
async def test_more_is_asked_and_answered_and_the_referral_goes_on_where_it_was(referring: Setting, panel: bool):
    referral = await referring.submitted(needs_panel=panel)
    address, before = f"/referrals/{referral}", (await referring.told(referral))["status"]
    assert (await referring.worker.post(f"{address}/answer", json={"answer": "x"})).json()["code"] == "nothing_asked"
    told = await referring.officer.post(f"{address}/questions", json=ASKED)
    assert (told.status_code, told.json()["status"]) == (201, "information_asked")
    refused(await referring.officer.post(f"{address}/questions", json=ASKED), 409)
    refused(
        await referring.approver.post(f"{address}/decide", json=APPROVED | {"version": told.json()["version"]}), 409
    )
    refused(await referring.worker.post(f"{address}/answer", json={"answer": "x", "version": 2}), 409, "version")
    after = (await referring.worker.post(f"{address}/answer", json={"answer": "very secret"})).json()
    assert after["status"] == before
    (question,) = after["questions"]
    assert (question["about"], question["answer"]) == ("risks", "very secret")
    (asked,), (amended,) = [await referring.service.published(kind) for kind in (InformationAsked, ReferralAmended)]
    assert (asked.status, amended.status, amended.version) == ("information_asked", before, asked.version + 1)
    assert (await referring.officer.post(f"{address}/questions", json=ASKED)).json()["questions"][1]["number"] == 2


async def test_what_is_asked_for_changes_upon_the_version_that_was_read(referring: Setting):
    drafted = await referring.drafted()
    sooner = referring.asking(urgency="short_notice", together=False)
    amended = await referring.worker.post(f"/referrals/{drafted}/amend", json=sooner | {"version": 1})
    assert (amended.json()["status"], amended.json()["version"], amended.json()["due_at"]) == ("draft", 2, None)
    refused(await referring.worker.post(f"/referrals/{drafted}/amend", json=sooner | {"version": 1}), 409, "version")
    refused(await referring.worker.post(f"/referrals/{drafted}/amend", json=sooner), 422, "version")
    assert await referring.service.published(ReferralAmended) == []
    await referring.worker.post(f"/referrals/{drafted}/submit")
    one = referring.asking(children=[{"child": referring.children[1], "needs": ["no_pets"]}], version=4)
    told = (await referring.worker.post(f"/referrals/{drafted}/amend", json=one)).json()
    assert [line["needs"] for line in told["children"]] == [["no_pets"]]
    assert told["due_at"] > amended.json()["made_at"]
    (event,) = await referring.service.published(ReferralAmended)
    assert (event.version, event.status, event.urgency, len(event.children)) == (5, "searching", "planned", 1)


async def test_an_amendment_sends_what_a_panel_approved_before_it_again(referring: Setting):
    address = await _before_panel(referring)
    await referring.approver.post(f"{address}/decide", json=APPROVED | {"version": 2})
    evading = referring.asking(needs_panel=False, version=3)
    refused(await referring.worker.post(f"{address}/amend", json=evading), 409, "needs_panel")
    told = (await referring.worker.post(f"{address}/amend", json=evading | {"needs_panel": True})).json()
    assert (told["status"], told["most_weekly_pence"], told["approved_until"]) == ("submitted", None, None)
    (event,) = await referring.service.published(ReferralAmended)
    assert (event.status, event.most_weekly_pence) == ("submitted", None)
    again = await referring.approver.post(f"{address}/decide", json=APPROVED | {"version": 4})
    assert [one["number"] for one in again.json()["decisions"]] == [1, 2]


async def test_a_question_open_over_an_amendment_does_not_bring_the_approval_back(referring: Setting):
    address = await _before_panel(referring)
    await referring.approver.post(f"{address}/decide", json=APPROVED | {"version": 2})
    await referring.officer.post(f"{address}/questions", json=ASKED)
    told = (await referring.worker.post(f"{address}/amend", json=referring.asking(needs_panel=True, version=4))).json()
    assert (told["status"], told["most_weekly_pence"]) == ("information_asked", None)
    after = (await referring.worker.post(f"{address}/answer", json={"answer": "None."})).json()
    assert after["status"] == "submitted"


async def test_a_child_who_has_a_home_stays_on_the_referral(referring: Setting):
    referral = await referring.submitted()
    await referring.service.hear(referring.placement(PlacementConfirmed, 2, referral, 0, new_id()))
    without = referring.asking(children=[{"child": referring.children[1]}], version=3)
    refused(await referring.worker.post(f"/referrals/{referral}/amend", json=without), 409, "children")
    assert len((await referring.told(referral))["children"]) == 2
    refused(await referring.worker.post(f"/referrals/{referral}/close", json=CLOSING), 409)
    await referring.service.hear(referring.placement(PlacementConfirmed, 2, referral, 1, new_id()))
    refused(await referring.worker.post(f"/referrals/{referral}/amend", json=referring.asking(version=4)), 409)


async def test_a_search_that_finds_nothing_is_closed_with_its_reason(referring: Setting):
    referral = await referring.submitted()
    address = f"/referrals/{referral}"
    refused(await referring.worker.post(f"{address}/close", json={"reason": "bored"}), 422, "reason")
    refused(await referring.worker.post(f"{address}/close", json=CLOSING | {"version": 1}), 409, "version")
    told = (await referring.worker.post(f"{address}/close", json=CLOSING | {"version": 3})).json()
    assert (told["status"], told["ended_because"], told["ended_words"]) == (
        "closed_unplaced",
        "no_offers",
        "very secret",
    )
    (closed,) = await referring.service.published(ReferralClosed)
    assert (closed.status, closed.version) == ("closed_unplaced", 4)
    refused(await referring.worker.post(f"{address}/close", json=CLOSING), 409)
    draft = await referring.drafted()
    refused(await referring.worker.post(f"/referrals/{draft}/close", json=CLOSING), 409)


async def test_what_was_considered_stays_with_the_referral(referring: Setting):
    considered = {"childs_wishes": "very secret", "language": "very secret Polish"}
    said = {"factors": ["near_home", "with_siblings"], "factors_reason": "very secret", "considered": considered}
    told = await referring.told(await referring.submitted(**said))
    assert told["factors"] == ["near_home", "with_siblings"]
    assert {name: words for name, words in told["considered"].items() if words} == considered
    rows = await referring.service.rows("SELECT body FROM spine.outbox")
    assert not [row for row in rows if "secret" in row.body]
    unknown = referring.asking(factors=["sea_view"], considered={})
    refused(await referring.worker.post("/referrals", json=unknown), 422, "factors.0")


async def test_each_authority_has_its_own_deadlines(referring: Setting):
    commissioner = referring.service.of(NORTHSHIRE, Role.COMMISSIONER)
    usual = (await commissioner.get("/referrals/deadlines")).json()
    assert (usual["short_notice_working_days"], usual["planned_working_days"], usual["version"]) == (3, 20, 0)
    own = {"short_notice_working_days": 1, "planned_working_days": 5}
    assert (await commissioner.put("/referrals/deadlines", json=own)).json()["version"] == 1
    refused(await commissioner.put("/referrals/deadlines", json=own), 409, "version")
    assert (await commissioner.put("/referrals/deadlines", json=own | {"version": 1})).json()["version"] == 2
    refused(
        await commissioner.put("/referrals/deadlines", json={"planned_working_days": 0}), 422, "planned_working_days"
    )
    theirs = referring.service.of(SOUTHMERE, Role.COMMISSIONER)
    assert (await theirs.get("/referrals/deadlines")).json() == usual
    told = await referring.told(await referring.submitted())
    assert told["due_at"] == "2026-03-09T17:00:00Z"
    (event,) = await referring.service.published(ReferralSubmitted)
    assert event.due_at == datetime(2026, 3, 9, 17, tzinfo=UTC)


async def test_a_deadline_that_passes_is_marked_once_and_seen_in_the_queue(referring: Setting):
    late, found = await referring.submitted(urgency="short_notice"), await referring.submitted(urgency="emergency")
    in_time, withdrawn = await referring.submitted(), await referring.submitted(urgency="emergency")
    await referring.worker.post(f"/referrals/{withdrawn}/withdraw", json=GOES)
    for child in (0, 1):
        await referring.service.hear(referring.placement(PlacementStarted, 3, found, child, new_id()))
    assert (await referring.told(late))["due_at"] == "2026-03-05T17:00:00Z"
    referring.service.clock.at = datetime(2026, 3, 5, 17, tzinfo=UTC)
    await referring.service.tick()
    assert await _queue(referring, overdue=True) == []
    referring.service.clock.move(timedelta(microseconds=2))
    await referring.service.tick()
    await referring.service.tick()
    assert await _queue(referring, overdue=True) == [late]
    assert set(await _queue(referring, overdue=False)) == {found, in_time, withdrawn}
    told = await referring.told(late)
    assert (told["overdue"], told["deadline_passed_at"] is None) == (True, False)
    assert (await referring.service.audited()).count("deadline passed") == 1
    assert await _queue(referring, sort="due_at") == [found, withdrawn, late, in_time]


async def test_an_amended_urgency_moves_the_deadline(referring: Setting):
    referral = await referring.submitted()
    sooner = referring.asking(urgency="emergency", version=3)
    told = (await referring.worker.post(f"/referrals/{referral}/amend", json=sooner)).json()
    assert told["due_at"].startswith("2026-03-02T23:59:59")
    referring.service.clock.move(timedelta(days=1))
    await referring.service.tick()
    assert await _queue(referring, overdue=True, child=referring.children[0]) == [referral]
    assert await _queue(referring, child=str(new_id())) == []


async def _queue(referring: Setting, **asked: Any) -> list[str]:
    answer = await referring.worker.get("/referrals", params=asked)
    assert answer.is_success, answer.text
    return [one["referral"] for one in answer.json()]


async def test_another_authoritys_referral_cannot_be_acted_upon(referring: Setting):
    address = await _before_panel(referring)
    before = await referring.service.count_published()
    theirs = referring.service.of(SOUTHMERE, *Role)
    for path, form in (
        ("questions", ASKED),
        ("answer", {"answer": "x"}),
        ("decide", APPROVED | {"version": 2}),
        ("open-search", {}),
        ("amend", referring.asking(version=2)),
        ("close", CLOSING),
    ):
        refused(await theirs.post(f"{address}/{path}", json=form), 404)
    refused(await theirs.get(f"{address}/withdrawal"), 404)
    assert await referring.service.count_published() == before
