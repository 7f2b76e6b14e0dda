"""Identifiers: UUID version 7, so that new rows stand together in an index."""

import uuid

import uuid_utils.compat


def new_id() -> uuid.UUID:
    """A new time-ordered identifier."""
    return uuid_utils.compat.uuid7()
