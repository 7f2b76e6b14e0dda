"""The layouts of Ofsted's list that we know: which sheets, and which column says what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

PROVIDERS, SUPPORTED = "Providers", "SA Providers"

EVERYWHERE = {
    "urn": "URN",
    "kind": "Provider type",
    "name": "Provider name",
    "opened": "Registration date",
    "status": "Registration status",
    "codes": "Placement code",
}
OWNED = {"owner": "Owner ID", "owner_name": "Owner name"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: the columns we read, by what they are to us."""

    name: str
    columns: Mapping[str, str]
    settings: bool = False
    """Whether one URN may stand there for several addresses."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A workbook of one kind."""

    name: str
    sheets: Sequence[Sheet]


LAYOUTS = (
    Layout(
        "two sheets (2025)",
        (
            Sheet(
                PROVIDERS,
                {
                    **EVERYWHERE,
                    **OWNED,
                    "authority": "Local authority",
                    "closed": "Deregistration date",
                    "postcode": "Provider postcode",
                    "sector": "Placement provider code",
                    "inspected_on": "Date of last full inspection",
                    "rating": "Overall effectiveness",
                    "places": "Number of registered places",
                },
            ),
            Sheet(
                SUPPORTED,
                {
                    **EVERYWHERE,
                    **OWNED,
                    "authority": "Setting Local Authority",
                    "closed": "Closed date",
                    "postcode": "Setting address postcode",
                    "sector": "Sector",
                    "setting_status": "Setting status",
                    "setting_status_on": "Setting status date",
                    "places": "Capacity",
                },
                settings=True,
            ),
        ),
    ),
    Layout(
        "one sheet",
        (
            Sheet(
                PROVIDERS,
                {
                    **EVERYWHERE,
                    "authority": "Local authority",
                    "closed": "Deregistration date",
                    "postcode": "Setting address postcode",
                    "sector": "Placement provider code",
                    "places": "Number of registered places",
                },
            ),
        ),
    ),
)


def layout_of(headers: Mapping[str, Sequence[str]]) -> tuple[Layout | None, list[str]]:
    """The layout whose columns are all there; or none, and what the nearest one misses, as `sheet: column`."""
    missing = {
        layout.name: [
            f"{sheet.name}: {column}"
            for sheet in layout.sheets
            for column in sheet.columns.values()
            if column not in headers.get(sheet.name, ())
        ]
        for layout in LAYOUTS
    }
    for layout in LAYOUTS:
        if not missing[layout.name]:
            return layout, []
    return None, min(missing.values(), key=len)
