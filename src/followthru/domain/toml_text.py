"""TOML that somebody else may have written: read with limits, so that no text can hang or break its reader. Pure."""

from __future__ import annotations

import re
from typing import Any

LARGEST, MOST_LINES = 64 * 1024, 1500
"""Characters (bytes in a file) and line ends."""
MOST_PARTS = 100
"""Parts of one key, as in `a.b.c`: the time of reading a key grows with their square."""
_DOTTED = re.compile(rf"""(?<![\w-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{MOST_PARTS}}}""", re.ASCII)


def loads(text: str, noun: str = "such a file") -> dict[str, Any]:
    """Return what a TOML text says; `noun` is what it should hold, such as `a playbook`.

    Raises tomllib.TOMLDecodeError for what is no TOML, and for what is too large, nested too deep, or holds a number
    of thousands of digits or a key of more than 100 parts: tomllib alone answers these with other errors, or after
    minutes.
    """
    import tomllib

    if len(text) > LARGEST or text.count("\n") > MOST_LINES:
        words = f"it is larger than {LARGEST // 1024} KB or {MOST_LINES} lines, too large for {noun}"
        raise tomllib.TOMLDecodeError(words)
    if found := _DOTTED.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise tomllib.TOMLDecodeError(f"a key has more than {MOST_PARTS} parts (at line {line}, column 1)")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise tomllib.TOMLDecodeError("it is nested too deep") from None
    except ValueError:
        raise tomllib.TOMLDecodeError("a number or a date in it is out of all bounds") from None
