"""The work list of the return: which children have changed since they were checked, and what was found of each."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Column, Identity, Index, text
from sqlmodel import Field

from services.placements.tables.kept import Kept

CHANGES = "return_changes"
"""The sequence that numbers what the checks found, so that a watcher can say how far it has seen."""


class TouchedChild(Kept, table=True):
    """A child of whom a fact changed since the last check; added by the database itself, as often as it happens."""

    __tablename__ = "touched_children"
    number: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    child: UUID


class Standing(Kept, table=True):
    """How a child stands in the return of a collection year; `rules` names the rules it was checked by.

    `checked_on` because some of what is wrong becomes so by the passing of a day: an 18th birthday, a week in a temporary
    stay.
    """

    __tablename__ = "return_standings"
    __table_args__ = (Index("ix_return_standings_authority", "authority", "year"),)
    child: UUID = Field(primary_key=True)
    year: int = Field(primary_key=True)
    authority: str
    reference: str | None
    in_return: bool
    faults: int
    rules: str
    checked_on: date
    change: int = Field(sa_column=Column(BigInteger, server_default=text(f"nextval('{CHANGES}')"), nullable=False))


class ReturnFault(Kept, table=True):
    """One thing wrong with a child's part of a year's return; `record` is the day its row is known by."""

    __tablename__ = "return_faults"
    __table_args__ = (
        Index("ix_return_faults_authority", "authority", "year", "rule"),
        Index("ix_return_faults_child", "child", "year"),
    )
    fault: int = Field(sa_column=Column(BigInteger, Identity(), primary_key=True))
    child: UUID
    year: int
    authority: str
    rule: str
    table_name: str
    fields: str
    mender: str
    record: date | None
