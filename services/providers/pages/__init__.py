"""Providers' pages: the desk of whoever runs homes, what they offer, and the homes night by night."""

from services.providers.pages import desk, posting, vacancies

ROUTERS = (desk.router, posting.router, vacancies.router)
