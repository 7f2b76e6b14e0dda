"""The sign-in cookie: who somebody proved to be, sealed, with an end when idle and an end in any case."""

import hashlib
import json
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from shared.identity.person import Role
from shared.identity.registry import ROLE_NAMES
from shared.identity.remembered import Remembered

IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 12 * 60 * 60
ROLL_SECONDS = 60
"""A cookie is written anew at most this often, so that being active costs no header at every answer."""

HEADER = {"alg": "dir", "enc": "A256GCM"}


class Sealed:
    """Short texts that only we can read and write; `purpose` keeps one kind from passing for another."""

    def __init__(self, secret: str, purpose: str) -> None:
        self._key = OctKey.import_key(hashlib.sha256(f"{purpose} {secret}".encode()).digest())

    def seal(self, facts: dict[str, Any]) -> str:
        return jwe.encrypt_compact(HEADER, json.dumps(facts, separators=(",", ":")), self._key)

    def open(self, text: str) -> dict[str, Any] | None:
        """What was sealed, or None for anything we did not seal ourselves."""
        try:
            opened = jwe.decrypt_compact(text, self._key, algorithms=["dir", "A256GCM"])
            return dict(json.loads(opened.plaintext or b""))
        except (JoseError, ValueError, TypeError):
            return None


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in. Whose the person is stands in the registry and is asked anew; it is not kept here."""

    id: str
    issuer: str
    subject: str
    name: str
    roles: tuple[str, ...]
    signed_in_at: float
    seen_at: float

    @property
    def claimed(self) -> frozenset[Role]:
        return frozenset(ROLE_NAMES[name] for name in self.roles if name in ROLE_NAMES)


class Sessions:
    """Makes, reads, renews and ends sign-in cookies."""

    def __init__(self, secret: str, *, secure: bool, now: Callable[[], float]) -> None:
        self._sealed, self._secure, self._now = Sealed(secret, "session"), secure, now
        self._open: Remembered[Session] = Remembered(now)
        self.cookie = "__Host-sufficiency" if secure else "sufficiency"

    def begin(self, issuer: str, subject: str, name: str, roles: frozenset[Role]) -> Session:
        """A new session with an id of its own, whatever cookie the browser sent before."""
        now = self._now()
        return Session(secrets.token_urlsafe(16), issuer, subject, name, tuple(sorted(roles)), now, now)

    def read(self, cookie: str) -> Session | None:
        """The session in a cookie, or None where it is not ours, idle too long, or simply over."""
        session = self._open.get(cookie) or self._unsealed(cookie)
        return session if session and self._now() < self._ends_at(session) else None

    def renewed(self, session: Session) -> Session | None:
        """The same session seen now, or None while the last cookie is still recent."""
        now = self._now()
        return replace(session, seen_at=now) if now - session.seen_at >= ROLL_SECONDS else None

    def seconds_left(self, session: Session) -> int:
        """How long it lasts if nothing more happens."""
        return max(0, int(self._ends_at(session) - self._now()))

    def header(self, session: Session) -> str:
        """The Set-Cookie that holds a session."""
        seconds = int(min(IDLE_SECONDS, session.signed_in_at + LONGEST_SECONDS - self._now()))
        return self._set_cookie(self._sealed.seal(asdict(session)), seconds)

    def farewell(self) -> str:
        """The Set-Cookie that takes it away."""
        return self._set_cookie("", 0)

    def _unsealed(self, cookie: str) -> Session | None:
        facts = self._sealed.open(cookie)
        if facts is None:
            return None
        try:
            session = Session(**{**facts, "roles": tuple(facts["roles"])})
        except (TypeError, KeyError):  # sealed by another release, with other fields
            return None
        self._open.put(cookie, session, self._ends_at(session))
        return session

    def _ends_at(self, session: Session) -> float:
        return min(session.seen_at + IDLE_SECONDS, session.signed_in_at + LONGEST_SECONDS)

    def _set_cookie(self, text: str, seconds: int) -> str:
        return set_cookie(self.cookie, text, seconds, secure=self._secure)


def set_cookie(name: str, text: str, seconds: int, *, secure: bool) -> str:
    """A cookie no script can read and no other site's form can bring along."""
    ending = "; Secure" if secure else ""
    return f"{name}={text}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{ending}"
