"""The keys for views that were saved: show one, save the list on screen, rename, remove."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from followthru.domain.orders import PLAIN, taken
from followthru.errors import FollowthruError, UsageError
from followthru_tui.asking import Question, words
from followthru_tui.dispatch import Handler
from followthru_tui.feed import Place, Said, Where
from followthru_tui.hands.lists import ListHands
from followthru_tui.hands.main import Main
from followthru_tui.palette import Tone
from followthru_tui.previewwords import Preview
from followthru_tui.widgets.picklist import Pick

if TYPE_CHECKING:
    from followthru.actions.desk import Desk

_VIEW, _SAVE = "view:", "save:"
_NONE = 'No view is saved yet: narrow and sort a list, then " saves it.'
_CHANGES = "This list is made anew each day and cannot be saved: 3 shows all tasks, / narrows them."
_ALL, _WORD = "all open tasks", "A word, such as oak-late."
_SECTIONS = {
    "late": "health:late",
    "at risk": "health:at-risk",
    "in buffer": "health:in-buffer",
    "stalled": "is:stalled",
    "started": "status:started",
}
"""Parts of Today that a filter finds."""


class SaveHands:
    """Saves lists and shows those that were saved."""

    def __init__(self, main: Main) -> None:
        self._main = main
        self._lists = ListHands(main)

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {
            "view list": lambda: self._pick("Saved views", self._show),
            "view save": self._ask_name,
            "view rename": lambda: self._of("Rename which view?", self._ask_new_name),
            "view remove": lambda: self._of("Remove which view?", self._remove),
        }

    def picks(self) -> list[Pick]:
        """Return a choice for every saved view, and one that saves the list under what is typed behind `save`."""
        views = [Pick(f"{_VIEW}{name}", "", f"View {name}", line or _ALL) for name, line in self._views]
        return [*views, Pick(_SAVE, "", "Save this view as", "save NAME", takes="save")]

    def take(self, id: str) -> bool:
        """Do what a choice says; False for any other choice."""
        if id.startswith(_VIEW) and (name := id.removeprefix(_VIEW)) in dict(self._views):
            self._show(name)
        elif id.startswith(_SAVE):
            self._save_as(id.removeprefix(_SAVE))
        else:
            return False
        return True

    @property
    def _views(self) -> Sequence[tuple[str, str]]:
        return () if self._main.aids is None else sorted(self._main.aids.views)

    def _pick(self, title: str, then: Callable[[str], None]) -> None:
        picks = [Pick(name, "", name, line or _ALL) for name, line in self._views]
        if picks:
            self._main.pick(title, picks, then)
        else:
            self._main.hint(_NONE)

    def _of(self, title: str, then: Callable[[str], None]) -> None:
        """Go on with the saved view on screen, or with one that is chosen."""
        where = self._main.navigation.where
        if where.place is Place.SAVED:
            then(where.name)
        else:
            self._pick(title, then)

    def _show(self, name: str) -> None:
        self._lists.visit(Where(Place.SAVED, name))

    # Save

    def _line(self) -> str | None:
        """Return the list on screen as it is typed; None for one that no filter finds."""
        from followthru.domain.filter import joined, split

        where, view = self._main.navigation.where, self._main.view
        base = _base(where, dict(self._views))
        if base is None:
            return None
        given = (*split(base), *split(self._main.navigation.matching))
        return joined((*taken(given)[0], *(PLAIN if view is None else view.order).words))

    def _ask_name(self) -> None:
        line = self._line()
        if line is None:
            self._main.hint(_CHANGES)
            return
        where, known = self._main.navigation.where, dict(self._views)

        def read(name: str) -> Preview:
            held = known.get(name.strip())
            hint = _WORD if held in (None, line) else f"In place of “{held or _ALL}”."
            return words([(f" {line or _ALL}", Tone.PLAIN)], hint)

        def complete(name: str) -> str | None:
            return next((one for one in known if name and one.startswith(name)), None)

        text = where.name if where.place is Place.SAVED else ""
        self._main.ask(
            Question("view save", "Save as", read, lambda name: self._save(name.strip(), line), text, complete=complete)
        )

    def _save_as(self, name: str) -> None:
        """Save the list on screen under a name, or ask for one."""
        line = self._line()
        if line is None or not name:
            self._ask_name()
            return
        try:
            self._save(name, line)
        except FollowthruError as error:
            self._main.say(error.sentences())

    def _save(self, name: str, line: str) -> None:
        if not name:
            raise UsageError("A view needs a name.", remedy=_WORD)
        self._main.act(lambda desk: _saved(desk, name, line), lambda said: self._called(name, said))

    def _called(self, name: str, said: Said) -> None:
        """Show a list under the name that it goes by from here on."""
        where = Where(Place.SAVED, name)
        self._main.navigation.narrow("")
        self._main.navigation.leave(where)
        self._lists.arrive(where, said.words)

    # Rename, remove

    def _ask_new_name(self, name: str) -> None:
        hint = words(_WORD)

        def enter(new: str) -> None:
            self._main.act(lambda desk: _renamed(desk, name, new.strip()), lambda said: self._called(new.strip(), said))

        self._main.ask(
            Question(
                f"view rename {name}",
                f"Rename {name} to",
                lambda _: hint,
                enter,
                name,
                lines=1,
                select=True,
            )
        )

    def _remove(self, name: str) -> None:
        """Remove a view; its list stays on screen as what it was, so that it can be saved again."""
        line = dict(self._views).get(name, "")

        def stay(said: Said) -> None:
            if self._main.navigation.where == Where(Place.SAVED, name):
                self._main.navigation.leave(Where(Place.SAVED, name))
                self._main.navigation.restart(Where(Place.ALL))
                self._main.navigation.narrow(line)
                self._lists.arrive(Where(Place.ALL), said.words)

        self._main.act(lambda desk: _removed(desk, name), stay)


def _base(where: Where, known: dict[str, str]) -> str | None:
    """Return the words that find what a list holds by itself; None where no words do."""
    match where.place:
        case Place.ALL:
            return ""
        case Place.SAVED:
            return known.get(where.name)
        case Place.PRACTICE | Place.PRACTICE_TASKS:
            return f"@{where.name}"
        case Place.INBOX:
            return "status:inbox"
        case Place.WAITING:
            return "is:waiting"
        case Place.SECTION:
            return _SECTIONS.get(where.name)
        case _:
            return None


def _saved(desk: Desk, name: str, line: str) -> Said:
    from followthru.actions import saved_views
    from followthru.domain.filter import split

    words, order = taken(split(line))
    return Said(f"{saved_views.save(desk, name, words, order).words}.", None, changed=False)


def _renamed(desk: Desk, name: str, new: str) -> Said:
    from followthru.actions import saved_views

    return Said(f"{saved_views.rename(desk, name, new).words}.", None, changed=False)


def _removed(desk: Desk, name: str) -> Said:
    from followthru.actions import saved_views

    return Said(f'{saved_views.remove(desk, name).words}. " saves a list anew.', None, changed=False)
