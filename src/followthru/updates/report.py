"""Write a report on a month, quarter or year to one reader: results, dates given, what moved, may slip and is next.

It is built from the same allow-list view as every update, so that nothing can be in it which an update may not tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import Enum, auto
from typing import NamedTuple

from followthru.domain.kept import Verdict
from followthru.domain.people import Member
from followthru.domain.periods import Period
from followthru.domain.saying import count_words, day_words
from followthru.domain.spans import exact_words
from followthru.updates.aftermath import known_of, said_of
from followthru.updates.checks import Flag, scan
from followthru.updates.compose import Draft, Occasion
from followthru.updates.facts import Facts, Known, Said
from followthru.updates.figures import FEWEST, Figure, figure_of
from followthru.updates.holds import first_and_unsigned, own_title
from followthru.updates.lines import SUBJECT_WIDTH, Writer, reason
from followthru.updates.phrases import PHRASES, Phrases
from followthru.updates.render_text import render_text
from followthru.updates.results import How, KnownResult, ReaderGoal, Result, way
from followthru.updates.tree import Block, Bullets, Heading, paragraph, tree
from followthru.updates.view import ReaderTask, ReaderView, Standing, TaskFacts, told_to
from followthru.updates.words import crop

MOST_LINES = 20
"""How many lines a section spells out; the rest is counted."""
_BROKEN = (Verdict.MISSED, Verdict.MISSED_AFTER_MOVE)
_KEPT = (Verdict.KEPT, Verdict.KEPT_AFTER_MOVE)


class Pages(Enum):
    """What becomes of a report's charts: left out, kept for a page, or kept for a page that goes along with a mail."""

    NONE = auto()
    ALONE = auto()
    BESIDE = auto()


class Given(NamedTuple):
    """A date that the reader was given and that fell due in the period: the first one told, and what became of it."""

    task: ReaderTask
    first_on: date
    verdict: Verdict


class Move(NamedTuple):
    """A date that the reader was given another one for within the period."""

    task: ReaderTask
    before: date
    after: date


class Hours(NamedTuple):
    """Minutes worked in the period, and those agreed on for it; None where nothing is agreed."""

    minutes: int
    agreed: int | None


class Seen(NamedTuple):
    """All that a report is written from. `coming` are days in the next period on which visible tasks come back."""

    view: ReaderView
    period: Period
    given: tuple[Given, ...] = ()
    moves: tuple[Move, ...] = ()
    coming: tuple[tuple[ReaderTask, date], ...] = ()
    deadlines: tuple[tuple[ReaderTask, date], ...] = ()
    hours: Hours | None = None


def moves_of(tasks: Iterable[TaskFacts], reader: Member, view: ReaderView, period: Period) -> tuple[Move, ...]:
    """Return where the date that a reader knew moved within a period: from the last before it to the last in it."""
    shown = {task.uid: task for task in view.tasks}
    found: list[Move] = []
    for one in tasks:
        heard = told_to(one, reader)
        within = [telling for telling in heard if period.holds(telling.told_on)]
        before = [telling for telling in heard if telling.told_on < period.first] or within[:1]
        task = shown.get(one.row.uid)
        if task is not None and within and before and before[-1].promised_on != within[-1].promised_on:
            found.append(Move(task, before[-1].promised_on, within[-1].promised_on))
    return tuple(sorted(found, key=lambda move: (move.after, move.task.id)))


def compose_report(seen: Seen, occasion: Occasion, phrases: Phrases = PHRASES, pages: Pages = Pages.NONE) -> Draft:
    """Return the report; the same values always give the same.

    Without a chart to show no page goes along.
    """
    return _Report(seen, occasion, phrases).draft(pages)


