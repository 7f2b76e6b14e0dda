"""How the services stand, made from what each says of itself: what is behind, by how much and since when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Heard:
    """How far a service has handled one lane of another's events."""

    lane: str
    behind: int | None
    """None where the publisher does not say how far its lane reaches."""
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Letters:
    """E-mails that did not go out in the last 30 days: how many, and why the newest did not."""

    failed: int = 0
    newest_at: datetime | None = None
    newest: str = ""
    held_up: int = 0
    """They wait until Notify answers, and are sent then."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One service as the page shows it."""

    name: str
    answers: bool
    ready: bool
    reasons: tuple[str, ...]
    to_publish: int
    heard: tuple[Heard, ...]
    dead: int
    dead_since: datetime | None
    seconds_behind: int
    letters: Letters = Letters()

    @property
    def behind(self) -> int:
        return sum(one.behind or 0 for one in self.heard)

    @property
    def last_at(self) -> datetime | None:
        """When it last handled an event."""
        return max((one.at for one in self.heard if one.at), default=None)

    @property
    def state(self) -> tuple[str, str]:
        """In a word, with the colour it is shown in."""
        if not self.answers:
            return "Does not answer", "red"
        if not self.ready:
            return "Not ready", "red"
        if self.dead:
            return "Works, but events were set aside", "orange"
        return ("Catching up", "blue") if self.behind or self.to_publish else ("Works", "green")


def standing_of(told: Mapping[str, Any], now: datetime) -> list[Standing]:
    """Every service, out of what each answered at `/ready`, or None where it did not."""
    heads = {lane: int(of["last"]) for one in told.values() if one for lane, of in one.get("publishes", {}).items()}
    return [_standing(name, one, heads, now) for name, one in told.items()]


def _standing(name: str, told: Any, heads: Mapping[str, int], now: datetime) -> Standing:
    if not told:
        return Standing(name, False, False, (), 0, (), 0, None, 0)
    heard = tuple(_heard(lane, of, heads) for lane, of in sorted(told.get("hears", {}).items()))
    late = [now - one.at for one in heard if one.behind and one.at]
    return Standing(
        name=name,
        answers=True,
        ready=bool(told["ready"]),
        reasons=tuple(told["reasons"]),
        to_publish=sum(_unpublished(lane) for lane in told.get("publishes", {}).values()),
        heard=heard,
        dead=told.get("dead_events", 0),
        dead_since=_moment(told.get("dead_since")),
        seconds_behind=int(max(late).total_seconds()) if late else 0,
        letters=_letters(told.get("letters") or {}),
    )


def _letters(told: Mapping[str, Any]) -> Letters:
    failed, held_up = told.get("failed", 0), told.get("held_up", 0)
    return Letters(failed, _moment(told.get("newest_at")), told.get("newest", ""), held_up)


def _heard(lane: str, of: Mapping[str, Any], heads: Mapping[str, int]) -> Heard:
    behind = max(0, heads[lane] - of["handled"]) if lane in heads else None
    return Heard(lane, behind, _moment(of["at"]))


def _unpublished(lane: Mapping[str, Any]) -> int:
    return int(lane["waiting"]) + max(0, int(lane["last"]) - int(lane["settled"]))


def _moment(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told else None


def told_of_dead(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Events set aside, a line for each subject of a lane: they are handled again together, in order."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for service, events in told.items():
        for event in events if isinstance(events, list) else ():
            key = (service, event["lane"], event["subject"])
            first = {
                "service": service,
                "lane": event["lane"],
                "subject": event["subject"],
                "type": event["type"],
                "error": event["error"],
                "since": _moment(event["set_aside_at"]),
                "events": 0,
            }
            found.setdefault(key, first)["events"] += 1
    return list(found.values())


REBUILDS = {
    "none": "No rebuild has been done since metrics started.",
    "asked": "A rebuild is about to begin.",
    "running": "A rebuild is under way.",
    "failed": "The last rebuild failed.",
}


def told_of_rebuild(told: Any) -> dict[str, Any] | None:
    """How the last rebuild went, in words; None where metrics does not say."""
    if not isinstance(told, dict) or "state" not in told:
        return None
    result = told.get("result") or {}
    differing = {table: count for table, count in result.get("differences", {}).items() if count}
    words = REBUILDS.get(told["state"], "")
    if told["state"] == "done":
        words = "The last rebuild found " + ("differences." if differing else "every fact as it was.")
    return {
        "words": words,
        "error": told.get("error") or "",
        "ended_at": _moment(told.get("ended_at")),
        "differing": differing,
        "read": sum(told.get("read", {}).values()),
        "to_read": sum(told.get("to_read", {}).values()),
        "working": told["state"] in ("asked", "running"),
    }
