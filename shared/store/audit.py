"""Who saw and who changed what, each entry linked to the one before, so that a change or a removal shows."""

import asyncio
import hashlib
from uuid import UUID

import structlog

from shared.store.database import CLASHES, MISSING, Database
from shared.store.session import ReadSession, Row, WriteSession

MOST = 1_000
START = b"\x00" * 32
UNLINKED = """SELECT entry, at, person, action, subject, trace FROM spine.audit
    WHERE link IS NULL ORDER BY entry LIMIT $1 FOR UPDATE SKIP LOCKED"""
HEAD = "SELECT link, digest FROM spine.audit_head"
MOVE_HEAD = "UPDATE spine.audit_head SET link = $1, digest = $2"
LINK = """UPDATE spine.audit AS a SET link = n.link, digest = n.digest
    FROM unnest($1::bigint[], $2::bigint[], $3::bytea[]) AS n (entry, link, digest) WHERE a.entry = n.entry"""
CHAIN = """SELECT entry, at, person, action, subject, trace, link, digest FROM spine.audit
    WHERE link > $1 ORDER BY link LIMIT $2"""
LOCK = 903_003

log = structlog.get_logger()


async def audit_read(database: Database, person: str, what: str, subject: UUID | str) -> None:
    """Record that somebody is about to see a record; in its own transaction, before the answer."""
    async with database.writing() as session:
        session.audit(person, f"read {what}", subject)


def _digest(before: bytes, link: int, entry: Row) -> bytes:
    """SHA-256 over the link before and everything the entry says."""
    said = (entry.at.isoformat(), entry.person, entry.action, entry.subject, entry.trace)
    return hashlib.sha256(before + "\x1f".join((str(link), *said)).encode()).digest()


async def link_some(session: WriteSession) -> int:
    """Link entries that are not linked yet, in order; answers how many. Writers never wait for this."""
    await session.run("SELECT pg_advisory_xact_lock($1)", LOCK)
    entries = await session.all(UNLINKED, MOST)
    link, digest = await _head(session)
    links, digests = [], []
    for entry in entries:
        link += 1
        digest = _digest(digest, link, entry)
        links.append(link)
        digests.append(digest)
    if entries:
        await session.run(LINK, [entry.entry for entry in entries], links, digests)
        await session.run(MOVE_HEAD, link, digest)
    return len(entries)


async def link_audit(database: Database, slow_poll: float) -> None:
    """Keep linking until cancelled."""
    while True:
        try:
            async with database.writing() as session:
                linked = await link_some(session)
        except (*MISSING, *CLASHES) as away:
            log.warning("audit is waiting", reason=type(away).__name__)
            linked = 0
        if linked < MOST:
            await asyncio.sleep(slow_poll)


async def verify_audit(session: ReadSession) -> tuple[int, int | None]:
    """Walk the whole chain; answers how many links hold and the first that does not, or None."""
    last, final = await _head(session)
    link, digest = 0, START
    while entries := await session.all(CHAIN, link, MOST):
        for entry in entries:
            if entry.link != link + 1 or entry.digest != _digest(digest, entry.link, entry):
                return link, link + 1
            link, digest = entry.link, entry.digest
            if link == last and digest != final:
                return link - 1, link
    return (link, None) if link >= last else (link, link + 1)


async def _head(session: ReadSession) -> tuple[int, bytes]:
    """The newest link and its digest, kept apart from the entries, so that the newest cannot go unnoticed either."""
    row = await session.one(HEAD)
    return (row.link, row.digest) if row else (0, START)
