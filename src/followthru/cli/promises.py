"""`promises`: the log of what was promised, told, moved and kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import click

from followthru.actions import lookup, promise_log
from followthru.actions.promise_log import Log, Logged
from followthru.cli import options, out, terminal
from followthru.cli.kept_words import kept_words
from followthru.cli.session import Session
from followthru.domain.promise_log import Entry, What
from followthru.domain.saying import count_words, day_words
from followthru.domain.task import How


@click.command("promises", cls=options.Line)
@click.argument("which", metavar="[ID|@SLUG|+PERSON]", required=False)
@options.as_json
@options.plain
@click.pass_obj
def promises(session: Session, which: str | None) -> None:
    """What was promised and told, what moved and why, who knows another date, and what was kept.

    Of one task it is the whole story; otherwise a line for every promise that was told, at a practice or to a person.
    """
    ctx = session.ctx
    if which is None:
        _list(session, promise_log.of_all(ctx))
    elif which.startswith("@"):
        _list(session, promise_log.of_all(ctx, practice=lookup.practice(ctx.read, which).slug))
    elif which.startswith("+"):
        _list(session, promise_log.of_all(ctx, person=lookup.anybody(ctx.read, which)))
    else:
        _one(session, promise_log.of_task(ctx, lookup.task(ctx.read, which)))


def _list(session: Session, found: Log) -> None:
    if session.json:
        out.json_array(_json(one) for one in found.promises)
        return
    if not found.promises:
        out.words("Nobody was told a date yet.")
        return
    rows = [_row(one) for one in found.promises]
    if session.plain:
        for one in found.promises:
            out.data("; ".join(f"{label}: {value}" for label, value in _labelled(one)))
    else:
        out.table(rows, stretch=2)
    words = kept_words(found.record, found.waited)
    out.words(f"Kept: {words}." if words else "Kept: nothing to count yet.")


def _row(one: Logged) -> tuple[str, ...]:
    values = dict(_labelled(one))
    names = ("task", "became", "title", "practice", "told", "moved", "knows", "waited")
    return tuple(values.get(name, "").rjust(3 if name == "task" else 0) for name in names)


def _labelled(one: Logged) -> Iterator[tuple[str, str]]:
    yield "task", str(one.row.id)
    yield "became", str(one.verdict)
    yield "title", terminal.clean(one.row.title)
    if one.row.practice:
        yield "practice", f"@{one.row.practice}"
    if one.case is not None:
        yield "told", f"told {one.case.first.person} {day_words(one.case.first.on, one.today)}"
    if one.moves:
        yield "moved", "moved once" if one.moves == 1 else f"moved {one.moves} times"
    if one.out_of_step:
        yield "knows", _knows(one.out_of_step, one.today)
    if one.waited:
        yield "waited", f"{count_words(one.waited, 'day')} waiting on them"


def _knows(wrong: dict[str, date], today: date) -> str:
    return ", ".join(f"{person} knows {day_words(on, today)}" for person, on in wrong.items())


def _one(session: Session, one: Logged) -> None:
    if session.json:
        out.json({**_json(one), "log": [_entry_json(entry) for entry in one.log]})
        return
    out.data(f"{one.row.id}  {terminal.clean(one.row.title)}")
    for entry in one.log:
        out.data(f"  {day_words(entry.on, one.today)}  {terminal.clean(entry_words(entry, one.today))}")
    if one.out_of_step:
        out.data(f"  Out of step: {_knows(one.out_of_step, one.today)}.")
    if one.verdict is None:
        out.words("Nobody was told a date yet.")
        return
    waiting = f", {count_words(one.waited, 'working day')} of it waiting on them" if one.waited else ""
    out.data(f"  It counts as {one.verdict}{waiting}.")
    if one.in_time_until is not None:
        until, person = day_words(one.in_time_until, one.today), one.case.first.person if one.case else "somebody"
        out.data(f"  A later date that {person} is told by {until} counts as moved in time.")


def entry_words(entry: Entry, today: date) -> str:
    """Return a line of the log: `moved from Fri 15 Jan to Wed 20 Jan, because the lab is late`."""
    on = "" if entry.date is None else day_words(entry.date, today)
    before = "" if entry.before is None else day_words(entry.before, today)
    match entry.what:
        case What.PROMISED:
            said = f"promised for {on}"
        case What.MOVED:
            said = f"moved from {before} to {on}"
        case What.CLEARED:
            said = f"took back {before}"
        case What.TOLD:
            how = "" if entry.how == How.UNSPECIFIED else f" by {entry.how}"
            return f"told {entry.person} {on}{how}{' (taken back)' if entry.retracted else ''}"
        case _:
            said = str(entry.what)
    because = f", because {entry.because}" if entry.because else ""
    return f"{said}{because}{'' if entry.by == 'me' else f' ({entry.by})'}"


def _json(one: Logged) -> dict[str, object]:
    case = one.case
    return {
        "task": one.row.id,
        "title": one.row.title,
        "practice": one.row.practice,
        "promised_on": None if one.row.promised_on is None else one.row.promised_on.isoformat(),
        "first_told": None
        if case is None
        else {"person": case.first.person, "date": case.first.on.isoformat(), "on": case.first.told_on.isoformat()},
        "verdict": None if one.verdict is None else str(one.verdict),
        "done_on": None if one.row.done_on is None else one.row.done_on.isoformat(),
        "moves": one.moves,
        "out_of_step": [{"person": person, "date": on.isoformat()} for person, on in one.out_of_step.items()],
        "days_waiting_on_client": one.waited,
        "in_time_until": None if one.in_time_until is None else one.in_time_until.isoformat(),
        "reason_missing": one.row.reason_missing,
    }


def _entry_json(entry: Entry) -> dict[str, object]:
    return {
        "at": entry.at,
        "on": entry.on.isoformat(),
        "what": str(entry.what),
        "date": None if entry.date is None else entry.date.isoformat(),
        "before": None if entry.before is None else entry.before.isoformat(),
        "person": entry.person,
        "how": entry.how,
        "because": entry.because,
        "by": entry.by,
        "retracted": entry.retracted,
    }
