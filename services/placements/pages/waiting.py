"""What waits in placements for whoever asks: homes to ask, offers to compare, to book, to give an opinion on, to answer."""

from collections.abc import Sequence

from services.placements.pages.queue import HERE
from services.placements.queries.desk import NOT_YET, QUEUE, Stage
from shared.identity.permissions import allows
from shared.identity.person import Person
from shared.service.waiting import Waiting
from shared.store.session import ReadSession

BY_STAGE = f"""WITH queue AS ({QUEUE})
    SELECT stage, count(*) AS n, count(*) FILTER (WHERE due_at < $6) AS late FROM queue GROUP BY stage"""
WHOLE_QUEUE = 100_000
TO_APPROVE = """SELECT count(*) AS n, count(*) FILTER (WHERE r.due_at < $3) AS late
    FROM approvals a JOIN offers o USING (offer) JOIN referrals r USING (referral)
    WHERE a.authority = $1 AND a.approved IS NULL AND r.open AND o.status IN ('offered', 'accepted')
        AND a.asked_by <> $2 AND o.invited_by <> $2"""
STAGES = {
    Stage.ASK: "Referrals for which no home was asked yet",
    Stage.CHOOSE: "Referrals with offers to compare",
    Stage.BOOK: "Homes chosen and not booked yet",
    Stage.ANSWERS: "Referrals that wait for providers’ answers",
}
TO_CONSIDER = """SELECT count(*) FROM offers o WHERE authority = $1 AND open AND status = 'offered'
    AND NOT EXISTS (SELECT FROM offer_opinions p WHERE p.offer = o.offer)"""


LIVING = """SELECT count(*) FILTER (WHERE status <> 'started' AND starts <= $2) AS expected,
        count(*) FILTER (WHERE status <> 'started' AND starts < $2) AS late,
        count(*) FILTER (WHERE status = 'started') AS fragile
    FROM placements WHERE authority = $1
        AND (status IN ('booked', 'confirmed') AND NOT on_hold OR (status = 'started' AND fear IS NOT NULL))"""
FOR_A_PROVIDER = """SELECT
    (SELECT count(*) FROM offers WHERE provider = $1 AND open AND status = 'invited') AS invited,
    count(*) AS arriving, count(*) FILTER (WHERE p.starts < $2) AS late
    FROM placements p LEFT JOIN stay_reports s USING (placement)
    WHERE p.provider = $1 AND p.status = 'confirmed' AND p.starts <= $2 AND s.report IS NULL"""


async def waits(session: ReadSession, by: Person) -> Sequence[Waiting]:
    """By authority or by provider."""
    if by.provider is not None:
        return await _for_a_provider(session, by) if allows("placements:answer_offers", by) else ()
    lines: list[Waiting] = []
    if by.authority is not None and allows("placements:match", by):
        lines += await _for_an_officer(session, by)
    if by.authority is not None and allows("placements:approve", by):
        row = await session.one(TO_APPROVE, by.authority, by.id, session.clock.now())
        assert row is not None
        lines.append(Waiting("Homes that wait for your approval", "/placements/approvals", row.n, row.late))
    if by.authority is not None and allows("placements:consider", by):
        count = await session.value(TO_CONSIDER, by.authority)
        lines.append(Waiting("Offers you can agree to or object to", "/placements/lives", count))
    if by.authority is not None and allows("placements:record", by):
        row = await session.one(LIVING, by.authority, session.clock.today())
        assert row is not None
        lines.append(Waiting("Children expected in a home", "/placements/lives", row.expected, row.late))
        lines.append(Waiting("Placements that may not last", "/placements/lives", row.fragile))
    return lines


async def _for_an_officer(session: ReadSession, by: Person) -> list[Waiting]:
    now = session.clock.now()
    rows = await session.all(BY_STAGE, by.authority, list(NOT_YET), None, None, WHOLE_QUEUE, now)
    found = {row.stage: row for row in rows}
    return [
        Waiting(title, f"{HERE}?stage={stage}", found[stage].n, found[stage].late)
        for stage, title in STAGES.items()
        if stage in found
    ]


async def _for_a_provider(session: ReadSession, by: Person) -> list[Waiting]:
    row = await session.one(FOR_A_PROVIDER, by.provider, session.clock.today())
    assert row is not None
    return [
        Waiting("Referrals you are invited to", "/placements/invited", row.invited),
        Waiting("Children you expect: say whether they came", "/placements/stays", row.arriving, row.late),
    ]
