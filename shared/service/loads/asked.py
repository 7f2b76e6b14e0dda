"""What was asked for with a return: its year, repairs to make, only to show what would change, or to go ahead with that."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from shared.errors import Refused
from shared.service.loads.differing import stamp_of
from shared.ssda903.repairs import RepairKind
from shared.ssda903.sources import Upload
from shared.store.session import ReadSession

SHOWN = """SELECT files_stamp, ledger_stamp FROM spine.loads
    WHERE load = $1 AND authority = $2 AND state = 'previewed' AND files_stamp <> ''"""
NOT_SHOWN = "There is no preview of that name to go ahead with: a later load may have taken its place. Preview again."
_CHUNK = 1_000_000


@dataclass(frozen=True, slots=True)
class WasShown:
    """What somebody has seen and agrees to: of these files, beside this ledger."""

    files: str
    ledger: str


@dataclass(frozen=True, slots=True)
class Asked:
    """How a return is to be loaded."""

    year: int | None = None
    repair: frozenset[RepairKind] = frozenset()
    preview: bool = False
    go_ahead: WasShown | None = None


async def was_shown(session: ReadSession, load: UUID, authority: str) -> WasShown:
    """The preview somebody goes ahead with. Raises Refused where it is not there, or has been overtaken."""
    row = await session.one(SHOWN, load, authority)
    if row is None:
        raise Refused(NOT_SHOWN, status=409, code="nothing_shown", field="go_ahead")
    return WasShown(row.files_stamp, row.ledger_stamp)


def stamp_of_files(upload: Upload, asked: Asked) -> str:
    """The same for the same bytes with the same year and repairs."""
    content = sha256()
    for chunk in _chunks(upload):
        content.update(chunk)
    return stamp_of([content.hexdigest(), str(asked.year), *sorted(asked.repair)])


def _chunks(upload: Upload) -> Iterator[bytes]:
    upload.stream.seek(0)
    while chunk := upload.stream.read(_CHUNK):
        yield chunk
