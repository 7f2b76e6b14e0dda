"""What providers takes many of in one call: organisations, their homes and ratings, and what they offer."""

from uuid import UUID

from services.providers.actions import homes, organisations, vacancies
from services.providers.forms.homes import CloseHome, NoteRating, OpenHome
from services.providers.forms.organisations import NoteDueDiligence, RegisterProvider
from services.providers.forms.vacancies import AsOfVersion, CorrectVacancy, PostVacancy
from shared.service.commands import Doing, Kind, changing, changing_version, commands_router, making

REGISTER, MANAGE, POST = "providers:register", "providers:manage_homes", "providers:post_vacancies"


async def _open(doing: Doing) -> UUID:
    return await homes.open_home(doing.session, doing.form, by=doing.by, places=doing.geography)


KINDS = {
    "register_provider": Kind(REGISTER, RegisterProvider, making(organisations.register_provider, "provider")),
    "note_due_diligence": Kind(REGISTER, NoteDueDiligence, changing(organisations.note_due_diligence), named=True),
    "open_home": Kind(MANAGE, OpenHome, _open),
    "rate_home": Kind(REGISTER, NoteRating, changing(homes.rate_home), named=True),
    "close_home": Kind(MANAGE, CloseHome, changing(homes.close_home), named=True),
    "post_vacancy": Kind(POST, PostVacancy, making(vacancies.post_vacancy, "vacancy")),
    "confirm_vacancy": Kind(POST, AsOfVersion, changing_version(vacancies.confirm_vacancy), named=True),
    "correct_vacancy": Kind(POST, CorrectVacancy, changing(vacancies.correct_vacancy), named=True),
    "withdraw_vacancy": Kind(POST, AsOfVersion, changing_version(vacancies.withdraw_vacancy), named=True),
}

router = commands_router(
    "providers",
    KINDS,
    [{"kind": "register_provider", "key": "beech", "form": {"name": "Beech Homes", "sector": "PR4"}}],
)
