"""`playbook run`: the tasks of a playbook at one practice or several, seen before and made as one step."""

from __future__ import annotations

from datetime import date

import click

from followthru.actions import playbook_runs as actions
from followthru.actions.playbook_runs import Added, Ran, Run, Site
from followthru.cli import answer, options, out, terminal
from followthru.cli.playbooks import folder
from followthru.cli.session import Session
from followthru.domain.playbook_plan import Planned
from followthru.domain.playbooks import Playbook
from followthru.domain.saying import count_words, day_words
from followthru.domain.spans import hours_words
from followthru.exchange.playbooks import named

Json = dict[str, object]


@click.command("run")
@click.argument("name", metavar="NAME")
@click.option("--practice", "slugs", required=True, metavar="SLUG[,SLUG]", help="Where; `all-active` is everywhere.")
@click.option("--anchor", required=True, metavar="DATE", help="The date from which the steps are counted.")
@click.option("--role", "roles", multiple=True, metavar="ROLE=PERSON", help="Who has a role of the playbook.")
@click.option("--answer", "answers", multiple=True, metavar="KEY=ANSWER", help="What a question is answered with.")
@click.option(
    "--for", "people", multiple=True, metavar="PERSON", help="For whom there is a copy of each person's steps."
)
@click.option("--again", is_flag=True, help="Make one more although there is a run for that date.")
@click.option("--dry-run", is_flag=True, help="Only show dates and load.")
@options.as_json
@click.pass_obj
def run(
    session: Session,
    name: str,
    slugs: str,
    anchor: str,
    roles: tuple[str, ...],
    answers: tuple[str, ...],
    people: tuple[str, ...],
    again: bool,
    dry_run: bool,
) -> None:
    """Make the tasks of a playbook, each promised for its day and told to nobody, as one step.

    \b
    followthru playbook run month-end --practice oak-street,harbor --anchor 2026-11-30 --role biller=marisol --dry-run
    followthru playbook run onboard-clinician --practice oak --anchor "1 feb 2027" --answer prescribes=yes

    Days are each practice's working days. What would have been due before today is due on the first working day.
    Each task waits for the steps that it needs, has the playbook's name as its tag, and the buffer that the playbook
    or the practice says. `undo` takes all of them back.
    """
    book = named(folder(session), name)
    day = options.day(session, anchor, session.ctx.today())
    given = told(slugs, day, roles, answers, people)._replace(again=again)
    done = (actions.preview if dry_run else actions.run)(session.ctx, book, given)
    shown(session, book, given.anchor, done)


def told(slugs: str, anchor: date, roles: tuple[str, ...], answers: tuple[str, ...], people: tuple[str, ...]) -> Run:
    """Return what options say for a run. Raises click.UsageError."""
    return Run(
        tuple(slug.strip() for slug in slugs.split(",") if slug.strip()),
        anchor,
        options.fields(roles),
        options.fields(answers),
        tuple(one.strip() for said in people for one in said.split(",") if one.strip()),
    )


def shown(session: Session, book: Playbook, anchor: date | None, done: Ran) -> None:
    """Say what a run did or would do: its tasks by practice, and what they add to each week."""
    answer.say(done.outcome)
    if session.json:
        out.json(_json(book, anchor, done))
        return
    today = session.ctx.today()
    for site in done.sites:
        run_id = done.runs.get(site.practice.id)
        out.data(f"@{site.practice.slug}" if run_id is None else f"@{site.practice.slug}, run {run_id}")
        rows = [_row(site, one, done, today) for one in site.plan.tasks]
        out.table(rows, stretch=2)
    for week in done.weeks:
        out.data(_week_words(week, today))


def _row(site: Site, one: Planned, done: Ran, today: date) -> tuple[str, ...]:
    id = done.ids.get((site.practice.id, one.place))
    person = "" if one.person is None else f": {site.people[one.person].name}"
    waits = f"needs {', '.join(dict.fromkeys(key for key, _ in one.needs))}" if one.needs else ""
    return (
        "" if id is None else str(id).rjust(4),
        day_words(one.on, today),
        terminal.clean(f"{one.step.title}{person}"),
        one.step.role or "",
        "hurried" if one.hurried else "",
        waits,
    )


def _week_words(one: Added, today: date) -> str:
    before = hours_words(one.week.minutes) if one.week.minutes else "nothing"
    full = one.week.capacity is not None and one.week.minutes + one.minutes > one.week.capacity
    room = "" if one.week.capacity is None else f" of {hours_words(one.week.capacity)}{', overfull' if full else ''}"
    adds = f"{hours_words(one.minutes)} in {count_words(one.tasks, 'task')}"
    return f"Week of {day_words(one.week.monday, today)}: {adds}, beside {before} promised before{room}"


def _json(book: Playbook, anchor: date | None, done: Ran) -> Json:
    return {
        "playbook": book.name,
        "version": book.version,
        "anchor": None if anchor is None else anchor.isoformat(),
        "action": done.outcome.action_id,
        "words": done.outcome.words,
        "notes": list(done.outcome.notes),
        "practices": [
            {
                "practice": site.practice.slug,
                "run": done.runs.get(site.practice.id),
                "anchor": site.anchor.isoformat(),
                "anchor_on": site.plan.anchor_on.isoformat(),
                "tasks": [_task_json(site, one, done) for one in site.plan.tasks],
            }
            for site in done.sites
        ],
        "weeks": [
            {
                "week": one.week.monday.isoformat(),
                "minutes": one.minutes,
                "tasks": one.tasks,
                "promised_minutes": one.week.minutes,
                "capacity_minutes": one.week.capacity,
            }
            for one in done.weeks
        ],
    }


def _task_json(site: Site, one: Planned, done: Ran) -> Json:
    return {
        "id": done.ids.get((site.practice.id, one.place)),
        "step": one.step.key,
        "title": one.step.title,
        "person": one.person,
        "role": one.step.role,
        "promised_on": one.on.isoformat(),
        "starts_on": None if one.starts_on is None else one.starts_on.isoformat(),
        "needs": [{"step": key, "person": person} for key, person in one.needs],
        "hurried": one.hurried,
    }
