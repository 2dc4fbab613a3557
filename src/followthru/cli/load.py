"""`load`: the work promised for each week against the time there is."""

from __future__ import annotations

import click

from followthru.cli import options, out
from followthru.cli.session import Session
from followthru.domain.load import Week, load_words
from followthru.domain.saying import day_words


@click.command("load")
@click.option("--practice", metavar="SLUG", help="At this practice only.")
@click.option(
    "--weeks", default=6, show_default=True, type=options.Number(1, 52), help="How many weeks from this one on."
)
@options.as_json
@click.pass_obj
def load(session: Session, practice: str | None, weeks: int) -> None:
    """How much work is promised for each week, against your time and that agreed on with a practice.

    A task counts in the week of its promise, without one of its deadline; what is overdue in this week. Without an
    estimate (`followthru edit ID estimate=2h`) it counts as an hour. Your time is `capacity` in config.toml, a
    practice's is `practice edit SLUG capacity=10h`; days off and your leave make a week shorter.
    """
    from followthru.actions import lookup
    from followthru.actions.loading import load as loaded

    ctx = session.ctx
    slug = None if practice is None else lookup.practice(ctx.read, practice).slug
    found = loaded(ctx, ctx.read).weeks(slug, weeks)
    if session.json:
        out.json_array({"practice": slug, **week_json(week)} for week in found)
        return

    today = ctx.today()
    rows = [(day_words(week.monday, today), load_words(week), "overfull" if week.overfull else "") for week in found]
    out.table(rows, stretch=1)
    if found[0].capacity is None:
        how = '[me] capacity = "6h" in config.toml' if slug is None else f"`practice edit {slug} capacity=10h`"
        out.words(f"How much time there is has not been said: {how}.")


def week_json(week: Week) -> dict[str, object]:
    """Return a week's load as JSON."""
    return {
        "week": week.monday.isoformat(),
        "minutes": week.minutes,
        "capacity_minutes": week.capacity,
        "tasks": week.tasks,
        "unestimated": week.unestimated,
        "overfull": week.overfull,
    }
