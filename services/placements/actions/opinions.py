"""What a child's social worker thinks of a home that is offered: agreed, or objected to with a reason."""

from uuid import UUID

from services.placements.actions.telling import offer_state
from services.placements.actions.writing import change_row
from services.placements.forms.opinions import Consider
from services.placements.queries import the_offer
from services.placements.queries.opinions import opinions_on
from shared.contracts.placements import OfferConsidered
from shared.contracts.vocabulary import OfferStatus
from shared.errors import Refused, must_be_current
from shared.identity.person import Person
from shared.store.session import WriteSession

CONSIDERED = (OfferStatus.OFFERED, OfferStatus.ACCEPTED)
SAY = """INSERT INTO offer_opinions (offer, agrees, objection, words, said_by, said_at)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (offer) DO UPDATE SET agrees = excluded.agrees, objection = excluded.objection,
        words = excluded.words, said_by = excluded.said_by, said_at = excluded.said_at"""


async def consider_offer(session: WriteSession, offer: UUID, form: Consider, *, by: Person) -> None:
    """Agree to an offered home, or object. The offer's version moves on, so that whoever is about to choose it is told.

    Said again in the same words it changes nothing. Raises NotFound, Stale, Refused where nothing is offered.
    """
    before = await the_offer(session, offer, by, lock=True)
    said = (await opinions_on(session, [offer])).get(offer)
    if said is not None and (said.agrees, said.objection, said.words) == (form.agrees, form.objection, form.words):
        return
    must_be_current(before.version, form.version)
    if before.status not in CONSIDERED:
        raise Refused(f"That offer is {before.status.replace('_', ' ')}.", field="offer", code="not_in_that_order")
    now = session.clock.now()
    await session.run(SAY, offer, form.agrees, form.objection, form.words, by.id, now)
    row = await change_row(session, "offers", "offer", offer, {"status": before.status})
    session.publish(OfferConsidered(**offer_state(row), agrees=form.agrees, objection=form.objection))
    session.audit(by.id, "agree to offer" if form.agrees else "object to offer", offer)
