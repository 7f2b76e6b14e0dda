"""Styles and scripts of our own, served from memory at addresses that change when their content does."""

import hashlib
import mimetypes
from pathlib import Path

from starlette.responses import Response

from shared.errors import NotFound

FOLDER = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"


def _fingerprinted() -> tuple[dict[str, str], dict[str, tuple[bytes, str]]]:
    addresses, contents = {}, {}
    for path in sorted(FOLDER.iterdir()):
        content = path.read_bytes()
        name = f"{path.stem}.{hashlib.sha256(content).hexdigest()[:10]}{path.suffix}"
        addresses[path.name] = f"/static/{name}"
        contents[name] = content, mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return addresses, contents


_ADDRESSES, _CONTENTS = _fingerprinted()


def static(name: str) -> str:
    """The address of one of our files, for a template; a name we do not have stops the page."""
    return _ADDRESSES[name]


def serve(name: str) -> Response:
    """The file a fingerprinted name stands for, to be kept for ever."""
    if name not in _CONTENTS:
        raise NotFound("There is nothing at this address.")
    content, kind = _CONTENTS[name]
    return Response(content, media_type=kind, headers={"Cache-Control": FOR_EVER})
