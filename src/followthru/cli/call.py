"""`call`: what is needed on the phone with somebody, on one page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from followthru.cli import options, out, terminal
from followthru.cli.meeting_words import decided_words
from followthru.cli.seen import look
from followthru.cli.session import Session
from followthru.domain.saying import day_words
from followthru.exchange.meeting_json import decision_json, raise_json
from followthru.exchange.practice_json import member_json

if TYPE_CHECKING:
    from followthru.actions.call_sheet import Promised, Sheet
    from followthru.domain.task import TaskRow


@click.command("call")
@click.argument("practice", metavar="PRACTICE")
@click.argument("person", metavar="PERSON")
@options.as_json
@click.pass_obj
def call(session: Session, practice: str, person: str) -> None:
    """What is open with a person: promises and what they know of them, questions, what to raise, last decisions.

    The same stands on the screen in call mode, where one key notes what was told.
    """
    from followthru.actions.call_sheet import sheet

    found = sheet(session.ctx, session.ctx.read, practice, person)
    if session.json:
        out.json(_json(session, found))
        return
    out.data(terminal.clean(f"{found.member.name}, {found.member.role} at {found.practice.name}"))
    for line in _lines(found):
        out.data(terminal.clean(line))


def _lines(found: Sheet) -> Iterator[str]:
    today = found.today
    for heading, lines in (
        ("Promises", [_promise(one, found) for one in found.promises]),
        ("Asked", [_asked(row, found) for row in found.asked]),
        ("Theirs to do", [_task(row, found) for row in found.theirs]),
        ("Not told yet", [_task(row, found) for row in found.untold]),
        ("To raise", [f"{one.words} (note {one.id})" for one in found.notes]),
        ("Decided", [decided_words(one, today) for one in found.decisions]),
    ):
        if lines:
            yield f"{heading} ({len(lines)})"
            yield from (f"  {line}" for line in lines)


def _promise(one: Promised, found: Sheet) -> str:
    when = day_words(one.last.told_on, found.today)
    if one.in_step:
        return f"{_task(one.row, found)}, told on {when}"
    return f"{_task(one.row, found)}, out of step: told {day_words(one.last.promised_on, found.today)} on {when}"


def _asked(row: TaskRow, found: Sheet) -> str:
    by = f" by {day_words(row.waiting_by, found.today)}" if row.waiting_by else ""
    return f"{row.id}  {row.title}: {row.waiting_for or 'an answer'}{by}"


def _task(row: TaskRow, found: Sheet) -> str:
    from followthru.actions.agenda import health

    on = day_words(row.promised_on, found.today) if row.promised_on else "no date"
    return f"{row.id}  {row.title}: {on}, {health(row, found.today)}"


def _json(session: Session, found: Sheet) -> dict[str, object]:
    def tasks(rows: tuple[TaskRow, ...]) -> list[object]:
        return [one.json() for one in look(session.ctx, rows)]

    told = zip(found.promises, tasks(tuple(one.row for one in found.promises)), strict=True)
    return {
        "practice": found.practice.slug,
        "person": member_json(found.member),
        "promises": [
            {
                "task": task,
                "told_date": one.last.promised_on.isoformat(),
                "told_on": one.last.told_on.isoformat(),
                "in_step": one.in_step,
            }
            for one, task in told
        ],
        "asked": tasks(found.asked),
        "theirs": tasks(found.theirs),
        "untold": tasks(found.untold),
        "raise": [raise_json(one) for one in found.notes],
        "decisions": [decision_json(one) for one in found.decisions],
    }
