"""S12: the main pages under twenty people at once, and what of ours a browser must fetch before it can show them."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from statistics import median
from time import perf_counter

import httpx
import uvloop

from deploy.distributed import Distributed
from shared.web.assets import sizes
from tests.bench.installations import distributed
from tests.bench.results import Result, percentile, result
from tests.bench.wire import Connection, request
from tests.waiting import until

CLIENTS = 20
READS_SECONDS = 1.0
"""How long somebody looks at a page before opening the next: quick, for a person."""
SECONDS = 10
REFERRALS = 40
MOST_MILLISECONDS, MOST_KILOBYTES = 50.0, 150.0


@dataclass(frozen=True)
class Page:
    """One page as somebody opens it, straight at the process that serves it."""

    service: str
    path: str
    person: str


async def _referrals(ask: httpx.AsyncClient, token: Callable[[str], str]) -> str:
    """A queue as a busy authority has it; answers one of its referrals, once placements shows it."""
    officer = {"authorization": f"Bearer {token('placements-officer')}"}
    since = str(datetime.now(UTC).date() + timedelta(days=1))

    async def made(path: str, form: object = None) -> dict[str, str]:
        answer = await ask.post(path, json=form, headers=officer)
        answer.raise_for_status()
        return dict(answer.json())

    referral = ""
    for number in range(REFERRALS):
        child = {"name": f"Child {number}", "born": "2014-05-21", "sex": "F", "ethnicity": "WBRI"}
        known = await made("/referrals/children", child)
        children = [{"child": known["child"]}]
        form = {"urgency": "planned", "wanted_from": since, "types": ["U6"], "children": children}
        referral = (await made("/referrals", form))["referral"]
        await made(f"/referrals/{referral}/submit")

    async def shown() -> bool:
        answer = await ask.get(f"/placements/referrals/{referral}/candidates", headers=officer)
        return answer.is_success

    await until(shown, seconds=60)
    return referral


def _pages(referral: str) -> list[Page]:
    """What each role opens all day."""
    return [
        Page("referrals", "/referrals/desk", "social-worker"),
        Page("referrals", f"/referrals/desk/{referral}", "social-worker"),
        Page("referrals", "/today", "social-worker"),
        Page("placements", "/placements/lives", "social-worker"),
        Page("placements", "/placements/desk", "placements-officer"),
        Page("placements", f"/placements/desk/referrals/{referral}", "placements-officer"),
        Page("placements", f"/placements/desk/referrals/{referral}/offers", "placements-officer"),
        Page("providers", "/providers/desk", "provider"),
        Page("metrics", "/metrics", "commissioner"),
        Page("metrics", "/metrics/about/cla", "commissioner"),
    ]


async def opened(
    installation: Distributed, pages: Sequence[Page], tokens: dict[str, str], pause: float, seconds: float = SECONDS
) -> dict[Page, list[float]]:
    """Milliseconds from request to whole answer, by page. Raises RuntimeError where a page was not shown."""
    found: dict[Page, list[float]] = {page: [] for page in pages}
    ends = perf_counter() + seconds

    async def one(client: int) -> None:
        lines: dict[str, Connection] = {}
        await asyncio.sleep(pause * client / CLIENTS)  # people do not press all at the same moment
        for turn in range(client, client + 1_000_000):
            page = pages[turn % len(pages)]
            if page.service not in lines:
                port = int(installation.url_of(f"{page.service}-1").rpartition(":")[2])
                lines[page.service] = await Connection.open(port)
            headers = {"Authorization": f"Bearer {tokens[page.person]}", "Accept": "text/html"}
            began = perf_counter()
            status, answered = await lines[page.service].ask(request("GET", page.path, headers, ""))
            if status != httpx.codes.OK:
                raise RuntimeError(f"{page.path}: {status}")
            found[page].append((answered - began) * 1000)
            if answered > ends:
                return
            await asyncio.sleep(pause)

    await asyncio.gather(*map(one, range(CLIENTS)))
    return found


def _slowest(found: dict[Page, list[float]]) -> str:
    slow = sorted(found, key=lambda page: -median(found[page]))
    return ", ".join(f"{page.path.partition('?')[0][:22]} {median(found[page]):.0f} ms" for page in islice(slow, 3))


def pages(show: Callable[[str], None]) -> list[Result]:
    """S12."""
    show("S12: the assets")
    kilobytes = sum(sizes().values()) / 1000
    with distributed() as (installation, _):
        show(f"S12: {CLIENTS} people open the main pages, then the same without a pause")
        told = uvloop.run(_both(installation))
    (calm, bare), (hasty, bare_hasty) = told
    ours, flat = ([one for of in found.values() for one in of] for found in (calm, hasty))
    title = f"{CLIENTS} people, a page a second each: the main pages, p95 (slowest by median: {_slowest(calm)})"
    without = f"{CLIENTS} clients without a pause on 2 cores, load generator among them: the main pages, p95"
    p95, p95_flat = percentile(ours, 0.95), percentile(flat, 0.95)
    ceilings = [percentile(found, 0.95) for found in (bare, bare_hasty)]
    files = "all our styles and scripts together, compressed"
    return [
        result("S12", title, p95, ceilings[0], "ms", "≤ 50 ms", met=p95 <= MOST_MILLISECONDS),
        result("S12-flat", without, p95_flat, ceilings[1], "ms", "≤ 50 ms", met=p95_flat <= MOST_MILLISECONDS),
        result("S12-assets", files, kilobytes, None, "KB", "≤ 150 KB", met=kilobytes <= MOST_KILOBYTES),
    ]


async def _both(installation: Distributed) -> list[tuple[dict[Page, list[float]], list[float]]]:
    """Pages, and as the ceiling the same load on what each process answers without a page or a record."""
    async with httpx.AsyncClient(base_url=installation.url, timeout=30, trust_env=False) as ask:
        referral = await _referrals(ask, installation.token)
    of = _pages(referral)
    tokens = {person: installation.token(person) for person in {page.person for page in of}}
    bare = [Page(page.service, f"/{page.service}/health", page.person) for page in of]
    told = []
    await opened(installation, of, tokens, 0.0, seconds=2)  # the first of each page reads its templates
    for pause in (READS_SECONDS, 0.0):
        found = await opened(installation, of, tokens, pause)
        empty = await opened(installation, bare, tokens, pause)
        told.append((found, [one for times in empty.values() for one in times]))
    return told
