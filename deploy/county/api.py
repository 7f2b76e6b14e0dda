"""The calibration over HTTP, where a demonstration runs: what the model comes to beside what the council published."""

import asyncio
from dataclasses import asdict
from functools import lru_cache
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from deploy.county.authority import FOLDER, Authority, named
from deploy.county.calibration import calibrated
from shared.web.problem import TYPE
from shared.web.security import Guard

SEED = 2018
"""Where none is said."""
LARGEST_DIGITS = 9
KEPT = 32
"""Answers kept: for the same seed it is the same."""


@lru_cache(KEPT)
def _calibration(name: str, seed: int) -> dict[str, Any]:
    authority = named(name)
    lines = calibrated(authority, seed)
    return {
        **_told(authority),
        "seed": seed,
        "inside": sum(line.inside for line in lines),
        "lines": [{**asdict(line), "as_at": str(line.as_at), "inside": line.inside} for line in lines],
        "left_out": list(authority.calibration.left_out),
    }


def _told(authority: Authority) -> dict[str, Any]:
    return {
        "authority": authority.code,
        "name": authority.name,
        "anchor": str(authority.anchor),
        "source": authority.calibration.source,
        "assumed": authority.assumptions(),
    }


def county_app() -> ASGIApp:
    """`GET /county`: the authorities, and what of each is assumed. `GET /county/<name>/calibration?seed=`: line by line."""
    names = frozenset(path.stem for path in FOLDER.glob("*.toml"))
    one_at_a_time = asyncio.Lock()

    async def authorities(_: Request) -> JSONResponse:
        return JSONResponse([{"id": name, **_told(named(name))} for name in sorted(names)])

    async def calibration(request: Request) -> JSONResponse:
        name, seed = request.path_params["name"], request.query_params.get("seed", str(SEED))
        if name not in names:
            return _problem(404, "not_found", "There is no such authority here.", "")
        if not (seed.isascii() and seed.isdigit() and len(seed) <= LARGEST_DIGITS):
            return _problem(422, "invalid", f"The seed is a whole number of up to {LARGEST_DIGITS} digits.", "seed")
        async with one_at_a_time:  # it is seconds of arithmetic
            return JSONResponse(await asyncio.to_thread(_calibration, name, int(seed)))

    routes = [Route("/county", authorities), Route("/county/{name}/calibration", calibration)]
    return Guard(Starlette(routes=routes), service="county")


def _problem(status: int, code: str, detail: str, field: str) -> JSONResponse:
    errors = [{"field": field, "message": detail}] if field else []
    told = {"type": f"urn:sufficiency:problem:{code}", "status": status, "detail": detail, "code": code}
    return JSONResponse({**told, "errors": errors}, status, media_type=TYPE)
