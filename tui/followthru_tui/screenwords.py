"""Words that name a command as the command line has it, said with the key that does the same on the screen. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from followthru.actions.registry import Command
from followthru_tui.dispatch import key_words
from followthru_tui.hands import roster

_NAMED = re.compile(r"`followthru ([^`]+)`")
_BESIDES = {"calendar setup": "connect calendar", "calendar add": "connect calendar", "mailbox add": "connect mail"}
"""Commands of the command line whose work another one does on the screen."""
_ONLY_THERE = frozenset({"--confirm", "--here", "--new", "--print"})
"""What no key of the screen does: whoever pressed the key would do something else, or nothing."""
_MOST = 3
"""Words that the name of a command has at most."""


def on_screen(words: str, commands: Sequence[Command]) -> str:
    """Return words with each named command as its key, or as it is found in the palette.

    What lives on the command line only stays as it is.
    """
    if "`followthru " not in words:
        return words
    known = _known(tuple(commands))
    return _NAMED.sub(lambda found: _said(found.group(1).split(), known) or found.group(), words)


@lru_cache(maxsize=4)
def _known(commands: tuple[Command, ...]) -> Mapping[str, Command]:
    return {one.id: one for one in commands}


def _said(typed: Sequence[str], known: Mapping[str, Command]) -> str:
    """Return how a command line is said on the screen; empty for one that is not there."""
    # The screen connects what is new; a calendar that is named is one of before.
    if not _ONLY_THERE.isdisjoint(typed) or (typed[:2] == ["calendar", "setup"] and typed[2:]):
        return ""
    for count in range(min(_MOST, len(typed)), 0, -1):
        name = " ".join(typed[:count])
        command = known.get(_BESIDES.get(name, name))
        if command is not None and command.id in roster.COMMANDS:
            return f"{key_words(command.keys[0])} ({command.words})" if command.keys else f": “{command.words}”"
    return ""
