"""Keycloak as its realm files describe it, for a machine without one: their clients, people and mappers, obeyed."""

import base64
import hashlib
import json
import secrets
import threading
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from deploy.issuer import Issuer
from deploy.serving import listen

OIDC = "/realms/{realm}/protocol/openid-connect"


class Keycloak:
    """Listens on a port; whoever comes to sign in is `signing_in`, by their username."""

    def __init__(self, realms: Path, public_url: str, port: int) -> None:
        self.public_url, self.port, self.signing_in = public_url, port, ""
        self.realms = {realm["realm"]: realm for realm in map(_read, realms.glob("*.json"))}
        self._issuers = {name: Issuer(f"{public_url}/realms/{name}") for name in self.realms}
        self._codes: dict[str, dict[str, Any]] = {}
        routes = [
            Route("/realms/{realm}/.well-known/openid-configuration", self._configuration),
            Route(f"{OIDC}/certs", self._keys),
            Route(f"{OIDC}/auth", self._sign_in),
            Route(f"{OIDC}/token", self._token, methods=["POST"]),
        ]
        config = uvicorn.Config(Starlette(routes=routes), log_config=None, access_log=False)
        self._server, self._bound = uvicorn.Server(config), listen(port)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._bound]}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)
        self._bound.close()

    async def _configuration(self, request: Request) -> Response:
        """As with `hostname-backchannel-dynamic`: pages where people reach it, the rest where it was asked."""
        realm = request.path_params["realm"]
        page = f"{self.public_url}{OIDC.format(realm=realm)}"
        asked = f"{str(request.base_url).rstrip('/')}{OIDC.format(realm=realm)}"
        return JSONResponse(
            {
                "issuer": self._issuers[realm].url,
                "authorization_endpoint": f"{page}/auth",
                "token_endpoint": f"{asked}/token",
                "jwks_uri": f"{asked}/certs",
                "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            }
        )

    async def _keys(self, request: Request) -> Response:
        return JSONResponse(self._issuers[request.path_params["realm"]].jwks)

    async def _sign_in(self, request: Request) -> Response:
        asked, realm = request.query_params, request.path_params["realm"]
        client = self._client(realm, asked["client_id"])
        if not client["standardFlowEnabled"] or asked["redirect_uri"] not in client["redirectUris"]:
            return JSONResponse({"error": "invalid_redirect_uri"}, 400)
        if asked["code_challenge_method"] != client["attributes"]["pkce.code.challenge.method"]:
            return JSONResponse({"error": "invalid_request"}, 400)
        code = secrets.token_urlsafe()
        self._codes[code] = {**asked, "realm": realm, "user": self._user(realm, username=self.signing_in)}
        back = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{back}", 302)

    async def _token(self, request: Request) -> Response:
        realm = request.path_params["realm"]
        form = dict(parse_qsl((await request.body()).decode()))
        name, _, secret = base64.b64decode(request.headers["authorization"].split(" ")[1]).decode().partition(":")
        client = self._client(realm, name)
        if secret != client["secret"]:
            return JSONResponse({"error": "invalid_client"}, 401)
        if form["grant_type"] == "client_credentials" and client["serviceAccountsEnabled"]:
            user = self._user(realm, serviceAccountClientId=name)
            return self._tells(access_token=self._signed(realm, client, user, "access.token.claim"), expires_in=300)
        begun = self._codes.pop(form.get("code", ""), None)
        if begun is None or begun["realm"] != realm or begun["code_challenge"] != _challenge(form["code_verifier"]):
            return JSONResponse({"error": "invalid_grant"}, 400)
        more = {"aud": name, "nonce": begun["nonce"], "sub": begun["user"]["id"]}
        return self._tells(id_token=self._signed(realm, client, begun["user"], "id.token.claim", **more))

    def _tells(self, **told: Any) -> Response:
        return JSONResponse({"token_type": "Bearer", **told})

    def _signed(self, realm: str, client: Any, user: Any, where: str, **more: Any) -> str:
        claims: dict[str, Any] = {"aud": None, "sub": None}
        for mapper in client["protocolMappers"]:
            config = mapper["config"]
            if config.get(where) == "true":
                claims |= _mapped(mapper["protocolMapper"], config, user)
        claims |= more
        return self._issuers[realm].token_for(claims.pop("sub"), claims.pop("roles"), claims.pop("aud"), **claims)

    def _client(self, realm: str, name: str) -> Any:
        return next(client for client in self.realms[realm]["clients"] if client["clientId"] == name)

    def _user(self, realm: str, **known: str) -> Any:
        return next(user for user in self.realms[realm]["users"] if known.items() <= user.items())


def _mapped(kind: str, config: dict[str, str], user: Any) -> dict[str, Any]:
    match kind:
        case "oidc-sub-mapper":
            return {"sub": user["id"]}
        case "oidc-full-name-mapper":
            return {"name": f"{user.get('firstName', '')} {user.get('lastName', '')}".strip() or None}
        case "oidc-usermodel-realm-role-mapper":
            return {config["claim.name"]: user["realmRoles"]}
        case "oidc-audience-mapper":
            return {"aud": [config["included.custom.audience"]]}
    raise AssertionError(f"Keycloak has no mapper {kind}")


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def _read(path: Path) -> Any:
    return json.loads(path.read_text())
