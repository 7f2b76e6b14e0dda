"""The registry of trusted issuers for Keycloak's realms: whose people and systems each realm's word is good for."""

from deploy.people import OPERATIONS, SERVICES_AUDIENCE, SHARED, issuers, registry_as_toml
from deploy.provision.names import INSTALLATION, KEYCLOAK, SIGN_IN_CLIENT, SIGN_IN_SECRET, SIGN_IN_URL
from deploy.provision.realms import realm_of, subject_of
from shared.identity.demonstration import NAMES
from shared.identity.registry import Client, TrustedIssuer

TITLES = {key: f"{name} Council" for key, name in NAMES.items()} | {SHARED: "Providers", OPERATIONS: "Operations"}
ADMINISTRATORS = ("administrator", "service-account-administrator")
"""Who may act for the installation: somebody who signs in, and the same as a client."""


def registry() -> list[TrustedIssuer]:
    """Our own registry's entries, each at the realm that is its."""
    return [_at_its_realm(entry) for entry in issuers("")]


def registry_toml() -> str:
    """The registry as the services read it; the sign-in's secret and address are placeholders."""
    return registry_as_toml(registry())


def _at_its_realm(entry: TrustedIssuer) -> TrustedIssuer:
    realm = realm_of(entry.key)
    own = {"url": f"{SIGN_IN_URL}/realms/{realm}", "reached_at": f"{KEYCLOAK}/realms/{realm}"}
    if entry.key != SERVICES_AUDIENCE:
        own |= {"client_id": SIGN_IN_CLIENT, "client_secret": SIGN_IN_SECRET, "title": TITLES[entry.key]}
    return entry.model_copy(update={**own, "clients": _by_subject(entry)})


def _by_subject(entry: TrustedIssuer) -> dict[str, Client]:
    """Keycloak's subjects are not names but ids, which the realm's file sets."""
    if entry.key == OPERATIONS:
        return {subject_of(INSTALLATION, name): Client() for name in ADMINISTRATORS}
    return {subject_of(INSTALLATION, f"service-account-{name}"): client for name, client in entry.clients.items()}
