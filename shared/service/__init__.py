"""How a service is put together and run: the same for all four."""
