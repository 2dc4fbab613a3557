"""Playbooks as files: those that are shipped and the user's own, one TOML file each, its name the playbook's."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from followthru.domain.nearest import did_you_mean
from followthru.domain.playbook_reading import read
from followthru.domain.playbooks import Playbook
from followthru.domain.toml_text import LARGEST, MOST_LINES
from followthru.errors import NotFoundError, UsageError
from followthru.exchange import own_files

__all__ = ["LARGEST", "MOST_LINES", "Found", "everyone", "from_file", "named", "understood"]


class Found(NamedTuple):
    """One file: the playbook in it, or None and its problems as lines (None for the file as a whole) and words."""

    file: str
    name: str
    playbook: Playbook | None
    problems: tuple[tuple[int | None, str], ...] = ()
    own: bool = False

    def lines(self) -> list[str]:
        """Return each problem as `file:line: words`."""
        return own_files.said(self.file, self.problems)


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
    content = own_files.content_of(file)
    if isinstance(content, str):
        return Found(str(file), file.stem, None, ((None, content),), own)
    return understood(content, str(file), own=own)


def understood(content: bytes, file: str, *, own: bool = False) -> Found:
    """Return what the content of a file says."""
    name = Path(file).name.removesuffix(".toml")
    found = own_files.parsed(content, "a playbook")
    if found.told is not None:
        return Found(file, name, None, (found.told,), own)
    playbook, problems = read(found.said, name, own=own)
    return Found(file, name, playbook, own_files.told_by_line(found.text, problems), own)


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


def edition(folder: Path, name: str) -> Playbook | None:
    """Return a playbook as it is by now, one's own before a shipped one; None where it is missing or has errors."""
    own = folder / f"{name}.toml"
    if own.exists():
        return from_file(own).playbook
    shipped = files("followthru.exchange") / "playbook_files" / f"{name}.toml"
    return understood(shipped.read_bytes(), f"{name}.toml").playbook if shipped.is_file() else None
