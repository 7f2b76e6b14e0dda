"""Ofsted's list as a made-up county's homes would stand in it: the checker asks it for every number that a return names."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from deploy.county.command import Command
from deploy.county.play import County
from shared.contracts.vocabulary import PlacementType
from shared.geography import Geography
from shared.geography.authorities import name_of
from tests.ofsted import workbook

COLUMNS = (
    *("URN", "Local authority", "Placement code", "Placement provider code", "Deregistration date"),
    *("Setting address postcode", "Provider type"),
)
"""What the checker reads of it, in the layout of one sheet; of types of provider it looks only for the one."""
HOME = "Children's Home"
OF_AGENCIES = {PlacementType.FOSTER: "U1,U2,U3,U4,U5,U6", PlacementType.ADOPTION_ORDER: "A3,A4,A5,A6"}
IN_OTHER_YEARS = {PlacementType.SUPPORTED_ACCOMMODATION: "K3,H5"}
"""Those registered for it from October 2023 are returned as what it was until the following March."""
CLOSED = ("SC099999", "Hertfordshire", "K2", "PR4", date(2001, 1, 1), "SG1 1AA", HOME)
"""One that is none of ours: without a day in it the checker takes the column for one of words, and stops."""


def listed(county: County, places: Geography) -> bytes:
    """A workbook with a row for each number; an agency's office is where the first home of the area stands."""
    rows = {row[0]: row for row in _rows(county, places)}
    return workbook({"Providers": [COLUMNS, CLOSED, *rows.values()]})


def _rows(county: County, places: Geography) -> Iterator[tuple[Any, ...]]:
    office = county.opened[0].form["postcode"]
    for command in county.direct:
        if "urn" in command.form:
            agency = command.form["type"] in OF_AGENCIES
            yield _row(command, command.form["sector"], office if agency else command.form["postcode"], places)
    for command in county.opened:
        yield _row(command, command.by, command.form["postcode"], places)


def _row(command: Command, sector: str, postcode: str, places: Geography) -> tuple[Any, ...]:
    type_ = PlacementType(command.form["type"])
    area = places.area(postcode, date(2026, 3, 31))
    return (
        command.form["urn"],
        name_of(area or ""),
        (OF_AGENCIES | IN_OTHER_YEARS).get(type_, str(type_)),
        str(sector),
        None,
        postcode,
        HOME,
    )
