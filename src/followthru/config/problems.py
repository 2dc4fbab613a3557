"""What is wrong with a configuration file, told with file, line and key."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from followthru.domain.toml_lines import Problem, Where, lines_of
from followthru.errors import FollowthruError

__all__ = ["ConfigError", "Problem", "Where", "error_in", "lines_of"]


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


def _named(where: Where) -> str:
    """Return the key in words, such as `[accounts] url: `."""
    section, *rest = (step for step in where if isinstance(step, str))
    return f"[{section}] {'.'.join(rest)}: " if rest else f"[{section}]: "
