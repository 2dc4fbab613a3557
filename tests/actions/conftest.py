"""Every test here may ask for a calendar server and a desk that is synced with it, and for a mailbox on a server."""

from __future__ import annotations

from tests.calendarkit import booked, booked_on_each, radicale, user
from tests.dovecot import dovecot, owner

__all__ = ["booked", "booked_on_each", "dovecot", "owner", "radicale", "user"]
