"""What every event about an offer, a placement or a period of care says of it, read off its row."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic_core import to_json

from shared.contracts.placements import PriceLine
from shared.store.session import Row

OFFER = (
    *("offer", "authority", "version", "referral", "child", "provider", "home", "vacancy"),
    *("status", "invited_at", "answered_at"),
)
PLACEMENT = (
    *("placement", "authority", "version", "status", "child", "referral", "provider", "home", "place", "type"),
    *("sector", "purpose", "starts", "ends", "contract", "same_carer", "outward", "miles_tenths", "location"),
    *("distance_reason", "long_term_match"),
)
CARE = ("period", "child", "authority", "version", "started", "ended", "legal_status", "start_known")


def told(row: Row, names: Sequence[str]) -> dict[str, Any]:
    """These columns of a row."""
    return {name: row[name] for name in names}


def offer_state(row: Row) -> dict[str, Any]:
    """How an offer stands."""
    return told(row, OFFER)


def placement_state(row: Row) -> dict[str, Any]:
    """How a placement stands: the fear itself stays with us but for the event that raises it."""
    return told(row, PLACEMENT) | {"fragile": row.fear is not None, "group": row.group_id, "on_hold": row.on_hold}


def care_state(row: Row) -> dict[str, Any]:
    """How a period of care stands."""
    return told(row, CARE)


def prices_as_json(prices: Iterable[PriceLine]) -> str:
    """Prices as a placement's row keeps them."""
    return to_json([line.model_dump(mode="json") for line in prices]).decode()
