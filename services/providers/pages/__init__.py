"""Providers' pages: the desk of whoever runs homes, what they offer, and the homes night by night."""

from services.providers.pages import calendar, desk, posting, spells, uploading, vacancies

ROUTERS = (
    *(desk.router, posting.router, vacancies.router, uploading.router),
    *(calendar.router, spells.router),
)
