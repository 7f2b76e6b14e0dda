"""A file that somebody sends as a request's whole body."""

from collections.abc import Collection

from fastapi import Request

from shared.errors import Invalid, Refused


async def file_in(request: Request, *, kinds: Collection[str], largest: int, words: str) -> bytes:
    """The body, of one of these kinds and no larger. Raises Refused (415, 413) and Invalid where there is none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in kinds:
        raise Refused(words, status=415, code="wrong_kind")
    content = bytearray()
    async for some in request.stream():
        content += some
        if len(content) > largest:
            raise Refused("The file is larger than we take.", status=413, code="too_large")
    if not content:
        raise Invalid("There is nothing in the file.", code="empty")
    return bytes(content)
