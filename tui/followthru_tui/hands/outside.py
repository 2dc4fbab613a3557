"""The keys that hand a task to what is outside: the clipboard, a browser, a mail program, a file's own program."""

from __future__ import annotations

from collections.abc import Sequence

from followthru_tui import outsideverbs
from followthru_tui.detailwords import detail_lines
from followthru_tui.dispatch import Handler
from followthru_tui.feed import Aids, TaskDetail
from followthru_tui.hands.main import Main
from followthru_tui.hands.tasks import needs_aids, one_row
from followthru_tui.linewords import today
from followthru_tui.places import named
from followthru_tui.widgets.painted import app_of
from followthru_tui.widgets.picklist import Pick

_WIDE = 100


class OutsideHands:
    """Copies and opens."""

    def __init__(self, main: Main) -> None:
        self._main = main

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {"copy": self._copy, "open": self._open}

    def _copy(self) -> None:
        """Copy the chosen tasks as text. The terminal may not take it, so that it is in a file as well."""
        ids = self._main.chosen()
        self._main.reader.ask("copy", lambda feed: feed.details(ids), self._take, self._main.fail)

    def _take(self, details: Sequence[TaskDetail]) -> None:
        aids = needs_aids(self._main)
        if aids is None:
            return
        text = "\n\n".join(_text(detail, aids) for detail in details)
        app_of(self._main.list).copy_to_clipboard(text)
        self._main.act(lambda desk: outsideverbs.copied(desk, text, len(details)))

    def _open(self) -> None:
        row = one_row(self._main)
        if row is not None:
            self._main.look_first("one", lambda feed: feed.details([row.id]), self._choose)

    def _choose(self, details: Sequence[TaskDetail]) -> None:
        places = [one for detail in details for one in named([detail.row.title, detail.notes])]
        if not places:
            self._main.say("Title and notes name nothing to open: no web address, no mail address, no file.")
        elif len(places) == 1:
            self._open_place(places[0])
        else:
            self._main.pick("Open", [Pick(one, "", one) for one in places], self._open_place)

    def _open_place(self, place: str) -> None:
        self._main.act(lambda _: outsideverbs.opened(place))


def _text(detail: TaskDetail, aids: Aids) -> str:
    lines = detail_lines(detail._replace(notes="", history=()), today(detail.row, aids), _WIDE)
    return "\n".join("".join(text for text, _ in line).rstrip() for line in lines).strip()
