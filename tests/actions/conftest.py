"""Every test here may ask for a calendar server and a desk that is synced with it."""

from __future__ import annotations

from tests.calendarkit import booked, radicale, user

__all__ = ["booked", "radicale", "user"]
