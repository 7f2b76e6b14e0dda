"""What the panel's pages, and closing a referral, are asked in the access matrix: all are the authority's own."""

from tests.access.cases import OWN, PLACED, Case, about, plain, typed

PANEL = "/referrals/panel"
ONE = PANEL + "/{}"
REFERRAL = PANEL + "/{referral:uuid}"
CLOSE = "/referrals/desk/{}/close"
DECIDED = {"decision": "approved", "decided_on-day": "2", "decided_on-month": "3", "decided_on-year": "2026"}

PANELS: dict[str, list[Case]] = {
    f"GET {PANEL}": [plain(PANEL, through=PLACED)],
    f"GET {REFERRAL}": [about(ONE, "referral", "before_panel", OWN)],
    f"POST {REFERRAL}/decide": [typed(f"{ONE}/decide", "referral", "before_panel", OWN, **DECIDED)],
    f"POST {REFERRAL}/open": [typed(f"{ONE}/open", "referral", "approved", OWN)],
    f"GET {REFERRAL}/question": [about(f"{ONE}/question", "referral", "before_panel", OWN)],
    f"POST {REFERRAL}/question": [
        typed(f"{ONE}/question", "referral", "before_panel", OWN, about="risks", words="Which?")
    ],
    "GET /referrals/desk/{referral:uuid}/close": [about(CLOSE, "referral", "referral", OWN)],
    "POST /referrals/desk/{referral:uuid}/close": [typed(CLOSE, "referral", "referral", OWN, reason="no_offers")],
}
