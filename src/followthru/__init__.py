"""followthru: promises, wiggle room and follow-through for practice managers."""

from __future__ import annotations

__version__ = "0.1.0"
