"""The keys that change one field of what is chosen: rename, who, tags, priority, room, and the editor."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from followthru.domain.people import Member
from followthru.domain.saying import count_words
from followthru.domain.task import TaskRow
from followthru.errors import FollowthruError
from followthru_tui import datewords, linewords, verbs
from followthru_tui.asking import Question, words
from followthru_tui.dispatch import Handler
from followthru_tui.feed import TaskDetail
from followthru_tui.fieldwords import BY_NAME, FIELDS, Field, How, value
from followthru_tui.hands.main import Main
from followthru_tui.hands.people import nobody, person_picks
from followthru_tui.hands.tasks import needs_aids, one_row
from followthru_tui.palette import Tone
from followthru_tui.previewwords import Preview, completed_word
from followthru_tui.widgets.picklist import Pick

_SEVERAL = "field=value"
_NONE = Pick("", "", "nothing", "takes it away")


class FieldHands:
    """Changes fields of the chosen tasks."""

    def __init__(self, main: Main) -> None:
        self._main = main

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {
            "edit": self._editor,
            "rename": self._rename,
            "assign": self._assign,
            "tags": self._tags,
            "priority": lambda: self._choose(BY_NAME["priority"]),
            "buffer": lambda: self._line(BY_NAME["buffer"], self._old("buffer")),
        }

    # The editor

    def _editor(self) -> None:
        """List the fields with what they hold; typing narrows, Enter asks for a new value."""
        row, ids = self._row(), self._main.chosen()
        if row is None:
            return
        if len(ids) > 1:
            picks = [Pick(one.name, "", one.words, name=one.name) for one in FIELDS if one.many]
            self._main.pick(f"Edit {len(ids)} tasks", picks, lambda name: self._field(BY_NAME[name], ""))
        else:
            self._detail(row, self._list_fields)

    def _list_fields(self, detail: TaskDetail) -> None:
        picks = [Pick(one.name, "", one.words, value(detail, one.name) or "–", name=one.name) for one in FIELDS]
        picks.append(Pick(_SEVERAL, "", "Several at once", "field=value field=value"))

        def take(name: str) -> None:
            if name == _SEVERAL:
                self._several(detail.row)
            else:
                self._field(BY_NAME[name], value(detail, name), detail.row)

        self._main.pick(f"Edit {detail.row.id}: {detail.row.title}", picks, take)

    def _field(self, field: Field, old: str, row: TaskRow | None = None) -> None:
        match field.how:
            case How.COMMAND:
                self._main.run(field.about)
            case How.CHOICE:
                self._choose(field)
            case How.DATE:
                self._date(field, row)
            case How.LINE:
                self._line(field, old)

    def _several(self, row: TaskRow) -> None:
        def read(line: str) -> Preview:
            if not line.strip():
                return words(" ".join(field.name for field in FIELDS))
            try:
                given = linewords.fields(line)
            except FollowthruError as error:
                return words(error.message, tone=Tone.RISK)
            return words(" · ".join(f"{name}: {text or 'nothing'}" for name, text in given.items()), tone=Tone.PLAIN)

        def enter(line: str) -> None:
            given = linewords.fields(line)
            self._main.act(lambda desk: verbs.edit(desk, [row.id], given))

        place = "title=Renew the cover  tags=+billing  priority=high"
        self._main.ask(Question(f"edit:{row.id}", f"Edit {row.id}", read, enter, placeholder=place, lines=1))

    # A line, a date, a choice

    def _line(self, field: Field, old: str) -> None:
        self._ask(field, old, lambda line: words(field.about or f"was: {old}" if line != old else field.about))

    def _date(self, field: Field, row: TaskRow | None) -> None:
        row, aids = row or self._row(), needs_aids(self._main)
        if row is None or aids is None:
            return

        def read(line: str) -> Preview:
            if not line.strip():
                return words(field.about)
            try:
                found = linewords.when(line, row, aids)
            except FollowthruError as error:
                return words(error.message, tone=Tone.RISK)
            return words(field.about if found.on is None else datewords.words(found.on, row, aids), *found.notes)

        old = getattr(row, f"{field.name}_on") if len(self._main.chosen()) == 1 else None
        self._ask(field, datewords.typed(old, row, aids), read)

    def _ask(self, field: Field, old: str, read: Callable[[str], Preview]) -> None:
        ids = self._main.chosen()

        def enter(line: str) -> None:
            text = "" if line.strip().casefold() in linewords.NOTHING else line.strip()
            self._set({field.name: text}, ids)

        self._main.ask(
            Question(
                f"{field.name}:{ids[0] if len(ids) == 1 else 'many'}",
                f"{field.words} of {ids[0] if len(ids) == 1 else count_words(len(ids), 'task')}",
                read,
                enter,
                text=old,
                lines=1,
                more=2,
                select=True,
                complete=self._completing(field.name),
            )
        )

    def _completing(self, name: str) -> Callable[[str], str | None] | None:
        aids = self._main.aids
        return None if aids is None or name != "kind" else lambda line: completed_word(line, aids.kinds)

    def _choose(self, field: Field) -> None:
        ids = self._main.chosen()
        if ids:
            picks = [*(Pick(one, "", one) for one in field.choices), _NONE]
            self._main.pick(f"{field.words} of {_these(ids)}", picks, lambda one: self._set({field.name: one}, ids))

    def _set(self, given: dict[str, str], ids: Sequence[int]) -> None:
        self._main.act(lambda desk: verbs.edit(desk, ids, given), lambda _: self._main.list.unmark())

    # Title, tags, people, practice

    def _rename(self) -> None:
        row = one_row(self._main)
        if row is not None:
            self._line(BY_NAME["title"], row.title)

    def _tags(self) -> None:
        row, ids, aids = self._row(), self._main.chosen(), needs_aids(self._main)
        if row is None or aids is None:
            return
        one = len(ids) == 1
        said = "as they are to be" if one else "+tag adds, -tag takes away; without a sign they replace what is there"
        question = Question(
            f"tags:{ids[0] if one else 'many'}",
            f"Tags of {_these(ids)}",
            lambda _: words(f"{said}. Tab completes."),
            lambda line: self._set({"tags": line.replace("#", "")}, ids),
            text=" ".join(row.tags) if one else "+",
            lines=1,
            complete=lambda line: completed_word(line, aids.tags),
        )
        self._main.ask(question)

    def _assign(self) -> None:
        row, ids = self._row(), self._main.chosen()
        if row is None:
            return

        def whom(members: Sequence[Member]) -> None:
            picks = person_picks(row, members)
            if not picks:
                self._main.say(nobody(row))
                return
            title = f"Who does {_these(ids)}?"
            self._main.pick(
                title, [*picks, Pick("", "", "nobody but me")], lambda one: self._set({"assignee": one}, ids)
            )

        self._main.look_first("members", lambda feed: feed.members(), whom)

    # What is chosen

    def _row(self) -> TaskRow | None:
        return self._main.selected().row

    def _old(self, name: str) -> str:
        row = self._row()
        return "" if row is None or len(self._main.chosen()) > 1 or name != "buffer" else f"{row.buffer_days}d"

    def _detail(self, row: TaskRow, then: Callable[[TaskDetail], None]) -> None:
        def take(details: Sequence[TaskDetail]) -> None:
            if details:
                then(details[0])

        self._main.look_first("one", lambda feed: feed.details([row.id]), take)


def _these(ids: Sequence[int]) -> str:
    return str(ids[0]) if len(ids) == 1 else count_words(len(ids), "task")
