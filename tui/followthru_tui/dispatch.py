"""From a key to a command to its handler; and for every command, whether it can be had here and why not."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from textual import events

from followthru.actions.registry import Command
from followthru.actions.selection import FIRST_RUN, Selected

_NAMES = {
    "enter": "Enter",
    "escape": "Esc",
    "space": "Space",
    "backspace": "Bksp",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
}

Handler = Callable[[], None]


class Offer(NamedTuple):
    """A command as it stands here: to be had, or not and why; `own` says that its keys are of this sort of line."""

    command: Command
    why_not: str | None
    own: bool = False


MOVES = frozenset({"down", "up", "page-down", "page-up", "first", "last"})
"""The commands that only move."""

_CHARACTERS = {"enter": "\r", "escape": "\x1b", "space": " "}


def stroke(event: events.Key) -> str:
    """Return the name a command knows a key by: the character typed, or Textual's name for the key."""
    if event.is_printable and event.character != " " and event.character is not None:
        return event.character
    return event.key


def typed(name: str) -> events.Key:
    """Return the key that `stroke` gives this name to."""
    return events.Key(name, _CHARACTERS.get(name, name if len(name) == 1 else None))


def key_words(key: str) -> str:
    """Return a key as it is shown: `Enter`, `^r`, `x`."""
    return _NAMES.get(key) or (f"^{key[5:]}" if key.startswith("ctrl+") else key)


class Dispatcher:
    """Runs commands. One without a handler here is offered with the reason.

    Raises ValueError if two commands claim one key on the same sort of line, or a handler belongs to no command.
    """

    def __init__(
        self,
        commands: Sequence[Command],
        handlers: Mapping[str, Handler],
        selected: Callable[[], Selected],
        say: Callable[[str], None],
        elsewhere: Collection[str] = (),
    ) -> None:
        """`elsewhere` are the commands that another screen runs."""
        self.commands = {command.id: command for command in commands}
        self._keys: dict[str, dict[str, Command]] = {}
        for command in commands:
            for key in command.keys:
                known = self._keys.setdefault(key, {})
                if command.on in known:
                    raise ValueError(f"{key!r} is claimed by {known[command.on].id} and {command.id}")
                known[command.on] = command
        if unknown := handlers.keys() - self.commands.keys():
            raise ValueError(f"no command for {sorted(unknown)}")
        self._footer = [command for command in commands if command.footer]
        self._handlers = handlers
        self._selected = selected
        self._say = say
        self._elsewhere = elsewhere

    def command_of(self, key: str) -> Command | None:
        """Return the command of a key, None if none claims it.

        One of the sort of line under the cursor goes before the one that holds everywhere.
        """
        known = self._keys.get(key)
        if known is None:
            return None
        # Only a key that means several things has to know what is selected.
        command = next(iter(known.values()))
        if len(known) > 1:
            command = known.get(self._selected().sort) or known.get("") or command
        return command

    def run(self, id: str) -> None:
        """Run a command, or say why it cannot be had."""
        command = self.commands[id]
        reason = self.why_not(command, self._selected())
        if reason is None:
            self._handlers[id]()
        else:
            self._say(f"{command.words}: {reason}.")

    def why_not(self, command: Command, selected: Selected) -> str | None:
        """Return why a command cannot be had, or None."""
        if command.id not in self._handlers:
            there = command.keys or command.id in self._elsewhere or not command.cli
            return "not on this screen" if there else "on the command line only"
        return command.why_not(selected)

    def for_footer(self) -> list[Offer]:
        """Return the commands that belong into the footer as they stand now; it is asked for with every key."""
        selected = self._selected()
        hidden = set[str]()
        if selected.line == FIRST_RUN:
            # Where nothing is there yet, nothing was done that undo could take back, but for what its words say of it.
            hidden.add("undo")
        if selected.row is not None and selected.row.practice is not None:
            # A task that belongs somewhere has more likely keys.
            hidden.add("belongs")
        return [self._offer(one, selected) for one in self._footer if one.id not in hidden]

    def offers(self) -> list[Offer]:
        """Return every command as it stands now."""
        selected = self._selected()
        return [self._offer(command, selected) for command in self.commands.values()]

    def _offer(self, command: Command, selected: Selected) -> Offer:
        return Offer(command, self.why_not(command, selected), bool(command.on) and command.on == selected.sort)
