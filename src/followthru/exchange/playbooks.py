"""Playbooks as files: those that are shipped and the user's own, one TOML file each, its name the playbook's."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from followthru.domain.nearest import did_you_mean
from followthru.domain.playbook_reading import read
from followthru.domain.playbooks import Playbook
from followthru.domain.toml_lines import lines_of
from followthru.errors import NotFoundError, UsageError

LARGEST, MOST_LINES = 64 * 1024, 1500


class Found(NamedTuple):
    """One file: the playbook in it, or None and its problems as lines (None for the file as a whole) and words."""

    file: str
    name: str
    playbook: Playbook | None
    problems: tuple[tuple[int | None, str], ...] = ()
    own: bool = False

    def lines(self) -> list[str]:
        """Return each problem as `file:line: words`."""
        return [f"{self.file}:{line}: {words}" if line else f"{self.file}: {words}" for line, words in self.problems]


def everyone(folder: Path) -> list[Found]:
    """Return every playbook by name, shipped and own; one of the user's own stands in for a shipped one of its name."""
    shipped = files("followthru.exchange") / "playbook_files"
    found = {
        file.name.removesuffix(".toml"): understood(file.read_bytes(), file.name)
        for file in shipped.iterdir()
        if file.name.endswith(".toml")
    }
    own = sorted(folder.glob("*.toml")) if folder.is_dir() else []
    found |= {file.stem: from_file(file, own=True) for file in own}
    return [found[name] for name in sorted(found)]


def from_file(file: Path, *, own: bool = True) -> Found:
    """Return what a file says. A file that cannot be read is a problem too."""
    try:
        # Reading from a pipe or a device may never end.
        if file.exists() and not file.is_file():
            return Found(str(file), file.stem, None, ((None, "it is no file"),), own)
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        return Found(str(file), file.stem, None, ((None, f"it cannot be read: {error.strerror}"),), own)
    return understood(content, str(file), own=own)


def understood(content: bytes, file: str, *, own: bool = False) -> Found:
    """Return what the content of a file says."""
    name = Path(file).name.removesuffix(".toml")
    if len(content) > LARGEST or content.count(b"\n") > MOST_LINES:
        words = f"it is larger than {LARGEST // 1024} KB or {MOST_LINES} lines, too large for a playbook"
        return Found(file, name, None, ((None, words),), own)
    text = ""
    try:
        text = content.decode("utf-8").replace("\r\n", "\n")
        said = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return Found(file, name, None, ((line, "it is not written in UTF-8"),), own)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return Found(file, name, None, ((_line(error, text), f"it is not TOML: {error}"),), own)
    playbook, problems = read(said, name, own=own)
    lines = lines_of(text, {one.where for one in problems})
    told = sorted({(lines[one.where], one.words) for one in problems})
    return Found(file, name, playbook, tuple(told), own)


def _line(error: Exception, text: str) -> int | None:
    """Return the line that a TOML error names."""
    if str(error).endswith("(at end of document)"):
        return len(text.splitlines()) or 1
    _, found, rest = str(error).rpartition("(at line ")
    digits = rest.partition(",")[0]
    return int(digits) if found and digits.isdecimal() else None


def named(folder: Path, name: str) -> Playbook:
    """Return a playbook by name. Raises NotFoundError naming the nearest, UsageError for one that has errors."""
    known = {one.name: one for one in everyone(folder)}
    found = known.get(name.casefold())
    if found is None:
        raise NotFoundError(
            f"There is no playbook {name}. {did_you_mean(name, known)}".rstrip(),
            remedy="`followthru playbook list` shows them.",
        )
    if found.playbook is None:
        raise UsageError(
            "\n".join(found.lines()),
            safe="Nothing was changed.",
            remedy="Correct the file; `followthru playbook check` reads it again.",
        )
    return found.playbook
