"""Signing in for real: the demonstration, an OpenID Connect provider, and what an attacker would try."""

import importlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Annotated
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import APIRouter, Depends

from shared.identity.access import may
from shared.identity.person import Person
from shared.identity.registry import Invitation, TrustedIssuer
from shared.settings import Settings
from tests.apps import ADDRESS, an_app, an_identity, visiting

# The provider runs in a thread of this process and uses what authlib will take away.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

DEMONSTRATION = Settings(public_url=ADDRESS, demonstration_sign_in=True)
routes = APIRouter()


@routes.post("/referrals")
@routes.get("/referrals")
async def whose(by: Annotated[Person, Depends(may("referrals:read"))]) -> dict[str, str | None]:
    return {"authority": by.authority, "id": by.id}


@asynccontextmanager
async def demonstration() -> AsyncIterator[httpx.AsyncClient]:
    identity = an_identity(settings=DEMONSTRATION)
    async with visiting(an_app(identity, routes)) as browser:
        yield browser
    await identity.close()


async def become(browser: httpx.AsyncClient, person: str, **more) -> httpx.Response:
    return await browser.post("/sign-in/demonstration", data={"person": person, **more})


async def test_one_press_signs_in_and_the_next_page_knows_who():
    async with demonstration() as browser:
        chooser = await browser.get("/sign-in?next=/referrals")
        assert "Priya Nair" in chooser.text
        arrived = await become(browser, "placements-officer", next="/referrals")
        assert (arrived.status_code, arrived.headers["location"]) == (303, "/referrals")
        assert (await browser.get("/referrals")).json()["authority"] == "E09000033"
        assert (await browser.get("/")).headers["location"] == "/placements/desk"
        home = await browser.get("/today")
        assert "Hello, Priya Nair" in home.text
        assert home.headers["cache-control"] == "no-store"


async def test_another_authoritys_person_is_another_person():
    async with demonstration() as browser:
        await become(browser, "social-worker")
        first = (await browser.get("/referrals")).json()
        await become(browser, "southmere-social-worker")
        second = (await browser.get("/referrals")).json()
        assert (first["authority"], second["authority"]) == ("E09000033", "E09000020")
        assert first["id"] != second["id"]


async def test_a_page_that_needs_somebody_sends_them_to_sign_in_and_back():
    async with demonstration() as browser:
        sent = await browser.get("/referrals")
        assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?next=/referrals")


async def test_signing_in_makes_a_new_session_whatever_cookie_was_there():
    async with demonstration() as browser:
        browser.cookies.set("sufficiency", "planted", domain="127.0.0.1", path="/")
        found = []
        for _ in range(2):
            await become(browser, "social-worker")
            found.append(browser.cookies["sufficiency"])
        assert len({"planted", *found}) == 3


async def test_a_cookie_somebody_made_up_signs_nobody_in():
    async with demonstration() as browser:
        browser.cookies.set("sufficiency", "eyJhbGciOiJkaXIifQ..AAAA.BBBB.CCCC")
        assert (await browser.get("/referrals")).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": ADDRESS, "sec-fetch-site": "cross-site"},
        {"origin": ADDRESS, "sec-fetch-site": "same-site"},
    ],
)
async def test_a_form_on_another_site_can_do_nothing(headers):
    async with demonstration() as browser:
        await become(browser, "social-worker")
        for path in ("/referrals", "/sign-out", "/sign-in/demonstration"):
            forged = await browser.post(path, headers=headers, data={"person": "approver"})
            assert forged.status_code == 403
            assert "set-cookie" not in forged.headers
        ours = await browser.post("/referrals", headers={"sec-fetch-site": "same-origin"})
        assert ours.status_code == 200


async def test_signing_out_ends_it():
    async with demonstration() as browser:
        await become(browser, "social-worker")
        await browser.post("/sign-out")
        assert "sufficiency" not in browser.cookies
        assert (await browser.get("/referrals")).status_code == 303
        assert (await browser.get("/sign-out")).status_code in (404, 405)


@pytest.mark.parametrize(
    "onward", ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "/a\nb", "evil"]
)
async def test_sign_in_never_leads_off_the_site(onward):
    async with demonstration() as browser:
        arrived = await become(browser, "social-worker", next=onward)
        assert arrived.headers["location"] == "/"


async def test_somebody_who_is_not_listed_is_refused():
    async with demonstration() as browser:
        assert (await become(browser, "the-mayor")).status_code == 422


async def test_without_the_demonstration_its_way_in_does_not_exist():
    identity = an_identity()
    async with visiting(an_app(identity, routes)) as browser:
        assert (await become(browser, "social-worker")).status_code in (404, 405)
        assert "demonstration" not in (await browser.get("/sign-in")).text
    await identity.close()


