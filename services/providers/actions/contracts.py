"""Awarding contracts to providers, adding to their prices, and ending them."""

from collections.abc import Sequence
from uuid import UUID

from services.providers.domain import must_follow
from services.providers.forms.contracts import AddPrices, AwardContract, EndContract, PriceLine
from services.providers.queries import CONTRACT, contract_awarded_by, provider_seen
from shared.contracts.providers import ContractAwarded, ContractEnded
from shared.contracts.vocabulary import ContractKind
from shared.errors import Invalid, NotFound, Refused, must_be_current
from shared.identity.person import Person
from shared.ids import new_id
from shared.store.session import Row, WriteSession, columns_of

AWARD = f"""INSERT INTO contract AS c
    (contract, provider, authority, version, kind, tier, lot, types, starts, ends, weekly_pence, block_places)
    VALUES ($1, $2, $3, 1, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING {CONTRACT}"""
PRICE = """INSERT INTO contract_price (contract, price, type, youngest, oldest, weekly_pence, starts)
    SELECT $1, * FROM unnest($2::uuid[], $3::text[], $4::integer[], $5::integer[], $6::integer[], $7::date[])"""
GROWN_OLDER = "UPDATE contract SET version = version + 1 WHERE contract = $1"
END = f"UPDATE contract c SET ends = $2, version = version + 1 WHERE contract = $1 RETURNING {CONTRACT}"
SAID: dict[str, ContractKind] = {
    "tier": ContractKind.FRAMEWORK,
    "lot": ContractKind.DPS,
    "block_places": ContractKind.BLOCK,
    "weekly_pence": ContractKind.BLOCK,
}
"""What one kind of contract says, and no other."""


async def award_contract(session: WriteSession, form: AwardContract, *, by: Person) -> Row:
    """The caller's authority may buy from a provider on these terms."""
    if by.authority is None:
        raise Refused("Only somebody of an authority can award its contracts.", status=403, code="not_allowed")
    for name, kind in SAID.items():
        if (getattr(form, name) is not None) != (form.kind == kind):
            raise Invalid(f"This is said of a contract if, and only if, its kind is {kind}.", field=name)
    provider = await _market(session, form.provider, by)
    if (form.kind == ContractKind.IN_HOUSE) != (provider.owned_by is not None):
        raise Invalid(
            "An in-house contract is with your authority's own service, every other with others.", field="kind"
        )
    of = (form.kind, form.tier, form.lot, list(form.types), form.starts, form.ends)
    row = await session.one(AWARD, new_id(), form.provider, by.authority, *of, form.weekly_pence, form.block_places)
    assert row is not None
    await _add(session, row.contract, form.prices)
    session.publish(ContractAwarded(**row))
    session.audit(by.id, "award contract", row.contract)
    return row


async def add_prices(session: WriteSession, contract: UUID, form: AddPrices, *, by: Person) -> Row:
    """More lines for a contract's schedule: what is said later for a later day holds from then on."""
    row = await contract_awarded_by(session, contract, by, lock=True)
    must_be_current(row.version, form.version)
    await _add(session, contract, form.prices)
    await session.run(GROWN_OLDER, contract)
    session.audit(by.id, "add prices", contract)
    return row


async def end_contract(session: WriteSession, contract: UUID, form: EndContract, *, by: Person) -> Row:
    """It ends sooner than was agreed; what was bought under it is not touched."""
    row = await contract_awarded_by(session, contract, by, lock=True)
    must_be_current(row.version, form.version)
    must_follow(row.starts, form.on, field="on", words="A contract must end after it starts.")
    if row.ends is not None and row.ends <= form.on:
        raise Refused("The contract ends before that day already.", field="on", code="contract_ended")
    ended = await session.one(END, contract, form.on)
    assert ended is not None
    session.publish(ContractEnded(**ended))
    session.audit(by.id, "end contract", contract)
    return ended


async def _market(session: WriteSession, provider: UUID, by: Person) -> Row:
    try:
        return await provider_seen(session, provider, by)
    except NotFound:
        raise NotFound(field="provider") from None


async def _add(session: WriteSession, contract: UUID, prices: Sequence[PriceLine]) -> None:
    lines = [(new_id(), p.type, p.youngest, p.oldest, p.weekly_pence, p.starts) for p in prices]
    await session.run(PRICE, contract, *columns_of(lines, 6))
