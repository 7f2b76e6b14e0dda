"""One service as one process, given its names and addresses by the environment: `python -m deploy.serve placements`."""

import argparse
import asyncio
import sys

from deploy.installation import ROOMS, SERVICES
from deploy.serving import PortTaken, listen, serve
from deploy.starting import check_database, service_settings
from shared.bus import Bus, InProcessBus, RabbitBus
from shared.service.app import create_app
from shared.settings import Settings
from shared.telemetry import logs


def bus_for(settings: Settings) -> Bus:
    """RabbitMQ where it is named, else the bus of a single process."""
    return RabbitBus(settings.broker_url) if settings.broker_url else InProcessBus()


def main() -> None:
    """Serve until told to stop; anything that makes that impossible is one line and a non-zero exit."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("service", choices=sorted(SERVICES))
    words.add_argument("--host", default="127.0.0.1")
    words.add_argument("--port", type=int, default=8000)
    told = words.parse_args()
    settings = service_settings()
    logs.configure(settings)
    try:
        bound = listen(told.port, host=told.host)
    except PortTaken as taken:
        sys.exit(str(taken))
    asyncio.run(check_database(SERVICES[told.service], settings))
    app = create_app(SERVICES[told.service], settings, bus=bus_for(settings), rooms=ROOMS)
    if not serve(app, bound):
        sys.exit(1)


if __name__ == "__main__":
    main()
