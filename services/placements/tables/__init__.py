"""What placements keeps: its own offers, placements and periods of care, and its copies of what others told it."""

from services.placements.tables import checked, copies, desk, own, returned, statutory
from services.placements.tables.kept import METADATA

__all__ = ["METADATA", "checked", "copies", "desk", "own", "returned", "statutory"]