# With an OpenID Connect provider that really runs


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of a provider on a free port."""
    # its import warns, which only this module forgives
    oidc_provider_mock = importlib.import_module("oidc_provider_mock")
    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


async def tell_provider(provider: str, subject: str, roles: list[str]) -> None:
    async with httpx.AsyncClient() as http:
        claims = {"name": "Sam Okafor", "roles": roles, "authority": "eastmouth"}
        (await http.put(f"{provider}/users/{subject}", json=claims)).raise_for_status()


async def invited(issuer: str, subject: str) -> Invitation | None:
    return Invitation(authority="westmouth") if subject == "invited" else None


@asynccontextmanager
async def organisations(provider: str) -> AsyncIterator[httpx.AsyncClient]:
    """Our app, trusting one provider twice: once for an authority, once shared."""
    westmouth = TrustedIssuer(
        key="westmouth",
        url=provider,
        audience="api",
        title="Westmouth",
        authority="westmouth",
        client_id="web",
        client_secret="a secret",
    )
    agencies = westmouth.model_copy(update={"key": "agencies", "authority": None, "shared": True, "audience": "other"})
    identity = an_identity(westmouth, agencies, invitation_of=invited)
    async with visiting(an_app(identity, routes)) as browser:
        yield browser
    await identity.close()


async def at_the_provider(url: str, subject: str) -> str:
    """Sign in at the provider's own page and hear where it sends the browser."""
    async with httpx.AsyncClient() as elsewhere:
        sent_back = await elsewhere.post(url, data={"sub": subject})
    assert sent_back.status_code == 302, sent_back.text
    return str(sent_back.headers["location"])


async def depart(browser: httpx.AsyncClient, issuer: str = "westmouth") -> str:
    away = await browser.get(f"/sign-in/{issuer}?next=/referrals")
    assert away.status_code == 303
    return str(away.headers["location"])


async def test_a_council_officer_signs_in_with_their_own_organisation(provider):
    await tell_provider(provider, "sam", ["social_worker", "administrator"])
    async with organisations(provider) as browser:
        assert "Westmouth" in (await browser.get("/sign-in")).text
        url = await depart(browser)
        asked = parse_qs(urlsplit(url).query)
        assert asked["code_challenge_method"] == ["S256"]
        assert asked["state"][0]
        assert asked["nonce"][0]
        arrived = await browser.get(await at_the_provider(url, "sam"))
        assert (arrived.status_code, arrived.headers["location"]) == (303, "/referrals")
        assert (await browser.get("/referrals")).json()["authority"] == "westmouth"
        assert "sufficiency-arriving" not in browser.cookies


async def test_at_a_shared_provider_only_the_invited_have_a_place(provider):
    for subject in ("invited", "uninvited"):
        await tell_provider(provider, subject, ["social_worker"])
    async with organisations(provider) as browser:
        await browser.get(await at_the_provider(await depart(browser, "agencies"), "invited"))
        assert (await browser.get("/referrals")).json()["authority"] == "westmouth"
        await browser.get(await at_the_provider(await depart(browser, "agencies"), "uninvited"))
        assert (await browser.get("/referrals")).status_code == 403
        assert "nobody has given you a role" in (await browser.get("/")).text


async def test_an_answer_is_good_once_and_only_in_the_browser_that_asked(provider):
    await tell_provider(provider, "sam", ["social_worker"])
    async with organisations(provider) as browser:
        back = await at_the_provider(await depart(browser), "sam")
        async with visiting(browser._transport.app) as other:  # type: ignore[attr-defined]
            assert (await other.get(back)).status_code == 400
        assert (await browser.get(back)).status_code == 303
        assert (await browser.get(back)).status_code == 400


@pytest.mark.parametrize("change", [{"state": "forged"}, {"state": ""}])
async def test_an_answer_with_another_state_is_refused(provider, change):
    await tell_provider(provider, "sam", ["social_worker"])
    async with organisations(provider) as browser:
        back = httpx.URL(await at_the_provider(await depart(browser), "sam"))
        refused = await browser.get(back.copy_merge_params(change))
        assert refused.status_code == 400
        assert "sufficiency" not in browser.cookies


async def test_an_answer_of_one_organisation_does_not_pass_for_anothers(provider):
    await tell_provider(provider, "sam", ["social_worker"])
    async with organisations(provider) as browser:
        back = await at_the_provider(await depart(browser), "sam")
        assert (await browser.get(back.replace("/westmouth/", "/agencies/"))).status_code == 400


async def test_a_code_begun_elsewhere_is_refused(provider):
    """Login forgery: the attacker's code with the victim's own state fails at the nonce or the code's challenge."""
    await tell_provider(provider, "sam", ["social_worker"])
    async with organisations(provider) as victim, organisations(provider) as attacker:
        stolen = httpx.URL(await at_the_provider(await depart(attacker), "sam")).params["code"]
        own = httpx.URL(await at_the_provider(await depart(victim), "sam"))
        refused = await victim.get(own.copy_set_param("code", stolen))
        assert refused.status_code == 502
        assert "sufficiency" not in victim.cookies


async def test_a_code_that_is_nonsense_is_refused_in_words(provider):
    async with organisations(provider) as browser:
        state = parse_qs(urlsplit(await depart(browser)).query)["state"][0]
        refused = await browser.get(f"/sign-in/westmouth/callback?state={state}&code=nonsense")
        assert refused.status_code == 502
        assert "would not confirm" in refused.text


async def test_when_the_organisation_says_no_its_words_are_not_repeated(provider):
    async with organisations(provider) as browser:
        state = parse_qs(urlsplit(await depart(browser)).query)["state"][0]
        refused = await browser.get(f"/sign-in/westmouth/callback?state={state}&error=x&error_description=SHOUT")
        assert refused.status_code == 403
        assert "SHOUT" not in refused.text
