"""The route under which a service takes many commands in one transaction: the same actions, in the order they are told."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError

from shared.errors import Invalid, NotAllowed, NotFound, Refused
from shared.geography import Geography
from shared.geography.kept import the_map
from shared.identity.access import may
from shared.identity.permissions import allows
from shared.identity.person import Person
from shared.service.running import Running
from shared.store.calls import answered, keep_answer
from shared.store.single import InTurn
from shared.web.fields import Answer, Form, Moment

MOST = 500
"""Commands in a call."""
ONLY_NOW = "Here time is what it is: leave `at` out."
Key = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9._-]+$")]
Action = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Doing:
    """One command at its turn."""

    session: InTurn
    form: Any
    about: UUID | None
    by: Person
    geography: Geography


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of command: who may, what it asks, and the action that it is; `do` answers whose id stands for it."""

    permission: str
    form: type[Form]
    do: Callable[[Doing], Awaitable[UUID]]
    named: bool = False
    """Whether it is about something that must be named."""


class Ref(Form):
    """What an earlier command of the same call made or was about, by that command's key."""

    ref: Key


class Command(Form):
    """Which action, about what, and when?"""

    kind: Annotated[str, Field(max_length=40)]
    form: dict[str, Any] = Field(default_factory=dict, description='as its own route asks; `{"ref": key}` for an id')
    about: UUID | Ref | None = Field(None, description="what its own route names in the address")
    key: Key | None = Field(None, description="how later commands of the call speak of it")
    at: Moment | None = Field(None, description="as if it were then, where the installation lets time be simulated")


class Commands(Form):
    """What is to be done, in this order, all or nothing?"""

    commands: Annotated[list[Command], Field(min_length=1, max_length=MOST)]
    call: Key | None = Field(
        None, description="your name for this call: told again, it is answered again and done once"
    )


class Done(Answer):
    """Which id each command made or was about, in the same order."""

    ids: list[UUID]


def making(action: Action, column: str) -> Callable[[Doing], Awaitable[UUID]]:
    """An action that makes something: the id is the one it answers, or stands in that column of its row."""

    async def do(doing: Doing) -> UUID:
        made = await action(doing.session, doing.form, by=doing.by)
        return made if isinstance(made, UUID) else made[column]

    return do


def changing(action: Action) -> Callable[[Doing], Awaitable[UUID]]:
    """An action about something that is there."""

    async def do(doing: Doing) -> UUID:
        assert doing.about is not None
        await action(doing.session, doing.about, doing.form, by=doing.by)
        return doing.about

    return do


def changing_version(action: Action) -> Callable[[Doing], Awaitable[UUID]]:
    """The same, where nothing is asked but which version was seen."""

    async def do(doing: Doing) -> UUID:
        assert doing.about is not None
        await action(doing.session, doing.about, version=doing.form.version, by=doing.by)
        return doing.about

    return do


def commands_router(service: str, kinds: Mapping[str, Kind], example: list[dict[str, Any]]) -> APIRouter:
    """`POST /<service>/commands`."""
    router = APIRouter(prefix=f"/{service}", tags=["commands"])
    body = {"requestBody": {"content": {"application/json": {"example": {"commands": example}}}}}
    words = f"Up to {MOST} commands, all or nothing. Kinds: {', '.join(f'`{kind}`' for kind in kinds)}."

    @router.post("/commands", summary="Many commands in one transaction", description=words, openapi_extra=body)
    async def commands(
        asked: Commands, request: Request, by: Annotated[Person, Depends(may(f"{service}:command"))]
    ) -> Done:
        running: Running = request.app.state.running
        geography = await the_map(running.settings.map_folder)
        for number, command in enumerate(asked.commands):
            _must_be_allowed(command, number, kinds, by, running)
        async with running.database.writing_in_turn() as session:
            return Done(ids=await _once(session, asked, kinds, by, geography))

    return router


def _must_be_allowed(command: Command, number: int, kinds: Mapping[str, Kind], by: Person, running: Running) -> None:
    here = f"commands.{number}"
    kind = kinds.get(command.kind)
    if kind is None:
        raise Invalid("There is no such kind of command.", field=f"{here}.kind")
    if not allows(kind.permission, by):
        raise NotAllowed("Your role does not include this.", field=f"{here}.kind")
    if kind.named and command.about is None:
        raise Invalid("Say what it is about.", field=f"{here}.about")
    if command.at is not None:
        _must_be_past(command.at, f"{here}.at", running)


def _must_be_past(at: datetime, field: str, running: Running) -> None:
    if not running.settings.simulated_time:
        raise Invalid(ONLY_NOW, field=field)
    if at > running.clock.now():
        raise Invalid("That moment has not come yet.", field=field)


async def _once(
    session: InTurn, asked: Commands, kinds: Mapping[str, Kind], by: Person, geography: Geography
) -> list[UUID]:
    if asked.call is None:
        return await _do(session, asked.commands, kinds, by, geography)
    told = asked.model_dump_json(include={"commands"}).encode()
    if (before := await answered(session, by.id, asked.call, told)) is not None:
        return before
    ids = await _do(session, asked.commands, kinds, by, geography)
    await keep_answer(session, by.id, asked.call, ids)
    return ids


async def _do(
    session: InTurn, commands: list[Command], kinds: Mapping[str, Kind], by: Person, geography: Geography
) -> list[UUID]:
    ids, known = list[UUID](), dict[str, UUID]()
    for number, command in enumerate(commands):
        kind, here = kinds[command.kind], f"commands.{number}"
        session.as_of(command.at)
        about = _resolved(command.about, known, f"{here}.about")
        form = _read(kind, _resolved(command.form, known, f"{here}.form"), number)
        try:
            done = await kind.do(Doing(session, form, about, by, geography))
            await session.in_turn()
        except Refused as refused:
            refused.field = f"{here}.form.{refused.field}" if refused.field else here
            raise
        ids.append(done)
        if command.key is not None:
            known[command.key] = done
    session.as_of(None)
    return ids


def _read(kind: Kind, form: Any, number: int) -> Form:
    try:
        return kind.form.model_validate(form)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        raise RequestValidationError(
            [{**one, "loc": ("body", "commands", number, "form", *one["loc"])} for one in errors]
        ) from error


def _resolved(told: Any, known: Mapping[str, UUID], field: str) -> Any:
    """The same with ids in the place of references."""
    if isinstance(told, Ref):
        told = {"ref": told.ref}
    if isinstance(told, dict) and set(told) == {"ref"}:
        if not isinstance(told["ref"], str) or told["ref"] not in known:
            raise NotFound("No earlier command of this call has that key.", field=field)
        return known[told["ref"]]
    if isinstance(told, dict):
        return {name: _resolved(value, known, field) for name, value in told.items()}
    if isinstance(told, list):
        return [_resolved(value, known, field) for value in told]
    return told