class _Report:
    def __init__(self, seen: Seen, occasion: Occasion, phrases: Phrases) -> None:
        self._seen, self._occasion, self._phrases = seen, occasion, phrases
        self._view, self._period = seen.view, seen.period
        self._writer = Writer(seen.view, phrases, occasion.at)
        self._known: dict[str, Known] = {}
        self._said: list[Said] = []
        self._tasks: dict[str, ReaderTask] = {}

    def draft(self, pages: Pages) -> Draft:
        phrases, writer, view = self._phrases, self._writer, self._view
        results = tuple(found for goal in view.goals if (found := _result(goal, self._period)))
        figures = {} if pages is Pages.NONE else self._figures(results)
        titled = {"practice": view.practice, "period": self._period.words}
        subject = crop(writer.filled(phrases.report_subject, **titled), SUBJECT_WIDTH)
        content = tree(
            writer.filled(phrases.report_title, **titled),
            [
                paragraph(writer.filled(phrases.greeting, reader=view.reader)),
                paragraph(self._opening(beside=pages is Pages.BESIDE and bool(figures))),
                *self._results(results),
                *self._needs(),
                *self._given(),
                *self._moved(),
                *self._also_done(),
                *self._risks(),
                *self._hours(),
                *self._next(),
                *writer.closing(self._occasion.me),
            ],
        )
        flags = (
            *first_and_unsigned(trusted=self._occasion.trusted, me=self._occasion.me),
            *self._own_titles(),
            *scan(f"{subject}\n{render_text(content)}", view.today),
        )
        return Draft(subject, content, self._facts(results, figures), tuple(dict.fromkeys(flags)), quiet=False)

    def _opening(self, *, beside: bool) -> str:
        phrases = self._phrases
        said = self._writer.filled(phrases.report_opening, period=self._period.words)
        return " ".join(filter(None, (said, phrases.report_page if beside else "")))

    def _results(self, results: Sequence[Result]) -> list[Block]:
        told = {one.goal.uid for one in results}
        lines = [self._writer.result(one) for one in results]
        for goal in self._view.goals:
            if goal.uid not in told and goal.readings:
                last = [one for one in goal.readings if one.on <= self._period.last][-1:]
                value = "" if not last else f"{goal.figure(last[0].value)} on {self._day(last[0].on)}"
                phrase = self._phrases.report_unread_last if last else self._phrases.report_unread
                lines.append(self._writer.filled(phrase, goal=goal.words, period=self._period.words, value=value))
        return self._section(self._phrases.results, lines)

    def _given(self) -> list[Block]:
        # What is open still stands among what is next, and what was taken back in time is no date any more.
        phrases, given = self._phrases, [one for one in self._seen.given if one.verdict in (*_KEPT, *_BROKEN)]
        if not given:
            return []
        words = [
            (Verdict.KEPT, "kept"),
            (Verdict.KEPT_AFTER_MOVE, "kept after I had moved it in time"),
            (Verdict.MISSED_AFTER_MOVE, "not kept although I had moved it"),
            (Verdict.MISSED, "not kept"),
        ]
        counts = [(sum(one.verdict is verdict for one in given), what) for verdict, what in words]
        said = ", ".join(f"{count} {what}" for count, what in counts if count)
        summary = self._writer.filled(phrases.report_kept, dates=count_words(len(given), "date"), said=said)
        order = sorted(given, key=lambda one: (one.verdict not in _BROKEN, one.first_on, one.task.id))
        lines = [self._line_of(one) for one in order[:MOST_LINES]]
        return self._section(phrases.report_given, [summary, *lines, *self._rest(len(order))])

    def _line_of(self, one: Given) -> str:
        phrases, task = self._phrases, one.task
        self._state(task)
        if task.standing is Standing.OPEN:
            phrase = phrases.report_broken
        elif task.standing is Standing.DROPPED:
            phrase = phrases.dropped
        elif one.verdict is Verdict.KEPT:
            phrase = phrases.report_was_kept
        else:
            phrase = phrases.report_was_moved if one.verdict is Verdict.KEPT_AFTER_MOVE else phrases.report_was_late
        done = self._day(task.done_on) if task.done_on else self._writer.promised(task)
        return self._writer.filled(phrase, task=task.words, before=self._day(one.first_on), day=done)

    def _moved(self) -> list[Block]:
        lines: list[str] = []
        for one in self._seen.moves[:MOST_LINES]:
            because = reason(one.task) if one.task.promised_on in (one.after, None) else ""
            phrase = self._phrases.moved_because if because else self._phrases.moved_plain
            words = {"before": self._day(one.before), "day": self._day(one.after), "because": because}
            lines.append(self._writer.filled(phrase, task=one.task.words, **words))
            self._state(one.task)
        return self._section(self._phrases.moved, [*lines, *self._rest(len(self._seen.moves))])

    def _also_done(self) -> list[Block]:
        told = {one.task.uid for one in self._seen.given}
        done = [
            task
            for task in self._view.tasks
            if task.done_on is not None and self._period.holds(task.done_on) and task.uid not in told
        ]
        done.sort(key=lambda task: (task.done_on or date.min, task.id))
        lines = [self._with(task, self._phrases.done_on, self._day(task.done_on)) for task in done[:MOST_LINES]]
        return self._section(self._phrases.done, [*lines, *self._rest(len(done))])

    def _risks(self) -> list[Block]:
        open_ = [task for task in self._view.tasks if task.standing is Standing.OPEN and task.promised_on is not None]
        broken = {one.task.uid for one in self._seen.given if one.verdict in _BROKEN}
        risky = sorted(
            (task for task in open_ if task.overdue or task.may_slip), key=lambda task: (task.promised_on, task.id)
        )
        if not risky:
            return self._section(self._phrases.report_risks, [self._phrases.report_no_risk] if open_ else [])
        # What was not kept and is not done yet has been said where the dates are.
        risky = [task for task in risky if not (task.overdue and task.uid in broken)]
        lines = [
            self._with(task, self._phrases.overdue if task.overdue else self._phrases.may_slip)
            for task in risky[:MOST_LINES]
        ]
        return self._section(self._phrases.report_risks, [*lines, *self._rest(len(risky))])

    def _needs(self) -> list[Block]:
        asked = [task for task in self._view.tasks if task.needs is not None and task.standing is Standing.OPEN]
        asked.sort(key=lambda task: (task.needs_by or date.max, task.id))
        for task in asked[:MOST_LINES]:
            self._state(task)
        return self._section(self._phrases.needs, [self._writer.need(task) for task in asked[:MOST_LINES]])

    def _hours(self) -> list[Block]:
        hours, phrases = self._seen.hours, self._phrases
        if hours is None:
            return []
        worked = exact_words(hours.minutes)
        if hours.agreed is None:
            line = self._writer.filled(phrases.report_worked, hours=worked)
        else:
            line = self._writer.filled(phrases.report_worked_of, hours=worked, agreed=exact_words(hours.agreed))
        return self._section(phrases.report_hours, [line])

    def _next(self) -> list[Block]:
        phrases, until = self._phrases, self._period.next().last
        ahead: list[tuple[date, int, str]] = []
        for task in self._view.tasks:
            on = task.promised_on
            if (
                task.standing is Standing.OPEN
                and on is not None
                and on <= until
                and not (task.overdue or task.may_slip)
            ):
                ahead.append((on, task.id, self._with(task, phrases.on_track)))
        for task, on in self._seen.deadlines:
            ahead.append((on, task.id, self._with(task, phrases.report_deadline, self._day(on))))
        for task, on in self._seen.coming:
            ahead.append((on, task.id, self._with(task, phrases.report_coming, self._day(on))))
        lines = [line for _, _, line in sorted(ahead)]
        return self._section(phrases.report_next, [*lines[:MOST_LINES], *self._rest(len(lines))])

    def _with(self, task: ReaderTask, phrase: str, day: str | None = None) -> str:
        self._state(task)
        return self._writer.filled(phrase, task=task.words, day=self._writer.promised(task) if day is None else day)

    def _section(self, heading: str, lines: Sequence[str]) -> list[Block]:
        return [Heading(heading), Bullets(tuple(lines))] if lines else []

    def _rest(self, count: int) -> Iterator[str]:
        if count > MOST_LINES:
            things = count_words(count - MOST_LINES, "smaller thing", "smaller things")
            yield self._writer.filled(self._phrases.rest, things=things.replace("smaller ", "more "))

    def _day(self, on: date | None) -> str:
        return day_words(on, self._view.today) if on else ""

    def _state(self, task: ReaderTask) -> None:
        """Note that the report speaks of a task: what is known of it then, and the date that it states."""
        if task.uid not in self._tasks:
            self._tasks[task.uid] = task
            self._known[task.uid] = known_of(task)
            self._said += said_of(task, self._writer.promised)

    def _own_titles(self) -> Iterator[Flag]:
        for task in self._tasks.values():
            yield from own_title(task, None)

    def _figures(self, results: Sequence[Result]) -> dict[str, Figure]:
        found = {one.goal.uid: figure_of(one.goal, self._period) for one in results}
        return {uid: one for uid, one in found.items() if len(one.points) >= FEWEST}

    def _facts(self, results: Sequence[Result], figures: Mapping[str, Figure]) -> Facts:
        today = self._view.today
        known = {
            one.goal.uid: KnownResult(one.goal.id, one.goal.words, one.reading.on, one.reading.value, one.value(today))
            for one in results
        }
        stated = Facts(self._occasion.at, today, self._known, tuple(self._said), {}, self._period.words)
        return stated._replace(results=known, figures=figures)


def _result(goal: ReaderGoal, period: Period) -> Result | None:
    """Return a goal's newest reading of a period, held against the last one before it, or else against its first."""
    until = [one for one in goal.readings if one.on <= period.last]
    within = [one for one in until if period.holds(one.on)]
    if not within:
        return None
    before = [one for one in until if one.on < period.first] or within[:-1][:1]
    held = before[-1].value if before else None
    return Result(goal, within[-1], way(within[-1].value, held) if before else How.FIRST, held)
