"""The map of postcodes, opened once in a process."""

import asyncio
from functools import cache
from pathlib import Path

from shared.geography import Geography


@cache
def _opened(folder: Path) -> Geography:
    return Geography.kept_in(folder)


async def the_map(folder: Path) -> Geography:
    """The map kept in a folder (`Settings.map_folder`); the first use on a machine builds it, which takes seconds."""
    return await asyncio.to_thread(_opened, folder)
