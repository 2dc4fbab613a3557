"""`doctor`: everything that has to hold, a line each: how it stands, what that means, and what to run."""

from __future__ import annotations

import click

from followthru.cli import options, out, terminal
from followthru.cli.session import Session
from followthru.domain.findings import Finding, Standing
from followthru.domain.saying import count_words
from followthru.errors import Exit

_MARKS = {Standing.OK: "ok", Standing.NOTE: "--", Standing.WRONG: "!!"}


@click.command("doctor")
@click.option("--online", is_flag=True, help="Also ask servers what time it is, and sign in to the calendar accounts.")
@click.option("--fix", is_flag=True, help="Put right what nothing can be lost by: rights of files, a missing backup.")
@click.option("--bundle", metavar="FILE", help="Also write a report without names, addresses and places, to pass on.")
@options.as_json
@click.pass_obj
def doctor(session: Session, online: bool, fix: bool, bundle: str | None) -> int:
    """Look at everything and say what is wrong, what it means, and what to run.

    Nothing is changed without --fix. Ends with 1 if anything is wrong.
    """
    found, done = look(session, online=online, fix=fix)
    if bundle is not None:
        from followthru.actions.report_bundle import write

        path = write(session.home, found, bundle)
        out.words(f"A report without names, addresses and places is in {path}. Read it before you pass it on.")
    bad = sum(one.standing is Standing.WRONG for one in found)
    if session.json:
        out.json_array({**one._asdict(), "remedy": None if one.remedy is None else str(one.remedy)} for one in found)
    else:
        for one in found:
            for line in lines(one):
                out.data(terminal.clean(line))
    out.words(*done, f"{count_words(bad, 'thing')} wrong." if bad else "Nothing is wrong.")
    return Exit.FAILED if bad else Exit.OK


def look(session: Session, *, online: bool, fix: bool) -> tuple[list[Finding], list[str]]:
    """Return what is found, after what can be fixed was where that is wanted, and what was done, in words."""
    from followthru.actions.checkup import look_at_home
    from followthru.actions.checkup_desk import look_at_desk, look_online
    from followthru.actions.fixing import put_right

    found, desk = look_at_home(session.home, session.clock)
    try:
        done = put_right(session.home, desk, found) if fix else []
        if done:
            found, again = look_at_home(session.home, session.clock)
            if again is not None:
                again.ctx.store.close()
        if desk is not None:
            found += look_at_desk(desk)
            found += look_online(desk) if online else []
        return found, done
    finally:
        if desk is not None:
            desk.ctx.store.close()


def lines(one: Finding) -> list[str]:
    """Return a finding as lines: what is, then what it means and what to do."""
    said = [f"{_MARKS[one.standing]}  {one.topic}: {one.says}"]
    said += [f"    {one.means}"] if one.means else []
    return [
        *said,
        *([f"    Run: {one.run}" if one.run.startswith("followthru") else f"    {one.run}"] if one.run else []),
    ]
