"""Routes of contracts: an authority's own, and those its provider has."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.providers import queries
from services.providers.actions import contracts
from services.providers.forms.contracts import AddPrices, AwardContract, ContractAnswer, EndContract, PriceAnswer
from shared.identity.access import may
from shared.identity.person import Person
from shared.store.database import Reading, Writing
from shared.store.session import ReadSession, Row

router = APIRouter(prefix="/providers/contracts", tags=["contracts"])
Commissioner = Annotated[Person, Depends(may("providers:award_contracts"))]
Reader = Annotated[Person, Depends(may("providers:read_market"))]


async def _answers(session: ReadSession, rows: list[Row]) -> list[ContractAnswer]:
    prices: dict[UUID, list[PriceAnswer]] = {row.contract: [] for row in rows}
    for line in await queries.prices_of(session, list(prices)):
        prices[line.contract].append(PriceAnswer(**line))
    return [ContractAnswer(**row, prices=tuple(prices[row.contract])) for row in rows]


async def _answer(session: ReadSession, contract: UUID, by: Person) -> ContractAnswer:
    (answer,) = await _answers(session, [await queries.contract_awarded_by(session, contract, by)])
    return answer


@router.post("", status_code=201, summary="Award a contract")
async def award_contract(form: AwardContract, by: Commissioner, session: Writing) -> ContractAnswer:
    """It is your own authority's: no other sees it."""
    row = await contracts.award_contract(session, form, by=by)
    return await _answer(session, row.contract, by)


@router.get("", summary="Your authority's contracts, or your provider's")
async def contracts_(by: Reader, session: Reading) -> list[ContractAnswer]:
    return await _answers(session, await queries.contracts_of(session, by))


@router.post("/{contract:uuid}/prices", status_code=201, summary="Add to a contract's schedule of prices")
async def add_prices(contract: UUID, form: AddPrices, by: Commissioner, session: Writing) -> ContractAnswer:
    await contracts.add_prices(session, contract, form, by=by)
    return await _answer(session, contract, by)


@router.post("/{contract:uuid}/end", summary="End a contract sooner than was agreed")
async def end_contract(contract: UUID, form: EndContract, by: Commissioner, session: Writing) -> ContractAnswer:
    await contracts.end_contract(session, contract, form, by=by)
    return await _answer(session, contract, by)
