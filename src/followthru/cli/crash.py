"""Keep the place of an error that nobody foresaw, without a word of what was being worked on."""

from __future__ import annotations

import logging
from pathlib import Path
from traceback import extract_tb

from followthru import log
from followthru.config.places import Home


def keep(home: Home, error: BaseException) -> Path | None:
    """Write an error's class and its frames to the log and return the file, None when it cannot be written."""
    try:
        file = log.configure(home, "info", surface="cli")
    except OSError:
        return None
    frames = [f"{Path(frame.filename).name}:{frame.lineno}:{frame.name}" for frame in extract_tb(error.__traceback__)]
    log.event(
        logging.getLogger(__name__), "crash", logging.ERROR, error=type(error).__name__, frames=" > ".join(frames)
    )
    log.close()
    return file
