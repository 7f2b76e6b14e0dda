"""Who is trusted in the installations we assemble ourselves: the demonstration's people and the services, by our issuer.

An authority's people come with an audience of their own, which the registry binds to that authority; the providers'
people share one, and belong where a recorded invitation puts them.
"""

import json
from collections.abc import Mapping
from typing import Any

from deploy.demo.market import market
from deploy.installation import SERVICES, heard_by
from deploy.issuer import Client
from deploy.letting_in import FOR_PAGES
from shared.identity.demonstration import CHARACTERS, NAMES, Character
from shared.identity.person import Role
from shared.identity.registry import TrustedIssuer

DEMONSTRATION_SECRET = "demonstration"  # noqa: S105 - everybody's, and good for made-up people only
SERVICES_AUDIENCE = "services"
OPERATIONS = "operations"
SHARED = "providers"
AUTHORITY_TOPICS = frozenset({"placements", "placements.prices", "referrals"})
"""What an authority's own systems may read of the feeds: their own children's events, and no restricted topic."""


def audience_of(character: Character) -> str:
    """Which part of the installation somebody's token is for."""
    if character.role is Role.ADMINISTRATOR:
        return OPERATIONS
    return (character.invitation and character.invitation.authority) or SHARED


def clients(services: Mapping[str, str], demonstration: str) -> dict[str, Client]:
    """Everybody who may ask our issuer for a token: services by a secret each, people by the demonstration's."""
    system = frozenset({Role.SYSTEM})
    return (
        _clients_of_the_market(demonstration)
        | _clients_of_authorities(demonstration)
        | {name: Client(secret, system, name, SERVICES_AUDIENCE) for name, secret in services.items()}
        | {
            key: Client(demonstration, frozenset({who.role}), who.name, audience_of(who))
            for key, who in CHARACTERS.items()
        }
    )


def _clients_of_authorities(demonstration: str) -> dict[str, Client]:
    """Each demonstration authority's case management system."""
    system = frozenset({Role.SYSTEM})
    return {
        f"{name.lower()}-systems": Client(demonstration, system, f"{name}'s systems", authority)
        for authority, name in NAMES.items()
    }


def _clients_of_the_market(demonstration: str) -> dict[str, Client]:
    """The people who act for the demonstration's organisations; nobody signs in as most of them."""
    manager = frozenset({Role.PROVIDER_MANAGER})
    return {one.person: Client(demonstration, manager, one.name, SHARED) for one in market()}


def issuers(url: str, jwks: Mapping[str, Any] | None = None, *, pages: bool = False) -> list[TrustedIssuer]:
    """The registry's entries for our issuer, one for each audience; with `pages`, people sign in with it too."""
    entries: dict[str, dict[str, Any]] = {
        authority: {"authority": authority, "topics": AUTHORITY_TOPICS} for authority in NAMES
    }
    entries[SHARED] = {"shared": True}
    entries[OPERATIONS] = {"systems": True, "grants": [Role.ADMINISTRATOR], "clients": {"administrator": {}}}
    entries[SERVICES_AUDIENCE] = {
        "systems": True,
        "clients": {name: {"topics": sorted(heard_by(name))} for name in SERVICES},
    }
    if pages:
        for audience, title in {**NAMES, SHARED: "A provider, or a region", OPERATIONS: "Whoever runs this"}.items():
            entries[audience] |= {"client_id": audience + FOR_PAGES, "title": title}
    return [
        TrustedIssuer(key=audience, url=url, audience=audience, jwks=jwks, **entry)
        for audience, entry in entries.items()
    ]


def registry_as_toml(entries: list[TrustedIssuer]) -> str:
    """The entries as the file a process reads its registry from."""
    tables = {entry.key: entry.model_dump(exclude_defaults=True, exclude={"key"}) for entry in entries}
    return _tables("issuers", tables)


def clients_as_toml(known: Mapping[str, Client]) -> str:
    """The clients as the file our issuer reads."""
    tables = {
        name: {"secret": c.secret, "roles": sorted(c.roles), "name": c.name, "audience": c.audience}
        for name, c in known.items()
    }
    return _tables("clients", tables)


def _tables(above: str, tables: Mapping[str, Mapping[str, Any]]) -> str:
    return "\n".join(
        f"[{above}.{name}]\n" + "".join(f"{key} = {_value(value)}\n" for key, value in table.items())
        for name, table in tables.items()
    )


def _value(value: Any) -> str:
    """A TOML value; strings, numbers and lists are written as JSON writes them."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{json.dumps(key)} = {_value(inner)}' for key, inner in value.items())}}}"
    return json.dumps(sorted(value) if isinstance(value, frozenset) else value, default=str)
