"""What the routes for facts besides episodes are asked in the access matrix, one set for each kind of fact."""

from typing import Any

from shared.identity.person import Role
from tests.access.cases import OWN, Asked, Case, Scene, about
from tests.access.scenes import Scenes, day, nobody
from tests.world import At

HERE = "/placements/statutory"
CHILD = f"{HERE}/children/{{}}"
SPELL = {"starts": day(-3), "ends": day(-2)}
SOUND: dict[str, dict[str, Any]] = {
    "reviews": {"reviewed_on": day(-3), "participation": "PN1"},
    "health": {"year": 2024, "sdq_score": 14},
    "care-leavers": {"year": 2024, "in_touch": "NO"},
    "previous-permanence": {"year": 2024, "kind": "Z1"},
    "adoptions": {"decided_on": day(-3)},
    "adoption-decisions": {"decided_on": day(-3)},
    "missing": {"kind": "M", **SPELL},
    "social-workers": {"worker": "SW12345", "reason": "FCONTA", **SPELL},
    "liberty": SPELL,
}
"""A sound form of each kind of fact."""


def asking(kind: str, action: str, form: dict[str, Any]) -> Scene:
    """About a fact that Northshire's worker has recorded."""

    async def scene(scenes: Scenes) -> Asked:
        child = (await scenes.started())["child"]
        path = f"{CHILD.format(child)}/{kind}"
        made = await scenes.by(At.NORTHSHIRE, Role.SOCIAL_WORKER, "POST", path, SOUND[kind])
        path = f"{HERE}/{kind}/{{}}/{action}"
        return Asked(path.format(made["record"]), {"version": 1, **form}, absent_path=path.format(nobody()))

    return scene


STATUTORY: dict[str, list[Case]] = {
    f"GET {HERE}/children/{{child:uuid}}": [about(CHILD, "child", "started", OWN)],
    f"POST {HERE}/{{kind}}/{{record:uuid}}/annul": [Case(asking("missing", "annul", {}), OWN)],
}
for name, sound in SOUND.items():
    STATUTORY |= {
        f"POST {HERE}/children/{{child:uuid}}/{name}": [about(f"{CHILD}/{name}", "child", "started", OWN, sound)],
        f"POST {HERE}/{name}/{{record:uuid}}/correct": [Case(asking(name, "correct", sound), OWN)],
    }
