"""One task in words, line by line. Pure."""

from __future__ import annotations

from datetime import date

from followthru.domain.bufferbar import CELLS, bar_words
from followthru.domain.promise_log import out_of_step
from followthru.domain.task import How, TaskRow, Telling
from followthru_tui import rowstate
from followthru_tui.cells import safe, wrap
from followthru_tui.feed import Line, TaskDetail
from followthru_tui.palette import Tone
from followthru_tui.parts import Lines

_LABEL = 10


def detail_lines(detail: TaskDetail, today: date, cells: int) -> Lines:
    """Return a task's detail in lines of at most `cells` cells."""
    row = detail.row
    how = rowstate.state(row, today)
    lines: Lines = [[(text, Tone.STRONG)] for text in wrap(row.title, cells)]
    lines += [[(how.text, how.tone), (f"  #{row.id}", Tone.DIM)], []]
    for name, value in _facts(row, today):
        lines += _labelled(name, value, cells)
    if line := bar_words(row, detail.tellings, today, max(8, min(CELLS, cells - _LABEL - 24))):
        lines += _labelled("Room", line, cells)
    if detail.counted:
        lines += _labelled("Days", detail.counted, cells)
    if detail.forecast:
        lines += _labelled("Forecast", f"{detail.forecast} f shows the cases.", cells)
    lines += _tellings(detail, today, cells)
    lines += _listed("Steps", [f"[{'x' if item.done else ' '}] {item.words}" for item in detail.checklist], cells)
    lines += _listed("Needs first", [f"#{id} {title}" for id, title in detail.needs], cells)
    lines += _listed("Notes (private)", wrap(detail.notes, cells) if detail.notes else [], cells)
    return lines + _listed("History", detail.history, cells)


def line_lines(line: Line, cells: int) -> Lines:
    """Return a line that is no task in full, in lines of at most `cells` cells."""
    words = [(text, Tone.PLAIN) for text in wrap(safe(line.title), cells)]
    at: Lines = [] if line.practice is None else [[(f"at {line.practice}", Tone.DIM)]]
    lines: Lines = [[(safe(line.state), Tone.STRONG)], [], *([part] for part in words), *at]
    if any(line.under):
        lines.append([])
    lines += [[(text, Tone.PLAIN)] for under in line.under if under for text in wrap(safe(under), cells)]
    if line.facts:
        lines.append([])
    for name, value in line.facts:
        # A name that is as long as the column would touch its value.
        lines += _labelled(name, safe(value), cells) if name else [[(text, Tone.PLAIN)] for text in wrap(value, cells)]
    return lines


def _facts(row: TaskRow, today: date) -> list[tuple[str, str]]:
    facts: list[tuple[str, str | None]] = [
        ("Practice", row.practice),
        ("Promised", _promise(row, today)),
        ("Target", _target(row, today)),
        ("Deadline", _deadline(row, today)),
        ("Starts", _day(row.starts_on, today)),
        ("Waiting", _waiting(row, today)),
        ("Stalled", _stalled(row, today)),
        ("Assigned", row.assignee),
        ("Seen by", {"me": "me alone", "owners": "owners", "team": "team"}[row.audience]),
        ("Readers", row.public_title),
        ("Because", row.because),
        ("Area", row.area),
        ("Kind", row.kind),
        ("Priority", row.priority),
        ("Tags", " ".join(f"#{tag}" for tag in row.tags)),
        ("Done", _day(row.done_on, today)),
    ]
    return [(name, value) for name, value in facts if value]


def _day(on: date | None, today: date) -> str | None:
    return None if on is None else rowstate.day(on, today)


def _stalled(row: TaskRow, today: date) -> str | None:
    return f"since {_day(row.stalled_from, today)}" if row.stalled(today) else None


def _deadline(row: TaskRow, today: date) -> str | None:
    begin = f", begin by {rowstate.day(row.start_by_on, today)}" if row.start_by_on else ""
    return None if row.deadline_on is None else f"{rowstate.day(row.deadline_on, today)}{begin}"


def _promise(row: TaskRow, today: date) -> str | None:
    if row.promised_on is None:
        return None
    clock = f" {row.promised_time}" if row.promised_time else ""
    missing = ", reason missing: p says why" if row.reason_missing and not row.closed else ""
    words = f"{rowstate.day(row.promised_on, today)}{clock} · {rowstate.room(row.buffer_days)}"
    return f"{words} ({rowstate.told(row)}{missing})"


def _target(row: TaskRow, today: date) -> str | None:
    if row.target_on is None:
        return None
    source = f" (by {row.target_source})" if row.target_source else ""
    return f"{rowstate.day(row.target_on, today)}{source}"


def _waiting(row: TaskRow, today: date) -> str | None:
    if row.waiting_on is None and row.waiting_for is None:
        return None
    words = f"on {row.waiting_on or 'somebody'}"
    if row.waiting_for:
        words += f" for {row.waiting_for}"
    if row.waiting_by:
        words += f", needed by {rowstate.day(row.waiting_by, today)}"
    if row.follow_up_on:
        words += f", follow up {rowstate.day(row.follow_up_on, today)}"
    return words


def _labelled(name: str, value: str, cells: int) -> Lines:
    first, *rest = wrap(value, max(8, cells - _LABEL))
    return [
        [(f"{name:<{_LABEL}}", Tone.DIM), (first, Tone.PLAIN)],
        *([(" " * _LABEL + line, Tone.PLAIN)] for line in rest),
    ]


def _tellings(detail: TaskDetail, today: date, cells: int) -> Lines:
    words = [_telling(telling, today) for telling in detail.tellings]
    if not words and detail.row.promised_on is not None:
        words = ["nobody yet: t records a telling"]
    lines = _listed("Told", words, cells)
    if detail.row.closed:
        return lines
    for person, on in out_of_step(detail.tellings, detail.row.promised_on).items():
        words = f"{person} still expects {rowstate.day(on, today)}: tell them (t)"
        lines += [[(line, Tone.RISK)] for line in wrap(words, cells)]
    return lines


def _telling(telling: Telling, today: date) -> str:
    how = "" if telling.how == How.UNSPECIFIED else f" by {telling.how}"
    fact = (
        f"{telling.person}: {rowstate.day(telling.promised_on, today)}, on {rowstate.day(telling.told_on, today)}{how}"
    )
    if telling.retracted:
        return f"{fact} (retracted)"
    return fact


def _listed(name: str, items: list[str] | tuple[str, ...], cells: int) -> Lines:
    if not items:
        return []
    lines: Lines = [[], [(name, Tone.HEADING)]]
    for item in items:
        lines += [[(line, Tone.PLAIN)] for line in wrap(item, cells)]
    return lines
