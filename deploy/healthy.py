"""`python -m deploy.healthy URL`: whether a process answers 200 there, for a container's health check; if not, why."""

import json
import sys
import urllib.error
import urllib.request


def main() -> None:
    """End well, or with one line that says what is wrong."""
    try:
        urllib.request.urlopen(sys.argv[1], timeout=4).close()  # noqa: S310 - the address is the compose file's own
    except urllib.error.HTTPError as answer:
        sys.exit(_reasons(answer.read()) or f"answers {answer.code}")
    except OSError as away:
        sys.exit(f"does not answer: {away}")


def _reasons(body: bytes) -> str:
    try:
        return "; ".join(json.loads(body)["reasons"])
    except (ValueError, KeyError, TypeError):
        return ""


if __name__ == "__main__":
    main()
