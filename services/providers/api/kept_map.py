"""The map of postcodes, for routes where a person says where a home is."""

from typing import Annotated

from fastapi import Depends, Request

from shared.geography import Geography
from shared.geography.kept import the_map


async def _kept_map(request: Request) -> Geography:
    return await the_map(request.app.state.running.settings.map_folder)


Map = Annotated[Geography, Depends(_kept_map)]
