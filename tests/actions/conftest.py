"""Every test here may ask for a calendar server and a desk that is synced with it."""

from __future__ import annotations

from tests.calendarkit import booked, booked_on_each, radicale, user

__all__ = ["booked", "booked_on_each", "radicale", "user"]
