"""What each route of referrals is asked in the access matrix."""

from tests.access.asking_child import CHILD_PAGES
from tests.access.asking_desk import PAGES
from tests.access.asking_panel import PANELS
from tests.access.cases import AUTHORITIES, BOTH_SIDES, OWN, PLACED, Asked, Case, about, plain
from tests.access.scenes import Scenes, birthday, day, nobody
from tests.world import At


async def drafting(scenes: Scenes) -> Asked:
    return Asked(
        "/referrals",
        scenes.referral_form(await scenes.child()),
        absent_form=scenes.referral_form(nobody()),
    )


async def amending(scenes: Scenes) -> Asked:
    made = await scenes.draft()
    form = scenes.referral_form(made["child"], version=1)
    return Asked(f"/referrals/{made['referral']}/amend", form, absent_path=f"/referrals/{nobody()}/amend")


async def correcting_an_important_place(scenes: Scenes) -> Asked:
    made = await scenes.important_place()
    path = f"/referrals/children/{made['child']}/important-places/{{}}/correct"
    return Asked(path.format(made["place"]), NEAR_SCHOOL, absent_path=path.format(nobody()))


async def removing_an_important_place(scenes: Scenes) -> Asked:
    made = await scenes.important_place()
    path = f"/referrals/children/{made['child']}/important-places/{{}}"
    return Asked(path.format(made["place"]), absent_path=path.format(nobody()))


CHILD = "/referrals/children/{}"
REFERRAL = "/referrals/{}"
REGISTERED = {"name": "Robin Ash", "born": birthday(12), "sex": "F", "ethnicity": "WBRI"}
REGISTERING = {"commands": [{"kind": "register_child", "form": REGISTERED}]}
CORRECTED = REGISTERED | {"version": 1}
RECORDED = {"INSTALLATION": 403}
"""An installation's own system belongs to no authority, so it can record nothing."""
NEAR_SCHOOL = {"kind": "school", "postcode": "LS1 4AP", "within_miles": 5}
ASSESSED = {"assessed_on": day(-7), "needs": ["own_bedroom"]}
NOT_FOUND = {"reason": "no_offers"}
TIMES = {"short_notice_working_days": 2, "planned_working_days": 15}
APPROVED = {"version": 2, "decision": "approved", "decided_on": day(0)}

REFERRALS: dict[str, list[Case]] = (
    PAGES
    | CHILD_PAGES
    | PANELS
    | {
        "POST /referrals/children": [plain(CHILD[:-3], REGISTERED, AUTHORITIES, **RECORDED)],
        "POST /referrals/commands": [plain("/referrals/commands", REGISTERING, AUTHORITIES, **RECORDED)],
        "GET /referrals/introduced/{child:uuid}": [about("/referrals/introduced/{}", "child", "accepted", BOTH_SIDES)],
        "POST /referrals/children/names": [plain("/referrals/children/names", {"children": [nobody()]}, PLACED)],
        "POST /referrals/children/search": [plain("/referrals/children/search", {"reference": "C-1"}, PLACED)],
        "POST /referrals/children/{child:uuid}/correct": [about(f"{CHILD}/correct", "child", "child", OWN, CORRECTED)],
        "GET /referrals/children/{child:uuid}": [about(CHILD, "child", "child", OWN)],
        "GET /referrals/children/{child:uuid}/important-places": [
            about(f"{CHILD}/important-places", "child", "child", OWN)
        ],
        "POST /referrals/children/{child:uuid}/important-places": [
            about(f"{CHILD}/important-places", "child", "child", OWN, NEAR_SCHOOL)
        ],
        "POST /referrals/children/{child:uuid}/important-places/{place:uuid}/correct": [
            Case(correcting_an_important_place, OWN)
        ],
        "DELETE /referrals/children/{child:uuid}/important-places/{place:uuid}": [
            Case(removing_an_important_place, OWN)
        ],
        "GET /referrals/children/{child:uuid}/needs": [about(f"{CHILD}/needs", "child", "child", OWN)],
        "POST /referrals/children/{child:uuid}/needs": [about(f"{CHILD}/needs", "child", "child", OWN, ASSESSED)],
        "POST /referrals": [Case(drafting, OWN, {At.INSTALLATION: 403})],
        "POST /referrals/search": [plain("/referrals/search", {"reference": "C-1"}, PLACED)],
        "POST /referrals/{referral:uuid}/amend": [Case(amending, OWN)],
        "POST /referrals/{referral:uuid}/submit": [about(f"{REFERRAL}/submit", "referral", "draft", OWN, {})],
        "POST /referrals/{referral:uuid}/questions": [
            about(f"{REFERRAL}/questions", "referral", "referral", OWN, {"about": "risks", "words": "Which?"})
        ],
        "POST /referrals/{referral:uuid}/answer": [
            about(f"{REFERRAL}/answer", "referral", "questioned", OWN, {"answer": "None."})
        ],
        "POST /referrals/{referral:uuid}/decide": [
            about(f"{REFERRAL}/decide", "referral", "before_panel", OWN, APPROVED)
        ],
        "POST /referrals/{referral:uuid}/open-search": [
            about(f"{REFERRAL}/open-search", "referral", "approved", OWN, {})
        ],
        "GET /referrals/{referral:uuid}/withdrawal": [about(f"{REFERRAL}/withdrawal", "referral", "referral", OWN)],
        "POST /referrals/{referral:uuid}/withdraw": [
            about(f"{REFERRAL}/withdraw", "referral", "referral", OWN, {"reason": "not_needed"})
        ],
        "POST /referrals/{referral:uuid}/close": [about(f"{REFERRAL}/close", "referral", "referral", OWN, NOT_FOUND)],
        "GET /referrals": [plain("/referrals", through=PLACED)],
        "GET /referrals/{referral:uuid}": [about(REFERRAL, "referral", "referral", OWN)],
        "GET /referrals/deadlines": [plain("/referrals/deadlines", through=AUTHORITIES, REGION=403, INSTALLATION=403)],
        "PUT /referrals/deadlines": [plain("/referrals/deadlines", TIMES, AUTHORITIES, REGION=403, INSTALLATION=403)],
    }
)
