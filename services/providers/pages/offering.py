"""The questions of a vacancy, step by step, and the form that their answers make."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.providers.forms.vacancies import CorrectVacancy, PostVacancy
from services.providers.pages.words import SEXES, ages
from shared.store.session import Row
from shared.web.called import FEATURES, kind_of
from shared.web.questions import Question

FROM = Question(
    "available_from",
    "available_from",
    PostVacancy,
    "From which night can a child sleep there?",
    "date",
    "Free from",
    hint="For example, 31 3 2026.",
    missing="Enter the first night.",
)
UNTIL = Question(
    "available_until",
    "available_until",
    PostVacancy,
    "Until when?",
    "date",
    "Free until",
    hint="The first day on which it is not free any more. Leave it empty if it is free for as long as a child needs it.",
)
PRICE = Question(
    "weekly_pence",
    "weekly_pence",
    PostVacancy,
    "What does it cost a week?",
    "pounds",
    "Price a week",
    hint="For example, 3810.00. A contract with an authority may say another price, which then holds.",
    missing="Enter what it costs a week.",
)


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the wizard."""

    slug: str
    title: str
    questions: tuple[Question, ...]


def steps_for(homes: Sequence[Row], home: Row | None, places: Sequence[Row]) -> list[Step]:
    """The pages in their order, asking about these homes and about the places of the chosen one."""
    first = Step("home", "Home", (_which_home(homes),))
    return [
        first,
        Step("places", "Places", (_which_places(home, places),)),
        Step("when", "When is it free?", (FROM, UNTIL)),
        Step("price", "Price", (PRICE,)),
        Step("whom", "Which children could come?", _for_whom(home)),
    ]


def _which_home(homes: Sequence[Row]) -> Question:
    options = {str(home.home): f"{home.name} ({kind_of(home.type).lower()})" for home in homes}
    kind = "radios" if len(homes) <= 12 else "choice"
    missing = "Choose the home."
    return Question("home", "home", PostVacancy, "Which home has room?", kind, "Home", missing=missing, options=options)


def _which_places(home: Row | None, places: Sequence[Row]) -> Question:
    name = home.name if home is not None else "the home"
    return Question(
        "places",
        "places",
        PostVacancy,
        f"Which places at {name} are free?",
        "checkboxes",
        "Places",
        missing="Choose at least one place.",
        options={str(place.place): _place_words(place) for place in places},
    )


def _place_words(place: Row) -> str:
    features = ", ".join(FEATURES.get(one, one).lower() for one in place.features)
    return f"Place {place.number}" + (f": {features}" if features else "")


def _for_whom(home: Row | None) -> tuple[Question, ...]:
    registered = f"The home is registered for ages {ages(home.youngest, home.oldest)}." if home is not None else ""
    options = {code: words for code, words in SEXES.items() if home is None or code in home.sexes}
    narrower = "Leave it empty if every child the home is registered for could come."
    youngest = ("youngest", "youngest", PostVacancy, "Youngest age", "whole", "Youngest age")
    oldest = ("oldest", "oldest", PostVacancy, "Oldest age", "whole", "Oldest age")
    asked = (Question(*youngest, hint=f"{registered} {narrower}".strip()), Question(*oldest))
    sexes = Question(
        "sexes", "sexes", PostVacancy, "Only for", "checkboxes", "Only for", hint=narrower, options=options
    )
    return (*asked, sexes) if len(options) > 1 else asked


def form_in(answers: Mapping[str, Any]) -> PostVacancy | CorrectVacancy:
    """The form that the answers make. Raises ValidationError."""
    asked = {name: answers[name] for name in PostVacancy.model_fields if answers.get(name) is not None}
    if answers.get("corrects"):
        del asked["home"]
        return CorrectVacancy.model_validate({**asked, "version": answers["version"]})
    return PostVacancy.model_validate(asked)


def answers_of(row: Row) -> dict[str, Any]:
    """The answers that a vacancy stands for, to be changed."""
    return {
        "home": str(row.home),
        "places": [str(place) for place in row.places],
        "available_from": row.available_from.isoformat(),
        "available_until": row.available_until and row.available_until.isoformat(),
        "weekly_pence": row.weekly_pence,
        "youngest": row.youngest,
        "oldest": row.oldest,
        "sexes": list(row.sexes),
        "corrects": str(row.vacancy),
        "version": row.version,
    }
