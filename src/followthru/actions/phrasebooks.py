"""The practices' own words for their updates, one file each: `phrases/oak-street.toml` beside `config.toml`.

A book that cannot be used never keeps a mail from being written: the usual words stand there, and it is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from followthru.updates.phrasebook import Book
    from followthru.updates.phrases import Phrases

FOLDER = "phrases"
LARGEST = 64 * 1024
"""How many bytes a phrase book may have."""
Stamp = tuple[int, int] | None
"""When a file was changed (nanoseconds) and its size (bytes); None where there is none."""


class Told(NamedTuple):
    """One thing that is wrong with a phrase book: its line (from 1; None for the whole file) and words."""

    line: int | None
    words: str


class Read(NamedTuple):
    """A phrase book as it was read: the words to write with and what is wrong with it."""

    path: Path
    phrases: Phrases
    told: tuple[Told, ...]

    @property
    def remarks(self) -> tuple[str, ...]:
        """Return what is wrong in words for the user, each with file and line."""
        where = f"{FOLDER}/{self.path.name}"
        return tuple(
            f"{where}{'' if one.line is None else f':{one.line}'}: {one.words} The usual words stand there instead."
            for one in self.told
        )


class Books:
    """The phrase books in one folder. A file is read again once it has changed."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._known: dict[str, tuple[Stamp, Read]] = {}

    def of(self, slug: str) -> Read:
        """Return a practice's book; the usual words where there is no file or it cannot be used."""
        path = self.path(slug)
        stamp = _stamp(path)
        known = self._known.get(slug)
        if known is None or known[0] != stamp:
            known = self._known[slug] = (stamp, _read(path, stamp))
        return known[1]

    def path(self, slug: str) -> Path:
        """Return where a practice's book is, or would be."""
        return (self._folder or Path(FOLDER)) / f"{slug}.toml"

    def stamps(self) -> Mapping[str, Stamp]:
        """Return the files that there are, by name, and when each was changed."""
        if self._folder is None or not self._folder.is_dir():
            return {}
        return {path.stem: _stamp(path) for path in sorted(self._folder.glob("*.toml"))}


def _stamp(path: Path) -> Stamp:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _read(path: Path, stamp: Stamp) -> Read:
    from followthru.updates.phrases import PHRASES

    if stamp is None:
        return Read(path, PHRASES, ())
    if stamp[1] > LARGEST:
        return Read(path, PHRASES, (Told(None, f"It is larger than {LARGEST // 1024} KiB."),))
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        return Read(path, PHRASES, (Told(None, f"It cannot be read: {error.strerror}."),))
    except UnicodeDecodeError:
        return Read(path, PHRASES, (Told(None, "It is not UTF-8 text."),))
    return _parsed(path, text.replace("\r\n", "\n"))


def _parsed(path: Path, text: str) -> Read:
    import tomllib

    from followthru.domain.toml_text import loads
    from followthru.updates import phrasebook
    from followthru.updates.phrases import PHRASES

    try:
        content = loads(text, "a phrase book")
    except tomllib.TOMLDecodeError as error:
        return Read(path, PHRASES, (_not_toml(str(error)),))
    book = phrasebook.read(content)
    return Read(path, book.phrases, _placed(text, content, book))


def _not_toml(words: str) -> Told:
    """Return a syntax error by line; `tomllib` ends its words with `(at line 3, column 5)`, at the end with no line."""
    import re

    found = re.search(r"\(at line (\d+)", words)
    plain = re.sub(r"\s*\(at .*\)$", "", words)
    return Told(int(found[1]) if found else None, f"It is not TOML: {plain}.")


def _placed(text: str, content: Mapping[str, object], book: Book) -> tuple[Told, ...]:
    """Return a book's faults by line."""
    from followthru.config.problems import Where, lines_of
    from followthru.updates.phrasebook import TABLE

    if not book.faults:
        return ()
    where: dict[str, Where] = {
        fault.name: (fault.name,) if fault.name in content else (TABLE, fault.name) if fault.name else (TABLE,)
        for fault in book.faults
    }
    lines = lines_of(text, where.values())
    told = (Told(lines[where[one.name]], f"{one.name}: {one.words}" if one.name else one.words) for one in book.faults)
    return tuple(sorted(told))
