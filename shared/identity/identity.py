"""Everything a service needs to know who is asking, made once from the settings and kept on `app.state.identity`."""

import secrets

import httpx
from starlette.requests import Request

from shared.clock import Clock, SystemClock
from shared.errors import NotSignedIn
from shared.identity.asking import asking
from shared.identity.demonstration import DEMONSTRATION, demonstration_invitation
from shared.identity.origin import must_be_ours
from shared.identity.person import Person
from shared.identity.registry import (
    Invitation,
    Invitations,
    Misconfigured,
    Registry,
    TrustedIssuer,
    nobody_invited,
    placed,
)
from shared.identity.remembered import Remembered
from shared.identity.sessions import Session, Sessions
from shared.identity.sign_in import SignIn
from shared.identity.tokens import Tokens
from shared.settings import Settings

KNOWN_SECONDS = 300.0
INVITED_SECONDS = 15.0
"""How long an answer is kept: an invitation may be taken back, so those are asked for again soon."""

COOKIE_KEY = "sufficiency.set_cookie"
"""Where the request's scope keeps a cookie that the answer must carry."""
LEFT_KEY = "sufficiency.seconds_left"
"""Where the request's scope keeps how long the sign-in still lasts if nothing more happens."""
UNATTENDED = "sufficiency-unattended"
"""The header of requests that a page makes by itself: they do not show that anybody is there."""
STREAM = "text/event-stream"


class Identity:
    """Recognises people by cookie and systems by token; a setting that would let anybody in ends the process."""

    def __init__(
        self,
        settings: Settings,
        registry: Registry,
        *,
        invitation_of: Invitations = nobody_invited,
        clock: Clock | None = None,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self.demonstration = settings.demonstration_sign_in
        self.registry = registry.joined(DEMONSTRATION) if self.demonstration else registry
        self._invitation_of = invitation_of
        if settings.demonstration_sign_in and settings.mode == "distributed":
            raise Misconfigured("Demonstration sign-in lets anybody in: it does not exist in distributed mode.")
        self._clock = clock or SystemClock()
        self._http = http or asking(timeout=5)
        self.tokens = Tokens(self.registry, self._http, self._seconds)
        secret, secure = _secret(settings), settings.public_url.startswith("https://")
        self.sessions = Sessions(secret, secure=secure, now=self._seconds)
        self.sign_in = SignIn(self.tokens, self._http, settings.public_url, secret, self._seconds)
        self._known: Remembered[Person] = Remembered(self._seconds)

    def _seconds(self) -> float:
        return self._clock.now().timestamp()

    async def close(self) -> None:
        await self._http.aclose()

    async def person_of(self, request: Request) -> Person | None:
        """Who sends this request, by token or by cookie; None where it brings neither."""
        header = request.headers.get("authorization")
        if header is not None:
            return await self._by_token(header)
        cookie = request.cookies.get(self.sessions.cookie)
        return await self._by_cookie(request, cookie) if cookie else None

    async def _by_token(self, header: str) -> Person:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedIn("Send a bearer token.", code="token_refused")
        person = self._known.get(token)
        if person is None:
            verified = await self.tokens.bearer(token)
            roles = verified.issuer.roles_in(verified.claims)
            person = placed(
                verified.issuer,
                verified.subject,
                verified.name,
                roles,
                await self._invitation(verified.issuer, verified.subject),
            )
            self._remember(token, person, verified.issuer, verified.expires_at)
        return person

    async def _by_cookie(self, request: Request, cookie: str) -> Person | None:
        session = self.sessions.read(cookie)
        issuer = self.registry.named(session.issuer) if session else None
        if session is None or issuer is None:
            return None
        must_be_ours(request)
        renewed = None if _unattended(request) else self.sessions.renewed(session)
        if renewed is not None:
            request.scope[COOKIE_KEY] = self.sessions.header(renewed)
        request.scope[LEFT_KEY] = self.sessions.seconds_left(renewed or session)
        person = self._known.get(f"session {session.id}")
        if person is None:
            person = await self._placed(session, issuer)
            self._remember(f"session {session.id}", person, issuer)
        return person

    def _remember(self, key: str, person: Person, issuer: TrustedIssuer, ends: float = float("inf")) -> None:
        """Somebody without a role is asked about again at once: their invitation may be on its way."""
        if person.roles:
            self._known.put(key, person, min(ends, self._seconds() + _kept_for(issuer)))

    async def _placed(self, session: Session, issuer: TrustedIssuer) -> Person:
        invitation = await self._invitation(issuer, session.subject)
        return placed(issuer, session.subject, session.name, session.claimed, invitation)

    async def _invitation(self, issuer: TrustedIssuer, subject: str) -> Invitation | None:
        if not issuer.shared:
            return None
        if issuer is DEMONSTRATION:
            known = demonstration_invitation(subject)
            return known or await self._invitation_of(issuer.url, subject)
        return await self._invitation_of(issuer.url, subject)


def _unattended(request: Request) -> bool:
    """Whether a page asks by itself, again and again: that must not keep somebody signed in who has gone."""
    return UNATTENDED in request.headers or request.headers.get("accept") == STREAM


def _kept_for(issuer: TrustedIssuer) -> float:
    return INVITED_SECONDS if issuer.shared else KNOWN_SECONDS


def _secret(settings: Settings) -> str:
    """The cookies' secret: given, or in one embedded process a new one at each start."""
    given = settings.session_secret.get_secret_value()
    if given and len(given) < 32:
        raise Misconfigured("SUFFICIENCY_SESSION_SECRET needs at least 32 characters.")
    if not given and settings.mode == "distributed":
        raise Misconfigured("SUFFICIENCY_SESSION_SECRET must be set, to the same text in every process.")
    return given or secrets.token_urlsafe(32)
