"""Where people say to our issuer who they are: the code flow (RFC 6749, 4.1) with PKCE (RFC 7636), a page and a code."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from shared.identity.person import Role
from shared.web.pages import Pages
from shared.web.security import POLICY

if TYPE_CHECKING:
    from deploy.issuer import Issuer

PAGES = Pages(Path(__file__).parent / "templates")
FOR_PAGES = "-pages"
"""What follows an audience in the name of the client that signs its people in."""
CODE_SECONDS = 60
ASKED = ("client_id", "redirect_uri", "state", "nonce", "code_challenge")
HEADERS = {"Cache-Control": "no-store", "Content-Security-Policy": POLICY, "X-Frame-Options": "DENY"}
WRONG = (
    "This is not the name and secret of anybody here. The secrets stand in clients.toml of the installation's folder."
)


@dataclass(frozen=True, slots=True)
class _Code:
    person: str
    asked: Mapping[str, str]
    until: float


class LettingIn:
    """The page and the codes that were given out; they are kept in memory, so one process serves them."""

    def __init__(self, issuer: "Issuer") -> None:
        self._issuer = issuer
        self._codes: dict[str, _Code] = {}

    async def ask(self, request: Request) -> Response:
        """GET /authorize: who are you?"""
        asked = {name: request.query_params.get(name, "") for name in ASKED}
        return self._page(request, asked)

    async def answer(self, request: Request, form: Mapping[str, str]) -> Response:
        """POST /authorize: back to where they came from with a code, or the page again."""
        asked = {name: form.get(name, "") for name in ASKED}
        person = form.get("person", "")
        if not self._known(asked):
            return self._page(request, asked)
        if person not in self._people(asked) or not self._issuer.proves(person, form.get("secret", "")):
            return self._page(request, asked, person=person, wrong=WRONG)
        now = self._issuer.now()
        self._codes = {code: one for code, one in self._codes.items() if one.until > now}
        code = secrets.token_urlsafe(32)
        self._codes[code] = _Code(person, asked, now + CODE_SECONDS)
        back = f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"
        return RedirectResponse(back, 303, HEADERS)

    def redeem(self, form: Mapping[str, str]) -> dict[str, Any] | None:
        """What a code is good for, once: an identity token for whoever holds the challenge's other half."""
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or code.until <= self._issuer.now():
            return None
        challenge = create_s256_code_challenge(form.get("code_verifier", ""))
        told = (form.get("client_id"), form.get("redirect_uri"), challenge)
        if told != (code.asked["client_id"], code.asked["redirect_uri"], code.asked["code_challenge"]):
            return None
        client = self._issuer.clients[code.person]
        claims = {"name": client.name or None, "nonce": code.asked["nonce"]}
        token = self._issuer.token_for(code.person, client.roles, code.asked["client_id"], **claims)
        return {"access_token": secrets.token_urlsafe(32), "id_token": token, "token_type": "Bearer"}

    def _known(self, asked: Mapping[str, str]) -> bool:
        """Whether the sign-in was begun by one of this origin's own pages; nobody is sent anywhere else."""
        audience = asked["client_id"].removesuffix(FOR_PAGES)
        origin = self._issuer.url.removesuffix("/issuer")
        return asked["redirect_uri"] == f"{origin}/sign-in/{audience}/callback" and bool(asked["code_challenge"])

    def _people(self, asked: Mapping[str, str]) -> dict[str, str]:
        """Who signs in there, by name; programs do not."""
        audience = asked["client_id"].removesuffix(FOR_PAGES)
        here = [(key, one) for key, one in self._issuer.clients.items() if one.audience == audience]
        return {
            key: f"{one.name}, {', '.join(sorted(one.roles)).replace('_', ' ')}"
            for key, one in here
            if Role.SYSTEM not in one.roles
        }

    def _page(self, request: Request, asked: Mapping[str, str], person: str = "", wrong: str = "") -> Response:
        known = self._known(asked)
        people = [
            {"value": key, "text": words, "selected": key == person}
            for key, words in (self._people(asked) if known else {}).items()
        ]
        answer = PAGES.show(
            request,
            "letting_in.html",
            status=200 if known and not wrong else 400 if not known else 422,
            known=known,
            asked=asked,
            people=people,
            wrong=wrong,
            errors_shown=[{"text": wrong, "href": "#secret"}] if wrong else [],
        )
        answer.headers.update(HEADERS)
        return answer
