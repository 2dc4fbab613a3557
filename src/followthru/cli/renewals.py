"""`register expiring`, `register task` and `register renew`: what becomes due in the registers."""

from __future__ import annotations

import click

from followthru.actions import registers, renewals
from followthru.actions.renewals import Renewal
from followthru.cli import answer, options, out
from followthru.cli.evidence import shown
from followthru.cli.named import at_practice, person_id, practice_id
from followthru.cli.register_words import board_lines, item_line
from followthru.cli.session import Session
from followthru.domain.registers import BANDS
from followthru.domain.saying import count_words
from followthru.exchange.register_json import expiring_json, item_json


@click.command("expiring")
@click.option(
    "--within",
    type=options.Number(0, 3660),
    default=BANDS[-1],
    show_default=True,
    metavar="DAYS",
    help="How many days ahead.",
)
@at_practice
@click.option("--person", metavar="PERSON", help="Only what this person holds.")
@options.as_json
@click.pass_obj
def expiring(session: Session, within: int, practice: str | None, person: str | None) -> None:
    """What has expired, and what will within 30, 60 and 90 days, by practice and person."""
    ctx = session.ctx
    at, who = practice_id(ctx.read, practice), person_id(ctx.read, person)
    found = renewals.board(ctx, ctx.read, within=within, practice_id=at, person_id=who)
    if session.json:
        out.json_array(expiring_json(one) for one in found)
        return
    if not found:
        out.words(f"Nothing in the registers expires within {count_words(within, 'day')}.")
    for line in board_lines(found, ctx.today()):
        out.data(line)


@click.command("task")
@click.argument("items", nargs=-1, required=True, metavar="ID…")
@click.option("--alone", is_flag=True, help="Without the steps of its kind's playbook.")
@click.option("--role", "roles", multiple=True, metavar="ROLE=PERSON", help="Who has a role of that playbook.")
@options.as_json
@options.plain
@click.pass_obj
def task(session: Session, items: tuple[str, ...], alone: bool, roles: tuple[str, ...]) -> None:
    """Add the task that renews an item, or those of several, as one step.

    The deadline of each is the day on which its item expires; it begins in good time. For a kind that names a playbook
    the steps come with it, as a run for that day.
    """
    ids = [registers.one(session.ctx.read, item).id for item in items]
    how = renewals.InSteps(alone, options.fields(roles))
    answer.outcome(session, renewals.make_tasks(session.ctx, ids, how), many=len(ids) > 1)


@click.command("renew")
@click.argument("item", metavar="ID")
@click.option("--expires", metavar="DATE", help="Until when it holds now; without it, its interval from today.")
@click.option("--issued", metavar="DATE", help="From when; today if it is left out.")
@click.option("--evidence", multiple=True, metavar="TEXT", help="What shows it: a note, an address or a file.")
@click.option("--dated", metavar="DATE", help="Of which day the evidence is; today if it is left out.")
@options.as_json
@click.pass_obj
def renew(
    session: Session, item: str, expires: str | None, issued: str | None, evidence: tuple[str, ...], dated: str | None
) -> None:
    """Note that an item is renewed: its dates roll on, and the task that renews it is done, as one step."""
    found = registers.one(session.ctx.read, item)
    kept = renewals.renew(session.ctx, found.id, Renewal(expires, issued, shown(session, evidence, dated)))
    answer.say(kept.outcome)
    if session.json:
        out.json(item_json(kept.item))
    else:
        out.data(item_line(kept.item, session.ctx.today()))
