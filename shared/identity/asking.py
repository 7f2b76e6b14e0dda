"""Clients for asking others over HTTP; the certificates this machine trusts are read once for all of them."""

import ssl
from functools import cache
from typing import Any

import httpx


@cache
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def asking(**settings: Any) -> httpx.AsyncClient:
    """An `httpx.AsyncClient`. Each made without this reads the certificates again, and nothing else runs meanwhile."""
    return httpx.AsyncClient(verify=_trusted(), **settings)
