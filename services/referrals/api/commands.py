"""What referrals takes many of in one call: children, what they need, and the asking for a home."""

from services.referrals.actions import children, endings, needs, referrals
from services.referrals.forms.children import AssessNeeds, RegisterChild
from services.referrals.forms.referrals import AsOfVersion, CloseReferral, MakeReferral, WithdrawReferral
from shared.service.commands import Kind, changing, changing_version, commands_router, making

WRITE, SUBMIT = "referrals:write_children", "referrals:submit"
KINDS = {
    "register_child": Kind(WRITE, RegisterChild, making(children.register_child, "child")),
    "assess_needs": Kind(WRITE, AssessNeeds, changing(needs.assess_needs), named=True),
    "make_referral": Kind(SUBMIT, MakeReferral, making(referrals.make_referral, "referral")),
    "submit_referral": Kind(SUBMIT, AsOfVersion, changing_version(referrals.submit_referral), named=True),
    "withdraw_referral": Kind(SUBMIT, WithdrawReferral, changing(endings.withdraw_referral), named=True),
    "note_deadline": Kind(SUBMIT, AsOfVersion, changing_version(endings.note_deadline), named=True),
    "close_referral": Kind(SUBMIT, CloseReferral, changing(endings.close_unplaced), named=True),
}
CHILD = {"born": "2014-05-21", "sex": "F", "ethnicity": "WBRI"}
NEEDS = {"assessed_on": "2026-02-16", "needs": ["own_bedroom"]}

router = commands_router(
    "referrals",
    KINDS,
    [
        {"kind": "register_child", "key": "robin", "form": CHILD},
        {"kind": "assess_needs", "about": {"ref": "robin"}, "form": NEEDS},
    ],
)
