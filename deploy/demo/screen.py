"""What a newcomer sees in the terminal: bars while it is being made ready, and then where to go and as whom."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from shared.identity.demonstration import CHARACTERS

WIDTH = 30
Report = Callable[[int, int], None]


def bar(words: str, unit: str = "") -> Report:
    """A bar for one piece of work; where nobody watches a terminal, only its end is written."""

    def report(done: int, of: int) -> None:
        full = WIDTH * done // max(of, 1)
        line = f"  {words:<34} [{'█' * full}{'·' * (WIDTH - full)}] {done:,} of {of:,}{unit}"
        if sys.stdout.isatty():
            print(f"\r{line}", end="\n" if done >= of else "", flush=True)
        elif done >= of:
            print(line, flush=True)

    return report


def figures_table(days: Sequence[str], figures: Mapping[str, Sequence[Any]]) -> str:
    """Measures down, dates across; a dash where there are no data. What is in words already stays so."""
    wide = max((len(title) for title in figures), default=0)
    rows = ["  " + " " * wide + "".join(f"{day:>14}" for day in days)]
    rows += [
        f"  {title:<{wide}}" + "".join(f"{_shown(value):>14}" for value in values) for title, values in figures.items()
    ]
    return "\n".join(rows)


def _shown(value: Any) -> str:
    return "–" if value is None else value if isinstance(value, str) else f"{value:,}"


def people(keys: Iterable[str]) -> str:
    """Whom to sign in as, a line each."""
    return "\n".join(f"    {key:<28} {_who(key)}" for key in keys)


def _who(key: str) -> str:
    character = CHARACTERS[key]
    return f"{character.name}, {character.role.replace('_', ' ')}, {character.place}"


def closing(url: str, secret: str, table: str, *, simulating: bool) -> str:
    """The screen that stays: what there is, where to go, as whom, and what happens now."""
    now = (
        "People are at work in it now, about one command a second: the figures move while you watch."
        if simulating
        else "Nothing moves by itself (--no-simulate)."
    )
    return f"""
Sufficiency is ready:  {url}

{table}

  {now}
  All children, carers and providers here are made up; prices and how long children stay are assumptions of ours.

  Sign in on that page as any of these, or ask for a token in their name:
{people(CHARACTERS)}

    TOKEN=$(curl -s {url}/issuer/token -d grant_type=client_credentials -d client_id=commissioner \\
            -d client_secret={secret} | python3 -c 'import json,sys;print(json.load(sys.stdin)["access_token"])')
    curl -sN {url}/metrics/stream -H "Authorization: Bearer $TOKEN"

  Connect your system:  {url}/help/connect     Every event:  {url}/help/events     Health:  {url}/health
  Ctrl-C stops everything this started. `make run ARGS=--reset` begins again.
"""
