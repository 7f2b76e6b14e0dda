"""One load at work: reads in a thread, says how far it has come, and ends in one of four ways."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from uuid import UUID

import asyncpg
import structlog

from shared.identity.person import Person
from shared.service.loads.asked import Asked, stamp_of_files
from shared.service.loads.differing import Differences
from shared.service.loads.forms import LoadState
from shared.service.loads.keeping import DIED, end_load, keep_shown, move_on, note_problems
from shared.service.running import Running
from shared.ssda903.limits import Progress
from shared.ssda903.problem import Problem
from shared.ssda903.reading import Reading, read
from shared.ssda903.repairs import Repairs
from shared.ssda903.sources import Upload
from shared.store.database import CLASHES, MISSING
from shared.store.session import WriteSession
from shared.telemetry.redaction import failure

BEAT_SECONDS = 0.5
CHUNK = 200
"""Events composed before others get their turn."""
FLUSHED = 5_000
"""Records told of before their events are handed over: a multiple of CHUNK."""
REFUSED = "Something in the files has to be put right first. Nothing was loaded."
FAILED = "Something went wrong on our side, and nothing was loaded. Send it again."
CHANGED = "Somebody recorded something about these children meanwhile, and nothing was loaded. Send it again."
PREVIEWED = "This is what it would change. Nothing was loaded yet: send the same files again with go_ahead."
MOVED = "What is kept of these children is no longer what was shown. Nothing was loaded: look at what differs now."
OTHER_FILES = (
    "These are not the files, the year and the repairs of which the differences were shown. Nothing was loaded."
)

log = structlog.get_logger()


class LoadRefused(Exception):
    """What the files say cannot stand beside what is kept here."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = problems


class Shown(Exception):
    """Nothing is written: what differs is to be seen first, or is not what was seen."""

    def __init__(self, state: LoadState, words: str) -> None:
        super().__init__(words)
        self.state, self.words = state, words


class Loading:
    """A load in hand, of one authority, in somebody's name."""

    def __init__(self, running: Running, load: UUID, authority: str, by: Person, asked: Asked) -> None:
        self.running, self.load, self.authority, self.by, self.asked = running, load, authority, by, asked
        self.database = running.database
        self.repairs, self.differences, self.files_stamp = Repairs(), Differences(), ""
        self._reading: Reading | None = None
        self._warned: list[Problem] = []
        self._now: tuple[LoadState, int, int] = (LoadState.READING, 0, 0)

    def say(self, state: LoadState, done: int = 0, total: int = 0) -> None:
        """How far it has come; the next beat writes it down."""
        self._now = (state, done, total)

    def warn(self, problems: Sequence[Problem]) -> None:
        """What only the service can see and is loaded all the same; told beside what is wrong with the files."""
        self._warned += problems

    def weigh(self, *, live: bool) -> None:
        """Once `differences` are known, and every record compared is locked: write only what somebody has agreed to.

        Where nothing was kept before (not `live`) there is nothing to reconcile. Raises Shown.
        """
        shown = self.asked.go_ahead
        if shown is None:
            if self.asked.preview or (live and self.differences.counts):
                raise Shown(LoadState.PREVIEWED, PREVIEWED)
        elif shown.ledger != self.differences.stamp:
            raise Shown(LoadState.REFUSED, MOVED)

    async def wrote(self, session: WriteSession, done: int, total: int) -> None:
        """Every CHUNK records: say so, let others have their turn, and hand over what was told so far."""
        if done % CHUNK == 0:
            self.say(LoadState.WRITING, done, total)
            if done % FLUSHED == 0:
                await session.flush()
            await asyncio.sleep(0)

    async def done(self, session: WriteSession, counts: Mapping[str, int]) -> None:
        """End well, in the transaction that writes what was loaded: given up for dead meanwhile, it writes nothing."""
        await session.flush()  # from the next statement on, no beat can be heard until the commit
        await self._note(session)
        await keep_shown(session, self.load, self.repairs, self.differences, "", listed=False)
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
        self._reading = reading
        async with self.database.writing() as session:
            await self._note(session)

    async def _note(self, session: WriteSession) -> None:
        if self._reading:
            problems = [*self._reading.problems, *self._warned]
            await note_problems(session, self.load, problems, self._reading.rest)

    async def end(self, state: LoadState, words: str, problems: Sequence[Problem] = ()) -> None:
        """End without having changed anything; what differs stays to be looked at, and can be agreed to if shown."""
        async with self.database.writing() as session:
            if problems:
                await note_problems(session, self.load, problems, ())
            else:
                await self._note(session)
            files = self.files_stamp if state is LoadState.PREVIEWED else ""
            await keep_shown(session, self.load, self.repairs, self.differences, files, listed=True)
            await end_load(session, self.load, state, words)
            if state is LoadState.PREVIEWED:
                session.audit(self.by.id, "preview return", self.load)


Write = Callable[[Loading, Reading], Awaitable[None]]
"""What a service does with a return that was read without a refusal.

In one transaction it notes what differs, has that weighed, writes, and calls `Loading.done`.
"""


async def load_return(loading: Loading, upload: Upload, write: Write) -> None:
    """Read, then have the service write it; nothing is raised but a cancellation."""
    beating = asyncio.create_task(loading.beat())
    try:
        await _load(loading, upload, write)
    except asyncio.CancelledError:
        await loading.end(LoadState.FAILED, DIED)
        raise
    except LoadRefused as refused:
        await _ended(loading, LoadState.REFUSED, REFUSED, refused.problems)
    except Shown as shown:
        await _ended(loading, shown.state, shown.words)
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


async def _load(loading: Loading, upload: Upload, write: Write) -> None:
    asked = loading.asked

    def tell(progress: Progress) -> None:
        loading.say(LoadState.READING, progress.done, progress.of)

    loading.files_stamp = await asyncio.to_thread(stamp_of_files, upload, asked)
    if asked.go_ahead and asked.go_ahead.files != loading.files_stamp:
        raise Shown(LoadState.REFUSED, OTHER_FILES)
    reading = await asyncio.to_thread(read, [upload], year=asked.year, repair=asked.repair, progress=tell)
    upload.stream.close()
    loading.repairs = reading.repairs
    await loading.note(reading)
    if reading.refused:
        await loading.end(LoadState.REFUSED, REFUSED)
    else:
        loading.say(LoadState.CHECKING)
        await write(loading, reading)


async def _ended(loading: Loading, state: LoadState, words: str, problems: Sequence[Problem] = ()) -> None:
    with suppress(*MISSING, asyncpg.InterfaceError):  # then it is found dead by its silence
        await loading.end(state, words, problems)
