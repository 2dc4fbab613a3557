"""Words that name a command as the command line has it, said with the key that does the same on the screen. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from followthru.actions.registry import Command
from followthru_tui.dispatch import key_words
from followthru_tui.feed import Line, UpdateShown, View
from followthru_tui.hands import roster

_MARK = "`followthru "
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
    if _MARK not in words:
        return words
    known = _known(tuple(commands))
    return _NAMED.sub(lambda found: _said(found.group(1).split(), known) or found.group(), words)


def view_on_screen(view: View, commands: Sequence[Command]) -> View:
    """Return a list whose lines name the keys of the screen; the list itself where none names a command."""
    if not any(map(_names_one, (line for section in view.sections for line in section.lines))):
        return view
    sections = tuple(
        one._replace(lines=tuple(line_on_screen(line, commands) for line in one.lines)) for one in view.sections
    )
    return view._replace(sections=sections)


def _names_one(line: Line) -> bool:
    every = (line.title, *line.under, *(value for _, value in line.facts))
    return any(_MARK in words for words in every)


def line_on_screen(line: Line, commands: Sequence[Command]) -> Line:
    """Return a line whose words name the keys of the screen."""
    return line._replace(
        title=on_screen(line.title, commands),
        under=tuple(on_screen(words, commands) for words in line.under),
        facts=tuple((name, on_screen(value, commands)) for name, value in line.facts),
    )


def shown_on_screen(shown: UpdateShown, commands: Sequence[Command]) -> UpdateShown:
    """Return an update of which all that is said about it names the keys of the screen; its text is as it goes."""
    reasons, waits, book = (
        tuple(on_screen(words, commands) for words in several) for several in (shown.reasons, shown.waits, shown.book)
    )
    answer = None if shown.answer is None else on_screen(shown.answer, commands)
    return shown._replace(reasons=reasons, waits=waits, book=book, answer=answer)


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
