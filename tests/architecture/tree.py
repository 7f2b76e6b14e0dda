"""The project's files as the walk-everything tests see them: all of git's, and those not yet added."""

import ast
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Source:
    """One file: its path from the project's root, and its text."""

    path: str
    text: str

    @property
    def parts(self) -> tuple[str, ...]:
        return PurePosixPath(self.path).parts

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.path)

    def at(self, node: ast.stmt | ast.expr, words: str) -> str:
        """What is wrong where, as an editor can open it."""
        return f"{self.path}:{node.lineno}: {words}"


def _listed() -> list[str]:
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    return sorted(filter(None, subprocess.check_output(listed, cwd=ROOT, text=True).split("\0")))


def _text(path: str) -> str | None:
    try:
        return (ROOT / path).read_text()
    except (UnicodeDecodeError, FileNotFoundError):
        return None  # a picture, or a file removed and not yet committed


FILES = [Source(path, text) for path in _listed() if (text := _text(path)) is not None]
PYTHON = [source for source in FILES if source.path.endswith(".py")]
OURS = [source for source in PYTHON if source.parts[0] in ("shared", "services", "deploy")]


def functions(source: Source) -> Iterable[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of a file, nested ones too."""
    return (node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def calls(source: Source, *names: str) -> Iterable[ast.Call]:
    """Every call of a method with one of these names."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
            yield node
