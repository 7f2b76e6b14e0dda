"""Providers' routes: form, action, answer."""

from services.providers.api import commands, contracts, homes, imports, occupation, organisations, vacancies

ROUTERS = (
    *(organisations.router, homes.router, vacancies.router, occupation.router),
    *(contracts.router, imports.router, commands.router),
)
