"""The tree works on anybody's machine: no path of one machine, no registry's address, no word about who typed it."""

import re
from collections.abc import Iterable

from tests.architecture.tree import FILES, ROOT, Source

# Written apart, so that this file does not find itself.
REGISTRIES = (
    "py" + "pi.org",
    "pythonhosted" + ".org",
    "npmjs" + ".org",
    "npmjs" + ".com",
    "yarnpkg" + ".com",
    "deb.debian" + ".org",
)
ONE_MACHINE = re.compile(
    r"(?<![\w.}])/(?:root|work|farm|opt/(?:wheels|py" + r"pi)|home/(?:user|ubuntu|debian|runner)|Users)/\w"
)
AUTHORS = re.compile(
    r"\b(?:clau" + r"de|anthro" + r"pic|chat" + r"gpt|open" + r"ai|copi" + r"lot|language " + r"model|ll" + r"ms?"
    r"|co" + r"dex|ai (?:agent|assistant)|sub-?agents?|coding (?:agent|session))\b",
    re.IGNORECASE,
)  # fmt: skip


def found(pattern: re.Pattern[str], sources: Iterable[Source]) -> list[str]:
    lines = ((s.path, n, line) for s in sources for n, line in enumerate(s.text.splitlines(), 1))
    return [f"{path}:{number}: {hit[0]}" for path, number, line in lines if (hit := pattern.search(line))]


def pins(lock: str) -> dict[str, str]:
    """Each package and marker a lock names, with its version."""
    lines = re.findall(r"^([\w.-]+(?:\[[\w,-]+\])?)==(\S+?)(?: ; .*?)? \\$", (ROOT / lock).read_text(), re.MULTILINE)
    return dict(lines)


def test_no_file_names_a_package_registry() -> None:
    assert found(re.compile("|".join(map(re.escape, REGISTRIES))), FILES) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    assert found(ONE_MACHINE, FILES) == []


def test_nothing_speaks_of_what_wrote_it() -> None:
    assert found(AUTHORS, FILES) == []


def test_no_lock_holds_a_download_address() -> None:
    locks = [s for s in FILES if s.path.endswith(".lock") or s.path == "package-lock.json"]
    assert len(locks) >= 4
    assert found(re.compile(r'^--|^\S+ @ |"resolved"'), locks) == []


def test_what_is_tested_is_what_runs() -> None:
    running, tested = pins("requirements.lock"), pins("requirements-test.lock")
    assert len(running) > 50
    assert {name: version for name, version in running.items() if tested.get(name) != version} == {}


def test_what_does_not_belong_is_found() -> None:
    stray = Source(
        "README.md", "see /" + "work/main\npip install -i https://" + REGISTRIES[0] + "/simple\nby Chat" + "GPT\n"
    )
    assert found(ONE_MACHINE, [stray]) == ["README.md:1: /" + "work/m"]
    assert len(found(AUTHORS, [stray])) == 1
