"""The keys for what a task is made of: its checklist, its parts, what has to be done before it, its notes."""

from __future__ import annotations

from collections.abc import Sequence

from followthru.domain.task import TaskRow
from followthru.errors import UsageError
from followthru_tui import noteverbs, verbs
from followthru_tui.asking import Question, words
from followthru_tui.dispatch import Handler
from followthru_tui.feed import TaskDetail
from followthru_tui.fieldwords import steps_text
from followthru_tui.hands.main import Main
from followthru_tui.hands.tasks import one_row
from followthru_tui.hands.writing import write
from followthru_tui.widgets.picklist import Pick

_ADD, _ANEW = "add", "anew"


class PartHands:
    """Changes what the task under the cursor is made of."""

    def __init__(self, main: Main) -> None:
        self._main = main

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {
            "checklist": self._checklist,
            "split": self._split,
            "needs": self._needs,
            "notes": self._notes,
        }

    # Checklist

    def _checklist(self) -> None:
        row = one_row(self._main)
        if row is not None:
            self._main.look_first("one", lambda feed: feed.details([row.id]), self._steps)

    def _steps(self, details: Sequence[TaskDetail]) -> None:
        for detail in details:
            if detail.checklist:
                self._tick(detail)
            else:
                self._ask_steps(detail.row, [])

    def _tick(self, detail: TaskDetail) -> None:
        steps = [(step.words, step.done) for step in detail.checklist]
        picks = [Pick(str(at), "[x]" if done else "[ ]", said) for at, (said, done) in enumerate(steps)]
        picks += [Pick(_ADD, "", "Add steps"), Pick(_ANEW, "", "Write it anew")]

        def take(chosen: str) -> None:
            if chosen == _ADD:
                self._ask_steps(detail.row, steps)
            elif chosen == _ANEW:
                self._ask_steps(detail.row, [], old=steps_text(steps))
            else:
                said, done = steps[int(chosen)]
                steps[int(chosen)] = (said, not done)
                self._store_steps(detail.row, steps_text(steps))

        self._main.pick(f"Checklist of {detail.row.id}: Enter ticks", picks, take)

    def _ask_steps(self, row: TaskRow, before: list[tuple[str, bool]], old: str = "") -> None:
        def enter(line: str) -> None:
            self._store_steps(row, "; ".join(part for part in (steps_text(before), line.strip()) if part))

        said = words("Steps between semicolons; [x] before one that is done. Several lines may be pasted.")
        place = "call the carrier; sign; send the copy"
        self._main.ask(
            Question(
                f"checklist:{row.id}",
                f"Steps of {row.id}",
                lambda _: said,
                enter,
                text=old,
                placeholder=place,
                lines=1,
                pasted=lambda lines: self._put("; ".join(lines)),
            )
        )

    def _store_steps(self, row: TaskRow, text: str) -> None:
        self._main.act(lambda desk: verbs.edit(desk, [row.id], {"checklist": text}))

    def _put(self, text: str) -> None:
        if self._main.panel is not None:
            line = self._main.panel.line
            self._main.panel.put("; ".join(part for part in (line.strip("; "), text) if part))

    # Parts

    def _split(self) -> None:
        row = one_row(self._main)
        if row is None:
            return

        def enter(line: str) -> None:
            titles = [part for part in line.split(";") if part.strip()]
            if not titles:
                raise UsageError("Say what the parts are, with semicolons between them.")
            self._main.act(lambda desk: verbs.split(desk, row.id, titles))

        said = words("Each part becomes a task of its own; the whole shows how many are done.")
        self._main.ask(
            Question(
                f"split:{row.id}",
                f"Parts of {row.id}",
                lambda _: said,
                enter,
                placeholder="get the quote; sign it; send the copy",
                lines=1,
                pasted=lambda lines: self._put("; ".join(lines)),
            )
        )

    # What has to be done first

    def _needs(self) -> None:
        row = one_row(self._main)
        if row is not None:
            self._main.look_first(
                "others",
                lambda feed: feed.look(lambda desk: noteverbs.others(desk, row)),
                lambda found: self._pick_needs(row, found),
            )

    def _pick_needs(self, row: TaskRow, found: Sequence[tuple[int, str, bool]]) -> None:
        picks = [
            Pick(f"{'-' if needed else '+'}{id}", f"#{id}", title, "needed: Enter takes it away" if needed else "")
            for id, title, needed in found
        ]
        if not picks:
            self._main.say("There is no other open task here that it could need.")
            return
        self._main.pick(
            f"What has to be done before {row.id}?",
            picks,
            lambda one: self._main.act(lambda desk: verbs.edit(desk, [row.id], {"needs": one})),
        )

    # Notes

    def _notes(self) -> None:
        row = one_row(self._main)
        if row is not None:
            self._main.look_first(
                "notes",
                lambda feed: feed.look(lambda desk: noteverbs.lay_out(desk, row.id)),
                lambda laid: self._write(row, laid),
            )

    def _write(self, row: TaskRow, laid: noteverbs.Laid) -> None:
        title = f"Notes of {row.id}: {row.title}"
        write(self._main, title, laid.file, lambda: self._take(row, laid), left_over=laid.left_over)

    def _take(self, row: TaskRow, laid: noteverbs.Laid) -> None:
        self._main.act(lambda desk: noteverbs.take_over(desk, row.id, laid))
