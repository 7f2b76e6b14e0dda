"""Who is trusted for what: the registry places people, claims never do."""

from pathlib import Path
from uuid import uuid4

import pytest

from shared.identity.person import Role, identifier_of
from shared.identity.registry import Invitation, Misconfigured, TrustedIssuer, placed, read_registry

PROVIDER = uuid4()


def an_issuer(**facts) -> TrustedIssuer:
    known = {"key": "westmouth", "url": "https://sign-in.example", "audience": "sufficiency"}
    return TrustedIssuer(**{**known, **facts})


BOUND = an_issuer(authority="westmouth")
SHARED = an_issuer(shared=True)


def test_an_authority_comes_from_the_registry_and_a_claim_of_one_is_ignored():
    roles = BOUND.roles_in({"roles": ["social_worker"], "authority": "eastmouth"})
    person = placed(BOUND, "sam", "Sam", roles, None)
    assert person.authority == "westmouth"
    assert person.roles == {Role.SOCIAL_WORKER}


def test_a_bound_issuer_takes_no_notice_of_invitations():
    person = placed(BOUND, "sam", "Sam", frozenset({Role.APPROVER}), Invitation(authority="eastmouth"))
    assert person.authority == "westmouth"


def test_somebody_uninvited_at_a_shared_issuer_has_no_role_at_all():
    person = placed(SHARED, "sam", "Sam", frozenset({Role.PLACEMENTS_OFFICER, Role.SYSTEM}), None)
    assert person.roles == frozenset()


@pytest.mark.parametrize(
    ("invitation", "claimed", "kept"),
    [
        (Invitation(provider=PROVIDER), {Role.SOCIAL_WORKER, Role.PROVIDER_MANAGER}, {Role.PROVIDER_MANAGER}),
        (Invitation(provider=PROVIDER), {Role.SYSTEM}, {Role.PROVIDER_MANAGER}),
        (Invitation(provider=PROVIDER), {Role.PLACEMENTS_OFFICER}, set()),
        (Invitation(authority="westmouth"), {Role.APPROVER, Role.PROVIDER_MANAGER}, {Role.APPROVER}),
        (Invitation(region=frozenset({"a", "b"})), {Role.COMMISSIONER, Role.SOCIAL_WORKER}, {Role.COMMISSIONER}),
        (Invitation(installation=True), {Role.ADMINISTRATOR, Role.SOCIAL_WORKER}, set()),
    ],
)
def test_a_role_that_does_not_fit_the_place_is_not_had(invitation, claimed, kept):
    person = placed(SHARED, "sam", "Sam", frozenset(claimed), invitation)
    assert person.roles == kept
    assert (person.provider, person.authority, person.region) == (
        invitation.provider,
        invitation.authority,
        invitation.region,
    )


def test_only_an_issuer_that_may_grant_it_makes_an_administrator():
    everything = {"roles": [role.value for role in Role]}
    assert Role.ADMINISTRATOR not in BOUND.roles_in(everything)
    assert Role.ADMINISTRATOR not in SHARED.roles_in(everything)
    assert an_issuer(systems=True).roles_in(everything) == {Role.SYSTEM}
    granting = an_issuer(systems=True, grants={"administrator"})
    assert granting.roles_in(everything) == {Role.ADMINISTRATOR}


def test_a_system_reads_the_topics_its_entry_names_and_an_unknown_client_is_nobody():
    issuer = an_issuer(systems=True, clients={"metrics": {"topics": ["placements"]}})
    metrics = placed(issuer, "metrics", "", frozenset({Role.SYSTEM}), None)
    stranger = placed(issuer, "stranger", "", frozenset({Role.SYSTEM}), None)
    assert metrics.topics == {"placements"}
    assert metrics.installation
    assert (stranger.roles, stranger.topics) == (frozenset(), frozenset())


def test_roles_are_found_under_another_name_and_in_another_spelling():
    issuer = an_issuer(authority="a", roles_claim="realm_access.roles", role_names={"SW": "social_worker"})
    assert issuer.roles_in({"realm_access": {"roles": ["SW", "approver", "wizard", 7]}}) == {
        Role.SOCIAL_WORKER,
        Role.APPROVER,
    }
    assert issuer.roles_in({"realm_access": "nonsense"}) == frozenset()


def test_a_person_is_the_same_in_every_service_and_another_at_another_issuer():
    first = placed(BOUND, "sam@example.org", "Sam", frozenset(), None)
    assert first.id == identifier_of(BOUND.url, "sam@example.org")
    assert "sam" not in first.id
    assert first.id != identifier_of("https://other.example", "sam@example.org")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[issuers.a]\nurl="https://x"\naudience="y"', "exactly one of"),
        ('[issuers.a]\nurl="https://x"\naudience="y"\nshared=true\nauthority="z"', "exactly one of"),
        ('[issuers.a]\nurl="https://x"\naudience="y"\nshared=true\nalgorithms=["HS256"]', "not algorithms"),
        ('[issuers.a]\nurl="https://x"\naudience="y"\nshared=true\nalgorithms=["none"]', "not algorithms"),
        ('[issuers.a]\nurl="http://x"\naudience="y"\nshared=true', "is https"),
        ('[issuers.a]\nurl="https://x"\nreached_at="http://x.example"\naudience="y"\nshared=true', "reached by https"),
        ('[issuers.a]\nurl="https://x"\nreached_at="http://10.0.0.1"\naudience="y"\nshared=true', "reached by https"),
        ('[issuers.a]\nurl="https://x"\naudience="y"\nshared=true\nauthorty="z"', "authorty"),
        (
            '[issuers.a]\nurl="https://x"\naudience="y"\nshared=true\n[issuers.b]\nurl="https://x"\naudience="y"\nshared=true',
            "twice",
        ),
        ("[issuers", "cannot be read"),
    ],
)
def test_a_registry_that_is_wrong_stops_the_start_with_one_line(tmp_path: Path, text: str, words: str):
    file = tmp_path / "issuers.toml"
    file.write_text(text)
    with pytest.raises(Misconfigured, match=words) as stopped:
        read_registry(file)
    assert "\n" not in str(stopped.value).partition("cannot be read")[0]


def test_a_registry_is_read_from_toml(tmp_path: Path):
    file = tmp_path / "issuers.toml"
    file.write_text(
        '[issuers.westmouth]\nurl="https://x"\naudience="y"\nauthority="westmouth"\nclient_id="web"\n'
        '[issuers.installation]\nurl="https://x"\naudience="z"\nsystems=true\nclients.metrics.topics=["placements"]\n'
    )
    registry = read_registry(file)
    assert registry.trusted("https://x", ["else", "y"]) is registry.named("westmouth")
    assert registry.trusted("https://x", ["else"]) is None
    assert [issuer.key for issuer in registry.offered()] == ["westmouth"]
