"""The registry of placements' tables, and the kinds of column they are made of."""

from typing import Any

from sqlalchemy import Boolean, Column, DateTime, MetaData, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

METADATA = MetaData()


class Kept(SQLModel, registry=registry(metadata=METADATA)):
    """The registry of this service's tables alone."""

    metadata = METADATA


def moment(*, null: bool = False) -> Any:
    """A point in time, UTC."""
    return Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=null))


def texts() -> Any:
    """Words or codes; an empty list unless given."""
    return Field(sa_column=Column(ARRAY(Text), nullable=False, server_default="{}"))


def ids() -> Any:
    """Identifiers; an empty list unless given."""
    return Field(sa_column=Column(ARRAY(Uuid), nullable=False, server_default="{}"))


def flag(*, default: bool = False) -> Any:
    """Yes or no; `default` unless given."""
    return Field(default=default, sa_column=Column(Boolean, nullable=False, server_default=text(str(default).lower())))
