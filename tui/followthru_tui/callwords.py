"""A call as lines: headings, and under them what can be acted on. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from followthru.domain.saying import count_words
from followthru.domain.task import TaskRow
from followthru_tui import rowstate
from followthru_tui.cells import fit, safe
from followthru_tui.palette import Tone
from followthru_tui.parts import Part

if TYPE_CHECKING:
    from followthru.actions.call_sheet import Promised, Sheet
    from followthru.domain.decisions import Decision
    from followthru.domain.raising import RaiseNote

_STATE = 14
_GLYPH = 2
_WHEN = 11
_ASIDE = 13
_ROOMY = 72
"""Columns from which the state is said in words, and not by its glyph alone."""


class Entry(NamedTuple):
    """One line of a call. `key` names what it is (`task:12`, `raise:3`, `decision:4`), None for a heading.

    `state` is painted in `tone`; `when` is its date, `aside` what is to be said of it besides, in `aside_tone`.
    """

    key: str | None
    state: str
    title: str
    when: str = ""
    aside: str = ""
    tone: Tone = Tone.PLAIN
    aside_tone: Tone = Tone.DIM
    row: TaskRow | None = None


def entries(found: Sheet) -> list[Entry]:
    """Return a call's lines: what was told in danger first, what is asked, what is to be raised, what was decided."""
    today, who = found.today, called(found)
    parts = (
        ("Promises", [_promise(one, today) for one in found.promises]),
        (f"Asked of {who}", [_asked(row, today) for row in found.asked]),
        ("To raise", [_note(one) for one in found.notes]),
        (f"For {who} to do", [_task(row, today) for row in found.theirs]),
        ("Not told yet", [_task(row, today) for row in found.untold]),
        ("Last decided", [_decided(one, today) for one in found.decisions]),
    )
    return [line for words, lines in parts if lines for line in (Entry(None, "", f"{words} ({len(lines)})"), *lines)]


def called(found: Sheet) -> str:
    """Return how the person is called in a line."""
    return found.member.address or found.member.name.split()[0]


def _task(row: TaskRow, today: date) -> Entry:
    how = rowstate.state(row, today)
    when = rowstate.day(row.promised_on, today) if row.promised_on else ""
    return Entry(f"task:{row.id}", how.text, row.title, when, "", how.tone, Tone.DIM, row)


def _promise(one: Promised, today: date) -> Entry:
    entry = _task(one.row, today)
    if one.in_step:
        return entry._replace(aside="told")
    known = rowstate.day(one.last.promised_on, today).split(maxsplit=1)[-1]
    return entry._replace(aside=f"knows {known}", aside_tone=Tone.BUFFER)


def _asked(row: TaskRow, today: date) -> Entry:
    when = rowstate.day(row.waiting_by, today) if row.waiting_by else ""
    late = row.waiting_by is not None and row.waiting_by < today
    title = f"{row.title}: {row.waiting_for or 'an answer'}"
    aside = "still needed" if late else "needed by" if when else ""
    return Entry(f"task:{row.id}", "? asked", title, when, aside, Tone.WAITING, Tone.BUFFER if late else Tone.DIM, row)


def _note(one: RaiseNote) -> Entry:
    about = "" if one.task_id is None else f"task {one.task_id}"
    return Entry(f"raise:{one.id}", "^ to raise", one.words, "", about, Tone.KEY)


def _decided(one: Decision, today: date) -> Entry:
    return Entry(f"decision:{one.id}", ". decided", one.words, rowstate.day(one.decided_on, today), "", Tone.DIM)


def entry_parts(entry: Entry, width: int) -> list[Part]:
    """Return the parts of one line, `width` cells in all; the title takes what the others leave."""
    if entry.key is None:
        return [(fit(safe(entry.title), width), Tone.HEADING)]
    state = _STATE if width >= _ROOMY else _GLYPH
    spare = 0 if entry.when else _WHEN + 1
    title = width - state - 1 - (_WHEN + 1 + _ASIDE + 1) + spare
    if title < _STATE:
        return [(fit(safe(entry.title), width), Tone.PLAIN)]
    return [
        (fit(safe(entry.state) if state > _GLYPH else entry.state[:1], state), entry.tone),
        (" " + fit(safe(entry.title), title), Tone.PLAIN),
        ("" if spare else " " + fit(entry.when, _WHEN), Tone.PLAIN),
        (" " + fit(safe(entry.aside), _ASIDE), entry.aside_tone),
    ]


def heading(found: Sheet) -> list[Part]:
    """Return who is on the line, and how much is open with them."""
    said = list(_counts(found))
    return [
        (f" Call with {safe(found.member.name)}", Tone.STRONG),
        (f"  {found.member.role}, {safe(found.practice.name)}", Tone.DIM),
        (f"  {', '.join(said)}" if said else "", Tone.KEY),
    ]


def _counts(found: Sheet) -> Iterator[str]:
    wrong = sum(not one.in_step for one in found.promises)
    if wrong:
        yield f"{wrong} out of step"
    if found.asked:
        yield count_words(len(found.asked), "question")
    if found.notes:
        yield f"{len(found.notes)} to raise"


def empty(found: Sheet) -> str:
    """Return what is said where nothing is open."""
    return f"Nothing is open with {called(found)}. a captures a task, J notes what to raise next, Esc ends the call."
