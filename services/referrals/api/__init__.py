"""Referrals' routes: form, action, answer; whoever reads a child's record is written down with the reading."""

from services.referrals.api import children, commands, needs, panel, referrals, returns

ROUTERS = (children.router, returns.router, needs.router, referrals.router, panel.router, commands.router)
