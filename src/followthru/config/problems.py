"""What is wrong with a configuration file, told with file, line and key."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, cast

from followthru.errors import FollowthruError

Where = tuple[str | int, ...]


class Problem(NamedTuple):
    """One thing that is wrong. `where` is the way to it, such as `("accounts", 1, "url")`."""

    where: Where
    words: str


class ConfigError(FollowthruError):
    """The configuration file cannot be used. All its problems are told at once, one to a line.

    `problems` are lines (from 1; None for the file as a whole) and words.
    """

    def __init__(self, path: Path, problems: Iterable[tuple[int | None, str]]) -> None:
        self.problems = tuple(problems)
        told = [f"{path}:{line}: {words}" if line else f"{path}: {words}" for line, words in self.problems]
        super().__init__(
            "\n".join(told),
            safe="Nothing was changed.",
            remedy="Correct the file; followthru config check reads it again.",
        )


def error_in(path: Path, text: str, problems: Iterable[Problem]) -> ConfigError:
    """Return the error that tells these problems by line."""
    found = list(problems)
    lines = lines_of(text, {problem.where for problem in found})
    told = sorted((lines[problem.where], f"{_named(problem.where)}{problem.words}") for problem in found)
    return ConfigError(path, told)


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
    for count in range(1, len(lines) + 1):
        if not missing:
            break
        try:
            beginning = tomllib.loads("\n".join(lines[:count]) + "\n")
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


def _named(where: Where) -> str:
    """Return the key in words, such as `[accounts] url: `."""
    section, *rest = (step for step in where if isinstance(step, str))
    return f"[{section}] {'.'.join(rest)}: " if rest else f"[{section}]: "
