"""Whose business a provider is, and the small rules of homes and places."""

from datetime import date
from uuid import UUID

import pytest

from services.providers.domain import area_of, manages, owner_of, refusal, sees
from shared.contracts.vocabulary import Sector
from shared.errors import Invalid
from shared.geography import Geography
from shared.identity.person import Person, Role
from shared.settings import Settings
from shared.web.fields import tidy_postcode

TODAY = date(2026, 3, 2)
HEARTHSIDE, ASH = UUID(int=1), UUID(int=2)


def person(**belongs) -> Person:
    return Person("p", "tests", "Pat", frozenset({Role.COMMISSIONER}), **belongs)


@pytest.mark.parametrize(
    ("by", "of_agency", "of_own_service"),
    [
        (person(authority="E09000033"), (True, False), (True, True)),
        (person(authority="E09000020"), (True, False), (False, False)),
        (person(provider=HEARTHSIDE), (True, True), (True, True)),
        (person(provider=ASH), (False, False), (False, False)),
        (person(region=frozenset({"E09000033"})), (True, False), (True, False)),
        (person(region=frozenset({"E09000020"})), (True, False), (False, False)),
        (person(installation=True), (True, False), (True, False)),
    ],
)
def test_a_provider_is_seen_by_its_market_and_run_by_its_own(by, of_agency, of_own_service):
    for owned_by, expected in ((None, of_agency), ("E09000033", of_own_service)):
        assert (sees(by, HEARTHSIDE, owned_by), manages(by, HEARTHSIDE, owned_by)) == expected


def test_an_authority_owns_its_own_service_whatever_is_typed():
    northshire = person(authority="E09000033")
    assert owner_of(Sector.OWN, None, northshire) == "E09000033"
    assert owner_of(Sector.OWN, "E09000033", northshire) == "E09000033"
    assert owner_of(Sector.PRIVATE, None, northshire) is None
    for sector, asked, by, field in (
        (Sector.OWN, "E09000020", northshire, "owned_by"),
        (Sector.PRIVATE, "E09000033", northshire, "owned_by"),
        (Sector.OWN, "E09000033", person(installation=True), "sector"),
    ):
        with pytest.raises(Invalid) as caught:
            owner_of(sector, asked, by)
        assert caught.value.field == field


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("ls14ap", "LS1 4AP"), (" EC1A  1BB ", "EC1A 1BB"), ("m1 1ae", "M1 1AE"), ("SW1A1AA", "SW1A 1AA")],
)
def test_a_postcode_is_kept_one_way_however_it_is_typed(typed, kept):
    assert tidy_postcode(typed) == kept


@pytest.mark.parametrize("typed", ["", "LS1", "LS1 4AP 9", "1LS 4AP", "LS1 4A\n"])
def test_what_is_no_postcode_is_refused(typed):
    with pytest.raises(ValueError, match="full postcode"):
        tidy_postcode(typed)


@pytest.fixture(scope="module")
def places() -> Geography:
    return Geography.kept_in(Settings().map_folder)


def test_a_home_stands_where_its_postcode_does(places: Geography):
    assert area_of(places, "SW1P 3JR", None, on=TODAY) == "E09000033"
    assert area_of(places, "SW1P 3JR", "E09000033", on=TODAY) == "E09000033"
    assert area_of(places, None, "E09000020", on=TODAY) == "E09000020"
    for postcode, area, field in (
        (None, None, "postcode"),
        ("ZE2 9ZQ", None, "postcode"),
        ("SW1P 3JR", "E09000020", "area"),
    ):
        with pytest.raises(Invalid) as caught:
            area_of(places, postcode, area, on=TODAY)
        assert caught.value.field == field


def test_a_refusal_names_its_rule_in_words():
    refused = refusal("place_taken")
    assert (refused.status, refused.code, refused.field) == (409, "place_taken", "starts")
    assert refused.message.endswith(".")
