"""Styles and scripts, served from memory, compressed beforehand, at addresses that change when their content does."""

import hashlib
import mimetypes
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from shared.errors import NotFound
from shared.web.looks import SCRIPT, STYLE, kept, packed

FOLDER = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
KINDS = {".js": "text/javascript", ".svg": "image/svg+xml"}

Packed = dict[str, bytes]


@cache
def _everything() -> tuple[dict[str, str], dict[str, tuple[Packed, str]]]:
    """Address by name, and content by the name that stands in the address; ours may name the kept ones."""
    addresses: dict[str, str] = {}
    contents: dict[str, tuple[Packed, str]] = {}

    def put(name: str, packs: Packed) -> None:
        path = Path(name)
        shown = f"{path.stem}.{hashlib.sha256(packs['']).hexdigest()[:10]}{path.suffix}"
        addresses[name] = f"/static/{shown}"
        kind = KINDS.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        contents[shown] = packs, kind

    for name in (STYLE, SCRIPT):
        put(name, kept(name))
    for path in sorted(FOLDER.iterdir()):
        put(path.name, packed(path.read_bytes().replace(b"/static/govuk.js", addresses[SCRIPT].encode())))
    return addresses, contents


def static(name: str) -> str:
    """The address of one of our files, for a template; a name we do not have stops the page."""
    return _everything()[0][name]


def sizes() -> dict[str, int]:
    """Bytes on the wire of each file, compressed as every present browser asks for it."""
    addresses, contents = _everything()
    return {name: len(contents[at.rpartition("/")[2]][0]["br"]) for name, at in addresses.items()}


def serve(request: Request, name: str) -> Response:
    """The file a fingerprinted name stands for, to be kept for ever."""
    contents = _everything()[1]
    if name not in contents:
        raise NotFound("There is nothing at this address.")
    packs, kind = contents[name]
    taken = {one.partition(";")[0].strip() for one in request.headers.get("accept-encoding", "").split(",")}
    encoding = next(one for one in packs if not one or one in taken)
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    if encoding:
        headers["Content-Encoding"] = encoding
    return Response(packs[encoding], media_type=kind, headers=headers)
