"""Referrals' pages: the desk of whoever asks for homes, the task list of a referral, and what becomes of it."""

from services.referrals.pages import (
    child,
    children,
    closing,
    desk,
    drafting,
    following,
    important,
    introduced,
    panel,
    recording,
)

ROUTERS = (
    desk.router,
    child.router,
    recording.router,
    important.router,
    children.router,
    drafting.router,
    following.router,
    closing.router,
    panel.router,
    introduced.router,
)
"""In this order: a draft's named pages before its questions, which are found by a word in the address."""
