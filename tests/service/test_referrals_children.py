"""What is kept of a child: who may know the name, places that matter, needs, and how a child is found."""

from typing import Any

import pytest

from shared.contracts.referrals import (
    ChildCorrected,
    ChildRegistered,
    ImportantPlacesNoted,
    NeedsAssessed,
    ReferralSubmitted,
    StatutoryDetailsNoted,
)
from shared.ids import new_id
from tests.alone import refused
from tests.service.referring import ROBIN, Setting

MOTHER = ROBIN | {"local_reference": None, "upn": "A123456789012", "mother": True, "own_child_born": "2026-01-05"}
SCHOOL = {"kind": "school", "postcode": "ls14ap", "within_miles": 5}
AVOID = {"kind": "avoid", "postcode": "BD1 1HX", "within_miles": 10}
ASSESSED = {"assessed_on": "2026-02-16", "needs": ["step_free", "own_bedroom"]}


async def test_what_the_return_needs_is_told_with_the_child_by_its_own_topic(referring: Setting):
    made = (await referring.worker.post("/referrals/children", json=MOTHER)).json()
    changed = MOTHER | {"version": 1, "home_postcode": "BD1 1HX", "mother": False, "own_child_born": None}
    await referring.worker.post(f"/referrals/children/{made['child']}/correct", json=changed)
    told = [e for e in await referring.service.published(StatutoryDetailsNoted) if str(e.child) == made["child"]]
    assert [(e.version, e.upn, e.home_postcode, e.mother, str(e.own_child_born)) for e in told] == [
        (1, "A123456789012", "LS1 4AP", True, "2026-01-05"),
        (2, "A123456789012", "BD1 1HX", False, "None"),
    ]
    for kind, version in ((ChildRegistered, 1), (ChildCorrected, 2)):
        (*_, newest) = await referring.service.published(kind)
        assert (str(newest.child), newest.version) == (made["child"], version)
    (first, *_) = await referring.service.published(StatutoryDetailsNoted)
    assert (first.reference, first.upn) == ("C-1042", None)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"uasc": False, "uasc_ceased": "2026-01-05"}, "uasc_ceased"),
        ({"uasc_ceased": "2014-05-20"}, "uasc_ceased"),
        ({"uasc_ceased": "2032-05-22"}, "uasc_ceased"),
    ],
)
async def test_who_sought_asylum_ceases_to_by_the_18th_birthday(referring: Setting, wrong: dict[str, Any], field: str):
    sought = ROBIN | {"local_reference": None, "born": "2014-05-21", "uasc": True}
    refused(await referring.worker.post("/referrals/children", json=sought | wrong), 422, field)
    made = (await referring.worker.post("/referrals/children", json=sought | {"uasc_ceased": "2032-05-21"})).json()
    assert (made["uasc"], made["uasc_ceased"]) == (True, "2032-05-21")
    (*_, told) = await referring.service.published(ChildRegistered)
    assert str(told.uasc_ceased) == "2032-05-21"


async def test_who_need_not_know_sees_a_short_reference_instead_of_who_it_is(referring: Setting):
    address = f"/referrals/children/{referring.children[0]}"
    known, hidden = [(await client.get(address)).json() for client in (referring.worker, referring.approver)]
    assert known["reference"] == hidden["reference"] == _short(referring.children[0])
    assert (known["name"], known["local_reference"]) == ("Robin Ash", "C-1042")
    assert {hidden[name] for name in ("name", "upn", "local_reference", "home_postcode")} == {None}
    assert hidden["born"] == known["born"]
    assert (await referring.approver.get(f"{address}/important-places")).status_code == 403
    assert (await referring.approver.post("/referrals/children/search", json={"reference": "C-1042"})).is_error


def _short(child: str) -> str:
    return f"{child[-8:-4]}-{child[-4:]}".upper()


async def test_a_child_without_a_name_is_shown_by_reference(referring: Setting):
    nameless = {name: value for name, value in ROBIN.items() if name != "name"} | {"local_reference": "903-7"}
    made = (await referring.worker.post("/referrals/children", json=nameless)).json()
    assert (made["name"], made["reference"]) == (None, _short(made["child"]))


