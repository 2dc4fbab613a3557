"""`person away`: who is away when, and who covers."""

from __future__ import annotations

import click

from followthru.cli import options, out
from followthru.cli.session import Session
from followthru.domain.absences import Absence

Json = dict[str, object]


@click.command("away")
@click.argument("person", metavar="PERSON|me")
@click.argument("span", nargs=-1, metavar="[FROM..UNTIL]")
@click.option("--cover", metavar="PERSON", help="Who covers.")
@click.option("--back", is_flag=True, help="Take back what was noted within these days.")
@options.as_json
@click.pass_obj
def away(session: Session, person: str, span: tuple[str, ...], cover: str | None, back: bool) -> None:
    """Note that a person is away, or with `me` that you are; without days, list when they are away from today on.

    \b
    followthru person away dana 2026-12-21..2027-01-03 --cover lee
    followthru person away me 24 dec..1 jan

    Whoever is away is named where a date of that week is promised or waited for. Your own leave takes no load.
    """
    from followthru.actions import away as actions
    from followthru.actions import lookup
    from followthru.domain.absences import MY_LEAVE
    from followthru.store.absences import absences

    ctx = session.ctx
    today = ctx.today()
    handle = MY_LEAVE if person.casefold() == MY_LEAVE else lookup.anybody(ctx.read, person)
    if span:
        days = options.span(session, span, today)
        done = actions.back(ctx, handle, days) if back else actions.away(ctx, handle, days, cover=cover)
        out.words(done.words)
    found = [one for one in absences(ctx.read, today) if one.handle == handle]
    if session.json:
        out.json_array(absence_json(one) for one in found)
        return
    for one in found:
        out.data(absence_line(one))


def absence_json(one: Absence) -> Json:
    """Return an absence as JSON."""
    return {
        "person": one.handle,
        "first_on": one.first_on.isoformat(),
        "last_on": one.last_on.isoformat(),
        "cover": one.cover,
    }


def absence_line(one: Absence) -> str:
    """Return an absence in one line."""
    covered = f"  {one.cover} covers" if one.cover else ""
    return f"{one.handle}  {one.first_on.isoformat()}..{one.last_on.isoformat()}{covered}"
