"""The keys for a task's dates: promise, tell, target, defer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from followthru.domain.asked import Asked
from followthru.domain.people import Member
from followthru.domain.saying import count_words
from followthru.domain.task import How, TaskRow
from followthru.errors import FollowthruError, UsageError
from followthru_tui import datewords, linewords, rowstate, verbs
from followthru_tui.asking import Question, words
from followthru_tui.dispatch import Handler
from followthru_tui.feed import Aids, TaskDetail
from followthru_tui.hands.main import Main
from followthru_tui.hands.people import nobody, person_picks
from followthru_tui.hands.tasks import needs_aids, one_row
from followthru_tui.linewords import When
from followthru_tui.palette import Tone
from followthru_tui.previewwords import Preview
from followthru_tui.widgets.picklist import Pick

_DATES = "fri, next mon, in 2 weeks, 15 jan 3pm, eom"
_POLICY = frozenset(("policy", "none", "-"))


class DateHands:
    """Moves the dates of the chosen tasks."""

    def __init__(self, main: Main) -> None:
        self._main = main

    def handlers(self) -> dict[str, Handler]:
        """Return what runs each command of this kind."""
        return {
            "promise": self._promise,
            "tell": self._tell,
            "target": self._target,
            "defer": self._defer,
            "forecast": self._forecast,
        }

    # Promise

    def _promise(self) -> None:
        row = one_row(self._main)
        if row is None:
            return

        def open_question(details: Sequence[TaskDetail]) -> None:
            aids = needs_aids(self._main)
            if aids is not None and details:
                self._main.ask(self._promise_question(details[0], aids))

        self._main.look_first("one", lambda feed: feed.details([row.id]), open_question)

    def _promise_question(self, detail: TaskDetail, aids: Aids) -> Question:
        row = detail.row

        def enter(line: str) -> None:
            found = linewords.promised(line, row, aids)
            moves = found.on != row.promised_on
            if (detail.holders and moves) or (row.reason_missing and not moves):
                self._main.ask(self._reason_question(detail, found, aids))
            else:
                self._main.act(lambda desk: verbs.promise(desk, row.id, found.on, found.at, None))

        return Question(
            f"promise:{row.id}",
            f"Promise {row.id} for",
            lambda line: promise_words(line, detail, aids),
            enter,
            text=datewords.typed(row.promised_on, row, aids),
            placeholder=_DATES if row.promised_on is None else f"{_DATES}; none takes it back",
            more=6,
            select=True,
        )

    def _reason_question(self, detail: TaskDetail, found: When, aids: Aids) -> Question:
        row = detail.row
        day = linewords.today(row, aids)
        moved = "taken back" if found.on is None else f"moved to {rowstate.day(found.on, day)}"
        told = f"{_names(detail.holders)} told {_day(row.promised_on, day)}; it is {moved}."
        if found.on == row.promised_on:
            told = f"It was moved to {_day(found.on, day)} without a word, and somebody knows another day."

        def enter(line: str) -> None:
            if not line.strip():
                raise UsageError("A date that was told moves only with a reason: a word or two, they will read it.")
            self._main.act(lambda desk: verbs.promise(desk, row.id, found.on, found.at, line.strip()))

        told_words = words([(f" {told} They will read the reason.", Tone.RISK)])
        return Question(
            f"because:{row.id}", "Why?", lambda _: told_words, enter, placeholder="the lab is late", lines=1, more=1
        )

    # Tell

    def _tell(self) -> None:
        row = one_row(self._main)
        if row is not None:
            self._main.look_first("members", lambda feed: feed.members(), lambda all_: self._whom(row, all_))

    def _whom(self, row: TaskRow, members: Sequence[Member]) -> None:
        picks = person_picks(row, members)
        on = "" if row.promised_on is None else f"{row.promised_on:%a} {row.promised_on.day} {row.promised_on:%b}"
        if picks:
            self._main.pick(f"Who was told {on}?", picks, lambda handle: self._how(row, handle))
        else:
            self._main.say(nobody(row))

    def _how(self, row: TaskRow, handle: str) -> None:
        ways = [Pick(str(how), "", words) for how, words in _WAYS.items()]
        self._main.pick(
            f"How was {handle} told?",
            ways,
            lambda how: self._main.act(lambda desk: verbs.tell(desk, row.id, handle, How(how))),
        )

    # Forecast

    def _forecast(self) -> None:
        row = one_row(self._main)
        if row is not None:
            self._main.look_first("evidence", lambda feed: feed.evidence(row.id), self._show_evidence)

    def _show_evidence(self, lines: Sequence[str]) -> None:
        said, *found = lines or ("The task is gone.",)
        if not found:
            self._main.say(said)
            return
        picks = [Pick(str(number), "", line) for number, line in enumerate(found)]
        self._main.say(said)
        self._main.pick("What the forecast rests on, longest first", picks)

    # Target and start

    def _target(self) -> None:
        row, aids = one_row(self._main), needs_aids(self._main)
        if row is None or aids is None:
            return

        def read(line: str) -> Preview:
            found = _read(line, row, aids, _POLICY)
            if not isinstance(found, When):
                return found
            if found.on is None:
                return words("the target follows the promise and the practice's buffer again", tone=Tone.PLAIN)
            late = row.promised_on is not None and found.on > row.promised_on
            said = f"target {rowstate.day(found.on, linewords.today(row, aids))}, by hand"
            refused = f"after the promise {_day(row.promised_on, found.on)}: refused" if late else ""
            there = datewords.where(found.on, row, aids)
            return words([(f" {said}", Tone.PLAIN), (f" · {refused}" if late else "", Tone.RISK)], there, *found.notes)

        def enter(line: str) -> None:
            on = linewords.when(line, row, aids, _POLICY).on
            self._main.act(lambda desk: verbs.target(desk, row.id, on))

        place = f"{_DATES}; policy follows the promise"
        old = datewords.typed(row.target_on, row, aids)
        sign = f"Target of {row.id}"
        self._main.ask(
            Question(f"target:{row.id}", sign, read, enter, text=old, placeholder=place, more=1, select=True)
        )

    def _defer(self) -> None:
        row, aids = self._main.list.selected_row, needs_aids(self._main)
        ids = self._main.chosen()
        if row is None or aids is None:
            return

        def rows() -> Sequence[TaskRow]:
            held = self._main.list.model
            return [one for id in ids if held is not None and (one := held.rows.get(id)) is not None]

        def read(line: str) -> Preview:
            if not line.strip():
                return words("Deferred tasks come back to Today on their day; an earlier target moves along.")
            try:
                to, days = linewords.deferral(line, row, aids)
            except FollowthruError as error:
                return words(error.message, tone=Tone.RISK)
            said = f"{days} days after the later of today and its start"
            return words(
                [(f" starts {said if to is None else datewords.words(to, row, aids)}", Tone.PLAIN)],
                [(f" {past}", Tone.RISK)] if (past := datewords.past_promise(rows(), to, days, aids)) else "",
            )

        def enter(line: str) -> None:
            to, days = linewords.deferral(line, row, aids)
            if len(ids) == 1:
                self._main.act(lambda desk: verbs.defer(desk, ids, to, days))
            else:
                # The list may hold the rows of some of them only.
                self._main.look_first(
                    "deferred", lambda feed: feed.rows(ids), lambda found: self._defer_many(found, to, days, aids)
                )

        sign = f"Defer {ids[0]} to" if len(ids) == 1 else f"Defer {len(ids)} tasks to"
        self._main.ask(Question("defer", sign, read, enter, placeholder="+7d, next mon, 15 jan", lines=1, more=1))

    def _defer_many(self, rows: Sequence[TaskRow], to: date | None, days: int | None, aids: Aids) -> None:
        """Defer what can be; where some cannot, ask whether the others are, and leave those few marked."""
        past = {row.id for row in datewords.past_promises(rows, to, days, aids)}
        others = [row.id for row in rows if row.id not in past]
        if not past or not others:
            ids = [row.id for row in rows]
            self._main.act(lambda desk: verbs.defer(desk, ids, to, days), lambda _: self._main.list.unmark())
            return

        def take(chosen: str) -> None:
            if chosen:
                self._main.act(lambda desk: verbs.defer(desk, others, to, days), lambda _: self._main.list.leave(past))

        told = f"{count_words(len(past), 'task')} would start after what is promised"
        listed = [Pick("", "", f"stays: {row.title}") for row in rows if row.id in past]
        keep = Pick(_OTHERS, "", f"Defer the other {len(others)}; these stay marked")
        self._main.pick(f"{told}. Esc defers nothing.", [keep, *listed], take)


_OTHERS = "others"
_WAYS: Mapping[How, str] = {
    How.CALL: "by call",
    How.MEETING: "in a meeting",
    How.MAIL: "by mail",
    How.CALENDAR: "by calendar: they moved it there",
}


def promise_words(line: str, detail: TaskDetail, aids: Aids) -> Preview:
    """Return what a promise would mean: the date, the new target and wiggle room, who was told another."""
    row = detail.row
    day = linewords.today(row, aids)
    now = f"now {rowstate.when(row, day)}" if row.promised_on else "nothing is promised yet"
    if not line.strip():
        return words(now)
    found = _read_promise(line, row, aids)
    if not isinstance(found, When):
        return found
    if found.on is None:
        first = "the promise is taken back"
    else:
        clock = f" {found.at:%H:%M}" if found.at else ""
        first = f"promised {rowstate.day(found.on, day)}{clock} · {_target_words(found.on, detail, aids, day)} ({now})"
    notes = list(found.notes)
    if detail.holders and found.on != row.promised_on:
        notes.insert(0, f"{_names(detail.holders)} told {_day(row.promised_on, day)}: Enter asks why it moves")
    if found.on and row.deadline_on and found.on > row.deadline_on:
        notes.append(f"after the deadline {rowstate.day(row.deadline_on, day)}")
    if row.reason_missing and found.on == row.promised_on:
        notes.insert(0, "moved without a word: Enter asks why")
    asked = _asked(detail)._replace(promised_on=found.on)
    # A date that was told is judged again from today: beside it stands what was true on the day of its telling.
    again = any(not told.retracted and told.told_on != day for told in detail.tellings)
    history = aids.outlook.history_words(asked) if again else None
    remarks = () if found.on is None else tuple(aids.outlook.remarks(asked))
    remarks = tuple(f"Counted from today: {one}" if one == history else one for one in remarks)
    return words(
        [(f" {first}", Tone.PLAIN)],
        [(f" {' · '.join(notes)}", Tone.RISK)] if notes else "",
        "" if found.on is None else datewords.where(found.on, row, aids),
        *remarks,
    )


def _asked(detail: TaskDetail) -> Asked:
    row = detail.row
    named = (*detail.told_now, row.assignee, row.waiting_on)
    people = tuple(handle for handle in named if handle)
    asked = Asked(row.practice, row.kind, row.audience, row.promised_on, detail.buffer_set_days, detail.since)
    return asked._replace(people=people, counted_on=row.promised_on or row.deadline_on, minutes=detail.minutes)


def _target_words(on: date, detail: TaskDetail, aids: Aids, day: date) -> str:
    row = detail.row
    if row.target_source == "hand" and row.target_on is not None:
        after = ", after it: refused" if row.target_on > on else ""
        return f"target stays {rowstate.day(row.target_on, day)}, by hand{after}"
    target, room = aids.outlook.target(_asked(detail), on)
    return f"target {rowstate.day(target, day)}, {rowstate.room(room)}"


def _read(line: str, row: TaskRow, aids: Aids, nothing: frozenset[str]) -> When | Preview:
    """Return the date that is typed, or the words for why it is none."""
    if not line.strip():
        return words(_DATES)
    try:
        return linewords.when(line, row, aids, nothing)
    except FollowthruError as error:
        return words(error.message, tone=Tone.RISK)


def _read_promise(line: str, row: TaskRow, aids: Aids) -> When | Preview:
    try:
        return linewords.promised(line, row, aids)
    except FollowthruError as error:
        return words(error.message, tone=Tone.RISK)


def _names(holders: Sequence[str]) -> str:
    return f"{', '.join(holders)} {'was' if len(holders) == 1 else 'were'}"


def _day(on: date | None, day: date) -> str:
    return "nothing" if on is None else rowstate.day(on, day)
