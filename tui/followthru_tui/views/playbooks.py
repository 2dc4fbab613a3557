"""Playbooks: their runs with what is still open, and what each playbook holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from followthru.actions.desk import Desk
from followthru.domain.playbooks import Playbook, day_words_of
from followthru.domain.saying import count_words, day_words
from followthru.exchange.playbooks import Found, everyone
from followthru.store import runs as stored
from followthru.store import tasks
from followthru.store.runs import RunRow
from followthru_tui import rowstate
from followthru_tui.feed import Line, Section
from followthru_tui.views.shape import MOST, At, Narrow, Shape, narrow, section


def playbooks(at: At) -> Shape:
    """Return the runs that are not over, all playbooks, and the runs that are."""
    wanted = narrow(at.text)
    rows = [one for one in stored.runs(at.read) if wanted.fits(f"{one.title} {one.playbook}", one.practice, "")]
    found = [one for one in everyone(own_folder(at.desk)) if _fits(wanted, one)]
    sections = [
        section("runs:open", "Runs", (run_line(at, one) for one in rows if one.open)),
        section("playbooks", "Playbooks: R runs one", (_line(one) for one in found)),
        section("runs:over", "Runs that are over", (run_line(at, one) for one in reversed(rows) if not one.open)),
    ]
    return Shape("Playbooks", [one for one in sections if one.total], total=len(found))


def own_folder(desk: Desk) -> Path:
    """Return where the user's own playbooks are."""
    return desk.home.config.parent / "playbooks"


def _fits(wanted: Narrow, one: Found) -> bool:
    title = "" if one.playbook is None else one.playbook.title
    return wanted.practice is None and wanted.fits(f"{one.name} {title}", None, None)


def _line(one: Found) -> Line:
    book = one.playbook
    if book is None:
        facts = tuple(("", words) for words in one.lines())
        return Line(f"playbook:{one.name}", "! has errors", one.name, None, None, facts=facts)
    return Line(
        f"playbook:{one.name}",
        f". {count_words(len(book.steps), 'step')}",
        f"{book.title} ({book.name})",
        None,
        None,
        when="yours" if book.own else "",
        facts=_facts(book),
    )


def _facts(book: Playbook) -> tuple[tuple[str, str], ...]:
    steps = ((f"{number:>2}", _step(book, number)) for number in range(1, len(book.steps) + 1))
    return (
        ("Anchor", book.anchor),
        *(("Role", f"{name}: {words}") for name, words in book.roles.items()),
        *(("Asks", f"{one.key}={'|'.join(one.answers)} (usually {one.usual}): {one.ask}") for one in book.questions),
        *steps,
        ("Source", book.source),
        ("Check", book.check_your_state),
    )


def _step(book: Playbook, number: int) -> str:
    step = book.steps[number - 1]
    who = f", {step.role}" if step.role else ""
    when = f", if {step.when.question} is {step.when.answer}" if step.when else ""
    return f"{step.title}: {day_words_of(step)}{who}{when}"


def run_line(at: At, one: RunRow) -> Line:
    """Return the line of a run."""
    today = at.today(one.practice)
    ends = "" if one.ends_on is None else f"ends {day_words(one.ends_on, today)}"
    late = one.ends_on is not None and one.open and one.ends_on < today
    state = f"{'!' if late else '+'} {one.open} open" if one.open else "x over"
    return Line(
        f"run:{one.id}",
        state,
        f"{one.title} for {day_words(one.anchor_on, today)}, {one.done} of {one.done + one.open} done",
        one.practice,
        one.ends_on,
        when=ends,
    )


def of_practice(at: At, practice_id: int) -> Section:
    """Return the runs at a practice that are not over."""
    found = [run_line(at, one) for one in stored.runs(at.read, practice_id) if one.open]
    return Section("runs", "Runs of playbooks", (), len(found), tuple(found[:MOST]))


def run(at: At) -> Shape:
    """Return the steps of one run in the order of their days."""
    one = stored.run(at.read, int(at.where.name))
    if one is None:
        return Shape("Run", [])
    steps = [each.id for each in stored.steps(at.read, one.id)]
    lines = _steps(at, steps)
    title = f"{one.title} @{one.practice}, {day_words(one.anchor_on, at.today(one.practice))}"
    return Shape(title, [Section("steps", "", (), len(lines), tuple(lines))] if lines else [], 0, f"{one.open} open")


def _steps(at: At, ids: Sequence[int]) -> list[Line]:
    rows = {row.id: row for row in tasks.by_ids(at.read, ids)}
    return [
        Line(
            f"step:{id}",
            rowstate.state(row, at.today(row.practice)).text,
            f"{row.title}{f' +{row.assignee}' if row.assignee else ''}",
            row.practice,
            row.promised_on,
            when=rowstate.when(row, at.today(row.practice), short=True),
            task=id,
        )
        for id in ids
        if (row := rows.get(id)) is not None
    ]
