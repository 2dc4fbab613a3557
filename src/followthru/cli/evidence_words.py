"""Evidence in words: one piece to a line, and what a task has to show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from followthru.cli.terminal import clean
from followthru.domain.evidence import EvidenceRow
from followthru.domain.saying import day_words
from followthru.store import evidence, registers
from followthru.store.store import Reader

_HASH_SHOWN = 12


def line_of(one: EvidenceRow, today: date) -> str:
    """Return a piece of evidence in one line: its day, its work, what it is."""
    work = one.task or one.item or ""
    number = f"task {one.task_id}" if one.task_id is not None else f"register item {one.item_id}"
    return clean(f"{day_words(one.dated_on, today)}  {work} ({number})  {piece_words(one)}")


def piece_words(one: EvidenceRow) -> str:
    """Return what a piece of evidence is, a file with the beginning of its hash."""
    mark = f" (sha256 {one.sha256[:_HASH_SHOWN]}…)" if one.sha256 else ""
    return f"{one.form}: {one.words}{mark}"


def shown_json(read: Reader, task_id: int) -> dict[str, object]:
    """Return what a task's JSON says of evidence and of the register item that it renews."""
    from followthru.exchange.evidence_csv import evidence_json

    needs, item = evidence.wanted(read, task_id)
    pieces = [evidence_json(one) for one in evidence.of_task(read, task_id)]
    repairs = registers.repaired_by(read, task_id)
    return {"register_item": item, "repairs": repairs, "needs_evidence": needs, "evidence": pieces}


def shown_lines(read: Reader, task_id: int, today: date) -> Iterator[tuple[str, str]]:
    """Yield what a task has to show, or that it closes only with something, and what it renews."""
    needs, item = evidence.wanted(read, task_id)
    if item is not None:
        yield "renews", f"register item {item}"
    repaired = registers.repaired_by(read, task_id)
    if repaired is not None:
        yield "repairs", f"register item {repaired}"
    found = evidence.of_task(read, task_id)
    if needs and not found:
        yield "evidence", f"needed to close it: `done {task_id} --evidence …`"
    for one in found:
        yield "evidence", clean(f"{day_words(one.dated_on, today)}, {piece_words(one)}")