async def test_a_child_is_found_by_any_reference_and_each_finding_is_a_reading(referring: Setting):
    second = (await referring.worker.post("/referrals/children", json=MOTHER)).json()["child"]
    for reference, found in (
        ("C-1042", [referring.children[0]]),
        ("a123456789012", [second]),
        (_short(second), [second]),
        (_short(second).lower().replace("-", ""), [second]),
        ("C-104", []),
    ):
        answer = await referring.worker.post("/referrals/children/search", json={"reference": reference})
        assert [child["child"] for child in answer.json()] == found, reference
        elsewhere = await referring.stranger.post("/referrals/children/search", json={"reference": reference})
        assert elsewhere.json() == []
    assert (await referring.service.audited()).count("read child") == 4


async def test_a_referral_is_found_by_its_reference_or_a_childs(referring: Setting):
    referral = await referring.submitted()
    for reference in (_short(referral), _short(referring.children[1]), "C-1042"):
        told = (await referring.worker.post("/referrals/search", json={"reference": reference})).json()
        assert [(one["referral"], one["reference"]) for one in told] == [(referral, _short(referral))]
        assert (await referring.stranger.post("/referrals/search", json={"reference": reference})).json() == []
    assert (await referring.worker.post("/referrals/search", json={"reference": "C-9"})).json() == []
    assert (await referring.service.audited()).count("find referral") == 3


async def test_places_that_matter_are_noted_put_right_and_removed_each_time_told_as_one_list(referring: Setting):
    path = f"/referrals/children/{referring.children[0]}/important-places"
    first = (await referring.worker.post(path, json=SCHOOL | {"version": 0})).json()
    refused(await referring.worker.post(path, json=AVOID | {"version": 0}), 409, "version")
    second = (await referring.worker.post(path, json=AVOID)).json()
    assert [place["postcode"] for place in second["places"]] == ["LS1 4AP", "BD1 1HX"]
    place = f"{path}/{first['places'][0]['important_place']}"
    nearer = SCHOOL | {"within_miles": 3, "version": 2}
    assert (await referring.worker.post(f"{place}/correct", json=nearer)).json()["version"] == 3
    refused(await referring.worker.post(f"{place}/correct", json=nearer), 409, "version")
    assert len((await referring.worker.delete(place)).json()["places"]) == 1
    for gone in (await referring.worker.delete(place), await referring.worker.post(f"{place}/correct", json=SCHOOL)):
        refused(gone, 404)
    told = await referring.service.published(ImportantPlacesNoted)
    assert [(e.version, [(p.kind, p.within_miles) for p in e.places]) for e in told] == [
        (1, [("school", 5)]),
        (2, [("school", 5), ("avoid", 10)]),
        (3, [("school", 3), ("avoid", 10)]),
        (4, [("avoid", 10)]),
    ]
    assert (await referring.worker.get(path)).json()["version"] == 4
    assert (await referring.service.audited())[-1] == "read important places"


async def test_a_place_of_one_child_is_not_reached_by_another(referring: Setting):
    one, other = (f"/referrals/children/{child}/important-places" for child in referring.children)
    place = (await referring.worker.post(one, json=SCHOOL)).json()["places"][0]["important_place"]
    before = await referring.service.count_published()
    refused(await referring.worker.delete(f"{other}/{place}"), 404)
    refused(await referring.worker.post(f"{other}/{place}/correct", json=SCHOOL), 404)
    refused(await referring.stranger.get(one), 404)
    refused(await referring.stranger.post(one, json=SCHOOL), 404)
    refused(await referring.stranger.delete(f"{one}/{place}"), 404)
    assert await referring.service.count_published() == before


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"postcode": "LS1"}, "postcode"),
        ({"kind": "pub"}, "kind"),
        ({"within_miles": 0}, "within_miles"),
        ({"within_miles": 501}, "within_miles"),
        ({"kind": "avoid", "within_miles": None}, "within_miles"),
    ],
)
async def test_a_place_that_cannot_be_is_refused(referring: Setting, changed: dict[str, Any], field: str):
    path = f"/referrals/children/{referring.children[0]}/important-places"
    refused(await referring.worker.post(path, json=SCHOOL | changed), 422, field)
    assert await referring.service.published(ImportantPlacesNoted) == []


