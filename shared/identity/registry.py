"""Whom we trust to say who somebody is, and the only place that says whose they are."""

import re
import tomllib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.identity.person import Person, Role, identifier_of

ASYMMETRIC = ("ES256", "EdDSA", "Ed25519", "PS256", "RS256", "ES384", "RS384", "PS384", "ES512", "RS512", "PS512")
"""A key that is published can only verify with one of these; with HS256 anybody could sign with it."""

IN_A_REGION = frozenset({Role.COMMISSIONER, Role.ANALYST, Role.FINANCE})
FOR_A_PROVIDER = frozenset({Role.PROVIDER_MANAGER})
FOR_THE_INSTALLATION = frozenset({Role.ADMINISTRATOR, Role.SYSTEM})
ROLE_NAMES = {role.value: role for role in Role}
LOOPBACK = ("localhost", "127.0.0.1", "::1")
SHORT = re.compile(r"[A-Za-z0-9-]+")
"""A name without a dot is nobody's on the internet."""


class Misconfigured(SystemExit):
    """A process that cannot run like this ends with one line that says why."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """Where a recorded invitation put somebody whom a shared issuer knows."""

    authority: str | None = None
    provider: UUID | None = None
    region: frozenset[str] = frozenset()
    installation: bool = False


Invitations = Callable[[str, str], Awaitable[Invitation | None]]
"""Issuer and subject to the invitation on record, if there is one."""


async def nobody_invited(_issuer: str, _subject: str) -> Invitation | None:
    """The register of an installation that has invited nobody."""
    return None


class Client(BaseModel):
    """One of the installation's own systems, and the topics whose events it may read."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    topics: frozenset[str] = frozenset()


class TrustedIssuer(BaseModel):
    """One (issuer, audience): bound to an authority, or shared, or of the installation's own systems."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,40}$")]
    url: str
    reached_at: str = ""
    """Where its own description is fetched, if not at its url: inside a private network."""
    audience: str
    title: str = ""
    authority: str | None = None
    shared: bool = False
    systems: bool = False
    client_id: str = ""
    client_secret: str = ""
    client_secret_file: Path | None = None
    scope: str = "openid profile"
    algorithms: tuple[str, ...] = ("ES256", "EdDSA", "PS256", "RS256")
    roles_claim: str = "roles"
    role_names: Mapping[str, Role] = {}
    grants: frozenset[Role] | None = None
    topics: frozenset[str] = frozenset()
    clients: Mapping[str, Client] = {}
    jwks: Mapping[str, Any] | None = None

    @model_validator(mode="after")
    def _is_sound(self) -> Self:
        if (self.authority is not None) + self.shared + self.systems != 1:
            raise ValueError("an issuer has exactly one of authority, shared = true and systems = true")
        if not self.audience:
            raise ValueError("an issuer needs an audience")
        if unknown := set(self.algorithms) - set(ASYMMETRIC):
            raise ValueError(f"not algorithms of published keys: {', '.join(sorted(unknown))}")
        address, inside = urlsplit(self.url), urlsplit(self.reached_at)
        if address.scheme == "http" and address.hostname not in LOOPBACK:
            raise ValueError("an issuer's url is https, unless it is on this machine")
        if inside.scheme == "http" and not (inside.hostname in LOOPBACK or SHORT.fullmatch(inside.hostname or "")):
            raise ValueError("an issuer is reached by https, unless by a private network's own short name")
        return self

    @property
    def secret(self) -> str:
        """The client's secret for sign-in, from its own file where that is given."""
        return self.client_secret_file.read_text().strip() if self.client_secret_file else self.client_secret

    @property
    def granted(self) -> frozenset[Role]:
        """The roles this issuer's word is enough for; the rest it may claim in vain."""
        if self.grants is not None:
            return self.grants
        if self.systems:
            return frozenset({Role.SYSTEM})
        if self.shared:
            return frozenset(Role) - {Role.ADMINISTRATOR}
        return frozenset(Role) - {Role.ADMINISTRATOR, Role.PROVIDER_MANAGER}

    def roles_in(self, claims: Mapping[str, Any]) -> frozenset[Role]:
        """The roles a token claims, of those this issuer may give; the claim's name may be a dotted path."""
        told: Any = claims
        for step in self.roles_claim.split("."):
            told = told.get(step) if isinstance(told, Mapping) else None
        names = [told] if isinstance(told, str) else told if isinstance(told, list) else []
        roles = {self._role(name) for name in names if isinstance(name, str)}
        return frozenset(role for role in roles if role) & self.granted

    def _role(self, name: str) -> Role | None:
        return self.role_names.get(name) or ROLE_NAMES.get(name)


