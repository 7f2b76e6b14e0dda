"""What every test may ask for."""

pytest_plugins = ["tests.servers", "tests.collector", "tests.installations", "tests.world", "tests.access.scenes"]
