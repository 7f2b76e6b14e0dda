"""The names that the compose file, the files it provisions and the secrets of its environment share."""

from pathlib import Path

from deploy.rabbitmq import OPERATOR

FILES = Path(__file__).parent.parent / "compose"
"""The committed files, `${NAME}` where a secret or an address goes."""
GUIDE = Path(__file__).parent.parent / "GUIDE.md"

SIGN_IN_URL = "${SUFFICIENCY_SIGN_IN_URL}"
PUBLIC_URL = "${SUFFICIENCY_PUBLIC_URL}"
SIGN_IN_SECRET = "${SIGN_IN_SECRET}"  # noqa: S105 - the name of one
PEOPLE_PASSWORD = "${PEOPLE_PASSWORD}"  # noqa: S105
KEYCLOAK = "http://keycloak:8080"
"""Where Keycloak answers inside the network."""
INSTALLATION = "installation"
"""The realm of the installation's own services and administrators."""
SIGN_IN_CLIENT = "sufficiency"


def broker_password(user: str) -> str:
    """The placeholder of a RabbitMQ user's password."""
    return f"${{{'OPERATOR' if user == OPERATOR else user.upper()}_BROKER_PASSWORD}}"


def client_secret(client: str) -> str:
    """The placeholder of a system's secret at its issuer."""
    return f"${{{client.upper().replace('-', '_')}_CLIENT_SECRET}}"
