"""The compose file at work without Docker: signed in by its realms, through its proxy, over its broker and databases."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aio_pika
import asyncpg
import httpx
import pytest
from aiormq.exceptions import ChannelAccessRefused

from shared.identity.demonstration import NORTHSHIRE
from tests.collector import Collector
from tests.compose.files import PROVISIONED, SERVICES, Json
from tests.compose.running import Composed
from tests.waiting import until

TOKEN = "/realms/{realm}/protocol/openid-connect/token"


@pytest.fixture(scope="session", autouse=True)
async def _healthy(running: Composed) -> None:
    await until(running.all_ready, seconds=60)


@asynccontextmanager
async def signed_in(running: Composed, person: str, at: str = NORTHSHIRE) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who went to their organisation's page and came back."""
    running.keycloak.signing_in = person
    async with running.browser() as browser:
        answer = await browser.get(f"/sign-in/{at}", follow_redirects=True)
        assert answer.status_code == 200, answer.text
        yield browser


async def token(running: Composed, realm: str, client: str) -> str:
    """A system's own, from its realm, with the secret the compose file gives it."""
    secret = running.services["provision"]["environment"][f"{client.upper().replace('-', '_')}_CLIENT_SECRET"]
    address = f"http://127.0.0.1:{running.ports['keycloak']}{TOKEN.format(realm=realm)}"
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(address, data={"grant_type": "client_credentials"}, auth=(client, secret))
    return str(answer.json()["access_token"])


async def ask(running: Composed, path: str, bearer: str) -> httpx.Response:
    async with running.browser() as browser:
        return await browser.get(path, headers={"authorization": f"Bearer {bearer}", "accept": "application/json"})


async def a_referral(browser: httpx.AsyncClient) -> str:
    form = {"name": "Robin Ash", "born": "2012-05-21", "sex": "F", "ethnicity": "WBRI", "uasc": False}
    registered = await browser.post("/referrals/children", json=form)
    assert registered.status_code == 201, registered.text
    lines = [{"child": registered.json()["child"], "needs": ["own_bedroom"]}]
    asked = {"urgency": "planned", "wanted_from": "2026-12-01", "types": ["K2"], "children": lines}
    referral = str((await browser.post("/referrals", json=asked)).json()["referral"])
    assert (await browser.post(f"/referrals/{referral}/submit", json={})).is_success
    return referral


async def test_what_one_person_asks_another_sees_through_proxy_broker_and_four_services(
    running: Composed, collector: Collector
) -> None:
    async with signed_in(running, "commissioner") as commissioner, signed_in(running, "social-worker") as worker:
        assert "Sam Okafor" in (await worker.get("/referrals/desk")).text
        async with commissioner.stream("GET", "/metrics/stream", headers={"accept": "*/*"}) as stream:
            figures = _figures(stream)
            before = (await anext(figures))["open_referrals"] or 0
            referral = await a_referral(worker)
            async with asyncio.timeout(30):  # a proxy that kept the stream back would never send this
                while (await anext(figures)).get("open_referrals") != before + 1:
                    pass
    async with signed_in(running, "placements-officer") as officer:

        async def known() -> bool:
            return (await officer.get(f"/placements/referrals/{referral}/candidates")).is_success

        await until(known)
    await until(lambda: any({"referrals", "placements"} <= seen for seen in collector.services_by_trace.values()))


async def _figures(stream: httpx.Response) -> AsyncIterator[Json]:
    """Each message of the stream: its measures and their values."""
    async for line in stream.aiter_lines():
        if line.startswith("data: "):
            yield {tile["measure"]: tile["value"] for tile in json.loads(line.removeprefix("data: "))}


async def test_nobody_signs_in_with_another_organisations_realm(running: Composed) -> None:
    running.keycloak.signing_in = "social-worker"
    async with running.browser() as browser:
        departure = await browser.get(f"/sign-in/{NORTHSHIRE}")
        page = departure.headers["location"]
        assert page.startswith(f"https://localhost:{running.ports['sign-in']}/realms/northshire/")
        back = (await browser.get(page)).headers["location"]
        stolen = back.replace(f"/sign-in/{NORTHSHIRE}/", "/sign-in/E09000020/")
        assert (await browser.get(stolen)).status_code == 400


async def test_an_administrator_signs_in_and_as_a_system_operates_the_spine(running: Composed) -> None:
    async with signed_in(running, "administrator", at="operations") as administrator:
        assert (await administrator.get("/placements/dead-events")).json() == []
    bearer = await token(running, "installation", "administrator")
    assert (await ask(running, "/metrics/dead-events", bearer)).json() == []


