"""The fields that several of placements' forms share."""

from typing import Annotated

from pydantic import Field

from shared.web.fields import Version

Seen = Annotated[Version | None, Field(description="the version you saw; a newer one is not overwritten")]
"""Optional where two who change the same do no harm."""
