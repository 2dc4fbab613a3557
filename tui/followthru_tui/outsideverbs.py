"""What is handed to the desktop. Runs on the reader thread; nothing is ever given to a shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from followthru.domain.saying import count_words
from followthru_tui.feed import Said
from followthru_tui.places import target

if TYPE_CHECKING:
    from followthru.actions.desk import Desk


def copied(desk: Desk, text: str, count: int) -> Said:
    """Put what was copied into a file of the user's own too: not every terminal takes it."""
    desk.home.prepare()
    file = desk.home.run / "copied.txt"
    file.touch(mode=0o600)
    file.write_text(f"{text}\n", encoding="utf-8")
    words = f"Copied {count_words(count, 'task')}, without notes. If your terminal does not take it: {file}"
    return Said(words, None, changed=False)


def opened(place: str) -> Said:
    """Have the desktop open an address or a file."""
    from followthru.actions.browsing import open_place

    words = "Opened" if open_place(target(place)) else "There is no desktop to open it:"
    return Said(f"{words} {place}", None, changed=False)
