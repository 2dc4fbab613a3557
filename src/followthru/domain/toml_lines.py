"""On which line of a TOML file something stands, for words about what is wrong with it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple, cast

from followthru.domain.toml_text import loads

Where = tuple[str | int, ...]


class Problem(NamedTuple):
    """One thing that is wrong. `where` is the way to it, such as `("accounts", 1, "url")`."""

    where: Where
    words: str


def lines_of(text: str, wanted: Iterable[Where]) -> dict[Where, int]:
    """Return the line, from 1, on which each of these begins; the last line for one that is not there.

    The first lines of a TOML file are TOML themselves unless they end inside a value, so a value begins right
    after the longest beginning of the file that is TOML without it.
    """
    import tomllib

    lines = text.split("\n")
    missing = set(wanted)
    found: dict[Where, int] = {}
    without = 0
    for count, _ in enumerate(lines, 1):
        if not missing:
            break
        try:
            beginning = loads("\n".join(lines[:count]) + "\n")
        except tomllib.TOMLDecodeError:
            continue
        here = {where for where in missing if _holds(beginning, where)}
        found.update(dict.fromkeys(here, without + 1))
        missing -= here
        without = count
    return found | dict.fromkeys(missing, len(lines))


def _holds(value: object, where: Where) -> bool:
    """Return whether the way leads to something."""
    for step in where:
        if isinstance(step, int):
            items = cast("list[object]", value) if isinstance(value, list) else []
            if step >= len(items):
                return False
            value = items[step]
        else:
            table = cast("dict[str, object]", value) if isinstance(value, dict) else {}
            if step not in table:
                return False
            value = table[step]
    return True