async def test_a_service_reads_the_feeds_it_hears_and_no_other(running: Composed) -> None:
    bearer = await token(running, "installation", "metrics")
    heard = await ask(running, "/referrals/events?lane=referrals.children.00&after=0", bearer)
    assert heard.status_code == 200, heard.text
    statutory = "/referrals/events?lane=referrals.statutory.00&after=0"
    assert (await ask(running, statutory, bearer)).status_code == 404
    assert (await ask(running, statutory, await token(running, "installation", "placements"))).status_code == 200


async def test_an_authoritys_own_system_reads_its_own_childrens_events(running: Composed) -> None:
    bearer = await token(running, "northshire", "northshire-systems")
    answer = await ask(running, "/referrals/events?lane=referrals.00&after=0", bearer)
    assert answer.status_code == 200, answer.text
    assert (await ask(running, "/referrals/events?lane=referrals.children.00&after=0", bearer)).status_code == 404


@pytest.mark.parametrize("service", SERVICES)
def test_a_containers_own_health_check_says_that_it_is_well(running: Composed, service: str) -> None:
    assert running.healthy(service) == ""


async def test_the_proxy_says_that_all_is_well_and_adds_what_keeps_browsers_safe(running: Composed) -> None:
    async with running.browser() as browser:
        health = await browser.get("/health")
        assert (health.status_code, health.json()) == (200, {"ready": True})
        page = await browser.get("/")
    for answer in (health, page):
        assert "max-age=31536000" in answer.headers["strict-transport-security"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "server" not in answer.headers
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert len(page.headers.get_list("strict-transport-security")) == 1


@pytest.mark.parametrize("service", SERVICES)
async def test_telemetry_is_read_inside_and_never_through_the_proxy(running: Composed, service: str) -> None:
    async with running.browser() as browser:
        for path in (f"/{service}/telemetry", f"/{service}/telemetry/", f"/{service}%2Ftelemetry"):
            outside = await browser.get(path)
            assert "spine_" not in outside.text
    assert "spine_ready 1.0" in await _meters(running, running.ports[service], f"/{service}/telemetry")


async def test_dashboards_and_rules_ask_for_meters_that_there_are(running: Composed) -> None:
    files = [*(PROVISIONED / "grafana/dashboards").glob("*.json"), PROVISIONED / "prometheus/rules.yml"]
    asked = {name for path in files for name in re.findall(r"\b((?:spine|caddy)_\w+)", path.read_text())}
    assert len(asked) > 6
    async with signed_in(running, "social-worker") as worker:
        await a_referral(worker)

    async def told() -> bool:
        meters = [await _meters(running, running.ports[name], f"/{name}/telemetry") for name in SERVICES]
        meters.append(await _meters(running, running.ports["inside"], "/metrics"))
        there = set(re.findall(r"^(\w+)", "\n".join(meters), re.MULTILINE))
        assert asked - there == set()
        return True

    await until(told)


async def _meters(running: Composed, port: int, path: str) -> str:
    async with httpx.AsyncClient(trust_env=False) as http:
        return (await http.get(f"http://127.0.0.1:{port}{path}")).text


async def test_the_proxys_log_says_neither_what_was_asked_nor_who_asked(running: Composed) -> None:
    path = f"/metrics/stream?authority={NORTHSHIRE}"
    async with signed_in(running, "commissioner") as browser, browser.stream("GET", path) as stream:
        assert stream.status_code == 200  # and is broken off, which Caddy logs

    def logged() -> bool:
        return '"uri":"/metrics/stream"' in running.log("proxy").read_text()

    await until(logged)
    said = running.log("proxy").read_text()
    assert "authority=" not in said
    assert "Cookie" not in said
    assert "sec-fetch-site" not in said.lower()


async def test_a_broker_user_binds_only_what_the_definitions_let_it(running: Composed) -> None:
    async with await aio_pika.connect(running.rabbitmq.url(user="metrics")) as connection:
        channel = await connection.channel()
        queue = await channel.get_queue("metrics.00")
        await queue.bind("sufficiency", "referrals.children.00")
        with pytest.raises(ChannelAccessRefused):
            await queue.bind("sufficiency", "referrals.statutory.00")


async def test_a_role_opens_its_own_database_only(running: Composed) -> None:
    own = running.environment("referrals")["SUFFICIENCY_DATABASE_URL"]
    await (await asyncpg.connect(own.replace("{service}", "referrals"))).close()
    for other in ("placements", "keycloak", "postgres"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await asyncpg.connect(own.replace("{service}", other))


async def test_a_service_that_is_away_is_a_problem_in_words_and_comes_back(running: Composed) -> None:
    running.stop_one("providers")
    assert running.healthy("providers").startswith("does not answer")
    async with running.browser() as browser:
        answer = await browser.get("/providers/homes")
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "away"
        assert "strict-transport-security" in answer.headers
        assert (await browser.get("/health")).status_code == 503
        running.launch("providers")

        async def ready() -> bool:
            return (await browser.get("/health")).status_code == 200

        await until(ready)
