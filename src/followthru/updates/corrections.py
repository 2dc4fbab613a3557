"""Write a correction: what an update that left said, and what holds instead. Always a draft for the PM."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from followthru.domain.saying import day_words
from followthru.updates.aftermath import Fault, faults, known_of, said_of
from followthru.updates.checks import Flag, FlagName, scan
from followthru.updates.compose import Draft, Occasion
from followthru.updates.decided import KnownDecision, WrongDecision, wrong_decisions
from followthru.updates.facts import Facts, Known, Said, State
from followthru.updates.holds import first_and_unsigned, own_title
from followthru.updates.lines import SUBJECT_WIDTH, Writer, reason
from followthru.updates.phrases import BLANK, PHRASES, Phrases
from followthru.updates.render_text import render_text
from followthru.updates.results import KnownResult, WrongResult, wrong_results
from followthru.updates.tree import Block, Bullets, paragraph, tree
from followthru.updates.view import ReaderTask, ReaderView, Standing
from followthru.updates.words import crop, moment, sentence

_RE = "Re: "


class Wrong(NamedTuple):
    """The update that is corrected: what its text states, its subject, the reader's day on which it was written.

    `because` is why it was wrong, in words for the reader; empty to say nothing of it. `arrived` is whether it is known
    to have arrived.
    """

    stated: Facts
    subject: str
    sent: date
    because: str = ""
    arrived: bool = True


def compose_correction(view: ReaderView, wrong: Wrong, occasion: Occasion, phrases: Phrases = PHRASES) -> Draft:
    """Return the draft. `view` holds the tasks of that update; the same values always give the same draft."""
    writer = Writer(view, phrases, occasion.at)
    found = faults(wrong.stated, view)
    told = [one for one in found if one.task is not None]
    figures = tuple(wrong_results(wrong.stated.results, view.goals))
    lines = [line for one in told for line in _lines(writer, phrases, view, one)]
    lines += [line for one in figures if (line := _figure(writer, phrases, one))]
    decided = tuple(wrong_decisions(wrong.stated.decisions, view.decisions))
    lines += [_decided(writer, phrases, one) for one in decided if one.decision is not None]
    hidden = [
        *(one.known.words for one in figures if one.goal is None),
        *(one.known.words for one in decided if one.decision is None),
    ]
    stands = bool(lines) and len(told) == len(found) and not hidden
    sent = day_words(wrong.sent, view.today)
    subject = crop(writer.filled(phrases.correction_subject, subject=wrong.subject.removeprefix(_RE)), SUBJECT_WIDTH)
    content = tree(
        writer.filled(phrases.correction_title, practice=view.practice),
        [
            paragraph(writer.filled(phrases.greeting, reader=view.reader)),
            paragraph(writer.filled(phrases.correction, sent=sent)),
            *_what_holds(writer, phrases, lines),
            *_why(writer, phrases, wrong),
            *([paragraph(phrases.correction_stands)] if stands else []),
            *writer.closing(occasion.me),
        ],
    )
    text = f"{subject}\n{render_text(content)}"
    flags = (
        *_flags(wrong, found, occasion, sent, text),
        *(_hidden(words) for words in hidden),
        *scan(text, view.today),
    )
    states = _facts(writer, phrases, view, told, wrong, occasion)._replace(
        results=dict(_figures_stated(figures)), decisions=dict(_decisions_stated(decided))
    )
    return Draft(subject, content, states, flags, quiet=not lines)


def _what_holds(writer: Writer, phrases: Phrases, lines: Sequence[str]) -> list[Block]:
    """Return the lines that correct facts; without any, the two that only the PM can fill in."""
    if lines:
        return [Bullets(tuple(lines))]
    return [
        paragraph(writer.filled(phrase, what=BLANK)) for phrase in (phrases.correction_wrote, phrases.correction_right)
    ]


def _why(writer: Writer, phrases: Phrases, wrong: Wrong) -> list[Block]:
    because = sentence(wrong.because)
    return [paragraph(writer.filled(phrases.correction_because, because=because))] if because else []


def _lines(writer: Writer, phrases: Phrases, view: ReaderView, one: Fault) -> Iterator[str]:
    fact, task = one.fact, one.task
    if task is None:
        return
    words = {
        "task": task.words,
        "day": writer.promised(task),
        "before": moment(fact.on, fact.time, view.practice_zone, view.zone, view.today) if fact.on else "",
        "because": reason(task),
    }
    phrase = _phrase(phrases, fact, task)
    if phrase:
        yield _with_danger(writer, phrases, task, writer.filled(phrase, **words))
    if _asks_otherwise(fact, task):
        yield writer.need(task) if task.needs else writer.filled(phrases.correct_need, **words)
    elif not phrase:
        yield writer.filled(phrases.correct_name, **words)


def _figure(writer: Writer, phrases: Phrases, one: WrongResult) -> str:
    """Return the line that corrects a reading; empty where its reader may not see it."""
    if one.goal is None:
        return ""
    phrase = phrases.correct_result_gone if one.reading is None else phrases.correct_result
    value = "" if one.reading is None else one.goal.figure(one.reading.value)
    if one.reading is not None and one.reading.value == one.known.value:
        return writer.filled(phrases.correct_name, task=one.goal.words)
    return writer.filled(phrase, goal=one.goal.words, before=one.known.said, value=value)


def _figures_stated(figures: Sequence[WrongResult]) -> Iterator[tuple[str, KnownResult]]:
    for known, goal, reading, _ in figures:
        if goal is not None and reading is not None:
            said = goal.figure(reading.value)
            yield goal.uid, KnownResult(known.id, goal.words, reading.on, reading.value, said)


def _decided(writer: Writer, phrases: Phrases, one: WrongDecision) -> str:
    """Return the line that corrects what was written of a decision."""
    stands = one.decision is not None and one.decision.stands
    what = "" if one.decision is None else one.decision.words
    phrase = phrases.correct_decision if stands else phrases.correct_decision_gone
    return writer.filled(phrase, before=one.known.words, what=what)


def _decisions_stated(decided: Sequence[WrongDecision]) -> Iterator[tuple[str, KnownDecision]]:
    for _, one, _ in decided:
        if one is not None:
            yield one.uid, KnownDecision(one.id, one.words, one.on, one.stands, said=True)


def _hidden(known: str, task_id: int | None = None) -> Flag:
    words = f"They were told of “{known}” and may no longer see it: it says nothing of that."
    return Flag(FlagName.HIDDEN, words, task_id)


def _asks_otherwise(fact: Known, task: ReaderTask) -> bool:
    return fact.need is not None and (task.needs, task.needs_by) != (fact.need, fact.need_by)


def _phrase(phrases: Phrases, fact: Known, task: ReaderTask) -> str:
    """Return the phrase that says how a task stands against what was written of it; empty where that still holds."""
    stood, dated = fact.state, task.promised_on is not None
    if task.standing is Standing.OPEN:
        if stood is State.DONE:
            return phrases.correct_not_done if dated else phrases.correct_not_done_plain
        if stood is State.DROPPED:
            return phrases.reopened if dated else phrases.reopened_plain
        if stood is State.UNDATED:
            return phrases.correct_dated if dated else ""
        if stood is not State.AHEAD or (task.promised_on, task.promised_time) == (fact.on, fact.time):
            return ""
        if not dated:
            return phrases.correct_undated
        return phrases.correct_date_because if reason(task) else phrases.correct_date
    done = task.standing is Standing.DONE
    if stood is State.AHEAD:
        return phrases.correct_done if done else phrases.correct_dropped
    if stood in (State.DONE, State.DROPPED) and (stood is State.DONE) != done:
        return phrases.done_plain if done else phrases.dropped
    return ""


def _with_danger(writer: Writer, phrases: Phrases, task: ReaderTask, line: str) -> str:
    if task.standing is not Standing.OPEN or not (task.overdue or task.may_slip):
        return line
    return writer.filled(phrases.not_done if task.overdue else phrases.in_danger, line=line)


def _facts(
    writer: Writer, phrases: Phrases, view: ReaderView, told: Sequence[Fault], wrong: Wrong, occasion: Occasion
) -> Facts:
    """Return what it states; a date counts as told only where its line holds one."""
    known: dict[str, Known] = {}
    said: list[Said] = []
    for fact, task, _ in told:
        if task is None:
            continue
        phrase = _phrase(phrases, fact, task)
        asks = _asks_otherwise(fact, task)
        stands = known_of(task) if phrase else fact._replace(words=task.words)
        known[task.uid] = stands._replace(need=task.needs if asks else None, need_by=task.needs_by if asks else None)
        said += said_of(task, writer.promised) if "{day}" in phrase else ()
    return Facts(occasion.at, view.today, known, tuple(said), {}, occasion.period, wrong.because)


def _flags(wrong: Wrong, found: Sequence[Fault], occasion: Occasion, sent: str, text: str) -> Iterator[Flag]:
    """Yield why it waits: always for what it is."""
    what = "It corrects what" if wrong.arrived else "It corrects what may not have arrived, and what"
    yield Flag(FlagName.CORRECTION, f"{what} you wrote on {sent}: “{wrong.subject}”.")
    for one in found:
        if one.task is None:
            yield _hidden(one.fact.words, one.fact.id)
        else:
            yield from own_title(one.task, one.fact.words)
    if BLANK in text:
        yield Flag(FlagName.TO_FILL_IN, f"Say what only you know where {BLANK} stands, or take the line out.")
    yield from first_and_unsigned(trusted=occasion.trusted, me=occasion.me)
