"""Sends letters through GOV.UK Notify, once each, and asks what became of them; what failed stays visible."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import structlog
from notifications_python_client.errors import HTTPError
from notifications_python_client.notifications import NotificationsAPIClient

from shared.identity.registry import Misconfigured
from shared.service.notices.notice import AnyNotice, by_kind
from shared.service.notices.trouble import AWAY
from shared.settings import Settings
from shared.store.due import Due
from shared.store.session import Row, WriteSession

SEND, LOOK = "send_letter", "look_after_letter"
SECONDS = 10
MOST_TRIES = 8
KEY = 72
"""Letters of the two identifiers that end every key of Notify's."""
LOOKS_FOR = timedelta(days=3)
"""Notify itself gives up after three days."""
LOOK_AFTER = timedelta(minutes=1)
THE_LETTER = """SELECT l.*, n.kind, n.path FROM spine.letters l JOIN spine.notices n USING (notice)
    WHERE letter = $1 AND state = $2 FOR UPDATE OF l"""
BECAME = "UPDATE spine.letters SET state = $2, sent_as = $3, problem = $4, tries = tries + 1 WHERE letter = $1"
PASSING = (408, 429)
NEVER_ARRIVES = ("permanent-failure", "temporary-failure", "technical-failure")

log = structlog.get_logger()


def letter_of(notice: AnyNotice, where: str) -> dict[str, str]:
    """What fills Notify's template: a sentence of ours and the way there, so no longer than those."""
    return {"subject": notice.title, "message": f"{notice.says}\n\nSign in to see it: {where}"}


class Post:
    """The way out; each letter carries its own id as Notify's reference, so that none is sent twice."""

    def __init__(self, settings: Settings, notices: Sequence[AnyNotice]) -> None:
        self._settings, self._notices = settings, by_kind(notices)
        if settings.notify_mode == "live" and not (
            len(settings.notify_key.get_secret_value()) > KEY and settings.notify_template
        ):
            raise Misconfigured(
                "SUFFICIENCY_NOTIFY_MODE=live needs SUFFICIENCY_NOTIFY_KEY and SUFFICIENCY_NOTIFY_TEMPLATE."
            )

    def due(self) -> Mapping[str, Due]:
        """What the ticker does for it."""
        return {SEND: self.send, LOOK: self.look} if self._settings.notify_mode == "live" and self._notices else {}

    async def send(self, session: WriteSession, letter: str) -> None:
        """Hand it over, unless it was: a crash after Notify took it left no trace here."""
        row = await session.one(THE_LETTER, UUID(letter), "waiting")
        if row is None or row.kind not in self._notices:
            return
        try:
            sent_as = await asyncio.to_thread(self._handed_over, row)
        except HTTPError as refused:
            await self._refused(session, row, refused)
            return
        await session.run(BECAME, row.letter, "sent", sent_as, "")
        await session.after(session.clock.now() + LOOK_AFTER, LOOK, row.letter)

    async def look(self, session: WriteSession, letter: str) -> None:
        """Ask whether it arrived."""
        row = await session.one(THE_LETTER, UUID(letter), "sent")
        if row is None:
            return
        now = session.clock.now()
        try:
            told = (await asyncio.to_thread(self._client().get_notification_by_id, row.sent_as))["status"]
        except HTTPError:
            told = ""
        if told == "delivered" or told in NEVER_ARRIVES:
            state = "delivered" if told == "delivered" else "failed"
            await session.run(BECAME, row.letter, state, row.sent_as, "" if state == "delivered" else told)
            if state == "failed":
                log.warning("a letter did not arrive", reason=told)
        elif now < row.at + LOOKS_FOR:
            await session.after(now + LOOK_AFTER * 2 ** min(row.tries, 6), LOOK, row.letter)

    async def _refused(self, session: WriteSession, row: Row, refused: HTTPError) -> None:
        status = int(refused.status_code or 503)
        again = (status in PASSING or status >= 500) and row.tries < MOST_TRIES
        words = AWAY if again else f"Notify refused it ({status})"
        await session.run(BECAME, row.letter, "waiting" if again else "failed", None, words)
        if again:
            await session.after(session.clock.now() + timedelta(seconds=30 * 2**row.tries), SEND, row.letter)
        log.warning("a letter was not taken", status=status)

    def _handed_over(self, row: Row) -> str:
        client, reference = self._client(), str(row.letter)
        known = client.get_all_notifications(reference=reference)["notifications"]
        if known:
            return str(known[0]["id"])
        words = letter_of(self._notices[row.kind], f"{self._settings.public_url}{row.path}")
        answer: dict[str, Any] = client.send_email_notification(
            row.address, self._settings.notify_template, personalisation=words, reference=reference
        )
        return str(answer["id"])

    def _client(self) -> Any:
        """One for each question: Notify's client is not made for several threads."""
        own, kind = self._settings, cast(Any, NotificationsAPIClient)
        return kind(own.notify_key.get_secret_value(), base_url=own.notify_url, timeout=SECONDS)
