"""What `/help/connect` shows is run here as it stands."""

import os
import subprocess
import sys

from deploy.people import DEMONSTRATION_SECRET
from shared.web import help as pages
from tests.installations import Embedded

EXAMPLES = pages.EXAMPLES


def run(command: list[str], embedded: Embedded) -> str:
    """What an example prints for somebody who follows it. It must end well."""
    own = {"HERE": embedded.url, "SECRET": DEMONSTRATION_SECRET, "SECONDS_TO_WATCH": "1"}
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
