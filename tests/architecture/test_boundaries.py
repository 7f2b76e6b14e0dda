"""What import contracts cannot say: who publishes, who commits, and what a service may hold."""

import ast
from collections.abc import Iterable

from tests.architecture.tree import OURS, Source, calls

PUBLISHERS = ("actions", "reactions")
PLAIN_FILES = ("__init__", "service", "domain", "tables", "actions", "queries")
FACING_FILES = ("forms", "pages", "api", "reactions", "notices", "templates", "migrations")
FILE_NAMES = frozenset((*PLAIN_FILES, *FACING_FILES))
FILE_NAMES_OF_ONE = {
    "referrals": frozenset({"deadlines", "returns"}),
    "placements": frozenset({"matching", "returns", "ledger", "live", "statutory"}),
    "providers": frozenset({"ofsted"}),
    "metrics": frozenset(
        {"projections", "measures", "columns", "memory", "stream", "rebuild", "live", "showing", "pictures"}
    ),
}


def publishers_out_of_place(sources: Iterable[Source]) -> list[str]:
    services = (s for s in sources if s.parts[0] != "shared")
    elsewhere = (s for s in services if not (s.parts[0] == "services" and _part(s) in PUBLISHERS))
    return [source.at(call, "publishes") for source in elsewhere for call in calls(source, "publish")]


def committers_out_of_place(sources: Iterable[Source]) -> list[str]:
    elsewhere = (s for s in sources if s.parts[:2] != ("shared", "store"))
    endings = "commit", "rollback", "transaction", "begin_nested"
    found = ((source, call) for source in elsewhere for call in calls(source, *endings) if not _only_reads(call))
    return [source.at(call, "ends a transaction") for source, call in found]


def _only_reads(call: ast.Call) -> bool:
    """A snapshot to read in, which the database itself holds to that: `transaction(readonly=True)`."""
    readonly = {word.arg: word.value for word in call.keywords}.get("readonly")
    return isinstance(readonly, ast.Constant) and readonly.value is True


def strangers(sources: Iterable[Source]) -> list[str]:
    inside = (s for s in sources if s.parts[0] == "services" and len(s.parts) > 2)
    return [s.path for s in inside if _part(s) not in FILE_NAMES | FILE_NAMES_OF_ONE.get(s.parts[1], frozenset())]


def _part(source: Source) -> str:
    """The file of its service a source belongs to; a folder of the same name is that file, outgrown."""
    return source.parts[2].removesuffix(".py") if len(source.parts) > 2 else ""


def test_only_actions_and_reactions_publish() -> None:
    assert publishers_out_of_place(OURS) == []


def test_nobody_commits_outside_the_store() -> None:
    assert committers_out_of_place(OURS) == []


def test_every_service_has_the_same_file_names() -> None:
    assert strangers(OURS) == []


def test_a_stray_publisher_committer_and_file_are_found() -> None:
    stray = Source("services/referrals/tricks.py", "session.publish(event)\nawait connection.commit()\n")
    assert publishers_out_of_place([stray]) == ["services/referrals/tricks.py:1: publishes"]
    assert committers_out_of_place([stray]) == ["services/referrals/tricks.py:2: ends a transaction"]
    assert strangers([stray]) == ["services/referrals/tricks.py"]
    snapshot = Source("services/metrics/memory.py", "connection.transaction(readonly=True)")
    assert committers_out_of_place([snapshot]) == strangers([snapshot]) == []
    allowed = Source("services/referrals/actions/panel.py", "session.publish(event)\n")
    assert publishers_out_of_place([allowed]) == strangers([allowed]) == []
