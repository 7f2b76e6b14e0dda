"""A service's own description (OpenAPI), with examples and every way it can refuse, where anybody may read it."""

from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from shared.identity.access import anyone
from shared.web.problem import TYPE


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str = Field(description="its path, such as `children.0.child`; empty where it is the whole body")
    message: str


class Problem(BaseModel):
    """Why not (RFC 9457), in words a person can read; some codes add facts, such as the current `version`."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["urn:sufficiency:problem:stale"])
    title: str = Field(examples=["Conflict"])
    status: int = Field(examples=[409])
    detail: str = Field(examples=["Somebody else changed this since you read it."])
    code: str = Field(examples=["stale"], description="for programs")
    errors: list[FieldProblem]


_CONTENT: dict[str, Any] = {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
REFUSALS: dict[int | str, dict[str, Any]] = {
    "4XX": {"description": "Refused, and why", "content": _CONTENT},
    503: {"description": "We cannot reach our records just now: try again", "content": _CONTENT},
}
"""What any route may answer besides what it says itself."""


AN_IDENTIFIER = "019c9b0e-8a5d-7f34-8a28-6d0ed9904085"
PLAIN = {"boolean": True, "integer": 1}


def refusing(description: str) -> dict[str, Any]:
    """A refusal that a route wants to say more about."""
    return {"description": description, "content": _CONTENT}


def describe(app: FastAPI, service: str) -> None:
    """Serve the description; FastAPI's own route for it would ask for no permission, not even for none."""
    generated = app.openapi

    def description() -> dict[str, Any]:
        told = generated()
        schemas = told.setdefault("components", {}).setdefault("schemas", {})
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= problem.pop("$defs")
        schemas["Problem"] = problem
        _give_examples(told)
        return told

    app.openapi = description  # type: ignore[method-assign]
    router = APIRouter(prefix=f"/{service}", dependencies=[Depends(anyone)], include_in_schema=False)

    @router.get("/openapi.json")
    async def openapi() -> JSONResponse:
        return JSONResponse(app.openapi())

    app.include_router(router)


def _give_examples(told: dict[str, Any]) -> None:
    """Every body somebody is asked for has an example, put together from its fields' own."""
    for operations in told["paths"].values():
        for operation in operations.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                content.setdefault("example", _example(content["schema"], told["components"]["schemas"]))


def _example(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    """The schema's own first example, or one of its required fields and of those that have an example."""
    schema = schemas[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    for told in ("examples", "enum"):
        if told in schema:
            return schema[told][0]
    if "properties" in schema:
        said = set(schema.get("required", ())) | {n for n, field in schema["properties"].items() if "examples" in field}
        return {name: _example(field, schemas) for name, field in schema["properties"].items() if name in said}
    if schema.get("type") == "array":
        return [_example(schema["items"], schemas)]
    return AN_IDENTIFIER if schema.get("format") == "uuid" else PLAIN.get(schema.get("type", ""))
