"""Register items in words: one to a line, the expiry board, and what Today says of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from followthru.cli import terminal
from followthru.cli.table import columns
from followthru.domain.registers import Expiring, FaultReport, RegisterItem
from followthru.domain.saying import count_words, day_words

_TOLD = 5
"""Items that Today names; the board has them all."""


def item_line(one: RegisterItem, today: date) -> str:
    """Return an item in one line."""
    return item_lines([one], today)[0]


def item_lines(found: Sequence[RegisterItem], today: date) -> list[str]:
    """Return items in columns: number, title, holder, practice, kind, until when, its task."""
    rows = [
        (
            str(one.id).rjust(3),
            terminal.clean(one.title),
            terminal.clean(one.holder_words or ""),
            f"@{one.practice}",
            one.kind,
            _until(one, today),
            "" if one.task_id is None else f"task {one.task_id}",
        )
        for one in found
    ]
    return columns(rows, stretch=1, width=terminal.width())


def _until(one: RegisterItem, today: date) -> str:
    if one.retired_on is not None:
        return f"retired {day_words(one.retired_on, today)}"
    return "no date" if one.expires_on is None else f"until {day_words(one.expires_on, today)}"


def board_lines(found: Sequence[Expiring], today: date) -> Iterator[str]:
    """Yield the expiry board: a heading for each band, then its items in columns."""
    rows = [
        (
            str(one.item.id).rjust(3),
            terminal.clean(one.item.title),
            terminal.clean(one.item.holder_words or ""),
            f"@{one.item.practice}",
            "" if one.item.expires_on is None else day_words(one.item.expires_on, today),
            left_words(one),
            _todo(one, today),
        )
        for one in found
    ]
    lines = columns(rows, stretch=1, width=terminal.width(), lead="  ")
    band = ""
    for one, line in zip(found, lines, strict=True):
        if one.band != band:
            band = one.band
            yield f"{band[:1].upper()}{band[1:]} ({sum(other.band == band for other in found)})"
        yield line


def left_words(one: Expiring) -> str:
    """Return how long an item still holds, or for how long it has not: `in 12 days`, `3 days ago`."""
    if one.days_left == 0:
        return "today"
    days = count_words(abs(one.days_left), "day")
    return f"in {days}" if one.days_left > 0 else f"{days} ago"


def _todo(one: Expiring, today: date) -> str:
    if one.item.task_id is not None:
        return f"task {one.item.task_id}"
    return f"no task; {'begin now' if one.due else f'begin by {day_words(one.start_by_on, today)}'}"


def fault_lines(found: Sequence[FaultReport], today: date) -> Iterator[str]:
    """Yield what did not work of an item, oldest first, and what became of it."""
    for one in found:
        told = f", told {one.vendor}" if one.vendor else ""
        ended = str(one.status) if one.done_on is None else f"repaired {day_words(one.done_on, today)}"
        yield terminal.clean(f"{day_words(one.reported_on, today)}  {one.words} (task {one.task_id}{told}): {ended}")


def due_words(found: Sequence[Expiring], today: date) -> Iterator[str]:
    """Yield for Today what expires inside its lead time without a task, soonest first."""
    for one in found[:_TOLD]:
        item = one.item
        ends = "expired" if one.days_left < 0 else "expires"
        on = "" if item.expires_on is None else f", {day_words(item.expires_on, today)},"
        task = f"`followthru register task {item.id}` makes it."
        yield terminal.clean(f"{item.named} @{item.practice} {ends} {left_words(one)}{on} and has no task: {task}")
    if len(found) > _TOLD:
        yield f"{count_words(len(found) - _TOLD, 'more thing')} to renew: `followthru register expiring`."
