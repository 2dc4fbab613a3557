"""Every command that an error, a note or a page tells its reader to run is one that exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from followthru.cli.commands import entries

ROOT = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for folder in ("src", "daemon", "tui", "docs")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".py", ".md")
)
NAMED = re.compile(r"`followthru ([a-z][a-z -]*)")


def unknown(text: str) -> set[str]:
    """Return what a text calls a command and is none: neither a command nor a group, with what may follow it."""
    known = entries()
    found: set[str] = set()
    for words in NAMED.findall(text):
        first, *rest = words.split()
        pair = f"{first} {rest[0]}" if rest else first
        only_a_group = first in known and not (known[first].where or known[first].otherwise)
        if pair not in known and (first not in known or (only_a_group and rest)):
            found.add(pair)
    return found


def test_it_tells_a_missing_command() -> None:
    assert unknown("Try `followthru rewind` or `followthru practice vanish oak`.") == {"rewind", "practice vanish"}
    assert not unknown("`followthru list`, `followthru practice`, `followthru daemon run`, `followthru show ID`")


@pytest.mark.parametrize("path", [*SOURCES, ROOT / "README.md"], ids=lambda path: str(path.relative_to(ROOT)))
def test_named_commands_exist(path: Path) -> None:
    assert not unknown(path.read_text(encoding="utf-8"))