async def test_there_are_not_endlessly_many_places(referring: Setting):
    path = f"/referrals/children/{referring.children[0]}/important-places"
    for _ in range(50):
        assert (await referring.worker.post(path, json=SCHOOL)).status_code == 201
    assert (await referring.worker.post(path, json=SCHOOL)).json()["code"] == "too_many_places"


async def test_each_assessment_is_a_version_and_none_is_changed(referring: Setting):
    robin, jay = referring.children
    path = f"/referrals/children/{robin}/needs"
    assert (await referring.worker.get(path)).json() == []
    assert (await referring.worker.post(path, json=ASSESSED)).json()["version"] == 1
    later = {"assessed_on": "2026-03-02", "needs": ["night_staff"], "solo": True, "not_with": [jay]}
    assert (await referring.worker.post(path, json=later)).status_code == 201
    told = [(one["version"], one["needs"], one["solo"]) for one in (await referring.worker.get(path)).json()]
    assert told == [(2, ["night_staff"], True), (1, ["own_bedroom", "step_free"], False)]
    events = await referring.service.published(NeedsAssessed)
    assert [(e.version, e.solo, [str(c) for c in e.not_with]) for e in events] == [(1, False, []), (2, True, [jay])]
    assert (await referring.service.audited())[-1] == "read needs"


async def test_an_assessment_that_cannot_be_is_refused_by_field(referring: Setting):
    robin, jay = referring.children
    path = f"/referrals/children/{robin}/needs"
    for changed, status, field in (
        ({"assessed_on": "2026-03-03"}, 422, "assessed_on"),
        ({"needs": ["a_pony"]}, 422, "needs.0"),
        ({"not_with": [robin]}, 422, "not_with.0"),
        ({"not_with": [jay, "ffffffff-ffff-7fff-bfff-ffffffffffff"]}, 404, "not_with.1"),
    ):
        refused(await referring.worker.post(path, json=ASSESSED | changed), status, field)
    refused(await referring.stranger.post(path, json=ASSESSED), 404)
    refused(await referring.stranger.get(path), 404)
    refused(await referring.worker.post(f"/referrals/children/{new_id()}/needs", json=ASSESSED), 404)
    assert await referring.service.published(NeedsAssessed) == []


async def test_a_line_takes_the_newest_assessment_until_it_is_submitted_unless_it_says_otherwise(referring: Setting):
    robin, jay = referring.children
    path = f"/referrals/children/{robin}/needs"
    await referring.worker.post(path, json=ASSESSED | {"solo": True})
    lines = [{"child": robin}, {"child": jay, "needs": ["two_carers"], "not_with": [robin]}]
    referral = await referring.drafted(children=lines)
    await referring.worker.post(path, json=ASSESSED | {"needs": ["night_staff"], "not_with": [jay]})
    assert await _lines(referring, referral) == [
        (["night_staff"], False, [jay], 2),
        (["two_carers"], False, [robin], None),
    ]
    await referring.worker.post(f"/referrals/{referral}/submit")
    await referring.worker.post(path, json=ASSESSED | {"needs": ["no_pets"]})
    assert await _lines(referring, referral) == [
        (["night_staff"], False, [jay], 2),
        (["two_carers"], False, [robin], 0),
    ]
    (told,) = await referring.service.published(ReferralSubmitted)
    assert [(line.needs, line.solo) for line in told.children] == [(("night_staff",), False), (("two_carers",), False)]
    assert [str(c) for c in told.children[0].not_with] == [jay]


async def _lines(referring: Setting, referral: str) -> list[tuple[Any, ...]]:
    lines = (await referring.told(referral))["children"]
    return [(line["needs"], line["solo"], line["not_with"], line["assessment"]) for line in lines]


async def test_a_line_names_no_child_that_cannot_be_lived_with_and_is_unknown(referring: Setting):
    robin, jay = referring.children
    for others, status in (([robin], 422), ([str(new_id())], 404)):
        form = referring.asking(children=[{"child": jay}, {"child": robin, "not_with": others}])
        refused(await referring.worker.post("/referrals", json=form), status, "children.1.not_with.0")
    assert await referring.service.rows("SELECT * FROM referral") == []
