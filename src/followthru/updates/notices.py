"""Write a warning before a told date breaks, and a repair once it has passed: one task, one reader, one date.

Both are made like every update, from what the reader may see, in the same tree and with the same checks. Both wait
for the PM, always: a warning proposes a date and promises none; a repair that has no new promise to state says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from followthru.domain.saying import day_words
from followthru.updates.checks import Flag, FlagName, scan
from followthru.updates.compose import Draft, Occasion
from followthru.updates.facts import Facts, Known, Said, State
from followthru.updates.holds import first_and_unsigned, own_title
from followthru.updates.lines import SUBJECT_WIDTH, Writer, reason
from followthru.updates.outbox import UpdateKind
from followthru.updates.phrases import BLANK, PHRASES, Phrases
from followthru.updates.render_text import render_text
from followthru.updates.tree import Block, Bullets, Heading, Paragraph, paragraph, tree
from followthru.updates.view import ReaderTask, ReaderView
from followthru.updates.words import crop


class Proposal(NamedTuple):
    """A date that can be given honestly now, and in words for the PM where it comes from."""

    on: date
    why: str


class Notice(NamedTuple):
    """What is to be said: a warning or a repair, about the date that the reader was told last.

    `known_words` are the task's words in the reader's last update, None if it was in none.
    """

    kind: UpdateKind
    told_on: date
    proposal: Proposal
    known_words: str | None = None


def compose_notice(view: ReaderView, notice: Notice, occasion: Occasion, phrases: Phrases = PHRASES) -> Draft:
    """Return the draft. `view` holds the one task; the same view, notice and occasion always give the same draft."""
    [task] = view.tasks
    writer = Writer(view, phrases, occasion.at)
    words = {
        "practice": view.practice,
        "task": task.words,
        "day": _told(view, task, notice, writer),
        "new": _new(view, task, notice, writer),
        "because": reason(task) or BLANK,
    }
    warns = notice.kind is UpdateKind.WARNING
    subject = crop(writer.filled(_subject(phrases, view, task, notice), **words), SUBJECT_WIDTH)
    if warns:
        said = [paragraph(writer.filled(phrase, **words)) for phrase in _warning(phrases, view, task, notice)]
    else:
        said = _repair(writer, phrases, words, task, notice)
    content = tree(
        subject,
        [
            paragraph(writer.filled(phrases.greeting, reader=view.reader)),
            *said,
            *_needs(writer, phrases, task),
            *writer.closing(occasion.me),
        ],
    )
    text = f"{subject}\n{render_text(content)}"
    flags = (*_flags(view, task, notice, occasion, text), *scan(text, view.today))
    return Draft(subject, content, _facts(view, task, notice, occasion, writer), flags, quiet=False)


def moved_on(task: ReaderTask, view: ReaderView, told_on: date) -> date | None:
    """Return the new date that may be stated as promised: one that differs from the told one and is to come."""
    on = task.promised_on
    return on if on is not None and on != told_on and on >= view.today else None


def _told(view: ReaderView, task: ReaderTask, notice: Notice, writer: Writer) -> str:
    if task.promised_on == notice.told_on:
        return writer.promised(task)
    return day_words(notice.told_on, view.today)


def _new(view: ReaderView, task: ReaderTask, notice: Notice, writer: Writer) -> str:
    if moved_on(task, view, notice.told_on) is not None:
        return writer.promised(task)
    return day_words(notice.proposal.on, view.today)


def _subject(phrases: Phrases, view: ReaderView, task: ReaderTask, notice: Notice) -> str:
    if notice.kind is UpdateKind.REPAIR:
        return phrases.repair_subject
    moved = moved_on(task, view, notice.told_on) is not None
    return phrases.warning_moved_subject if moved else phrases.warning_subject


def _warning(phrases: Phrases, view: ReaderView, task: ReaderTask, notice: Notice) -> tuple[str, str]:
    """Return what is said of a date in danger; of one that was moved meanwhile, the new one."""
    if moved_on(task, view, notice.told_on) is not None:
        return phrases.warning_moved, phrases.warning_new if reason(task) else phrases.repair_new
    first = phrases.warning_today if notice.told_on == view.today else phrases.warning
    return first, phrases.warning_date


def _repair(
    writer: Writer, phrases: Phrases, words: dict[str, str], task: ReaderTask, notice: Notice
) -> list[Paragraph]:
    if task.promised_on is None:
        dated = phrases.repair_undated
    elif words["new"] == writer.promised(task) and task.promised_on != notice.told_on:
        dated = phrases.repair_new
    else:
        dated = phrases.repair_proposal
    return [
        paragraph(writer.filled(phrases.repair, **words)),
        paragraph(writer.filled(phrases.repair_happened, **words)),
        paragraph(writer.filled(dated, **words)),
        paragraph(writer.filled(phrases.repair_change, because=BLANK)),
    ]


def _needs(writer: Writer, phrases: Phrases, task: ReaderTask) -> list[Block]:
    return [] if task.needs is None else [Heading(phrases.needs), Bullets((writer.need(task),))]


def _facts(view: ReaderView, task: ReaderTask, notice: Notice, occasion: Occasion, writer: Writer) -> Facts:
    """Return what it states: the date as it stands, and a new one, which is a telling once it arrived."""
    state = State.UNDATED if task.promised_on is None else State.AHEAD
    known = Known(task.id, task.words, state, task.promised_on, task.promised_time, slip=True, need=task.needs)
    new = moved_on(task, view, notice.told_on)
    said = () if new is None else (Said(task.uid, task.id, new, task.words, writer.promised(task)),)
    return Facts(occasion.at, view.today, {task.uid: known}, said, {}, occasion.period)


def _flags(view: ReaderView, task: ReaderTask, notice: Notice, occasion: Occasion, text: str) -> Iterator[Flag]:
    """Yield why it waits: always for what it is, and for what only the PM can add."""
    told = day_words(notice.told_on, view.today)
    proposed = f"{day_words(notice.proposal.on, view.today)} is proposed: {notice.proposal.why}"
    if notice.kind is UpdateKind.WARNING and moved_on(task, view, notice.told_on) is not None:
        yield Flag(FlagName.MAY_SLIP, f"“{task.words}” was told for {told}, and has a new date.", task.id)
    elif notice.kind is UpdateKind.WARNING:
        yield Flag(FlagName.MAY_SLIP, f"“{task.words}” was told for {told} and is at risk. {proposed}", task.id)
    elif task.promised_on is not None and moved_on(task, view, notice.told_on) is None:
        words = f"“{task.words}” was told for {told} and is not done: promise a new date first. {proposed}"
        yield Flag(FlagName.OVERDUE, words, task.id)
    else:
        yield Flag(FlagName.OVERDUE, f"“{task.words}” was told for {told} and is not done.", task.id)
        if task.may_slip:
            yield Flag(FlagName.MAY_SLIP, f"The new date of “{task.words}” is at risk itself.", task.id)
    if BLANK in text:
        yield Flag(FlagName.TO_FILL_IN, f"Say what only you know where {BLANK} stands, or take the line out.", task.id)
    yield from first_and_unsigned(trusted=occasion.trusted, me=occasion.me)
    yield from own_title(task, notice.known_words)
