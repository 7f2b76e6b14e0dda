"""What the placements desk keeps of its own work: whose a referral is, who works there, what an approver decides."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, Column
from sqlmodel import Field

from services.placements.tables.kept import Kept, flag, moment


class Colleague(Kept, table=True):
    """Somebody who works at an authority's desk and what they are called, as they signed in last."""

    __tablename__ = "colleagues"
    person: str = Field(primary_key=True)
    authority: str = Field(index=True)
    name: str


class ReferralOwner(Kept, table=True):
    """Who finds the home for a referral; no `owner`: it was given back."""

    __tablename__ = "referral_owners"
    referral: UUID = Field(primary_key=True)
    authority: str
    version: int
    owner: str | None
    since: datetime = moment()


class Approval(Kept, table=True):
    """An approver asked about an offer at a price: `dear` above the panel's limit, `far` away and out of the area.

    Undecided while `approved` is null. The words of both sides leave this table by no event.
    """

    __tablename__ = "approvals"
    offer: UUID = Field(primary_key=True)
    authority: str = Field(index=True)
    version: int
    weekly_pence: int
    dear: bool = flag()
    far: bool = flag()
    why: str
    asked_by: str
    asked_at: datetime = moment()
    approved: bool | None = Field(default=None, sa_column=Column(Boolean, nullable=True))
    words: str | None
    decided_by: str | None
    decided_at: datetime | None = moment(null=True)
