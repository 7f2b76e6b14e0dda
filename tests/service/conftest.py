"""What tests of one service, or of the spine, may ask for besides servers."""

from tests.service.referring import referring
from tests.service.spine import make_bus, one_process, spine

__all__ = ["make_bus", "one_process", "referring", "spine"]
