"""What the routes of the return's work list are asked in the access matrix: only people of an authority, of their own."""

from tests.access.asking_returns import OF_NO_AUTHORITY
from tests.access.cases import AUTHORITIES, PLACED, Asked, Case, plain
from tests.access.scenes import Scenes


def _of_authorities(path: str) -> list[Case]:
    async def looking(_: Scenes) -> Asked:
        return Asked(path)

    return [Case(looking, AUTHORITIES, OF_NO_AUTHORITY)]


CHECKS: dict[str, list[Case]] = {
    "GET /placements/checks": _of_authorities("/placements/checks"),
    "GET /placements/checks/rules": [plain("/placements/checks/rules", through=PLACED)],
    "GET /placements/checks/readiness": _of_authorities("/placements/checks/readiness"),
    "GET /placements/checks/stream": _of_authorities("/placements/checks/stream"),
}
