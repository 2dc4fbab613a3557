"""How the terminal UI starts. Nothing of Textual is imported before its timing is set."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable

from followthru_tui.feed import Feed

# Textual repaints on a timer that ticks TEXTUAL_FPS times a second while something is dirty (and
# rests otherwise). At the default of 60 a key waits up to 16 ms for its frame; at 1,000 up to 1 ms.
_FPS = "1000"
# The reader thread gives way to the thread that paints after 1 ms instead of 5.
_SWITCH_SECONDS = 0.001


def run(open_feed: Callable[[], Feed]) -> int:
    """Run the terminal UI until it is left; return the exit code."""
    os.environ.setdefault("TEXTUAL_FPS", _FPS)
    sys.setswitchinterval(_SWITCH_SECONDS)
    # What starting makes lives as long as the program: looking through it for garbage would cost the
    # first frame and, with every full collection later, some frame in between.
    gc.disable()
    from followthru_tui.app import FollowthruApp

    app = FollowthruApp(open_feed)
    app.run()
    if app.broken is not None:
        print(f"{app.broken.words}\n{app.broken.place}".strip(), file=sys.stderr)  # noqa: T201
        return 1
    return app.return_code or 0
