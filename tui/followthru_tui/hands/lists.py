"""The keys that move about: lists, filter, detail, practices, history."""

from __future__ import annotations

from collections.abc import Sequence

from followthru.domain.people import Member, Practice
from followthru_tui.dispatch import Handler
from followthru_tui.feed import TODAY, Place, Where
from followthru_tui.hands.main import Main
from followthru_tui.hands.people import NO_PRACTICE
from followthru_tui.widgets.model import MarkKind
from followthru_tui.widgets.picklist import Pick
from followthru_tui.widgets.statusbar import Lasts

_VIEWS = {
    "today": TODAY,
    "practice list": Where(Place.PRACTICES),
    "list": Where(Place.ALL),
    "week": Where(Place.WEEK),
    "waiting": Where(Place.WAITING),
    "inbox": Where(Place.INBOX),
    "timeline": Where(Place.TIMELINE),
    "sync status": Where(Place.CALENDARS),
    "update list": Where(Place.UPDATES),
    "register expiring": Where(Place.EXPIRY),
    "duty list": Where(Place.DUTIES),
    "duty preview": Where(Place.YEAR),
    "goal list": Where(Place.GOALS),
    "playbook list": Where(Place.PLAYBOOKS),
    "playbook runs": Where(Place.PLAYBOOKS),
    "hours": Where(Place.HOURS),
    "meeting list": Where(Place.MEETINGS),
    "raise list": Where(Place.MEETINGS),
    "decision list": Where(Place.MEETINGS),
}
"""The views that a command opens from wherever one is."""
_BEHIND = {
    "practice": Place.PRACTICE,
    "load": Place.LOADED,
    "run": Place.RUN,
    "meeting": Place.MEETING,
    "stop": Place.REVIEW,
}
"""The list behind a line, by the sort of line."""


class ListHands:
    """Moves about on the main screen."""

    def __init__(self, main: Main) -> None:
        self._main = main

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {
            "down": lambda: self._move(1),
            "up": lambda: self._move(-1),
            "page-down": lambda: self._page(1),
            "page-up": lambda: self._page(-1),
            "first": lambda: self._end(first=True),
            "last": lambda: self._end(first=False),
            "show": self._open,
            "back": self._back,
            "mark": self._mark,
            "mark range": self._mark_range,
            "mark all": self._mark_all,
            **{id: lambda where=where: self.visit(where) for id, where in _VIEWS.items()},
            "search": self._main.type_filter,
            "practice show": self._practices,
            "person list": self._people,
            "history": self._history,
        }

    def _move(self, by: int) -> None:
        if self._main.in_detail:
            self._main.detail.scroll_lines(by)
        else:
            self._main.list.move(by)

    def _page(self, pages: int) -> None:
        main = self._main
        target = main.detail if main.in_detail else main.list
        by = pages * max(1, target.size.height - 1)
        if main.in_detail:
            main.detail.scroll_lines(by)
        else:
            main.list.jump(by)

    def _end(self, *, first: bool) -> None:
        tasks = self._main.list
        if self._main.in_detail:
            self._main.detail.scroll_lines(-(10**6) if first else 10**6)
        else:
            tasks.go(0 if first else tasks.count() - 1, 1 if first else -1)

    def _mark(self) -> None:
        """Mark the task under the cursor, or unmark it, and go on to the next."""
        if self._main.list.toggle_mark():
            self._main.list.move(1)

    def _mark_range(self) -> None:
        self._main.list.mark_range()
        if self._main.list.marks.ranging:
            self._main.hint("Move to mark up to there; v lets it stand, Esc takes the marks away.", Lasts.STEP)

    def _mark_all(self) -> None:
        left = self._main.list.mark_all()
        lists = f"{left:,} more belong here and are not marked: Enter on “and … more” lists them."
        self._main.hint(lists if left and self._main.list.marked else "")

    def _open(self) -> None:
        mark = self._main.list.selected_mark
        if mark is None:
            self._main.enter_detail()
        elif mark.kind is MarkKind.MORE:
            whole = mark.whole or Where(Place.SECTION, mark.key.removeprefix("more:"))
            # The filter goes along: what is opened whole is what was cut short.
            self._main.navigation.carry_filter(whole)
            self.visit(whole, deeper=True)
        elif mark.key.startswith("update:"):
            self._main.run("update show")
        elif (place := _BEHIND.get(mark.key.partition(":")[0])) is not None:
            self.visit(Where(place, mark.key.partition(":")[2]), deeper=True)
        elif mark.key.startswith("question:"):
            self._main.run("calendar resolve")
        elif mark.line is not None and (mark.line.facts or mark.line.task is not None):
            self._main.enter_detail()
        else:
            self._main.say(mark.words)

    def _back(self) -> None:
        main = self._main
        if main.in_detail:
            main.leave_detail()
        elif main.list.marked:
            main.list.unmark()
        elif main.navigation.matching:
            main.navigation.narrow("")
            main.ask_view()
        elif main.navigation.back():
            main.ask_view()
        elif main.last_words:
            main.hint("")
        else:
            main.hint("This is the top: q quits.")

    def visit(self, where: Where, *, deeper: bool = False) -> None:
        """Show another list."""
        main = self._main
        main.leave_detail()
        main.list.unmark()
        if deeper:
            main.navigation.enter(where)
        else:
            main.navigation.restart(where)
        main.ask_view()

    def arrive(self, where: Where, words: str) -> None:
        """Show another list, and say something there."""
        self.visit(where)
        # Behind the list: as it comes, it takes away what was said of the one before.
        self._main.reader.ask("arrival", lambda _: None, lambda _: self._main.hint(words, Lasts.LIST))

    def _practices(self) -> None:
        self._main.look_first("practices", lambda feed: feed.practices(), self._pick_practice)

    def _pick_practice(self, practices: Sequence[Practice]) -> None:
        picks = [Pick(one.slug, "", one.slug, _about(one)) for one in practices]
        if picks:
            self._main.pick("Practices", picks, lambda slug: self.visit(Where(Place.PRACTICE, slug)))
        else:
            self._main.say(NO_PRACTICE)

    def _people(self) -> None:
        self._main.look_first("members", lambda feed: feed.members(), self._pick_person)

    def _pick_person(self, members: Sequence[Member]) -> None:
        picks = [
            Pick(
                one.practice, "", f"{one.handle}  {one.name}", f"{one.role} at {one.practice}, {one.email or 'no mail'}"
            )
            for one in members
        ]
        if picks:
            self._main.pick("People", picks, lambda slug: self.visit(Where(Place.PRACTICE, slug)))
        else:
            self._main.say("There is nobody yet. : person add adds somebody.")

    def _history(self) -> None:
        self._main.look_first("history", lambda feed: feed.history(), self._show_history)

    def _show_history(self, steps: Sequence[str]) -> None:
        picks = [Pick(str(number), "", words) for number, words in enumerate(steps)]
        self._main.pick("History, newest first: u takes back the newest", picks)


def _about(practice: Practice) -> str:
    paused = "" if practice.status == "active" else f", {practice.status}"
    return f"{practice.name}, {practice.timezone}, buffer {practice.buffer_policy}{paused}"
