"""How batches of events get from one service to the others: one protocol, two buses, one suite that tests both."""

from shared.bus.in_process import InProcessBus
from shared.bus.protocol import Bus, BusAway, Delivery, Subscription
from shared.bus.rabbitmq import RabbitBus

__all__ = ["Bus", "BusAway", "Delivery", "InProcessBus", "RabbitBus", "Subscription"]
