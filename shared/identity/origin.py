"""Whether a browser's request was made by one of our own pages: the guard against forged posts."""

from urllib.parse import urlsplit

from starlette.requests import Request

from shared.errors import NotAllowed

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def must_be_ours(request: Request) -> None:
    """Refuse a state-changing request that a cookie came along with unless our own page sent it.

    Browsers tell it truly and scripts of other sites cannot change it: Sec-Fetch-Site, and Origin in older ones.
    """
    if request.method in SAFE:
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        ours = site == "same-origin"
    else:
        origin = urlsplit(request.headers.get("origin", ""))
        ours = bool(origin.netloc) and origin.netloc == request.headers.get("host")
    if not ours:
        raise NotAllowed("This was not sent from one of our own pages.", code="cross_site")
