"""What the manifest of a return that we gave out says besides: codes that its year lacks, as they are held."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath
from typing import Literal

from pydantic import BaseModel, ValidationError

from shared.ssda903.codes import CODES
from shared.ssda903.episodes import Key
from shared.ssda903.ledger import Episode
from shared.ssda903.limits import Limits
from shared.ssda903.lines import BROKEN
from shared.ssda903.sources import Source

MANIFEST = "manifest.json"
Held = Mapping[Key, "WrittenAs"]


class WrittenAs(BaseModel):
    """An episode whose kind of placement had no code in its year, and the code that was written for it."""

    table: Literal["Episodes"]
    child: str
    decom: date
    field: Literal["PLACE"]
    held: str
    written: str
    urn: str = ""
    """What Ofsted registered the home under, where the code that was written went without."""


class _Manifest(BaseModel):
    collection_year: int
    written_as: list[WrittenAs]


def held_codes(sources: Iterable[Source], limits: Limits) -> dict[int, Held]:
    """By collection year what each manifest says; of one that is not ours, nothing."""
    found: dict[int, Held] = {}
    for source in sources:
        if PurePosixPath(source.name).name != MANIFEST or source.size > limits.file_bytes:
            continue
        try:
            with source.open() as stream:
                manifest = _Manifest.model_validate_json(stream.read(limits.file_bytes))
        except (ValidationError, *BROKEN):
            continue
        known = (one for one in manifest.written_as if one.held in CODES["PLACE"])
        found[manifest.collection_year] = {(one.child.upper(), one.decom): one for one in known}
    return found


def as_held(episodes: Mapping[Key, Episode], held: Held) -> dict[Key, Episode]:
    """The year's episodes with the codes that are held."""
    return {key: _as_held(episode, held.get(key)) for key, episode in episodes.items()}


def _as_held(episode: Episode, one: WrittenAs | None) -> Episode:
    if one is None or episode.place != one.written:
        return episode
    return replace(episode, place=one.held, urn=episode.urn or one.urn)
