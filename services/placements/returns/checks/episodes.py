"""Rules of Episodes, one by one: codes, days, ages, and what a legal status allows."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from services.placements.returns.checks.case import SHORT_BREAKS, Case
from services.placements.returns.checks.codes import codes_of, no_sector_for
from services.placements.returns.checks.days import after, before, birthday, reached, short_of
from services.placements.returns.checks.rule import ADMINISTRATOR, OFFICER, WORKER, Find, Rule, each

TEMPORARY = frozenset({"T0", "T1", "T2", "T3", "T4"})
FOSTERING = frozenset({"U1", "U2", "U3", "U4", "U5", "U6"})
ADOPTION = frozenset({"A3", "A4", "A5", "A6"})
GUARDIANSHIP = frozenset({"E45", "E46", "E47", "E48"})
INDEPENDENT = frozenset({"E5", "E6"})
CRIME = frozenset({"J1", "J2", "J3"})
FIRST_EVER = date(1991, 10, 14)
PLACEMENT_ORDERS_SINCE = date(2005, 12, 1)

CODE = "Record it again with one of this year's codes."
DAY = "Correct the day in placements."
LEGAL = "Make sure of the legal status and correct the period of care."
STAY = "Correct the placement's kind or its days."
END = "Correct why or when the care ended."


def episodes(wrong: Any) -> Find:
    """Episodes of which this is true."""
    return each("Episodes", wrong)


def other_code(field: str, table_field: str) -> Find:
    """Episodes with a code that this year does not have; blank is another rule's."""

    def wrong(case: Case, episode: Any) -> bool:
        value = getattr(episode, field)
        return value is not None and value not in codes_of(case.year, table_field)

    return episodes(wrong)


def too_young(place: str, age: int) -> Find:
    """Placements of a kind that began before the child was old enough."""
    return episodes(lambda c, e: e.place == place and short_of(c.born, age, e.decom))


def too_long(place: str, days: int) -> Find:
    """Temporary stays of a kind that lasted longer than they may."""
    return episodes(lambda c, e: e.place == place and e.dec and e.decom and (e.dec - e.decom).days > days)


def status_too_long(status: str, days: int) -> Find:
    """Episodes of a legal status whose unbroken run is longer than the law allows."""

    def find(case: Case) -> Iterator[Any]:
        run: list[Any] = []
        for episode in [e for e in case.episodes if e.ls == status and e.decom]:
            if run and run[-1].dec != episode.decom:
                yield from _if_long(run, case.as_at, days)
                run = []
            run.append(episode)
        yield from _if_long(run, case.as_at, days)

    return find


def _if_long(run: list[Any], until: date, days: int) -> list[Any]:
    return run if run and ((run[-1].dec or until) - run[0].decom).days > days else []


def _too_much_respite(case: Case) -> list[Any]:
    breaks = [e for e in case.episodes if e.ls == "V3" and e.decom]
    nights = sum(max(0, (min(e.dec or case.as_at, case.closes) - max(e.decom, case.opens)).days) for e in breaks)
    return breaks if nights > 75 else []


def _holidays(case: Case) -> list[Any]:
    stays = [e for e in case.episodes if e.place == "T3"]
    return stays if len(stays) > 2 else []


def _both_breaks(case: Case) -> list[Any]:
    breaks = [e for e in case.episodes if e.ls in SHORT_BREAKS]
    return breaks if len({e.ls for e in breaks}) > 1 else []


def _first(wrong: Any) -> Find:
    """The first episode, if this is true of it."""
    return lambda case: [e for e in case.episodes[:1] if wrong(case, e)]


