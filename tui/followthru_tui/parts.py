"""A painted line is a list of parts: text, and what it is."""

from __future__ import annotations

from followthru_tui.palette import Tone

Part = tuple[str, Tone]
Lines = list[list[Part]]
