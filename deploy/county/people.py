"""Who tells a running installation of a made-up authority: one client for each, with every role that telling takes."""

from collections.abc import Mapping
from typing import Any

from deploy.county.authority import FOLDER, Authority, named
from deploy.issuer import Client
from deploy.letting_in import FOR_PAGES
from deploy.people import AUTHORITY_TOPICS, SHARED
from shared.identity.person import Role
from shared.identity.registry import TrustedIssuer

ROLES = frozenset({Role.SOCIAL_WORKER, Role.PLACEMENTS_OFFICER, Role.APPROVER, Role.COMMISSIONER})


def shipped() -> list[Authority]:
    """Every authority whose TOML stands here."""
    return [named(path.stem) for path in sorted(FOLDER.glob("*.toml"))]


def teller_of(authority: Authority) -> str:
    """The client that tells of an authority."""
    return f"{authority.name.lower().replace(' ', '-')}-made-up"


def provider_of(authority: Authority) -> str:
    """The character, where there is one, who may sign in for an authority's private homes."""
    return f"{authority.name.lower().replace(' ', '-')}-provider"


def home_keeper_of(authority: Authority, sector: str) -> str:
    """The client that acts for an authority's made-up homes of a sector."""
    return f"{teller_of(authority)}-homes-{sector.lower()}"


def tellers(secret: str) -> dict[str, Client]:
    """Clients of our issuer, for installations that let time be simulated."""
    everybody = {teller_of(one): Client(secret, ROLES, f"{one.name}, made up", one.code) for one in shipped()}
    keepers = {home_keeper_of(one, kind.sector): one.name for one in shipped() for kind in one.kinds.values()}
    manager = frozenset({Role.PROVIDER_MANAGER})
    return everybody | {
        key: Client(secret, manager, f"{name}'s homes, made up", SHARED) for key, name in keepers.items()
    }


def tellers_issuers(url: str, jwks: Mapping[str, Any] | None = None, *, pages: bool = False) -> list[TrustedIssuer]:
    """The registry's entries for them, each bound to its authority; with `pages`, people sign in there too."""
    return [_entry(one, url, jwks, pages=pages) for one in shipped()]


def _entry(authority: Authority, url: str, jwks: Mapping[str, Any] | None, *, pages: bool) -> TrustedIssuer:
    code = authority.code
    signing_in = {"client_id": code + FOR_PAGES, "title": f"{authority.name}, made up"} if pages else {}
    return TrustedIssuer(
        key=code, url=url, audience=code, jwks=jwks, authority=code, topics=AUTHORITY_TOPICS, **signing_in
    )
