"""Providers' pages: the desk of whoever runs homes, what they offer, and the homes night by night."""

from services.providers.pages import (
    calendar,
    desk,
    given,
    keys,
    occupancy,
    posting,
    spells,
    uploading,
    vacancies,
    welcomes,
)

ROUTERS = (
    *(desk.router, posting.router, vacancies.router, uploading.router),
    *(calendar.router, spells.router, welcomes.router, given.router),
    *(occupancy.router, keys.router),
)
