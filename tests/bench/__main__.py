"""`make bench`: runs the scenarios, writes bench/results.json and prints the table. `ONLY=S1,S4` runs some."""

import os
import sys
from collections.abc import Callable, Mapping

from tests.bench import backlog, county, figures, ingest, latency, loading, matching, pages, starting, watchers
from tests.bench.results import Result, keep, kept, markdown, table

SCENARIOS: Mapping[str, Callable[[Callable[[str], None]], list[Result]]] = {
    "S1": latency.live,
    "S2": latency.brisk,
    "S3": ingest.ingest,
    "S4": backlog.backlog,
    "S5": figures.rebuilding,
    "S6": figures.one_authority,
    "S7": figures.all_england,
    "S8": matching.matching,
    "S10": loading.loading,
    "S11": watchers.watchers,
    "S12": pages.pages,
    "S13": starting.starting,
    "S14": county.county,
}


def _show(words: str) -> None:
    print(words, flush=True)


def main() -> None:
    """Run, keep, print. `--markdown` prints the last results for the README and runs nothing."""
    if "--markdown" in sys.argv[1:]:
        print(markdown(kept()))
        return
    wanted = [name for name in os.environ.get("ONLY", "").upper().split(",") if name] or list(SCENARIOS)
    if unknown := set(wanted) - SCENARIOS.keys():
        sys.exit(f"There is no scenario {', '.join(sorted(unknown))}: choose of {', '.join(SCENARIOS)}.")
    found = [row for name in wanted for row in SCENARIOS[name](_show)]
    keep(found)
    print(table(found))


if __name__ == "__main__":
    main()
