"""Providers' routes: form, action, answer."""

from services.providers.api import contracts, homes, occupation, organisations, vacancies

ROUTERS = (organisations.router, homes.router, vacancies.router, occupation.router, contracts.router)
