"""`goal`: what practices want to reach, and the readings of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import click

from followthru.actions import goals as actions
from followthru.actions import lookup
from followthru.actions.goals import Kept
from followthru.cli import answer, options, out, terminal
from followthru.cli.named import at_practice, practice_id
from followthru.cli.session import Session
from followthru.domain.figures import figure_words
from followthru.domain.goals import Goal, Reading, aim_words, sparkline, standing, trend, trend_words
from followthru.domain.saying import count_words, day_words
from followthru.exchange.goal_json import goal_json, kind_json, reading_json
from followthru.exchange.goal_kinds import kinds as shipped
from followthru.store import goals, practices
from followthru.store.goals import Serving

_goal = click.argument("goal", metavar="GOAL")


@click.command("add", cls=options.Line)
@click.argument("what", metavar="WHAT")
@click.argument("values", nargs=-1, metavar="[field=value…]")
@click.option("--practice", required=True, metavar="SLUG", help="Whose goal it is.")
@options.as_json
@click.pass_obj
def add(session: Session, what: str, values: tuple[str, ...], practice: str) -> None:
    """Add a goal. WHAT is a kind (`followthru goal kinds`), or in a few words a measure of your own.

    \b
    followthru goal add ar-days aim=35 by="31 mar" --practice oak-street
    followthru goal add "Online reviews" unit=stars direction=up aim=4.5 --practice oak-street

    Fields: title, unit, direction (up, down, within), aim (35, or 85..95 to keep within), by, audience (me, owners,
    team), notes. Its title, figures and aim are read by those in its audience; notes by nobody but you.
    """
    _answer(session, actions.add(session.ctx, what, practice, dict(options.fields(values))))


@click.command("list")
@at_practice
@click.option("--retired", is_flag=True, help="Those that are retired as well.")
@click.option("--no-task", is_flag=True, help="Only those that no open task serves.")
@options.as_json
@click.pass_obj
def list_goals(session: Session, practice: str | None, retired: bool, no_task: bool) -> None:
    """All goals: the newest reading, the aim, where it goes, and how many tasks serve it."""
    ctx = session.ctx
    found = goals.goals(ctx.read, practice_id=practice_id(ctx.read, practice), retired=retired)
    found = [one for one in found if not (no_task and one.open_tasks)]
    known = goals.readings(ctx.read, [one.id for one in found])
    if session.json:
        out.json_array(goal_json(one, known[one.id], _today(session, one)) for one in found)
        return
    if not found:
        out.words("There is no goal to show. `followthru goal add ar-days --practice SLUG` adds one.")
    rows = [_row(one, known[one.id], _today(session, one)) for one in found]
    out.table(rows, stretch=1)


def _row(one: Goal, readings: Sequence[Reading], today: date) -> tuple[str, ...]:
    newest = readings[-1] if readings else None
    way = trend(one, readings)
    stands = "retired" if one.retired_on else str(standing(one, readings, today))
    return (
        str(one.id).rjust(3),
        terminal.clean(one.title),
        f"@{one.practice}",
        "" if newest is None else figure_words(newest.value, one.unit),
        "" if newest is None else day_words(newest.on, today),
        f"aim {words}" if (words := _aim(one, today)) else "",
        stands if way is None else f"{stands}, {way}",
        sparkline(readings),
        count_words(one.open_tasks, "task") if one.open_tasks else "no task",
    )


def _aim(one: Goal, today: date) -> str:
    words = aim_words(one.direction, one.aim, one.aim_to, one.unit)
    return f"{words} by {day_words(one.by_on, today)}" if words and one.by_on else words


@click.command("show")
@_goal
@options.as_json
@click.pass_obj
def show(session: Session, goal: str) -> None:
    """One goal, its readings and the tasks that serve it. GOAL is its number, or its kind or title (`ar-days@oak`)."""
    read = session.ctx.read
    one = actions.find(read, goal)
    readings, tasks = goals.readings(read, [one.id])[one.id], goals.serving(read, one.id)
    if session.json:
        said = goal_json(one, readings, _today(session, one))
        served = [{"id": task.id, "title": task.title, "status": task.status} for task in tasks]
        out.json({**said, "readings": [reading_json(each) for each in readings], "tasks": served})
        return
    for label, value in _lines(one, readings, tasks, _today(session, one)):
        out.data(f"{label + ':':<12}{terminal.clean(value)}")


def _lines(one: Goal, readings: Sequence[Reading], tasks: Sequence[Serving], today: date) -> Iterator[tuple[str, str]]:
    yield "goal", f"{one.id}  {one.title} @{one.practice}"
    yield "aim", _aim(one, today) or "none yet"
    yield (
        "stands",
        f"retired on {day_words(one.retired_on, today)}" if one.retired_on else str(standing(one, readings, today)),
    )
    if words := trend_words(one, readings):
        yield "trend", words
    if line := sparkline(readings):
        low, high = min(each.value for each in readings), max(each.value for each in readings)
        yield "lately", f"{line}  {figure_words(low)} lowest, {figure_words(high, one.unit)} highest"
    yield "audience", "me: nobody else sees it" if one.audience == "me" else str(one.audience)
    for each in reversed(readings):
        note = f"  {each.note}" if each.note else ""
        seen = "" if each.audience == one.audience else f"  (written for {each.audience})"
        yield "reading", f"{day_words(each.on, today)}  {figure_words(each.value, one.unit)}{seen}{note}"
    for task in tasks:
        yield "task", f"{task.id}  {task.title} ({task.status})"
    if one.kind and (sort := shipped().get(one.kind)):
        yield "how", sort.how
        yield "source", sort.source
    for line in (one.notes or "").splitlines():
        yield "notes", line


@click.command("edit", cls=options.Line)
@_goal
@click.argument("values", nargs=-1, required=True, metavar="field=value…")
@options.as_json
@click.pass_obj
def edit(session: Session, goal: str, values: tuple[str, ...]) -> None:
    """Change fields of a goal. An empty value clears a field."""
    given = {name: value or None for name, value in options.fields(values).items()}
    _answer(session, actions.edit(session.ctx, actions.find(session.ctx.read, goal).id, given))


@click.command("read", cls=options.Line)
@_goal
@click.argument("value", metavar="VALUE")
@click.option("--on", metavar="DATE", help="The day it is of; today without it.")
@click.option("--note", metavar="TEXT", help="A note for you alone.")
@options.as_json
@click.pass_obj
def read(session: Session, goal: str, value: str, on: str | None, note: str | None) -> None:
    """Note what a goal's measure was on a day. A reading of that day is corrected.

    \b
    followthru goal read ar-days@oak-street 41 --on "31 oct"
    """
    _answer(session, actions.read(session.ctx, actions.find(session.ctx.read, goal).id, value, on, note))


@click.command("unread")
@_goal
@click.argument("day", metavar="DATE")
@options.as_json
@click.pass_obj
def unread(session: Session, goal: str, day: str) -> None:
    """Take the reading of a day away."""
    _answer(session, actions.unread(session.ctx, actions.find(session.ctx.read, goal).id, day))


@click.command("import")
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@click.option("--goal", metavar="GOAL", help="The goal of rows that name none.")
@click.option("--practice", metavar="SLUG", help="The practice of rows that name none.")
@click.option("--map", "columns", multiple=True, metavar="COLUMN=FIELD", help="What a column is: read_on, value, …")
@click.option("--dates", type=click.Choice(["dmy", "mdy"]), help="Which of 03/04 is the day.")
@click.option("--dry-run", is_flag=True, help="Show what would come in, and keep nothing.")
@options.as_json
@click.pass_context
def import_readings(
    ctx: click.Context,
    files: tuple[str, ...],
    goal: str | None,
    practice: str | None,
    columns: tuple[str, ...],
    dates: str | None,
    dry_run: bool,
) -> int | None:
    """Bring readings in from a CSV, as one step that undo takes back: `import FILE --as readings`, in short.

    \b
    followthru goal import kpis.csv --practice oak-street
    followthru goal import ar.csv --goal ar-days@oak --map "Days in AR=value" --map "Month end=read_on"

    A row is a day, a value, a goal (its kind, title or number) and, if you like, a practice and a note. A reading that
    is there is not made twice; another value for the same day is refused, with its line.
    """
    from followthru.cli.import_files import import_files

    given = [f"goal={goal}"] if goal else []
    given += [f"practice={lookup.practice(ctx.obj.ctx.read, practice).slug}"] if practice else []
    kept = {"mapping": None, "keep": None, "delimiter": None, "projects": (), "rejects": None}
    said = {"kind": "readings", "format": "csv", "columns": columns, "given": tuple(given), "dates": dates}
    return ctx.invoke(import_files, files=files, dry_run=dry_run, **said, **kept)


@click.command("retire")
@_goal
@options.as_json
@click.pass_obj
def retire(session: Session, goal: str) -> None:
    """Note that a goal is not pursued any more. It and its readings stay; updates and reports leave it out."""
    _answer(session, actions.retire(session.ctx, actions.find(session.ctx.read, goal).id))


@click.command("resume")
@_goal
@options.as_json
@click.pass_obj
def resume(session: Session, goal: str) -> None:
    """Pursue a retired goal again. GOAL is its number."""
    _answer(session, actions.resume(session.ctx, actions.find(session.ctx.read, goal).id))


@click.command("kinds")
@options.as_json
@click.pass_obj
def kinds(session: Session) -> None:
    """The kinds of goals: what is measured, how, what is usual, and whose figure that is."""
    found = list(shipped().values())
    if session.json:
        out.json_array(kind_json(one) for one in found)
        return
    for one in found:
        usual = aim_words(one.direction, one.aim, one.aim_to, one.unit) or "your own"
        out.data(f"{one.name}: {one.title}. {one.words}; aim {usual}, read every {one.every}")
        out.data(f"    {one.how}")
        out.data(f"    {one.source}")


def _today(session: Session, one: Goal) -> date:
    return session.ctx.today(practices.practice(session.ctx.read, one.practice_id))


def _answer(session: Session, done: Kept) -> None:
    answer.say(done.outcome)
    today = _today(session, done.goal)
    if session.json:
        out.json(goal_json(done.goal, done.readings, today))
        return
    out.table([_row(done.goal, done.readings, today)], stretch=1)
