"""Lists that were saved, in the table `[views]` of `config.toml`; every other line stays as its user wrote it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from followthru.config.edit import appended, rewritten
from followthru.config.values import Config

_SECTION = "views"


def save(path: Path, name: str, words: str) -> Config:
    """Save the words of a list under a name, in place of those that stand there; return the configuration with it.

    Raises ConfigError if the file is wrong already and UsageError if it would be by the name; it is then left alone.
    """

    def change(views: Any) -> None:  # noqa: ANN401 -- tomlkit's own tables
        views[name] = words

    return _changed(path, change)


def rename(path: Path, name: str, new: str) -> Config:
    """Give a saved list another name. Returns and raises as `save` does; KeyError for one that is not there."""

    def change(views: Any) -> None:  # noqa: ANN401
        views[new] = views.pop(name)

    return _changed(path, change)


def remove(path: Path, name: str) -> Config:
    """Take a saved list away. Returns and raises as `save` does; KeyError for one that is not there."""

    def change(views: Any) -> None:  # noqa: ANN401
        del views[name]

    return _changed(path, change)


def _changed(path: Path, change: Callable[[Any], None]) -> Config:
    def write(text: str, _: Config) -> str:
        import tomlkit

        document = cast("Any", tomlkit.parse(text))
        if _SECTION in document:
            change(document[_SECTION])
            return tomlkit.dumps(document)
        views = tomlkit.table()
        change(views)
        return appended(text, f"[{_SECTION}]\n{tomlkit.dumps(views)}")

    return rewritten(path, write)
