"""Routes that load the episodes of a return, and that give a year's return out."""

from typing import Annotated, Any

from fastapi import Depends, Path, Query, Request, Response

from services.placements.actions.exporting import export_return
from services.placements.actions.returns import load_episodes
from services.placements.returns.export import Format
from shared.errors import NotAllowed
from shared.identity.access import may
from shared.identity.person import Person
from shared.service.loads import returns_router
from shared.ssda903.shape import YEARS

ZIP: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A zip with a folder of the year: a CSV file a table (or one XML), and manifest.json, which says"
        " how many rows are in each, as at which day, and what was left out and why",
        "content": {
            "application/zip": {
                "schema": {"type": "string", "format": "binary"},
                "example": "PK (the bytes of a zip with 2026/Header.csv, 2026/Episodes.csv and so on)",
            }
        },
    }
}
FIRST = 2018
"""Returns of years before the first whose codes are known are written by the codes of that."""

router = returns_router("placements", load_episodes)


@router.get("/years/{year}", summary="The SSDA903 return of a collection year", responses=ZIP, response_class=Response)
async def export(
    year: Annotated[int, Path(ge=FIRST, le=YEARS[-1], examples=[2026], description="it ends on 31 March of this year")],
    request: Request,
    by: Annotated[Person, Depends(may("placements:export"))],
    format: Annotated[Format, Query(description="CSV has every table; XML has no SWEpisodes and no DoLo")] = Format.CSV,
) -> Response:
    """Out of the ledger as it now stands: until the year has ended, as at today. What is not known is left out and
    listed. The same ledger gives the same bytes."""
    if by.authority is None:
        raise NotAllowed("Only somebody of an authority can have its return.")
    content = await export_return(request.app.state.database, by.authority, year, format, by=by)
    name = f"ssda903-{by.authority}-{year}-{format}.zip"
    return Response(
        content, media_type="application/zip", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
