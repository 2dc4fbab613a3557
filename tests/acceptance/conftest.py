"""Every story may ask for the command line, and for a calendar server."""

from __future__ import annotations

from tests.calendarkit import radicale, user
from tests.clikit import cli

__all__ = ["cli", "radicale", "user"]
