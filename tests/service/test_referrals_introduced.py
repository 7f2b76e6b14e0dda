"""Who a child is, a provider learns once its offer is accepted, and no longer when that falls; each look is written down."""

from uuid import UUID

import httpx
import pytest

from shared.contracts import Event
from shared.contracts.placements import OfferAccepted, OfferInvited, OfferMade
from shared.ids import new_id
from tests.service.referring import Setting, offer
from tests.visiting import visit


@pytest.fixture
async def provider(referring: Setting) -> tuple[UUID, httpx.AsyncClient]:
    """A provider and its manager."""
    made = new_id()
    return made, await referring.service.of_provider(made)


async def test_a_name_is_told_only_while_the_offer_is_accepted(
    referring: Setting, provider: tuple[UUID, httpx.AsyncClient]
) -> None:
    (who, client), id, child = provider, new_id(), referring.children[0]
    stranger = await referring.service.of_provider(new_id())
    referral = await referring.submitted()

    async def known(client: httpx.AsyncClient) -> list[str]:
        answer = await client.post("/referrals/children/names", json={"children": referring.children})
        page = await client.get(f"/referrals/introduced/{child}")
        names = [told["name"] for told in answer.json()]
        assert (page.status_code == 200) == bool(names)
        return names

    seen = []
    kinds: tuple[type[Event], ...] = (OfferInvited, OfferMade, OfferAccepted, OfferMade)
    for version, kind in enumerate(kinds, 1):
        told = offer(referring, kind, version, referral, 0, id).model_copy(update={"provider": who})
        await referring.service.hear(told, times=2)
        seen.append(await known(client))
        assert await known(stranger) == []
    assert seen == [[], [], ["Robin Ash"], []]
    assert (await referring.service.audited()).count("read child") == 2


async def test_the_page_says_who_the_child_is(referring: Setting, provider: tuple[UUID, httpx.AsyncClient]) -> None:
    (who, client), child = provider, referring.children[0]
    client.headers["accept"] = "text/html"
    told = offer(referring, OfferAccepted, 3, await referring.submitted(), 0, new_id())
    await referring.service.hear(told.model_copy(update={"provider": who}))
    page = await visit(client, f"/referrals/introduced/{child}")
    assert page.heading == "Robin Ash"
    assert "21 May 2014, aged 11" in page.text
    await visit(client, f"/referrals/introduced/{referring.children[1]}", status=404)
