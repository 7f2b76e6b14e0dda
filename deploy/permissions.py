"""What each service's RabbitMQ user may do: its own queues, its own topics out, and only the topics it hears in."""

import re

from deploy.installation import SERVICES, heard_by, published_by
from deploy.rabbitmq import Permission, TopicPermission
from shared.bus.rabbitmq import EXCHANGE

PARTITION = r"\.(all|\d\d)$"


def permissions(vhost: str = "/") -> list[Permission]:
    """The exchange, and queues that begin with the service's own name."""
    own = {name: f"^({EXCHANGE}|{name}\\..*)$" for name in SERVICES}
    return [Permission(name, vhost, configure=own[name], write=own[name], read=own[name]) for name in SERVICES]


def topic_permissions(vhost: str = "/") -> list[TopicPermission]:
    """Routing keys a service may publish with, and those it may bind."""
    return [
        TopicPermission(name, vhost, EXCHANGE, write=_any_of(published_by(name)), read=_any_of(heard_by(name)))
        for name in SERVICES
    ]


def _any_of(topics: frozenset[str]) -> str:
    return f"^({'|'.join(re.escape(topic) for topic in sorted(topics))}){PARTITION}" if topics else "^$"
