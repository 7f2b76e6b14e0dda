"""Taking in a file of any size we take, held in memory only until it is read."""

import io
from typing import BinaryIO

from fastapi import Request

from shared.errors import Invalid, Refused
from shared.ssda903.limits import Limits
from shared.ssda903.problem import MEGABYTE
from shared.ssda903.sources import Upload

NAMES = {
    "application/zip": "return.zip",
    "application/x-zip-compressed": "return.zip",
    "application/octet-stream": "return.zip",
    "text/csv": "return.csv",
}
LARGEST = Limits().all_bytes
TOO_LARGE = f"The file is larger than {LARGEST // MEGABYTE} MB, which no return is. Nothing was loaded."


async def upload_in(request: Request) -> Upload:
    """The request's body as a file. Raises Refused (415, 413) and Invalid where there is none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in NAMES:
        raise Refused("Send a zip file (application/zip) or one CSV file (text/csv).", status=415, code="wrong_kind")
    stream = await _held(request)
    if not stream.tell():
        raise Invalid("There is nothing in the file.", code="empty")
    return Upload(NAMES[kind], stream)


async def _held(request: Request) -> BinaryIO:
    stream = io.BytesIO()
    async for some in request.stream():
        if stream.tell() + len(some) > LARGEST:
            raise Refused(TOO_LARGE, status=413, code="too_large")
        stream.write(some)
    return stream
