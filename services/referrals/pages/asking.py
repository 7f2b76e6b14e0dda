"""The questions of a referral, the draft their answers stand in, and the form those answers make."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.referrals.forms.referrals import Considered, MakeReferral, NeededFor
from services.referrals.pages.words import FACTORS
from shared.store.session import Row
from shared.web.called import FEATURES, TYPES, URGENCIES
from shared.web.questions import Question, in_words

KIND = "referral"
KEPT = (
    *(name for name in MakeReferral.model_fields if name not in ("children", "considered")),
    *Considered.model_fields,
)


def _of(form: Any, name: str, kind: str, short: str, asks: str, **more: Any) -> Question:
    return Question(name.replace("_", "-"), name, form, asks, kind, short, **more)


URGENCY = _of(
    MakeReferral,
    "urgency",
    "radios",
    "Urgency",
    "How soon is a home needed?",
    hint="It sets the deadline that everybody works to.",
    missing="Choose how soon a home is needed.",
    options=URGENCIES,
)
FROM = _of(
    MakeReferral,
    "wanted_from",
    "date",
    "First night",
    "Which is the first night?",
    hint="For example, 31 3 2026.",
    missing="Enter the first night.",
)
UNTIL = _of(
    MakeReferral,
    "wanted_until",
    "date",
    "Until",
    "Until when is the home wanted?",
    hint="The first day on which it is not wanted any more. Leave it empty if nobody knows yet.",
)
TYPE = _of(
    MakeReferral,
    "types",
    "checkboxes",
    "Kinds of home",
    "Which kinds of home would do?",
    hint="Choose all that apply. The more you choose, the more homes are looked at.",
    missing="Choose at least one kind of home.",
    options=TYPES,
)
TOGETHER = _of(
    MakeReferral,
    "together",
    "yes_no",
    "In one home",
    "Must the children live together in one home?",
    missing="Say whether they must live together.",
)
FACTOR = _of(
    MakeReferral,
    "factors",
    "checkboxes",
    "The home should be",
    "What should the home be?",
    hint="The law asks for all of these, so far as reasonably practicable (Children Act 1989, section 22C).",
    options=FACTORS,
)
REASON = _of(
    MakeReferral,
    "factors_reason",
    "prose",
    "Why not all",
    "If you left something out, why?",
)
PANEL = _of(
    MakeReferral,
    "needs_panel",
    "yes_no",
    "Panel",
    "Does a panel decide before homes are asked?",
    missing="Say whether a panel decides first.",
)
SUMMARY = _of(
    MakeReferral,
    "summary",
    "prose",
    "Summary",
    "What should whoever looks for the home know?",
    hint="It stays in your authority: providers are not shown it.",
)
CHILDS = _of(Considered, "childs_wishes", "prose", "The child’s wishes", "What does the child wish and feel?")
PARENTS = _of(Considered, "parents_wishes", "prose", "The parents’ wishes", "What do the parents wish and feel?")
OTHERS = _of(Considered, "others_wishes", "prose", "Others’ wishes", "What do others who matter wish and feel?")
RELIGION = _of(Considered, "religion", "prose", "Religion", "What should be considered about religion?")
ORIGIN = _of(Considered, "racial_origin", "prose", "Racial origin", "What should be considered about racial origin?")
CULTURE = _of(Considered, "culture", "prose", "Culture", "What should be considered about culture?")
LANGUAGE = _of(Considered, "language", "prose", "Language", "What should be considered about language?")

TASKS: Mapping[str, Sequence[Question]] = {
    "The home": (URGENCY, FROM, UNTIL, TYPE, FACTOR, REASON),
    "Wishes and feelings": (CHILDS, PARENTS, OTHERS),
    "Background": (RELIGION, ORIGIN, CULTURE, LANGUAGE),
    "Before it goes": (PANEL, SUMMARY),
}
QUESTIONS: Mapping[str, Question] = {
    question.slug: question for asked in (*TASKS.values(), (TOGETHER,)) for question in asked
}


def needs_of(child: str, reference: str) -> Question:
    """What one child needs; the answer is kept by child."""
    return Question(
        f"needs/{child}",
        "needs",
        NeededFor,
        f"What does {reference} need in a home?",
        "checkboxes",
        "Needs",
        hint="Choose only what a home must have: a home without it is not offered.",
        options=FEATURES,
    )


def next_after(question: Question, answers: Mapping[str, Any]) -> str | None:
    """The page that follows within the task, or None where the task ends; amending goes back to the answers."""
    task = next((asked for asked in TASKS.values() if question in asked), ())
    rest = list(task[task.index(question) + 1 :]) if question in task else []
    if rest and rest[0] is REASON and set(answers.get("factors") or ()) >= set(FACTORS):
        rest = rest[1:]
    return rest[0].slug if rest else None


def unanswered(answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Page and words of all that has to be answered before the referral can go."""
    wanted = [question for asked in TASKS.values() for question in asked if not question.optional]
    if len(answers.get("children") or ()) > 1:
        wanted.append(TOGETHER)
    left = [(question.slug, question.missing) for question in wanted if answers.get(question.field) is None]
    return left if answers.get("children") else [("children", "Say which child needs a home."), *left]


def form_of(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers as the form of a referral takes them."""
    said = {name: told for name, told in answers.items() if name in MakeReferral.model_fields and told is not None}
    needs = answers.get("needs") or {}
    said["children"] = [
        {"child": child, **({"needs": needs[child]} if child in needs else {})}
        | dict((answers.get("apart") or {}).get(child, {}))
        for child in answers.get("children") or ()
    ]
    said["considered"] = {name: answers.get(name) for name in Considered.model_fields}
    return said


def answers_of(row: Row, lines: Sequence[Row]) -> dict[str, Any]:
    """A referral as answers, to be amended page by page; what no page asks goes along unchanged."""
    told = {name: row[name] for name in KEPT}
    return {
        **{name: said.isoformat() if hasattr(said, "isoformat") else said for name, said in told.items()},
        "children": [str(line.child) for line in lines],
        "needs": {str(line.child): list(line.needs) for line in lines},
        "apart": {
            str(line.child): {"solo": line.solo, "not_with": [str(one) for one in line.not_with]} for line in lines
        },
        "amends": str(row.referral),
        "version": row.version,
    }


def changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What somebody else changed: what it is called, what it was and what it is now."""
    return [
        (question.short, in_words(question, before.get(question.field)), in_words(question, now.get(question.field)))
        for question in QUESTIONS.values()
        if before.get(question.field) != now.get(question.field)
    ]
