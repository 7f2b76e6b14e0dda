"""A stand-in for GOV.UK Notify: takes e-mails over HTTP as its API does, and says of each what a test decides."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import OctKey

SERVICE_ID, SECRET = str(uuid4()), str(uuid4())
KEY = f"test-{SERVICE_ID}-{SECRET}"


class Notify:
    """Listens on a free port; `refuses` is the status it answers instead of taking a letter."""

    def __init__(self) -> None:
        self.taken: list[dict[str, Any]] = []
        self.refuses = 0
        self.loses_answers = False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def became(self, status: str) -> None:
        """What happened to all it has taken."""
        for letter in self.taken:
            letter["status"] = status

    def take(self, told: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """An e-mail."""
        if self.refuses:
            return self.refuses, {"errors": [{"error": "BadRequestError", "message": "not taken"}]}
        self.taken.append({**told, "id": str(uuid4()), "status": "created"})
        return (502 if self.loses_answers else 201), self.taken[-1]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        notify = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self._answer(*notify.take(told) if self._known() else (403, {"errors": []}))

            def do_GET(self) -> None:
                asked = urlsplit(self.path)
                if reference := parse_qs(asked.query).get("reference"):
                    found = [one for one in notify.taken if one["reference"] == reference[0]]
                    self._answer(200, {"notifications": found})
                    return
                name = asked.path.rpartition("/")[2]
                self._answer(200, next(one for one in notify.taken if one["id"] == name))

            def _known(self) -> bool:
                token = self.headers["Authorization"].removeprefix("Bearer ")
                return jwt.decode(token, OctKey.import_key(SECRET.encode())).claims["iss"] == SERVICE_ID

            def _answer(self, status: int, body: dict[str, Any]) -> None:
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler
