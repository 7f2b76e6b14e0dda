"""What `/help/connect` shows is run here as it stands."""

import json
import os
import re
import subprocess
import sys

import httpx

from deploy.people import DEMONSTRATION_SECRET
from shared.web import help as pages
from tests.installations import Embedded

EXAMPLES = pages.EXAMPLES


def run(command: list[str], embedded: Embedded) -> str:
    """What an example prints for somebody who follows it. It must end well."""
    own = {"HERE": embedded.url, "SECRET": DEMONSTRATION_SECRET, "SECONDS_TO_WATCH": "5"}
    done = subprocess.run(command, env={**os.environ, **own}, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_curl_example_reads_a_figure_the_events_and_the_stream(embedded: Embedded) -> None:
    said = run(["sh", str(EXAMPLES / "connect.sh")], embedded)
    assert '"definition":{"id":"cla"' in said
    assert '"lane":"placements.00"' in said
    assert "event: figures" in said


def test_the_python_example_asks_for_a_home_and_follows_it(embedded: Embedded) -> None:
    said = run([sys.executable, str(EXAMPLES / "connect.py")], embedded)
    assert "referrals.referral_submitted.v1" in said


def test_the_query_for_power_bi_asks_for_what_is_there(embedded: Embedded) -> None:
    """Power BI itself is not here: the addresses, the question and the fields that its query names are."""
    query = (EXAMPLES / "figures.m").read_text()
    ask, figure = re.findall(r'RelativePath = "([^"]+)"', query)
    form = {"grant_type": "client_credentials", "client_id": "commissioner", "client_secret": DEMONSTRATION_SECRET}
    assert all(f"{name} = " in query for name in form)
    with httpx.Client(base_url=embedded.url, trust_env=False) as client:
        token = client.post(f"/{ask}", data=form).raise_for_status().json()["access_token"]
        by = dict(re.findall(r'Query = \[(\w+) = "(\w+)"\]', query))
        headers = {"Authorization": f"Bearer {token}"}
        told = client.get(f"/{figure}", params=by, headers=headers).raise_for_status().json()
    fields = re.findall(r'"Value", \{(.+)\}', query)[0]
    wanted = json.loads(f"[{fields}]")
    assert all(wanted_field in cell for cell in told["cells"].values() for wanted_field in wanted)
    assert wanted == ["numerator", "denominator", "value"]
