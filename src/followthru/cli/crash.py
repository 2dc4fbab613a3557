"""Keep the place of an error that nobody foresaw, without a word of what was being worked on."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from followthru import log
from followthru.config.places import Home


def keep(home: Home, error: BaseException) -> Path | None:
    """Write an error's class and its frames to the log and return the file, None when it cannot be written."""
    file = _opened(home)
    if file is None:
        return None
    facts = {"error": type(error).__name__, "frames": log.frames_of(error)}
    log.event(logging.getLogger(__name__), "crash", logging.ERROR, **facts)
    log.close()
    return file


@contextmanager
def kept(home: Home) -> Generator[Path | None]:
    """Log faults that are contained meanwhile; yield the file, None when it cannot be written.

    Python's own last resort would print them with all their words.
    """
    quiet, logger = logging.NullHandler(), logging.getLogger(log.ROOT)
    logger.addHandler(quiet)
    try:
        yield _opened(home)
    finally:
        log.close()
        logger.removeHandler(quiet)


def _opened(home: Home) -> Path | None:
    try:
        return log.configure(home, "warning", surface="cli")
    except OSError:
        return None