class Registry:
    """Every trusted issuer, found by what a token says of itself or by its key in an address."""

    def __init__(self, issuers: Iterable[TrustedIssuer] = ()) -> None:
        self.issuers = tuple(issuers)
        self._by_token = {(issuer.url, issuer.audience): issuer for issuer in self.issuers}
        self._by_key = {issuer.key: issuer for issuer in self.issuers}
        if len(self._by_token) < len(self.issuers) or len(self._by_key) < len(self.issuers):
            raise Misconfigured("The registry of issuers names one key, or one url and audience, twice.")

    def trusted(self, url: str, audiences: Iterable[str]) -> TrustedIssuer | None:
        """The issuer a token's own words point at."""
        return next((found for one in audiences if (found := self._by_token.get((url, one)))), None)

    def named(self, key: str) -> TrustedIssuer | None:
        return self._by_key.get(key)

    def offered(self) -> list[TrustedIssuer]:
        """Those with whom people can sign in."""
        return [issuer for issuer in self.issuers if issuer.client_id]

    def joined(self, *more: TrustedIssuer) -> "Registry":
        return Registry([*self.issuers, *more])


def read_registry(path: Path | None) -> Registry:
    """The registry kept in a TOML file, a table per issuer: `[issuers.westmouth]`."""
    if path is None:
        return Registry()
    try:
        tables = tomllib.loads(path.read_text()).get("issuers", {})
        return Registry(TrustedIssuer(key=key, **table) for key, table in tables.items())
    except (OSError, tomllib.TOMLDecodeError, TypeError) as error:
        raise Misconfigured(f"The registry of issuers {path} cannot be read: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Misconfigured(f"The registry of issuers {path} is wrong at {where}: {first['msg']}") from error


def placed(
    issuer: TrustedIssuer, subject: str, name: str, roles: frozenset[Role], invitation: Invitation | None
) -> Person:
    """Somebody an issuer vouches for, put where the registry or their invitation says; uninvited, without a role."""
    at = Invitation() if issuer.shared else Invitation(authority=issuer.authority, installation=issuer.systems)
    if issuer.shared and invitation is not None:
        at = invitation
    client = issuer.clients.get(subject)
    roles = _fitting(roles & issuer.granted, at) if client or not issuer.systems else frozenset()
    return Person(
        id=identifier_of(issuer.url, subject),
        issuer=issuer.url,
        name=name,
        roles=roles,
        authority=at.authority,
        provider=at.provider,
        region=at.region,
        installation=at.installation,
        topics=(client.topics if client else issuer.topics) if Role.SYSTEM in roles else frozenset(),
    )


def _fitting(roles: frozenset[Role], at: Invitation) -> frozenset[Role]:
    """The roles that make sense there: a region never sees a child, a provider is never an authority's officer."""
    if at.authority is not None:
        return roles - {Role.PROVIDER_MANAGER}
    if at.provider is not None:
        # a provider's own system does what its manager may do: it posts vacancies and reads no feed
        return FOR_A_PROVIDER if roles & {Role.PROVIDER_MANAGER, Role.SYSTEM} else frozenset()
    if at.region:
        return roles & IN_A_REGION
    return roles & FOR_THE_INSTALLATION if at.installation else frozenset()
