"""What a load said, in words for a terminal: what was wrong, what can be repaired, and what it would change."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MOST_SHOWN = 20
CHANGES = {"new": "new", "changed": "changed", "gone": "taken back", "missing": "missing from the files"}


class NotLoaded(Exception):
    """A return was refused, or could not be loaded; `answer` is what the service said of it."""

    def __init__(self, service: str, answer: Mapping[str, Any]) -> None:
        super().__init__(answer.get("words") or answer.get("detail") or "It was not loaded.")
        self.service, self.answer = service, answer


def in_words(failure: NotLoaded) -> Iterable[str]:
    """What was wrong, a line each, as far as somebody can take in at once; and what could be repaired."""
    yield f"{failure.service.capitalize()}: {failure}"
    problems = [p for p in failure.answer.get("problems", ()) if p["severity"] == "refused"]
    for problem in problems[:MOST_SHOWN]:
        where = _where(problem)
        yield f"  {where}: {problem['message']}" if where else f"  {problem['message']}"
    more = failure.answer.get("refused", 0) - len(problems[:MOST_SHOWN])
    if more > 0:
        yield f"  and {more:,} more."
    yield from repairs_in_words(failure.answer)
    if asked := [r["kind"] for r in failure.answer.get("repairs", ()) if not r["made"]]:
        yield f"  To have them made: {' '.join(f'--repair {kind}' for kind in asked)}"


def repairs_in_words(load: Mapping[str, Any]) -> Iterable[str]:
    """Every repair as far as listed: where, what stands there, what it would become and why."""
    counted: Sequence[Mapping[str, Any]] = load.get("repairs", ())
    for one in counted:
        yield f"  {one['count']:,} {'made' if one['made'] else 'offered'}: {one['kind'].replace('_', ' ')}"
    listed: Sequence[Mapping[str, Any]] = load.get("repairs_listed", ())
    for repair in listed[:MOST_SHOWN]:
        says, becomes = (repair[name] or "blank" for name in ("says", "becomes"))
        yield f"    {_where(repair)}: {says} → {becomes}. {repair['why']}"
    if (more := sum(one["count"] for one in counted) - len(listed[:MOST_SHOWN])) > 0 and listed:
        yield f"    and {more:,} more."


def differences_in_words(service: str, load: Mapping[str, Any]) -> Iterable[str]:
    """What differs: how much of each kind, then what changes with before and after, and whom the files leave out."""
    yield f"{service.capitalize()} would change:" if load["differing"] else f"{service.capitalize()}: nothing differs."
    for one in load["differing"]:
        yield f"  {one['count']:,} {one['record']}: {CHANGES[one['change']]}"
    told = [one for one in load.get("differences_listed", ()) if one["change"] != "new"]
    for one in told[:MOST_SHOWN]:
        where = _where({"field": "", **one}) or f"child {one['child'][-8:]}"
        since = f" of {one['starts']}" if one["starts"] else ""
        changes = (
            f"{name} {one['before'][name] or 'blank'} → {one['after'][name] or 'blank'}" for name in one["after"]
        )
        yield f"    {where}: {one['record']}{since} {CHANGES[one['change']]} {', '.join(changes)}".rstrip()
    if len(told) > MOST_SHOWN:
        yield f"    and more: GET /{service}/returns/{load['load']}/differences"


def _where(told: Mapping[str, Any]) -> str:
    said = (told["file"], told["row"] and f"row {told['row']}", told["field"])
    return ", ".join(part for part in said if part)
