"""Write what asks one reader for something: a question, an assignment, and the reminder of either.

All three are made like every update, from what the reader may see, in the same tree and with the same checks, and all
three wait for the PM. None states a date as given, so none of them is a telling.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from followthru.domain.saying import count_words, day_words
from followthru.updates.checks import Flag, scan
from followthru.updates.compose import Draft, Occasion
from followthru.updates.facts import Facts, Known, State
from followthru.updates.holds import first_and_unsigned, own_titles
from followthru.updates.lines import SUBJECT_WIDTH, Writer
from followthru.updates.phrases import PHRASES, Phrases
from followthru.updates.render_text import render_text
from followthru.updates.tree import Block, Bullets, Heading, paragraph, tree
from followthru.updates.view import ReaderTask, ReaderView
from followthru.updates.words import crop

ANSWER_MARK = "Re: "
"""Begins the subject of an answer (RFC 5322 section 3.6.5)."""


class Setting(NamedTuple):
    """For whom and when something is asked, in whose words, and what the reader has called each task (by uid)."""

    view: ReaderView
    occasion: Occasion
    known_words: Mapping[str, str]
    phrases: Phrases = PHRASES


class Reminder(NamedTuple):
    """What a reader is reminded of: the task, and the day on which they were asked."""

    task: ReaderTask
    asked_on: date


def compose_question(setting: Setting) -> Draft:
    """Return the question of the one task in view, which waits on the reader."""
    [task] = setting.view.tasks
    phrases, writer = setting.phrases, _writer(setting)
    phrase = phrases.question_subject_by if task.needs_by else phrases.question_subject
    subject = writer.filled(phrase, practice=setting.view.practice, task=task.words, by=_day(setting, task.needs_by))
    said = [Heading(phrases.needs), Bullets((writer.need(task),)), paragraph(phrases.question_reply)]
    return _draft(setting, subject, said, [_known(task)])


def compose_assignment(setting: Setting) -> Draft:
    """Return the note about all tasks in view, which were given to the reader in one step.

    The day that it names is the promised one: a target is the PM's own and leaves with no mail.
    """
    task, *more = setting.view.tasks
    if more:
        return _compose_assignments(setting)
    phrases, writer = setting.phrases, _writer(setting)
    words = {"practice": setting.view.practice, "task": task.words}
    dated = _is_dated(task)
    when = writer.filled(phrases.assignment_by, by=writer.promised(task)) if dated else phrases.assignment_when
    said = [
        paragraph(writer.filled(phrases.assignment, **words)),
        paragraph(when),
        paragraph(phrases.assignment_reply),
    ]
    return _draft(setting, writer.filled(phrases.assignment_subject, **words), said, [_known(task)])


def _compose_assignments(setting: Setting) -> Draft:
    """Return the note about several tasks: what has a day first, the nearest at the top."""
    tasks = sorted(setting.view.tasks, key=lambda one: (not _is_dated(one), one.promised_on or date.max, one.id))
    phrases, writer = setting.phrases, _writer(setting)
    words = {"practice": setting.view.practice, "things": count_words(len(tasks), "task")}
    lines = (
        writer.filled(phrases.assignments_by, task=one.words, by=writer.promised(one))
        if _is_dated(one)
        else writer.filled(phrases.assignments_plain, task=one.words)
        for one in tasks
    )
    said = [
        paragraph(writer.filled(phrases.assignments, **words)),
        Bullets(tuple(lines)),
        *([] if all(map(_is_dated, tasks)) else [paragraph(phrases.assignments_when)]),
        paragraph(phrases.assignments_reply),
    ]
    known = [_known(one) for one in tasks]
    return _draft(setting, writer.filled(phrases.assignments_subject, **words), said, known)


def _is_dated(task: ReaderTask) -> bool:
    """Return whether a task has a promised day that can still be named."""
    return task.promised_on is not None and not task.overdue


def compose_nudge(setting: Setting, reminders: Sequence[Reminder], answers: str | None) -> Draft:
    """Return one reminder of all that a reader was asked for, in the thread of the mail with the subject `answers`.

    A day that has passed is not held against anybody: it is left out.
    """
    phrases, writer = setting.phrases, _writer(setting)
    first = reminders[0].task
    subject = writer.filled(phrases.nudge_subject, practice=setting.view.practice, task=first.words)
    if answers is not None:
        subject = answers if answers.startswith(ANSWER_MARK) else ANSWER_MARK + answers
    lines = tuple(_reminded(setting, writer, one) for one in reminders)
    said: list[Block] = [paragraph(phrases.nudge), Bullets(lines), paragraph(phrases.nudge_reply)]
    return _draft(setting, subject, said, [_known(one.task) for one in reminders])


def _reminded(setting: Setting, writer: Writer, one: Reminder) -> str:
    task, phrases = one.task, setting.phrases
    asked = _day(setting, one.asked_on)
    if task.needs is not None:
        open_ = task if task.needs_by is None or task.needs_by >= setting.view.today else task._replace(needs_by=None)
        return writer.filled(phrases.nudge_asked, line=writer.need(open_), asked=asked)
    if _is_dated(task):
        return writer.filled(phrases.nudge_assigned_by, task=task.words, asked=asked, by=writer.promised(task))
    return writer.filled(phrases.nudge_assigned, task=task.words, asked=asked)


def _draft(setting: Setting, subject: str, said: Sequence[Block], known: Sequence[Known]) -> Draft:
    view, occasion, phrases = setting.view, setting.occasion, setting.phrases
    writer, subject = _writer(setting), crop(subject, SUBJECT_WIDTH)
    content = tree(
        subject.removeprefix(ANSWER_MARK),
        [
            paragraph(writer.filled(phrases.greeting, reader=view.reader)),
            *said,
            *writer.closing(occasion.me),
        ],
    )
    uids = {task.id: task.uid for task in view.tasks}
    stated = Facts(occasion.at, view.today, {uids[one.id]: one for one in known}, (), {}, occasion.period)
    flags = (*_flags(setting), *scan(f"{subject}\n{render_text(content)}", view.today))
    return Draft(subject, content, stated, flags, quiet=False)


def _flags(setting: Setting) -> Sequence[Flag]:
    occasion = setting.occasion
    return (
        *first_and_unsigned(trusted=occasion.trusted, me=occasion.me),
        *own_titles(setting.view.tasks, setting.known_words),
    )


def _known(task: ReaderTask) -> Known:
    """Return what it states of a task; held against what is true when it leaves."""
    dated = _is_dated(task)
    state = State.AHEAD if dated else State.ASKED
    on, at = (task.promised_on, task.promised_time) if dated else (None, None)
    # Whoever is asked for something is asked for that, also where the task is theirs to do.
    return Known(task.id, task.words, state, on, at, False, task.needs, task.needs_by, task.needs is None)


def _writer(setting: Setting) -> Writer:
    return Writer(setting.view, setting.phrases, setting.occasion.at)


def _day(setting: Setting, on: date | None) -> str:
    return "" if on is None else day_words(on, setting.view.today)
