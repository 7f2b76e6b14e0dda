"""What the routes under `/returns` are asked in the access matrix: the same in both services that load a return."""

from shared.identity.person import Role
from tests.access.cases import AUTHORITIES, EVERYONE, OWN, Asked, Case, plain
from tests.access.scenes import Scenes, nobody
from tests.loading import loaded
from tests.returns import zipped
from tests.world import At

NO_RETURN = zipped({"notes.txt": b"nothing to load"})
OF_NO_AUTHORITY = dict.fromkeys(EVERYONE - AUTHORITIES, 403)


def returns(service: str) -> dict[str, list[Case]]:
    """Sending a return, and looking at loads."""

    async def sending(_: Scenes) -> Asked:
        return Asked(f"/{service}/returns", NO_RETURN)

    async def looking(scenes: Scenes) -> Asked:
        told = await loaded(scenes.world.client(At.NORTHSHIRE, Role.ANALYST), service, NO_RETURN)
        return Asked(f"/{service}/returns/{told['load']}", absent_path=f"/{service}/returns/{nobody()}")

    def showing(what: str) -> Case:
        async def scene(scenes: Scenes) -> Asked:
            asked = await looking(scenes)
            return Asked(f"{asked.path}/{what}", absent_path=f"{asked.absent_path}/{what}")

        return Case(scene, OWN)

    giving_out = {
        "GET /placements/returns/years/{year}": [
            Case(plain("/placements/returns/years/2026").scene, AUTHORITIES, OF_NO_AUTHORITY)
        ]
    }
    return (giving_out if service == "placements" else {}) | {
        f"POST /{service}/returns": [Case(sending, AUTHORITIES, OF_NO_AUTHORITY)],
        f"GET /{service}/returns": [plain(f"/{service}/returns")],
        f"GET /{service}/returns/{{load:uuid}}": [Case(looking, OWN)],
        f"GET /{service}/returns/{{load:uuid}}/repairs": [showing("repairs")],
        f"GET /{service}/returns/{{load:uuid}}/differences": [showing("differences")],
    }
