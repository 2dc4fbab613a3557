"""What the terminal UI remembers while it runs: what was said, what was typed and not taken, what is degraded."""

from __future__ import annotations

from collections import deque

from followthru.actions.registry import COMMANDS, Command


class Notebook:
    """Shared by all screens."""

    def __init__(self) -> None:
        self.said: deque[str] = deque(maxlen=500)
        self.drafts: dict[str, str] = {}
        self.pasted: list[str] = []
        self.answers: dict[str, str] = {}
        self.in_full: tuple[str, ...] = ()
        self.commands: tuple[Command, ...] = COMMANDS
