"""The route by which an administrator has the audit's whole chain checked."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from shared.errors import NotAllowed
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.audit import verify_audit
from shared.store.database import Reading


class AuditAnswer(BaseModel):
    """How far the chain of who saw and who changed what holds."""

    holds: bool
    links: int = Field(description="links that hold, from the first on")
    first_broken: int | None = Field(description="the first link that was altered or removed")


def audit_router(service: str) -> APIRouter:
    """`/<service>/audit/verify`."""
    router = APIRouter(prefix=f"/{service}/audit", tags=["operations"])

    @router.get("/verify", summary="Does the audit's chain hold, and where does it break?")
    async def verify(by: Annotated[Person, Depends(may("audit:verify"))], session: Reading) -> AuditAnswer:
        if not by.installation:  # the chain is everybody's
            raise NotAllowed("Only the installation's own administrator has the audit checked.")
        links, broken = await verify_audit(session)
        return AuditAnswer(holds=broken is None, links=links, first_broken=broken)

    return router
