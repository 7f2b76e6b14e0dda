"""What waits for whoever asks, as each service tells it of its own records: how many, how many late, and the way there."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from shared.identity.access import somebody
from shared.identity.person import Person
from shared.service.notices.notice import for_person
from shared.service.notices.pages import unseen
from shared.store.database import Reading
from shared.store.session import ReadSession


@dataclass(frozen=True, slots=True)
class Waiting:
    """One kind of thing that somebody has to do, never which child it is about."""

    title: str
    path: str
    count: int
    late: int = 0


Waits = Callable[[ReadSession, Person], Awaitable[Sequence[Waiting]]]


class WaitingAnswer(BaseModel):
    """One line of what waits."""

    title: str = Field(examples=["Offers to compare"])
    path: str = Field(examples=["/placements/desk?stage=choose"])
    count: int = Field(examples=[3], description="0 only for notices, where none is new")
    late: int = Field(examples=[1], description="how many of them are past their time")


def waiting_router(service: str) -> APIRouter:
    """`/<service>/waiting`: numbers only, and of one's own business only."""
    router = APIRouter(prefix=f"/{service}", tags=["waiting"])

    @router.get("/waiting", summary="What waits for whoever asks", response_model=list[WaitingAnswer])
    async def waiting(
        request: Request, by: Annotated[Person, Depends(somebody)], session: Reading
    ) -> list[dict[str, Any]]:
        of = request.app.state.running.service
        found = list(await cast(Waits, of.waits)(session, by)) if of.waits else []
        found = [one for one in found if one.count]
        if for_person(of.notices, by):  # and where none is new, so that their page is found
            new = await unseen(session, of.notices, by)
            found.append(Waiting(f"New notices from {service}", f"/{service}/notices", new))
        return [asdict(one) for one in found]

    return router
