"""Fixtures of this room."""

from __future__ import annotations

import os

# Read when Textual is imported: a frame is not waited for longer than the program itself does.
os.environ.setdefault("TEXTUAL_FPS", "1000")

from tests.tui.desks import blank_office as blank_office
from tests.tui.desks import office as office
