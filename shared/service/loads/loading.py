"""One load at work: reads in a thread, says how far it has come, and ends in one of three ways."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from uuid import UUID

import asyncpg
import structlog

from shared.identity.person import Person
from shared.service.loads.forms import LoadState
from shared.service.loads.keeping import DIED, end_load, move_on, note_problems
from shared.service.running import Running
from shared.ssda903.limits import Progress
from shared.ssda903.problem import Problem
from shared.ssda903.reading import Reading, read
from shared.ssda903.sources import Upload
from shared.store.database import CLASHES, MISSING
from shared.store.session import WriteSession
from shared.telemetry.redaction import failure

BEAT_SECONDS = 0.5
REFUSED = "Something in the files has to be put right first. Nothing was loaded."
FAILED = "Something went wrong on our side, and nothing was loaded. Send it again."
CHANGED = "Somebody recorded something about these children meanwhile, and nothing was loaded. Send it again."

log = structlog.get_logger()


class LoadRefused(Exception):
    """What the files say cannot stand beside what is kept here."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class Loading:
    """A load in hand, of one authority, in somebody's name."""

    def __init__(self, running: Running, load: UUID, authority: str, by: Person) -> None:
        self.running, self.load, self.authority, self.by = running, load, authority, by
        self.database = running.database
        self._now: tuple[LoadState, int, int] = (LoadState.READING, 0, 0)

    def say(self, state: LoadState, done: int = 0, total: int = 0) -> None:
        """How far it has come; the next beat writes it down."""
        self._now = (state, done, total)

    async def done(self, session: WriteSession, counts: Mapping[str, int]) -> None:
        """End well, in the transaction that writes what was loaded: given up for dead meanwhile, it writes nothing."""
        if not await end_load(session, self.load, LoadState.DONE, counts=counts):
            raise ConnectionError("the load was given up for dead")
        session.audit(self.by.id, "load return", self.load)

    async def beat(self) -> None:
        """Write down how far it has come, until cancelled."""
        while True:
            with suppress(*MISSING, *CLASHES, asyncpg.InterfaceError):
                async with self.database.writing() as session:
                    await move_on(session, self.load, *self._now)
                    session.signal(self.load)
            await asyncio.sleep(BEAT_SECONDS)

    async def note(self, reading: Reading) -> None:
        """Keep what is wrong with the files, or worth a warning."""
        async with self.database.writing() as session:
            await note_problems(session, self.load, reading.problems, reading.rest)

    async def end(self, state: LoadState, words: str, problems: Sequence[Problem] = ()) -> None:
        """End without having changed anything."""
        async with self.database.writing() as session:
            if problems:
                await note_problems(session, self.load, problems, ())
            await end_load(session, self.load, state, words)


Write = Callable[[Loading, Reading], Awaitable[None]]
"""What a service does with a return that was read without a refusal; it calls `Loading.done` in its transaction."""


async def load_return(loading: Loading, upload: Upload, year: int | None, write: Write) -> None:
    """Read, then have the service write it; nothing is raised but a cancellation."""
    beating = asyncio.create_task(loading.beat())
    try:
        await _load(loading, upload, year, write)
    except asyncio.CancelledError:
        await loading.end(LoadState.FAILED, DIED)
        raise
    except LoadRefused as refused:
        await _ended(loading, LoadState.REFUSED, REFUSED, refused.problems)
    except asyncpg.IntegrityConstraintViolationError as clash:
        log.warning("load met something recorded meanwhile", **failure(clash))
        await _ended(loading, LoadState.FAILED, CHANGED)
    except Exception as error:  # noqa: BLE001 - whatever it is, whoever waits is told
        log.error("load failed", **failure(error))
        await _ended(loading, LoadState.FAILED, FAILED)
    finally:
        beating.cancel()
        with suppress(asyncio.CancelledError):
            await beating


async def _load(loading: Loading, upload: Upload, year: int | None, write: Write) -> None:
    def tell(progress: Progress) -> None:
        loading.say(LoadState.READING, progress.done, progress.of)

    reading = await asyncio.to_thread(read, [upload], year=year, progress=tell)
    upload.stream.close()
    await loading.note(reading)
    if reading.refused:
        await loading.end(LoadState.REFUSED, REFUSED)
    else:
        loading.say(LoadState.CHECKING)
        await write(loading, reading)


async def _ended(loading: Loading, state: LoadState, words: str, problems: Sequence[Problem] = ()) -> None:
    with suppress(*MISSING, asyncpg.InterfaceError):  # then it is found dead by its silence
        await loading.end(state, words, problems)
