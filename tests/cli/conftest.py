"""Every test here may ask for the command line."""

from __future__ import annotations

from tests.calendarkit import radicale, user
from tests.clikit import cli, office

__all__ = ["cli", "office", "radicale", "user"]
