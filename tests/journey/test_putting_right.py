"""An event that a service truly cannot handle, put right by an administrator on the status page, in both modes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import asyncpg

from tests.installations import Installation, Team
from tests.journey.people import a_provider
from tests.visiting import Visited, visit
from tests.waiting import until

POISON = """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'No'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON homes FOR EACH ROW WHEN (NEW.youngest = 2 AND NEW.oldest = 3)
    EXECUTE FUNCTION refuse()"""
CURE = "DROP FUNCTION refuse CASCADE"
HOME = {"name": "Poplar House", "type": "K2", "area": "E09000033", "youngest": 2, "oldest": 3, "sexes": ["F"]}
AGAIN = "Handle again"


@asynccontextmanager
async def in_the_way(installation: Installation) -> AsyncIterator[asyncpg.Connection]:
    """Metrics cannot keep such homes."""
    connection = await asyncpg.connect(installation.database_url("metrics"))
    await connection.execute(POISON)
    try:
        yield connection
    finally:
        await connection.execute("DROP FUNCTION IF EXISTS refuse CASCADE")
        await connection.close()


async def test_what_was_set_aside_is_seen_mended_and_handled_again_on_the_status_page(
    installation: Installation, team: Team
) -> None:
    await a_provider(team)
    administrator = team["administrator"]
    administrator.headers["accept"] = "text/html"

    async def shown() -> Visited | None:
        page = await visit(administrator, "/status")
        told = "providers.home_opened.v1 and", "Works, but events were set aside"
        return page if all(words in page.text for words in told) else None

    async with in_the_way(installation) as database:
        home = await team.does("provider", "POST", "/providers/homes", HOME | {"opened": "2024-04-01", "places": [{}]})
        judged = {"rating": "good", "inspected_on": str(date(2025, 1, 20))}
        await team.does("commissioner", "POST", f"/providers/homes/{home['home']}/rating", judged)
        page = await until(shown)
        assert page is not None
        assert home["home"] in page.text
        refused = await page.send(AGAIN)
        assert "They still cannot be handled" in refused.errors[0][1]
        assert home["home"] in refused.text
        await database.execute(CURE)
        mended = await refused.send(AGAIN)
        assert "The events set aside were handled again." in mended.text
        kept = await database.fetch("SELECT version FROM homes WHERE home = $1 ORDER BY version", home["home"])
        assert [row["version"] for row in kept] == [1, 2]
    assert home["home"] not in (await visit(administrator, "/status")).text


async def test_the_figures_are_compared_with_the_events_from_the_status_page(
    installation: Installation, team: Team
) -> None:
    administrator = team["administrator"]
    administrator.headers["accept"] = "text/html"
    begun = await (await visit(administrator, "/status")).send("Rebuild from the events and compare")
    assert "The rebuild has begun." in begun.text

    async def compared() -> bool:
        return "The last rebuild found every fact as it was." in (await visit(administrator, "/status")).text

    await until(compared)
