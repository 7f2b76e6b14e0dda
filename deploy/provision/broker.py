"""RabbitMQ's definitions: a user for each service, and the topics it may publish and bind, as the contracts say."""

from typing import Any

from deploy.installation import SERVICES
from deploy.permissions import permissions, topic_permissions
from deploy.provision.names import broker_password
from deploy.rabbitmq import OPERATOR, Permission, definitions

VHOST = "/"


def broker_definitions() -> dict[str, Any]:
    """What a broker loads at its start; passwords are placeholders."""
    users = {name: broker_password(name) for name in (OPERATOR, *SERVICES)}
    wanted = definitions(users, [VHOST], [Permission(OPERATOR, VHOST), *permissions(VHOST)], topic_permissions(VHOST))
    operator = wanted["users"][0]
    operator["tags"] = "administrator"
    return wanted
