"""What hands need of the main screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from followthru_tui.widgets.statusbar import Lasts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from followthru.actions.selection import Selected
    from followthru_tui.asking import Question
    from followthru_tui.feed import Aids, Feed, Said, UpdateShown, Verb, View
    from followthru_tui.navigation import Navigation
    from followthru_tui.notebook import Notebook
    from followthru_tui.reader import Failure, Reader
    from followthru_tui.widgets.detail import DetailPane
    from followthru_tui.widgets.linepanel import LinePanel
    from followthru_tui.widgets.picklist import Pick
    from followthru_tui.widgets.tasklist import TaskList

T = TypeVar("T")


class Main(Protocol):
    """The main screen, as far as its commands use it."""

    reader: Reader
    notebook: Notebook
    navigation: Navigation
    list: TaskList
    detail: DetailPane
    view: View | None

    @property
    def aids(self) -> Aids | None:
        """What lines are read with, once it is there."""
        ...

    @property
    def in_detail(self) -> bool:
        """Whether the keys that move go to the detail."""
        ...

    @property
    def panel(self) -> LinePanel | None:
        """The line that is typed on, if any."""
        ...

    @property
    def last_words(self) -> str:
        """What the status line says."""
        ...

    def selected(self) -> Selected:
        """Return what is under the cursor."""
        ...

    def chosen(self) -> Sequence[int]:
        """Return the tasks that a verb is for: those marked, else the one under the cursor."""
        ...

    def say(self, words: str) -> None:
        """Put words into the status line and the messages."""
        ...

    def hint(self, words: str, lasts: Lasts = Lasts.KEY) -> None:
        """Put words into the status line that are not worth remembering."""
        ...

    def fail(self, failed: Failure) -> None:
        """Say what could not be done."""
        ...

    def act(self, verb: Verb, then: Callable[[Said], None] | None = None) -> None:
        """Have a verb done, say what it did and show what is true now."""
        ...

    def ask(self, question: Question) -> None:
        """Ask a question on one line."""
        ...

    def look_first(self, group: str, question: Callable[[Feed], T], then: Callable[[T], None]) -> None:
        """Find out what a line or a list needs before it opens; what is typed meanwhile goes there."""
        ...

    def pick(self, title: str, picks: Sequence[Pick], then: Callable[[str], None] | None = None) -> None:
        """Show a list to choose from."""
        ...

    def run(self, id: str) -> None:
        """Run a command."""
        ...

    def ask_view(self) -> None:
        """Read the list on screen anew."""
        ...

    def paint_footer(self) -> None:
        """Paint the keys that can be had now."""
        ...

    def close_line(self) -> None:
        """Close the line that is typed on, and forget what was typed for it."""
        ...

    def look_for_changes(self) -> None:
        """Look whether the store changed, and what is degraded."""
        ...

    def enter_detail(self) -> None:
        """Let the keys that move go to the detail."""
        ...

    def leave_detail(self) -> None:
        """Let the keys that move go to the list."""
        ...

    def type_filter(self) -> None:
        """Let the list be narrowed by what is typed."""
        ...

    def call(self, slug: str, handle: str) -> None:
        """Open a call with somebody."""
        ...

    def review(self, shown: UpdateShown) -> None:
        """Open an update for review."""
        ...

    def write_here(self, title: str, file: Path, then: Callable[[], None]) -> None:
        """Let a file be written on the screen itself; `then` is called once that is done."""
        ...
