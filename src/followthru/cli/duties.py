"""`duty`: work that comes back."""

from __future__ import annotations

from datetime import timedelta

import click

from followthru.actions import duties as actions
from followthru.actions import lookup
from followthru.actions.duties import Coming
from followthru.cli import answer, options, out, terminal
from followthru.cli.named import at_practice, practice_id
from followthru.cli.session import Session
from followthru.domain.repeats import Kind, Repeat, Unit, later
from followthru.domain.saying import day_words
from followthru.store.duties import DutyRow, duties

Json = dict[str, object]

_id = click.argument("task", metavar="ID")


@click.command("list")
@at_practice
@options.as_json
@click.pass_obj
def list_duties(session: Session, practice: str | None) -> None:
    """What comes back, by its next date: a task with `every RULE`, such as `every last working day`."""
    ctx = session.ctx
    found = duties(ctx.read, practice_id(ctx.read, practice))
    if session.json:
        out.json_array(_json(one) for one in found)
        return
    if not found:
        out.words("Nothing comes back. `followthru add Send payroll every last working day @SLUG` makes such a task.")
    rows = [
        (
            str(one.id).rjust(3),
            terminal.clean(one.title),
            f"@{one.practice}" if one.practice else "",
            "" if one.leads_on is None else day_words(one.leads_on, ctx.today()),
            f"every {one.rule}",
            "" if one.playbook is None else f"{one.playbook}, run {one.run_id}",
            "paused" if one.paused else "",
        )
        for one in found
    ]
    out.table(rows, stretch=1)


@click.command("preview")
@click.option(
    "--months", type=options.Number(1, 120), default=12, show_default=True, metavar="N", help="How far ahead."
)
@at_practice
@options.as_json
@click.pass_obj
def preview(session: Session, months: int, practice: str | None) -> None:
    """The dates of the coming months on which duties come, if each is done on its day."""
    ctx = session.ctx
    today = ctx.today()
    until = later(Repeat(Kind.INTERVAL, months, Unit.MONTH), today) - timedelta(days=1)
    found = actions.preview(ctx.read, until, practice_id(ctx.read, practice))
    if session.json:
        out.json_array(_coming_json(one) for one in found)
        return
    if not found:
        out.words(f"No duty comes until {day_words(until, today)}.")
    rows = [
        (
            day_words(one.on, today),
            terminal.clean(one.duty.title),
            f"@{one.duty.practice}" if one.duty.practice else "",
            f"task {one.duty.id}" if one.is_open else "",
            "" if one.starts_on is None else f"from {day_words(one.starts_on, today)}",
        )
        for one in found
    ]
    out.table(rows, stretch=1)


@click.command("skip")
@_id
@options.as_json
@options.plain
@click.pass_obj
def skip(session: Session, task: str) -> None:
    """Leave this one out: it is dropped, and the next one comes."""
    answer.outcome(session, actions.skip(session.ctx, _task(session, task)))


@click.command("move")
@_id
@click.argument("day", metavar="DATE")
@click.option("--series", is_flag=True, help="Those after it follow; without it, only this one moves.")
@click.option("--because", metavar="TEXT", help="Why, if somebody was told its date.")
@options.as_json
@options.plain
@click.pass_obj
def move(session: Session, task: str, day: str, series: bool, because: str | None) -> None:
    """Move this one to another day; the next one comes where it would have, unless all are to follow."""
    done = actions.move(session.ctx, _task(session, task), day, all_to_come=series, because=because)
    answer.outcome(session, done)


@click.command("pause")
@_id
@options.as_json
@options.plain
@click.pass_obj
def pause(session: Session, task: str) -> None:
    """Let no next one come after this one, until it is resumed."""
    answer.outcome(session, actions.pause(session.ctx, _task(session, task)))


@click.command("resume")
@_id
@options.as_json
@options.plain
@click.pass_obj
def resume(session: Session, task: str) -> None:
    """Let a paused duty come back. Where its last one is done, the next one comes now."""
    answer.outcome(session, actions.resume(session.ctx, _task(session, task)))


@click.command("end")
@_id
@options.as_json
@options.plain
@click.pass_obj
def end(session: Session, task: str) -> None:
    """Let it come back no more; this one stays."""
    answer.outcome(session, actions.end(session.ctx, _task(session, task)))


def _task(session: Session, given: str) -> int:
    return lookup.task(session.ctx.read, given).id


def _json(one: DutyRow) -> Json:
    return {
        "task": one.id,
        "title": one.title,
        "practice": one.practice,
        "kind": one.kind,
        "every": one.rule,
        "on": None if one.leads_on is None else one.leads_on.isoformat(),
        "starts_on": None if one.starts_on is None else one.starts_on.isoformat(),
        "catch_up": str(one.catch_up),
        "paused": one.paused,
        "status": str(one.status),
        "run": one.run_id,
        "playbook": one.playbook,
    }


def _coming_json(one: Coming) -> Json:
    starts = None if one.starts_on is None else one.starts_on.isoformat()
    return {**_json(one.duty), "on": one.on.isoformat(), "starts_on": starts, "open": one.is_open}
