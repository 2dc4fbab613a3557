"""`duty add` and `duty next`: playbooks as the work of duties."""

from __future__ import annotations

import click

from followthru.actions import duty_runs as actions
from followthru.actions import lookup
from followthru.actions.duty_runs import NewDuty
from followthru.cli import answer, options
from followthru.cli.playbook_run import shown, told
from followthru.cli.playbooks import folder
from followthru.cli.session import Session
from followthru.domain.repeats import CatchUp
from followthru.exchange.playbooks import named


@click.command("add")
@click.option("--playbook", "name", required=True, metavar="NAME", help="The playbook that is its work.")
@click.option("--practice", "slugs", required=True, metavar="SLUG[,SLUG]", help="Where; `all-active` is everywhere.")
@click.option("--every", metavar="RULE", help="The rule; without it, the one that the playbook names.")
@click.option("--anchor", metavar="DATE", help="The date of the first run; without it, the rule's first.")
@click.option("--title", metavar="TEXT", help="What it is called; without it, as the playbook.")
@click.option("--catch-up", type=click.Choice([str(one) for one in CatchUp]), help="What becomes of dates missed.")
@click.option("--role", "roles", multiple=True, metavar="ROLE=PERSON", help="Who has a role of the playbook.")
@click.option("--answer", "answers", multiple=True, metavar="KEY=ANSWER", help="What a question is answered with.")
@click.option("--for", "people", multiple=True, metavar="PERSON", help="For whom there is a copy of each's steps.")
@click.option("--again", is_flag=True, help="Although there is a run for that date.")
@click.option("--dry-run", is_flag=True, help="Only show dates and load.")
@options.as_json
@click.pass_obj
def add(
    session: Session,
    name: str,
    slugs: str,
    every: str | None,
    anchor: str | None,
    title: str | None,
    catch_up: str | None,
    roles: tuple[str, ...],
    answers: tuple[str, ...],
    people: tuple[str, ...],
    again: bool,
    dry_run: bool,
) -> None:
    """Let a playbook come back: at each practice a task with a rule, and its first run, as one step.

    \b
    followthru duty add --playbook month-end --practice oak-street,harbor --role biller=marisol --dry-run
    followthru duty add --playbook osha-yearly --practice all-active --anchor "30 nov"

    Each practice has its own first date where none is given. When all steps of a run are done, its task is done and the
    next run is there; a rule of fixed dates brings it in time even if the one before is open. Work of a single task
    comes back by `followthru add … every RULE`.
    """
    book = named(folder(session), name)
    day = None if anchor is None else options.day(session, anchor, session.ctx.today())
    run = told(slugs, day or session.ctx.today(), roles, answers, people)._replace(again=again)
    missed = None if catch_up is None else CatchUp(catch_up)
    new = NewDuty(run.practices, run, every, day, title, missed)
    shown(session, book, day, actions.begin(session.ctx, book, new, dry_run=dry_run))


@click.command("next")
@click.argument("task", metavar="ID")
@options.as_json
@options.plain
@click.pass_obj
def come(session: Session, task: str) -> None:
    """Let the next one come now, although this one is open."""
    answer.outcome(session, actions.next_of(session.ctx, lookup.task(session.ctx.read, task).id))
