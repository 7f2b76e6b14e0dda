"""One narrow window on a world without a server: every page that no other test opens in a browser is looked at in it."""

from collections.abc import AsyncIterator, Mapping
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Browser, Page, Request, Route

from tests.browsing import NARROW, is_accessible
from tests.visiting import audited
from tests.world import ADDRESS

ELSEWHERE = {
    "/placements/approvals",
    "/placements/approvals/{offer:uuid}",
    "/placements/desk",
    "/placements/desk/offers/{offer:uuid}/book",
    "/placements/desk/placements/{placement:uuid}",
    "/placements/desk/referrals/{referral:uuid}",
    "/placements/desk/referrals/{referral:uuid}/offers",
    "/placements/invited",
    "/placements/invited/answered",
    "/placements/invited/{offer:uuid}",
    "/placements/stays",
    "/providers/desk",
    "/providers/desk/drafts/{draft:uuid}/check",
    "/providers/desk/drafts/{draft:uuid}/{slug}",
    "/providers/desk/homes/{home:uuid}",
    "/providers/desk/homes/{home:uuid}/out-of-service",
    "/providers/desk/homes/{home:uuid}/welcome",
    "/providers/desk/upload",
    "/providers/desk/vacancies/{vacancy:uuid}",
    "/referrals/desk",
    "/referrals/desk/drafts/{draft:uuid}",
    "/referrals/desk/drafts/{draft:uuid}/{slug}",
    "/referrals/panel",
}
"""Opened, and looked at in the same way, by the browser tests of these pages."""
NO_PAGES = {
    "/providers/desk/drafts/{draft:uuid}",
    "/providers/desk/upload/example.csv",
    "/providers/pictures/{picture:uuid}",
    "/metrics/figures.csv",
    "/metrics/about/{measure}/series.csv",
}
"""Files, pictures, and ways on to another page."""


class Window:
    """Shows what the world answers somebody."""

    def __init__(self, page: Page) -> None:
        self._page, self._client, self._kept = page, httpx.AsyncClient(), dict[str, httpx.Response]()

    async def open(self, client: httpx.AsyncClient, path: str) -> None:
        """The page is there, axe and the audit find nothing, and nothing is wider than the window."""
        self._client = client
        answer = await self._page.goto(f"{ADDRESS}{path}")
        assert answer is not None
        assert answer.status == httpx.codes.OK, f"{path}: {answer.status}"
        await is_accessible(self._page)
        audited(client, await client.get(path))

    async def look(self, client: httpx.AsyncClient, path: str, answered: httpx.Response) -> None:
        """The same of what a form of the page was answered with."""
        self._client, self._kept[path] = client, answered
        try:
            await self._page.goto(f"{ADDRESS}{path}")
            assert await self._page.locator(".govuk-error-summary").count() == 1, path
            await is_accessible(self._page)
        finally:
            del self._kept[path]

    async def serve(self, route: Route, request: Request) -> None:
        """Whatever the page asks for, but for streams, which never end."""
        where = urlsplit(request.url)
        if request.resource_type == "eventsource" or where.path.endswith("/stream"):
            await route.abort()
            return
        answer = self._kept.get(where.path) or await self._client.request(request.method, request.url)
        if where.path.startswith("/static/"):
            self._kept[where.path] = answer
        await route.fulfill(status=answer.status_code, headers=_plain(answer.headers), body=answer.content)


def _plain(headers: Mapping[str, str]) -> dict[str, str]:
    """As they hold of what httpx has unpacked."""
    return {name: told for name, told in headers.items() if name not in ("content-encoding", "content-length")}


@pytest.fixture(scope="session")
async def window(chromium: Browser) -> AsyncIterator[Window]:
    """For the whole run."""
    context = await chromium.new_context(viewport=NARROW)
    page = await context.new_page()
    opened = Window(page)
    await page.route("**/*", opened.serve)
    yield opened
    await context.close()
