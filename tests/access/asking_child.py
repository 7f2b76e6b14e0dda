"""What each of a child's pages is asked in the access matrix: all are the authority's own."""

from urllib.parse import urlencode

from tests.access.cases import FORM, OWN, Asked, Case
from tests.access.scenes import Scenes, nobody

CHILD = "/referrals/desk/children/{child:uuid}"
KNOWN = {"name": "Kit Rowan", "born-day": "1", "born-month": "5", "born-year": "2015", "sex": "M", "ethnicity": "WBRI"}
ASSESSED = {"assessed_on-day": "1", "assessed_on-month": "2", "assessed_on-year": "2026", "solo": "no"}
PLACE = {"kind": "school", "postcode": "LS1 4AP"}


def of_child(page: str, fields: dict[str, str] | None = None, made: str = "important_place") -> list[Case]:
    """A page of a child who has an important place, or with fields what it sends."""

    async def scene(scenes: Scenes) -> Asked:
        there = await getattr(scenes, made)()
        path = f"/referrals/desk/children/{{}}{page}"
        body = None if fields is None else urlencode(fields).encode()
        place = there.get("place", "")
        return Asked(
            path.format(there["child"], place=place),
            body,
            absent_path=path.format(nobody(), place=place),
            absent_form=body,
            kind=FORM,
        )

    return [Case(scene, OWN)]


CHILD_PAGES: dict[str, list[Case]] = {
    f"GET {CHILD}": of_child(""),
    f"POST {CHILD}/ask": of_child("/ask", {}),
    f"GET {CHILD}/correct": of_child("/correct"),
    f"POST {CHILD}/correct": of_child("/correct", KNOWN),
    f"GET {CHILD}/needs": of_child("/needs"),
    f"POST {CHILD}/needs": of_child("/needs", ASSESSED),
    f"GET {CHILD}/wishes": of_child("/wishes"),
    f"POST {CHILD}/wishes": of_child("/wishes", {"whose": "child", "words": "To stay."}),
    f"GET {CHILD}/places": of_child("/places"),
    f"POST {CHILD}/places": of_child("/places", PLACE),
    f"GET {CHILD}/places/{{place:uuid}}": of_child("/places/{place}"),
    f"POST {CHILD}/places/{{place:uuid}}": of_child("/places/{place}", PLACE),
    f"POST {CHILD}/places/{{place:uuid}}/remove": of_child("/places/{place}/remove", {}),
}
