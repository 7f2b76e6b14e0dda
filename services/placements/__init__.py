"""Placements: matching, offers, bookings, placements and periods of care."""
