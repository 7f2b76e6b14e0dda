"""What a return told: its episodes as the ledger of each child, the years loaded, and what it was last to write."""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from services.placements.tables.kept import Kept


class Episode(Kept, table=True):
    """A row of Episodes, its codes as the return had them; `year` is the newest collection year that told of it."""

    __tablename__ = "episodes"
    child: UUID = Field(primary_key=True)
    decom: date = Field(primary_key=True)
    authority: str = Field(index=True)
    year: int
    rne: str
    ls: str
    cin: str
    place: str
    place_provider: str
    dec: date | None
    rec: str
    reason_place_change: str
    home_post: str
    pl_post: str
    urn: str


class LoadedYear(Kept, table=True):
    """A collection year whose return was loaded."""

    __tablename__ = "loaded_years"
    authority: str = Field(primary_key=True)
    year: int = Field(primary_key=True)


class LoadedRecord(Kept, table=True):
    """A placement or period last written by a return, as this version: with another, somebody has recorded more since."""

    __tablename__ = "loaded_records"
    record: UUID = Field(primary_key=True)
    version: int
