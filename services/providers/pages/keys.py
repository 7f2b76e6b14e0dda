"""How a provider's own system is connected: who gives it a key, and what it may then do by itself."""

from pathlib import Path

from fastapi import APIRouter, Request
from starlette.responses import Response

from services.providers.pages.desk import HERE, PAGES, Poster, crumbs

SAMPLE = Path(__file__).parent.parent / "samples" / "connect.sh"

router = APIRouter(prefix=HERE + "/keys", include_in_schema=False)


@router.get("")
async def keys(request: Request, by: Poster) -> Response:
    """No key is kept or shown here: an identity provider gives them out, and can take them back."""
    here = str(request.base_url).rstrip("/")
    return PAGES.show(
        request,
        "keys.html",
        here=here,
        sample=SAMPLE.read_text(),
        issuer=by.issuer,
        provider=by.provider,
        crumbs=crumbs("Connect your own system"),
    )
