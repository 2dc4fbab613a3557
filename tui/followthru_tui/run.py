"""The terminal UI of a home."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from followthru.config.places import Home
from followthru.errors import Exit

if TYPE_CHECKING:
    from followthru_tui.background import Background
    from followthru_tui.storefeed import StoreFeed


def main(home: Home) -> int:
    """Run the terminal UI of a home until it is left; return the exit code.

    Without a daemon one is started as a child, and ended with the terminal UI.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        sys.stderr.write("The terminal UI needs a terminal. `followthru today` says what needs you, as text.\n")
        return Exit.USAGE
    from followthru_tui.background import Background
    from followthru_tui.start import run

    background = Background()
    try:
        return run(lambda: _open(home, background))
    finally:
        background.end()


def _open(home: Home, background: Background) -> StoreFeed:
    """Open the feed, on the reader thread: it is loaded beside Textual. Raises FollowthruError."""
    from followthru.domain.clock import SystemClock
    from followthru_tui.storefeed import StoreFeed

    return StoreFeed.open(home, SystemClock(), background, keep_log=True)
