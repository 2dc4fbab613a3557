"""Every story may ask for the command line, and for a calendar server."""

from __future__ import annotations

import pytest

from tests.calendarkit import radicale, user
from tests.clikit import cli

# Its assertions say what they found, as those of a test do.
pytest.register_assert_rewrite("tests.acceptance.week.days")

__all__ = ["cli", "radicale", "user"]
