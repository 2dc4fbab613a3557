"""`log` and `hours`: the time that work took, and what is left of what a practice agreed on."""

from __future__ import annotations

import click

from followthru.actions import hours_log as actions
from followthru.actions import lookup
from followthru.actions.hours_log import Logged
from followthru.cli import options, out, terminal
from followthru.cli.named import at_practice
from followthru.cli.root import TableGroup
from followthru.cli.session import Session
from followthru.domain.periods import Length, Period, read
from followthru.domain.saying import day_words
from followthru.domain.spans import exact_words
from followthru.domain.worked import Entry, Total, total_words
from followthru.store import worked

Json = dict[str, object]

_month = click.option("--month", metavar="MONTH", help="Such as 2026-10, oct or last; this month without it.")
_entry = click.argument("entry", metavar="ENTRY", type=options.Number(1, 2**53))


@click.command("log", cls=options.Line)
@click.argument("what", metavar="ID|@SLUG")
@click.argument("span", metavar="TIME")
@click.option("--on", metavar="DATE", help="The day it was worked on; today without it.")
@click.option("--note", metavar="TEXT", help="A note for you alone.")
@options.as_json
@click.pass_obj
def log(session: Session, what: str, span: str, on: str | None, note: str | None) -> None:
    """Note time worked on a task, or for a practice as a whole.

    \b
    followthru log 12 45m
    followthru log @oak-street 1h30m --on yesterday --note "Call with the bank"
    """
    _answer(session, actions.log(session.ctx, what, span, on, note))


@click.group("hours", cls=TableGroup, prefix="hours", invoke_without_command=True)
@_month
@at_practice
@options.as_json
@click.pass_context
def hours(ctx: click.Context, month: str | None, practice: str | None) -> None:
    """The time worked in a month for each practice, against what it agreed on (`practice edit SLUG retainer=20h`)."""
    if ctx.invoked_subcommand is not None:
        return
    session: Session = ctx.obj
    period, at = _asked(session, month, practice)
    found = worked.totals(session.ctx.read, period.first, period.last, at)
    if session.json:
        out.json_array(total_json(one, period) for one in found)
        return
    if not found:
        out.words(f"Nothing was logged in {period.words}. `followthru log @SLUG 45m` logs time.")
    rows = [(f"@{one.practice}", period.words, total_words(one)) for one in found]
    out.table(rows, stretch=2)


@click.command("list")
@_month
@at_practice
@options.as_json
@click.pass_obj
def list_entries(session: Session, month: str | None, practice: str | None) -> None:
    """What was logged in a month, day by day, each with the number by which it can be corrected."""
    period, at = _asked(session, month, practice)
    found = worked.entries(session.ctx.read, period.first, period.last, at)
    if session.json:
        out.json_array(entry_json(one) for one in found)
        return
    if not found:
        out.words(f"Nothing was logged in {period.words}.")

    out.table([_row(session, one) for one in found], stretch=4)


@click.command("edit", cls=options.Line)
@_entry
@click.argument("values", nargs=-1, required=True, metavar="field=value…")
@options.as_json
@click.pass_obj
def edit(session: Session, entry: int, values: tuple[str, ...]) -> None:
    """Correct an entry: time, on, note, task. An empty value clears note or task."""
    given = {name: value or None for name, value in options.fields(values).items()}
    _answer(session, actions.edit(session.ctx, entry, given))


@click.command("remove")
@_entry
@options.as_json
@click.pass_obj
def remove(session: Session, entry: int) -> None:
    """Take an entry away."""
    _answer(session, actions.remove(session.ctx, entry))


def _asked(session: Session, month: str | None, practice: str | None) -> tuple[Period, int | None]:
    ctx = session.ctx
    at = None if practice is None else lookup.practice(ctx.read, practice)
    return read(Length.MONTH, month or "this", ctx.today(at)), None if at is None else at.id


def _answer(session: Session, done: Logged) -> None:
    out.words(f"{done.outcome.words.removesuffix('.')}. This month there: {total_words(done.month)}.")
    if session.json:
        out.json(None if done.entry is None else entry_json(done.entry))
    elif done.entry is not None:
        from followthru.cli.table import columns

        out.data(columns([_row(session, done.entry)], stretch=4, width=terminal.width())[0])


def _row(session: Session, one: Entry) -> tuple[str, ...]:
    what = f"{one.task_id}  {terminal.clean(one.task or '')}" if one.task_id else ""
    note = terminal.clean(" ".join((one.note or "").split()))
    return (
        str(one.id).rjust(3), day_words(one.on, session.ctx.today()), exact_words(one.minutes), f"@{one.practice}",
        what, note,
    )  # fmt: skip


def total_json(one: Total, period: Period) -> Json:
    """Return a practice's month as JSON; absent values are None."""
    return {
        "practice": one.practice,
        "month": period.name,
        "minutes": one.minutes,
        "retainer_minutes": one.retainer,
        "left_minutes": one.left,
        "entries": one.entries,
    }


def entry_json(one: Entry) -> Json:
    """Return an entry as JSON; absent values are None."""
    return {
        "id": one.id,
        "practice": one.practice,
        "task": one.task_id,
        "on": one.on.isoformat(),
        "minutes": one.minutes,
        "note": one.note,
    }
