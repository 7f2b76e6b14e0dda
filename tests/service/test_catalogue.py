"""The schemas that events point at, and the catalogue of all of them, where anybody may read them."""

from shared.contracts import EVENTS
from tests.apps import an_app, an_identity, visiting


async def test_every_event_type_has_its_schema_where_events_say_it_is() -> None:
    async with visiting(an_app(an_identity())) as browser:
        for type_ in EVENTS:
            answer = await browser.get(f"/schemas/{type_}.json")
            assert answer.status_code == 200
            assert answer.headers["content-type"].startswith("application/json")
            assert "properties" in answer.json()
        assert (await browser.get("/schemas/nothing.v1.json")).status_code == 404
        assert (await browser.get("/schemas/..%2Fasyncapi.json")).status_code == 404


async def test_the_catalogue_of_events_can_be_read() -> None:
    async with visiting(an_app(an_identity())) as browser:
        assert (await browser.get("/asyncapi.json")).json()["asyncapi"].startswith("3.")
