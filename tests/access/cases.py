"""What a case of the access matrix is: a request, those who get through to its record, and what the others are told."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from shared.identity.person import Role
from tests.access.scenes import Scenes, nobody
from tests.world import At

EVERYONE = frozenset(At)
PLACED = EVERYONE - {At.NOWHERE}
OWN = frozenset({At.NORTHSHIRE})
AUTHORITIES = frozenset({At.NORTHSHIRE, At.SOUTHMERE})
BOTH_SIDES = frozenset({At.NORTHSHIRE, At.HEARTHSIDE})
OF_HOME = frozenset({At.HEARTHSIDE})
MARKET = PLACED - {At.LARCH}
FIGURES = frozenset({At.NORTHSHIRE, At.REGION, At.INSTALLATION})
SYSTEMS = frozenset({At.INSTALLATION})


@dataclass(frozen=True, slots=True)
class Asked:
    """One request about a record, and the same about one that is truly not there; a form in bytes is a file of a kind."""

    path: str
    form: Any = None
    absent_path: str | None = None
    absent_form: Any = None
    kind: str = "application/zip"

    @property
    def absent(self) -> "Asked | None":
        """The request about nothing, where the route names a record."""
        if self.absent_path is None and self.absent_form is None:
            return None
        return Asked(self.absent_path or self.path, self.absent_form or self.form, kind=self.kind)


Scene = Callable[[Scenes], Awaitable[Asked]]


@dataclass(frozen=True, slots=True)
class Case:
    """A route's scene; `through` is who gets to the record, `instead` what others are told if it is not 404.

    Of what is one person's own, like a draft, `only` is the role of whoever made it.
    """

    scene: Scene
    through: frozenset[At]
    instead: Mapping[At, int] = field(default_factory=dict)
    only: Role | None = None


def plain(path: str, form: Any = None, through: frozenset[At] = EVERYONE, **instead: int) -> Case:
    """A route that names no record."""

    async def scene(_: Scenes) -> Asked:
        return Asked(path, form)

    return Case(scene, through, {At[name]: status for name, status in instead.items()})


def sending(path: str, content: bytes, kind: str, through: frozenset[At]) -> Case:
    """A route that takes a file."""

    async def scene(_: Scenes) -> Asked:
        return Asked(path, content, kind=kind)

    return Case(scene, through)


def about(path: str, kind: str, made: str, through: frozenset[At], form: Any = None, **instead: int) -> Case:
    """A route whose path names a record: `kind` in what the scene called `made` makes."""

    async def scene(scenes: Scenes) -> Asked:
        there = await getattr(scenes, made)()
        record = there[kind] if isinstance(there, dict) else there
        return Asked(path.format(record), form, absent_path=path.format(nobody()))

    return Case(scene, through, {At[name]: status for name, status in instead.items()})


FORM = "application/x-www-form-urlencoded"


def typed(path: str, kind: str, made: str, through: frozenset[At], **fields: str) -> Case:
    """The same for a page's form, which sends its fields as a browser does."""

    async def scene(scenes: Scenes) -> Asked:
        there = await getattr(scenes, made)()
        body = urlencode(fields).encode()
        return Asked(path.format(there[kind]), body, absent_path=path.format(nobody()), absent_form=body, kind=FORM)

    return Case(scene, through)
