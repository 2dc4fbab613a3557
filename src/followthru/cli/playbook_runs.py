"""`playbook runs`, `steps`, `move` and `answer`: the runs that there are, and what changes them."""

from __future__ import annotations

from datetime import date

import click

from followthru.actions import playbook_answers as answering
from followthru.actions import playbook_moves as moving
from followthru.actions.playbook_moves import StepMoved
from followthru.cli import answer as say
from followthru.cli import options, out, terminal
from followthru.cli.named import at_practice, practice_id
from followthru.cli.seen import Seen, look_up
from followthru.cli.session import Session
from followthru.cli.table import task_lines
from followthru.domain.saying import day_words
from followthru.store import runs
from followthru.store.runs import RunRow

Json = dict[str, object]

_dry_run = click.option("--dry-run", is_flag=True, help="Only show what would change.")


@click.command("runs")
@at_practice
@click.option("--all", "every", is_flag=True, help="Those with no open step too.")
@options.as_json
@click.pass_obj
def list_runs(session: Session, practice: str | None, every: bool) -> None:
    """Each use of a playbook that has open steps, by anchor."""
    read = session.ctx.read
    at = practice_id(read, practice)
    found = [one for one in runs.runs(read, at) if every or one.open]
    if session.json:
        out.json_array(_run_json(one) for one in found)
        return
    if not found:
        out.words("No playbook is running. `followthru playbook run NAME --practice SLUG --anchor DATE` runs one.")
    today = session.ctx.today()
    out.table([_run_row(one, today) for one in found], stretch=1)


@click.command("steps")
@click.argument("run", metavar="RUN", type=int)
@options.as_json
@options.plain
@click.pass_obj
def steps(session: Session, run: int) -> None:
    """One run: its playbook, anchor, answers and roles, and where each of its steps stands."""
    read = session.ctx.read
    found = moving.one(read, run)
    there = {one.id: one.step for one in runs.steps(read, run)}
    seen = look_up(session.ctx, list(there))
    if session.json:
        out.json({**_run_json(found), "steps": [_step_json(one, there[one.row.id]) for one in seen]})
        return
    today = session.ctx.today()
    out.data(
        terminal.clean(f"Run {found.id}: {found.title} ({found.playbook}, version {found.version}) @{found.practice}")
    )
    out.data(f"Anchor: {day_words(found.anchor_on, today)}")
    for label, said in (("Role", found.roles), ("Answer", found.answers)):
        for key, value in said.items():
            out.data(f"{label} {key}: {value}")
    if found.people:
        out.data(f"For: {', '.join(found.people)}")
    for line in task_lines(seen, plain=session.plain):
        out.data(line)


@click.command("move")
@click.argument("run", metavar="RUN…", type=int, nargs=-1, required=True)
@click.argument("day", metavar="DATE")
@click.option("--because", metavar="TEXT", help="Why, so that steps move too whose day somebody was told.")
@_dry_run
@options.as_json
@click.pass_obj
def move(session: Session, run: tuple[int, ...], day: str, because: str | None, dry_run: bool) -> None:
    """Move the anchor of runs: their open steps go with it, in each practice's working days, as one step.

    A day that somebody was told stays, and is listed; with --because it moves too, and the next update tells.
    What was moved by hand keeps its distance. A move back brings back every date.
    """
    anchor = options.day(session, day, session.ctx.today())
    went = moving.move(session.ctx, run, anchor, because=because, dry_run=dry_run)
    say.say(went.outcome)
    if session.json:
        out.json(
            {
                "action": went.outcome.action_id,
                "words": went.outcome.words,
                "notes": list(went.outcome.notes),
                "runs": [_run_json(one) for one in went.runs],
                "moved": [_moved_json(one) for one in went.moved],
                "stay": [_moved_json(one) for one in went.stay],
            }
        )
        return
    today = session.ctx.today()
    rows = [_moved_row(one, today) for one in (*went.moved, *went.stay)]
    out.table(rows, stretch=1)


@click.command("answer")
@click.argument("run", metavar="RUN", type=int)
@click.argument("answers", metavar="KEY=ANSWER…", nargs=-1, required=True)
@_dry_run
@options.as_json
@options.plain
@click.pass_obj
def answer(session: Session, run: int, answers: tuple[str, ...], dry_run: bool) -> None:
    """Answer a question of a run later: steps that it needs now are there, open ones that it does not are dropped."""
    done = answering.answer(session.ctx, run, options.fields(answers), dry_run=dry_run)
    say.say(done.outcome)
    dropped = look_up(session.ctx, done.dropped)
    opened = look_up(session.ctx, [] if dry_run else [id for id in done.outcome.task_ids if id not in done.dropped])
    if session.json:
        out.json(
            {
                "action": done.outcome.action_id,
                "words": done.outcome.words,
                "run": _run_json(done.run),
                "opened": [{"step": one.step.key, "person": one.person, "on": one.on.isoformat()}
                           for one in done.opened],
                "dropped": list(done.dropped),
            }
        )  # fmt: skip
        return
    for one in done.opened if dry_run else ():
        out.data(f"opens  {day_words(one.on, session.ctx.today())}  {terminal.clean(one.step.title)}")
    for line in task_lines([*opened, *dropped], plain=session.plain):
        out.data(line)


def _run_row(one: RunRow, today: date) -> tuple[str, ...]:
    ends = "" if one.ends_on is None else f"until {day_words(one.ends_on, today)}"
    return (
        str(one.id).rjust(3),
        terminal.clean(one.title),
        f"@{one.practice}",
        day_words(one.anchor_on, today),
        f"{one.done} of {one.done + one.open} done",
        ends,
        f"for {', '.join(one.people)}" if one.people else "",
    )


def _moved_row(one: StepMoved, today: date) -> tuple[str, ...]:
    was, on = ("no day" if day is None else day_words(day, today) for day in (one.was, one.on))
    went = f"stays {was}, told {', '.join(one.told)}" if one.told else f"{was} -> {on}"
    return str(one.task_id).rjust(4), terminal.clean(one.title), f"@{one.practice}", went


def _run_json(one: RunRow) -> Json:
    return {
        "run": one.id,
        "playbook": one.playbook,
        "version": one.version,
        "title": one.title,
        "practice": one.practice,
        "anchor": one.anchor_on.isoformat(),
        "roles": one.roles,
        "answers": one.answers,
        "people": list(one.people),
        "task": one.occurrence_id,
        "open": one.open,
        "done": one.done,
        "ends_on": None if one.ends_on is None else one.ends_on.isoformat(),
    }


def _step_json(one: Seen, step: str) -> Json:
    key, _, person = step.partition(":")
    return {"step": key, "person": person or None, **one.json()}


def _moved_json(one: StepMoved) -> Json:
    return {
        "task": one.task_id,
        "title": one.title,
        "practice": one.practice,
        "was": None if one.was is None else one.was.isoformat(),
        "on": None if one.on is None else one.on.isoformat(),
        "told": list(one.told),
    }