RULES = (
    Rule("141", "Episodes", "DECOM", OFFICER, "The episode has no day on which it began.", DAY,
         episodes(lambda c, e: e.decom is None)),
    Rule("143", "Episodes", "RNE", OFFICER, "The reason why the episode began is missing or no code.", CODE,
         episodes(lambda c, e: e.rne not in codes_of(c.year, "RNE"))),
    Rule("144", "Episodes", "LS", OFFICER, "The legal status is missing or no code.", LEGAL,
         episodes(lambda c, e: e.ls not in codes_of(c.year, "LS"))),
    Rule("145", "Episodes", "CIN", WORKER, "The category of need is missing or no code.", CODE,
         episodes(lambda c, e: e.cin not in codes_of(c.year, "CIN"))),
    Rule("146", "Episodes", "PLACE", OFFICER, "The kind of placement is missing or not a code of this year.", CODE,
         episodes(lambda c, e: e.place not in codes_of(c.year, "PLACE"))),
    Rule("148", "Episodes", "DEC REC", OFFICER, "A reason why it ended without a day, or a day without a reason.",
         "Record both, or neither while the episode goes on.", episodes(lambda c, e: (e.dec is None) != (e.rec is None))),
    Rule("149", "Episodes", "REC", OFFICER, "The reason why the episode ended is no code.", CODE,
         other_code("rec", "REC")),
    Rule("178", "Episodes", "PLACE_PROVIDER", OFFICER, "The kind of provider is no code.", CODE,
         other_code("place_provider", "PLACE_PROVIDER")),
    Rule("1009", "Episodes", "REASON_PLACE_CHANGE", OFFICER, "The reason why the placement changed is no code.", CODE,
         other_code("reason_place_change", "REASON_PLACE_CHANGE")),
    Rule("233", "Episodes", "REASON_PLACE_CHANGE", OFFICER,
         "The episode goes on, and yet there is a reason why the placement changed.",
         "Take the reason away, or record that the placement ended.",
         episodes(lambda c, e: e.dec is None and e.reason_place_change is not None), 2026),
    Rule("OWN2", "Episodes", "REASON_PLACE_CHANGE", OFFICER,
         "The episode goes on, and yet there is a reason why the placement changed.",
         "Take the reason away, or record that the placement ended.",
         episodes(lambda c, e: e.dec is None and e.reason_place_change is not None), 2023, 2025),
    Rule("234", "Episodes", "REASON_PLACE_CHANGE", OFFICER, "A child under 10 cannot move because of custody.",
         "Choose another reason for the move, or correct the date of birth.",
         episodes(lambda c, e: e.reason_place_change == "CUSTOD" and short_of(c.born, 10, e.decom)), 2026),
    Rule("302", "Episodes", "DECOM", WORKER, "Care begins before the child was born.",
         "Correct the date of birth or the day the care began.", _first(lambda c, e: before(e.decom, c.born))),
    Rule("352", "Episodes", "DECOM RNE", OFFICER, "The care of somebody who was already 18 began.",
         "Correct the date of birth or the day; somebody of 18 does not come into care.",
         episodes(lambda c, e: e.rne == "S" and reached(c.born, 18, e.decom))),
    Rule("353", "Episodes", "DECOM", OFFICER, "The episode begins before the Children Act came into force.", DAY,
         episodes(lambda c, e: before(e.decom, FIRST_EVER))),
    Rule("354", "Episodes", "DECOM", OFFICER, "The episode begins after the year ended.",
         "Correct the day, or leave it to next year's return.", episodes(lambda c, e: after(e.decom, c.closes))),
    Rule("385", "Episodes", "DEC", OFFICER, "The episode ends after the year ended.",
         "Correct the day; at the end of the year the episode is still open.",
         episodes(lambda c, e: after(e.dec, c.closes))),
    Rule("355", "Episodes", "DECOM DEC", OFFICER, "The episode begins and ends on the same day.",
         "An episode of less than 24 hours is not returned: correct the days or take it out.",
         episodes(lambda c, e: e.decom is not None and e.decom == e.dec)),
    Rule("356", "Episodes", "DECOM DEC", OFFICER, "The episode ends before it begins.", DAY,
         episodes(lambda c, e: before(e.dec, e.decom))),
    Rule("358", "Episodes", "LS", OFFICER, "A child of under 10 cannot have a status of criminal law.", LEGAL,
         episodes(lambda c, e: e.ls in CRIME and c.born and e.decom and birthday(c.born, 10) >= e.decom)),
    Rule("359", "Episodes", "DEC LS PLACE", OFFICER, "The care of somebody past 18 goes on.",
         "End the care on the 18th birthday; only section 20 in a community home may go on.",
         episodes(lambda c, e: e.dec is None and c.born is not None and birthday(c.born, 18) < c.as_at
                  and (e.ls, e.place) != ("V2", "K2"))),
    Rule("361", "Episodes", "LS", OFFICER, "Police protection lasts longer than 72 hours.", LEGAL,
         status_too_long("L1", 3)),
    Rule("362", "Episodes", "LS", OFFICER, "The emergency protection order lasts longer than 21 days.", LEGAL,
         status_too_long("L2", 21)),
    Rule("363", "Episodes", "LS", OFFICER, "The child assessment order lasts longer than 7 days.", LEGAL,
         status_too_long("L3", 7)),
    Rule("364", "Episodes", "LS", OFFICER, "Detention in accommodation under PACE lasts longer than 21 days.", LEGAL,
         status_too_long("J2", 21)),
    Rule("365", "Episodes", "LS", OFFICER, "A short break lasts longer than 17 days.", LEGAL,
         episodes(lambda c, e: e.ls == "V3" and e.decom and ((e.dec or c.as_at) - e.decom).days > 17)),
    Rule("366", "Episodes", "RNE", OFFICER, "A short break is one episode that starts care.", LEGAL,
         episodes(lambda c, e: e.ls == "V3" and e.rne != "S")),
    Rule("367", "Episodes", "LS", OFFICER, "The short breaks of the year come to more than 75 days.", LEGAL,
         _too_much_respite),
    Rule("426", "Episodes", "LS", OFFICER, "Short breaks are recorded singly (V3) and by agreement (V4) in one year.",
         "Choose one way of recording them for the whole year.", _both_breaks),
    Rule("371", "Episodes", "PLACE", OFFICER, "The child is under 16 in supported accommodation.", STAY,
         too_young("K3", 16), 2024),
    Rule("372", "Episodes", "PLACE", OFFICER, "The child is under 10 in youth custody.", STAY, too_young("R5", 10)),
    Rule("373", "Episodes", "PLACE", OFFICER, "The child is under 4 in a residential school.", STAY,
         too_young("S1", 4)),
    Rule("374", "Episodes", "PLACE", OFFICER, "The child is under 14 in residential employment.", STAY,
         too_young("P3", 14)),
    Rule("375", "Episodes", "PLACE", OFFICER, "A temporary stay in hospital lasts longer than six weeks.",
         "Record the hospital as a placement of its own.", too_long("T1", 42)),
    Rule("376", "Episodes", "PLACE", OFFICER, "A stay during the carer's holiday lasts longer than three weeks.",
         "Record it as a placement of its own.", too_long("T3", 21)),
    Rule("379", "Episodes", "PLACE", OFFICER, "A temporary stay for another reason lasts longer than seven days.",
         "Record it as a placement of its own.", too_long("T4", 7)),
    Rule("377", "Episodes", "PLACE", OFFICER, "There are more than two stays during a carer's holiday in the year.",
         "Record what goes beyond two as placements of their own.", _holidays),
    Rule("378", "Episodes", "PLACE LS", OFFICER, "A child placed with parents cannot be accommodated under section 20.",
         LEGAL, episodes(lambda c, e: e.place == "P1" and e.ls == "V2")),
    Rule("380", "Episodes", "RNE", OFFICER, "Care begins with a temporary stay, or the stay is no change of placement.",
         "Record the placement the child is away from.",
         episodes(lambda c, e: e.place in TEMPORARY and e.rne not in ("P", "B"))),
    Rule("381", "Episodes", "REC", OFFICER, "Care ends in a temporary stay.",
         "Record the child's return, or the stay as a placement of its own.",
         episodes(lambda c, e: e.place in TEMPORARY and e.rec not in (None, "X1"))),
    Rule("382", "Episodes", "PLACE LS", OFFICER, "A short break cannot be a temporary stay.", STAY,
         episodes(lambda c, e: e.place in TEMPORARY and e.ls in SHORT_BREAKS)),
    Rule("384", "Episodes", "PLACE LS", OFFICER, "A short break cannot be with long-term foster carers.", STAY,
         episodes(lambda c, e: e.place in ("U1", "U4") and e.ls in SHORT_BREAKS)),
    Rule("386", "Episodes", "REC", OFFICER, "Somebody of 18 is said to be adopted.", END,
         episodes(lambda c, e: e.rec in ("E11", "E12") and reached(c.born, 18, e.dec))),
    Rule("387", "Episodes", "REC", OFFICER, "A child of under 14 is said to live independently.", END,
         episodes(lambda c, e: e.rec in INDEPENDENT and short_of(c.born, 14, e.dec))),
    Rule("389", "Episodes", "REC", OFFICER, "A child of under 16 is said to have gone to adults' services.", END,
         episodes(lambda c, e: e.rec == "E7" and short_of(c.born, 16, e.dec))),
    Rule("390", "Episodes", "REC", OFFICER, "A child is adopted without having been placed for adoption.",
         "Record the placement for adoption first.",
         episodes(lambda c, e: e.rec in ("E11", "E12") and e.place not in ADOPTION)),
    Rule("407", "Episodes", "REC", OFFICER, "Somebody past 18 is said to have a special guardian.", END,
         episodes(lambda c, e: e.rec in GUARDIANSHIP and c.born and after(e.dec, birthday(c.born, 18)))),
    Rule("408", "Episodes", "PLACE LS", OFFICER, "Placed under a placement order, and there is no such order.", LEGAL,
         episodes(lambda c, e: e.place in ("A5", "A6") and e.ls != "E1")),
    Rule("446", "Episodes", "LS", OFFICER, "There were no placement orders at that time.", LEGAL,
         episodes(lambda c, e: e.ls == "E1" and before(e.decom, PLACEMENT_ORDERS_SINCE))),
    Rule("460", "Episodes", "REC", OFFICER, "A child of under 18 is said to be staying put.", END,
         episodes(lambda c, e: e.rec == "E17" and short_of(c.born, 18, e.dec))),
    Rule("516", "Episodes", "REC PLACE", OFFICER, "A former foster carer is guardian, but it was no foster placement.",
         END, episodes(lambda c, e: e.rec in ("E45", "E46") and e.place not in FOSTERING)),
    Rule("217", "Episodes", "RNE", OFFICER, "Placed for adoption by the present carer, but the carer is said to change.",
         "Correct how the placement began.",
         episodes(lambda c, e: e.place in ("A3", "A5") and e.rne not in ("S", "T", "U")
                  and e.decom is not None and e.decom >= date(2015, 4, 1))),
    Rule("213", "Episodes", "PLACE_PROVIDER", OFFICER, "A placement of this kind has no kind of provider.",
         "Take the kind of provider away.",
         episodes(lambda c, e: no_sector_for(e.place) and e.place_provider is not None)),
    Rule("526", "Episodes", "PLACE_PROVIDER", OFFICER, "The kind of provider is missing.",
         "Record whose home or carer it is.",
         episodes(lambda c, e: not no_sector_for(e.place) and e.place_provider is None)),
    Rule("527", "Episodes", "PLACE_PROVIDER", OFFICER, "The authority itself cannot provide a placement of this kind.",
         STAY, episodes(lambda c, e: e.place in ("P1", "R2", "R5") and e.place_provider == "PR1")),
    Rule("528", "Episodes", "PLACE_PROVIDER", OFFICER, "Another authority cannot provide a placement of this kind.",
         STAY, episodes(lambda c, e: e.place in ("P1", "R2", "R5") and e.place_provider == "PR2")),
    Rule("529", "Episodes", "PLACE_PROVIDER", OFFICER, "Another public body cannot provide a placement of this kind.",
         STAY, episodes(lambda c, e: e.place_provider == "PR3"
                        and e.place in ADOPTION | FOSTERING | {"K1", "K2", "P1"})),
    Rule("530", "Episodes", "PLACE_PROVIDER", OFFICER, "With parents cannot be private provision.", STAY,
         episodes(lambda c, e: e.place == "P1" and e.place_provider == "PR4")),
    Rule("531", "Episodes", "PLACE_PROVIDER", OFFICER, "With parents cannot be voluntary provision.", STAY,
         episodes(lambda c, e: e.place == "P1" and e.place_provider == "PR5")),
    Rule("550", "Episodes", "PLACE_PROVIDER", OFFICER, "Only a placement with parents is provided by parents.", STAY,
         episodes(lambda c, e: e.place_provider == "PR0" and e.place != "P1")),
    Rule("INT03", "Episodes", "CHILD", ADMINISTRATOR, "The child has episodes and does not stand in Header.",
         "Register the child in referrals.", episodes(lambda c, e: c.header is None)),
)  # fmt: skip
