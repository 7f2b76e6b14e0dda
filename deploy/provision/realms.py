"""Keycloak's realms: one for each organisation that signs people in, since whose somebody is hangs on who vouches."""

from collections.abc import Iterable
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from deploy.installation import SERVICES
from deploy.people import OPERATIONS, SERVICES_AUDIENCE, SHARED, audience_of
from deploy.provision.names import (
    INSTALLATION,
    PEOPLE_PASSWORD,
    PUBLIC_URL,
    SIGN_IN_CLIENT,
    SIGN_IN_SECRET,
    client_secret,
)
from shared.identity.demonstration import CHARACTERS, NAMES, Character
from shared.identity.person import Role

Json = dict[str, Any]


def realm_of(key: str) -> str:
    """The realm that vouches for an entry of the registry."""
    return INSTALLATION if key in (OPERATIONS, SERVICES_AUDIENCE) else NAMES.get(key, key).lower()


def subject_of(realm: str, user: str) -> str:
    """The id we give a user, the same in every installation, so that the registry can name it."""
    return str(uuid5(NAMESPACE_URL, f"urn:sufficiency:{realm}:{user}"))


def realms() -> dict[str, Json]:
    """Every realm by its name."""
    of_people = {realm_of(key): [key] for key in (*NAMES, SHARED)}
    return {name: _realm(name, keys) for name, keys in {**of_people, INSTALLATION: [OPERATIONS]}.items()}


def _realm(name: str, keys: list[str]) -> Json:
    systems = _systems(name, keys[0])
    return {
        "realm": name,
        "displayName": f"{name.capitalize()} · Sufficiency",
        "enabled": True,
        "sslRequired": "external",
        "registrationAllowed": False,
        "bruteForceProtected": True,
        "passwordPolicy": "length(12) and notUsername",
        "ssoSessionIdleTimeout": 1800,
        "ssoSessionMaxLifespan": 43200,
        "accessTokenLifespan": 300,
        "roles": {"realm": [{"name": role.value} for role in Role]},
        "clients": [_sign_in(keys), *(_system(client, audience) for client, audience, _ in systems)],
        "users": [*_people(name, keys), *(_service_account(name, client, role) for client, _, role in systems)],
    }


def _systems(realm: str, key: str) -> list[tuple[str, str, Role]]:
    """The clients that are systems: name, audience of their tokens, role."""
    if realm == INSTALLATION:
        administrator = ("administrator", OPERATIONS, Role.ADMINISTRATOR)
        return [*((name, SERVICES_AUDIENCE, Role.SYSTEM) for name in SERVICES), administrator]
    return [(f"{realm}-systems", key, Role.SYSTEM)] if key in NAMES else []


def _sign_in(keys: Iterable[str]) -> Json:
    """Signing in to our pages: code flow with PKCE, back to our own address only."""
    return {
        **_client(SIGN_IN_CLIENT, SIGN_IN_SECRET, []),
        "standardFlowEnabled": True,
        "redirectUris": [f"{PUBLIC_URL}/sign-in/{key}/callback" for key in keys],
        "attributes": {"pkce.code.challenge.method": "S256"},
    }


def _system(name: str, audience: str) -> Json:
    return {**_client(name, client_secret(name), [_audience(audience)]), "serviceAccountsEnabled": True}


def _client(name: str, secret: str, more: list[Json]) -> Json:
    return {
        "clientId": name,
        "enabled": True,
        "protocol": "openid-connect",
        "publicClient": False,
        "clientAuthenticatorType": "client-secret",
        "secret": secret,
        "standardFlowEnabled": False,
        "implicitFlowEnabled": False,
        "directAccessGrantsEnabled": False,
        "serviceAccountsEnabled": False,
        "fullScopeAllowed": True,
        "protocolMappers": [*_ABOUT_SOMEBODY, *more],
    }


def _mapper(name: str, kind: str, **config: str) -> Json:
    return {"name": name, "protocol": "openid-connect", "protocolMapper": kind, "config": config}


_IN_BOTH = {"id.token.claim": "true", "access.token.claim": "true"}
_ABOUT_SOMEBODY = [
    _mapper("subject", "oidc-sub-mapper", **{"access.token.claim": "true"}),
    _mapper("name", "oidc-full-name-mapper", **_IN_BOTH),
    _mapper(
        "roles",
        "oidc-usermodel-realm-role-mapper",
        **{"claim.name": "roles", "jsonType.label": "String", "multivalued": "true"},
        **_IN_BOTH,
    ),
]
"""What a token says of a person: who, and which roles. Never whose: that the registry says."""


def _audience(name: str) -> Json:
    config = {"included.custom.audience": name, "access.token.claim": "true", "id.token.claim": "false"}
    return _mapper("audience", "oidc-audience-mapper", **config)


def _people(realm: str, keys: Iterable[str]) -> list[Json]:
    return [_person(realm, who) for who in CHARACTERS.values() if audience_of(who) in keys]


def _person(realm: str, who: Character) -> Json:
    first, _, last = who.name.partition(" ")
    return {
        "id": subject_of(realm, who.key),
        "username": who.key,
        "firstName": first,
        "lastName": last,
        "email": f"{who.key}@{realm}.example",
        "emailVerified": True,
        "enabled": True,
        "realmRoles": [who.role.value],
        "credentials": [{"type": "password", "value": PEOPLE_PASSWORD, "temporary": False}],
    }


def _service_account(realm: str, client: str, role: Role) -> Json:
    user = f"service-account-{client}"
    return {
        "id": subject_of(realm, user),
        "username": user,
        "enabled": True,
        "serviceAccountClientId": client,
        "realmRoles": [role.value],
    }
