"""No file and no function outgrows its limit, every module says what it owns, and names say something."""

import ast
import re
from collections.abc import Iterable
from pathlib import PurePosixPath

import pytest

from tests.architecture.tree import FILES, PYTHON, Source, functions

MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 40
NAMES_THAT_SAY_NOTHING = frozenset(
    ["item", "items", "entity", "entities", "data", "manager", "managers", "helper", "helpers", "util", "utils", "base"]
)
ROLES = ("registered_manager", "provider_manager", "registered_managers", "provider_managers")
IMPOSED = ("handle_data", "data_received")  # html.parser and asyncio call their methods so
WRITTEN_BY_HAND = (".py", ".html", ".css", ".js", ".md", ".toml", ".sql", ".yml", ".yaml")


def oversized(sources: Iterable[Source]) -> list[str]:
    lengths = {s.path: len(s.text.splitlines()) for s in sources if s.path.endswith(WRITTEN_BY_HAND)}
    return [f"{path}: {lines} lines" for path, lines in lengths.items() if lines > MOST_LINES]


def oversized_functions(sources: Iterable[Source]) -> list[str]:
    found = (
        (source, function, (function.end_lineno or 0) - function.lineno + 1)
        for source in sources
        for function in functions(source)
    )
    return [
        source.at(f, f"{f.name} has {lines} lines") for source, f, lines in found if lines > MOST_LINES_OF_A_FUNCTION
    ]


def silent_modules(sources: Iterable[Source]) -> list[str]:
    """Modules whose docstring is not there, or does not begin with one sentence on its first lines."""
    first = {s.path: (ast.get_docstring(s.tree) or "").partition("\n\n")[0] for s in sources}
    return [path for path, sentence in first.items() if not re.fullmatch(r"\S.{10,}[.!?]", sentence, re.DOTALL)]


def empty_names(sources: Iterable[Source]) -> list[str]:
    named = ((s, name) for s in sources for name in [PurePosixPath(s.path).stem, *defined(s)])
    return [f"{source.path}: {name}" for source, name in named if says_nothing(name)]


def defined(source: Source) -> list[str]:
    """The names a file gives; those of tests are sentences, in which "no data" may stand."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    names = [node.name for node in ast.walk(source.tree) if isinstance(node, kinds)]
    return [name for name in names if not name.startswith("test_")]


def says_nothing(name: str) -> bool:
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    for role in ROLES:
        snake = snake.replace(role, "")
    return name not in IMPOSED and not NAMES_THAT_SAY_NOTHING.isdisjoint(snake.split("_"))


def test_no_file_has_more_than_400_lines() -> None:
    assert oversized(FILES) == []


def test_no_function_has_more_than_40_lines() -> None:
    assert oversized_functions(PYTHON) == []


def test_every_module_begins_with_a_sentence_that_says_what_it_owns() -> None:
    assert silent_modules(PYTHON) == []


def test_no_module_class_or_function_has_a_name_that_says_nothing() -> None:
    assert empty_names(PYTHON) == []


@pytest.mark.parametrize("name", ["ReferralManager", "base", "load_data", "utils", "match_items", "HTTPHelper2_base"])
def test_an_empty_name_is_found(name: str) -> None:
    assert says_nothing(name)


@pytest.mark.parametrize("name", ["provider_manager", "ensure_database", "metadata", "RegisteredManager", "basement"])
def test_a_name_that_says_something_is_left_alone(name: str) -> None:
    assert not says_nothing(name)


def test_what_is_too_long_or_silent_is_found() -> None:
    long = Source("services/metrics/x.py", "def f():\n" + "    pass\n" * 400)
    assert oversized([long]) == ["services/metrics/x.py: 401 lines"]
    assert oversized_functions([long]) == ["services/metrics/x.py:1: f has 401 lines"]
    assert silent_modules([long]) == ["services/metrics/x.py"]
