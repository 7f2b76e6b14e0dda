"""The question every route asks, and the list of routes made from it."""

from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI

from deploy.issuer import Issuer
from shared.identity.access import anyone, every_route_access, may
from shared.identity.permissions import PERMISSIONS
from shared.identity.person import Person, Role
from tests.apps import ADDRESS, an_app, an_identity

By = Annotated[Person, Depends(may("referrals:submit"))]
routes = APIRouter()


@routes.post("/referrals")
async def submit(by: By) -> dict[str, str | None]:
    return {"authority": by.authority}


@routes.get("/open", dependencies=[Depends(anyone)])
async def public() -> None: ...


@routes.get("/forgotten")
async def forgotten() -> None: ...


def test_every_route_is_listed_with_what_it_asks_for_however_it_is_put_in():
    app, below = FastAPI(openapi_url=None), FastAPI(openapi_url=None)
    app.include_router(routes, prefix="/a")
    below.include_router(routes)
    app.mount("/b", below)
    app.mount("/issuer", Issuer("http://127.0.0.1:8099").app())
    assert every_route_access(app) == {
        ("POST", "/a/referrals"): "referrals:submit",
        ("GET", "/a/open"): "anyone",
        ("GET", "/a/forgotten"): None,
        ("POST", "/b/referrals"): "referrals:submit",
        ("GET", "/b/open"): "anyone",
        ("GET", "/b/forgotten"): None,
        ("GET", "/issuer/.well-known/openid-configuration"): "anyone",
        ("HEAD", "/issuer/.well-known/openid-configuration"): "anyone",
        ("GET", "/issuer/jwks"): "anyone",
        ("HEAD", "/issuer/jwks"): "anyone",
        ("GET", "/issuer/authorize"): "anyone",
        ("HEAD", "/issuer/authorize"): "anyone",
        ("POST", "/issuer/authorize"): "anyone",
        ("POST", "/issuer/token"): "anyone",
    }


def test_a_public_router_does_not_open_a_route_that_asks():
    app, public_router = FastAPI(openapi_url=None), APIRouter(dependencies=[Depends(anyone)])
    public_router.include_router(routes)
    app.include_router(public_router)
    assert every_route_access(app)["POST", "/referrals"] == "referrals:submit"


def test_a_route_with_two_permissions_is_a_mistake():
    app = FastAPI(openapi_url=None)
    app.include_router(routes, dependencies=[Depends(may("placements:read"))])
    with pytest.raises(ValueError, match="one permission"):
        every_route_access(app)


def test_a_permission_that_is_not_in_the_table_stops_the_import():
    with pytest.raises(KeyError):
        may("referrals:anything")


@pytest.mark.parametrize("role", Role)
async def test_each_role_is_let_in_exactly_where_the_table_says(role):
    issuer = Issuer("http://127.0.0.1:8099")
    identity = an_identity(issuer.trusted("ours", authority="westmouth", grants=frozenset(Role)))
    transport = httpx.ASGITransport(an_app(identity, routes))
    token = issuer.token_for("sam", [role], authority="eastmouth")
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        response = await client.post("/referrals", headers={"authorization": f"Bearer {token}"})
    if role in PERMISSIONS["referrals:submit"]:
        assert response.json() == {"authority": "westmouth"}
    else:
        assert response.status_code == 403
        assert response.json()["code"] == "not_allowed"
    await identity.close()


async def test_without_a_token_or_with_a_bad_one_nobody_is_let_in():
    identity = an_identity()
    transport = httpx.ASGITransport(an_app(identity, routes))
    async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
        for headers in ({}, {"authorization": "Bearer x.y.z"}, {"authorization": "Basic c2FtOnNhbQ=="}):
            response = await client.post("/referrals", headers=headers)
            assert response.status_code == 401
            assert response.headers["www-authenticate"] == "Bearer"
            assert response.headers["content-type"] == "application/problem+json"
    await identity.close()
