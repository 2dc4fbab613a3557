"""`practice`: the organisations that are served."""

from __future__ import annotations

import click

from followthru.actions import lookup
from followthru.actions import practices as actions
from followthru.actions.context import Outcome
from followthru.cli import options, out, terminal
from followthru.cli.season_words import days_json
from followthru.cli.session import Session
from followthru.domain.people import Practice, PracticeStatus
from followthru.domain.saying import count_words
from followthru.exchange.practice_json import practice_json
from followthru.store import practices, tasks

_slug = click.argument("slug", metavar="SLUG")


@click.command("add")
@_slug
@click.option("--name", help="Its full name; without it, the slug in capitals.")
@click.option("--timezone", required=True, metavar="ZONE", help="Such as America/New_York.")
@click.option("--holidays", metavar="CODE", help="Public holidays of a country or state, such as US or US-CA.")
@click.option(
    "--weekdays", default="12345", show_default=True, help="Working days, 1 Monday to 7 Sunday; 5h is half a Friday."
)
@click.option(
    "--buffer-policy", default="fixed:0", show_default=True, help="Wiggle room: fixed:3 days, share:25% or forecast:3."
)
@options.as_json
@click.pass_obj
def add(
    session: Session,
    slug: str,
    name: str | None,
    timezone: str,
    holidays: str | None,
    weekdays: str,
    buffer_policy: str,
) -> None:
    """Add a practice. SLUG is its short name for ever, such as oak-street."""
    new = actions.NewPractice(slug, timezone, name, holidays, weekdays, buffer_policy)
    _answer(session, *actions.add(session.ctx, new))


@click.command("list")
@options.as_json
@click.pass_obj
def list_practices(session: Session) -> None:
    """All practices, with how many tasks are open."""
    read = session.ctx.read
    found = practices.all_practices(read)
    if session.json:
        out.json_array(practice_json(one) for one in found)
        return
    if not found:
        out.words("There is no practice yet. `followthru practice add SLUG --timezone ZONE` adds one.")
        return

    counts = tasks.open_by_practice(read)
    rows = [
        (
            one.slug,
            terminal.clean(one.name),
            count_words(counts.get(one.id, 0), "open task"),
            one.timezone,
            _status(one),
        )
        for one in found
    ]
    out.table(rows, stretch=1)


def _status(practice: Practice) -> str:
    return "" if practice.status is PracticeStatus.ACTIVE else str(practice.status)


@click.command("edit", cls=options.Line)
@_slug
@click.argument("values", nargs=-1, required=True, metavar="field=value…")
@options.as_json
@click.pass_obj
def edit(session: Session, slug: str, values: tuple[str, ...]) -> None:
    """Change name, timezone, weekdays, holidays, buffer_policy, roll or capacity.

    An empty value clears holidays, roll and capacity.

    \b
    followthru practice edit oak-street weekdays=1234h5h buffer_policy=forecast:3
    followthru practice edit oak-street roll=before capacity=10h

    buffer_policy is fixed:3 (working days), share:25% (of the time there is) or forecast:3 (what history says, and 3
    days while it says too little). roll says where a promise goes that falls on a closed day: before, after or none.
    capacity is the work agreed on for a week, retainer the time paid for in a month; report_hours=yes lets reports to
    the practice tell the hours worked.
    """
    given = {name: value or None for name, value in options.fields(values).items()}
    _answer(session, *actions.edit(session.ctx, slug, given))


@click.command("close")
@_slug
@click.argument("days", nargs=-1, required=True, metavar="DATE…")
@click.option("--half", is_flag=True, help="Only for half of each day.")
@options.as_json
@click.pass_obj
def close(session: Session, slug: str, days: tuple[str, ...], half: bool) -> None:
    """Close a practice on days: they are no working days then, and targets move with them.

    A promise that somebody was told stays counted in the days as they were then.
    """
    _closed(session, slug, days, open_again=False, half=half)


@click.command("open")
@_slug
@click.argument("days", nargs=-1, required=True, metavar="DATE…")
@options.as_json
@click.pass_obj
def open_again(session: Session, slug: str, days: tuple[str, ...]) -> None:
    """Open a practice again on days for which it was closed."""
    _closed(session, slug, days, open_again=True)


@click.command("season")
@_slug
@click.argument("span", nargs=-1, required=True, metavar="FROM..UNTIL")
@click.option("--weekdays", metavar="DAYS", help="Which weekdays are still worked, such as 124h; without it, none.")
@click.option("--yearly", is_flag=True, help="Every year.")
@click.option("--end", is_flag=True, help="Take a season of exactly these days away again.")
@options.as_json
@click.pass_obj
def season(session: Session, slug: str, span: tuple[str, ...], weekdays: str | None, yearly: bool, end: bool) -> None:
    """Say that a practice is closed, or works fewer days, in a part of the year.

    \b
    followthru practice season oak-street 2027-08-01..2027-08-31 --yearly
    followthru practice season oak-street 2026-12-21..2027-01-08 --weekdays 24
    """
    from followthru.actions import seasons

    ctx = session.ctx
    practice = lookup.practice(ctx.read, slug)
    wanted = options.span(session, span, ctx.today(practice))
    if end:
        done = seasons.end_season(ctx, practice.slug, wanted)
    else:
        done = seasons.season(ctx, practice.slug, wanted, weekdays=weekdays, yearly=yearly)
    _answer(session, done, practice)


def _closed(session: Session, slug: str, days: tuple[str, ...], *, open_again: bool, half: bool = False) -> None:
    ctx = session.ctx
    practice = lookup.practice(ctx.read, slug)
    wanted = options.days(session, days, ctx.today(practice))
    done = actions.close(ctx, practice.slug, wanted, open_again=open_again, half=half)
    _answer(session, done, practice)


@click.command("pause")
@_slug
@options.as_json
@click.pass_obj
def pause(session: Session, slug: str) -> None:
    """Send nothing for a practice until it is resumed."""
    _answer(session, *actions.set_status(session.ctx, slug, PracticeStatus.PAUSED))


@click.command("resume")
@_slug
@options.as_json
@click.pass_obj
def resume(session: Session, slug: str) -> None:
    """Make a paused practice active again."""
    _answer(session, *actions.set_status(session.ctx, slug, PracticeStatus.ACTIVE))


def _answer(session: Session, done: Outcome, practice: Practice) -> None:
    out.words(done.words if done.action_id else f"{practice.slug} is like that already.", *done.notes)
    if session.json:
        out.json({**practice_json(practice), **days_json(session.ctx.read, practice.id)})
