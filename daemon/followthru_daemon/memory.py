"""Hold no more than is needed, however long the process runs."""

from __future__ import annotations

import ctypes

_ARENA_MAX = -8
"""M_ARENA_MAX of mallopt(3)."""


def keep_together() -> None:
    """Have all threads share the process's first heap; to be called before there are any.

    glibc begins a heap for each thread, and what one has freed serves no other. Other allocators are left alone.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 1)


def give_back() -> None:
    """Return to the system what has been freed, see malloc_trim(3): a copy of the store takes much for a moment.

    Other allocators than glibc's do so by themselves.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
