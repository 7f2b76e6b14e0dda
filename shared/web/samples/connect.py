"""A council's own system registers a child, asks for a home and follows what happens. Needs Python and httpx."""

import os
from datetime import date

import httpx

HERE = os.environ.get("HERE", "http://127.0.0.1:8000")
CLIENT = os.environ.get("CLIENT", "northshire-systems")
SECRET = os.environ.get("SECRET", "demonstration")


def token() -> str:
    """An hour of being this client. In a real installation your own identity provider gives it."""
    form = {"grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET}
    return str(httpx.post(f"{HERE}/issuer/token", data=form).raise_for_status().json()["access_token"])


def main() -> None:
    with httpx.Client(base_url=HERE, headers={"Authorization": f"Bearer {token()}"}) as api:
        child = {"name": "Robin Ash", "born": "2014-05-21", "sex": "F", "ethnicity": "WBRI", "home_postcode": "W1U 5EJ"}
        known = api.post("/referrals/children", json=child).raise_for_status().json()
        referral = {
            "urgency": "planned",
            "wanted_from": str(date.today()),
            "types": ["U6"],
            "children": [{"child": known["child"], "needs": ["own_bedroom"]}],
        }
        asked = api.post("/referrals", json=referral).raise_for_status().json()
        api.post(f"/referrals/{asked['referral']}/submit", json={}).raise_for_status()
        print("asked for a home:", asked["referral"])

        # What referrals told since the beginning, in order. Keep `through`; next time ask for what comes after it.
        after = 0
        while True:
            page = api.get("/referrals/events", params={"lane": "referrals.00", "after": after, "limit": 500})
            told = page.raise_for_status().json()
            for event in told["events"]:
                if event["subject"] == asked["referral"]:
                    print(event["sequence"], event["type"], event["time"])
            after = int(told["through"])
            if after >= int(told["head"]):
                break


if __name__ == "__main__":
    main()
