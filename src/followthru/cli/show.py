"""`show`: everything about one task."""

from __future__ import annotations

from collections.abc import Iterator

import click

from followthru.actions import lookup
from followthru.cli import options, out, terminal
from followthru.cli.evidence_words import shown_json, shown_lines
from followthru.cli.seen import Seen, look
from followthru.cli.session import Session
from followthru.cli.table import room_in_full, told_words
from followthru.domain.bufferbar import bar_words
from followthru.domain.saying import day_words
from followthru.exchange.task_json import Detail, detail_json
from followthru.store import goals, runs, tasks
from followthru.store.frozen import changed_days


@click.command("show")
@click.argument("task", metavar="ID")
@options.as_json
@options.plain
@click.pass_obj
def show(session: Session, task: str) -> None:
    """Everything about one task. ID is its number, or the beginning of its uid."""
    read = session.ctx.read
    row = lookup.task(read, task)
    [seen] = look(session.ctx, [row])
    detail = Detail(*tasks.own_words(read, row.id), tasks.checklist(read, row.id), *_others(session, row.id))
    if session.json:
        days, _ = changed_days(read, row.id, row.practice_id)
        changed = [] if row.closed else [day.isoformat() for day in days]
        said = {
            "forecast": _forecast(session, seen),
            "days_changed": changed,
            **_run_json(session, row.id),
            **shown_json(read, row.id),
            **_goal_json(session, row.id),
        }
        out.json({**detail_json(seen.json(), detail), **said})
        return
    for label, value in _lines(session, seen, detail):
        gap = " " if session.plain else " " * (13 - len(label))
        out.data(f"{label}:{gap}{value}")


def _run_json(session: Session, task_id: int) -> dict[str, object]:
    place = runs.place_of(session.ctx.read, task_id)
    return {"run": None, "step": None} if place is None else {"run": place.run_id, "step": place.step}


def _others(session: Session, task_id: int) -> tuple[list[int], list[int]]:
    return tasks.needs(session.ctx.read, task_id), tasks.parts(session.ctx.read, task_id)


def _lines(session: Session, seen: Seen, detail: Detail) -> Iterator[tuple[str, str]]:
    row = seen.row
    said = (
        ("task", f"{row.id}  {terminal.clean(row.title)}"),
        ("public title", row.public_title),
        ("state", seen.standing.words),
        ("practice", row.practice),
        ("stalled", f"since {day_words(row.stalled_from, seen.today)}" if row.stalled_from and seen.stalled else None),
        *_dates(seen),
        ("because", row.because or ("missing: say it with `edit ID because=…`" if row.reason_missing else None)),
        ("room", room_in_full(seen)),
        ("days", _counted(session, seen)),
        ("so far", bar_words(row, seen.told, seen.today)),
        ("forecast", _forecast(session, seen)),
        ("told", None if seen.told else told_words(seen)),
    )
    yield from ((label, terminal.clean(value)) for label, value in said if value)
    for told in seen.told:
        back = ", taken back" if told.retracted else ""
        on = day_words(told.told_on, seen.today)
        yield "told", f"{told.person} {day_words(told.promised_on, seen.today)}, on {on} ({told.how}{back})"
    yield from ((label, terminal.clean(value)) for label, value in _rest(seen, detail) if value)
    if (place := runs.place_of(session.ctx.read, row.id)) is not None:
        yield "playbook", f"{place.playbook}, run {place.run_id}{f', step {place.step}' if place.step else ''}"
    if tasks.is_paused(session.ctx.read, row.id):
        yield "paused", f"no next one comes until `duty resume {row.id}`"
    if served := goals.served(session.ctx.read, row.id):
        yield "serves", f"goal {served[0]}, {terminal.clean(served[1])}"
    yield from shown_lines(session.ctx.read, row.id, seen.today)
    for item in detail.checklist:
        yield "step", f"[{'x' if item.done else ' '}] {terminal.clean(item.words)}"
    for label, ids in (("needs", detail.needs), ("part", detail.parts)):
        for other in tasks.by_ids(session.ctx.read, ids):
            yield label, f"{other.id}  {terminal.clean(other.title)} ({other.status})"
    for line in (detail.notes or "").splitlines():
        yield "notes", terminal.clean(line)


def _goal_json(session: Session, task_id: int) -> dict[str, int | None]:
    served = goals.served(session.ctx.read, task_id)
    return {"goal": None if served is None else served[0]}


def _counted(session: Session, seen: Seen) -> str | None:
    """Return that an open promise is counted in the working days of its telling, where they changed since."""
    if seen.row.closed:
        return None
    from followthru.domain.frozen import changed_words

    days, now = changed_days(session.ctx.read, seen.row.id, seen.row.practice_id)
    return changed_words(days, now, seen.today)


def _forecast(session: Session, seen: Seen) -> str | None:
    """Return whether history supports the date of an open task."""
    if seen.row.closed:
        return None
    from followthru.actions.evidence import about
    from followthru.actions.outlook import outlook

    ctx = session.ctx
    dates = outlook(ctx, ctx.read, about=(seen.row.practice, seen.row.kind))
    return dates.history_words(about(ctx, seen.row, seen.told))


def _dates(seen: Seen) -> Iterator[tuple[str, str]]:
    row = seen.row
    named = (
        ("promised", row.promised_on, row.promised_time or ""),
        ("deadline", row.deadline_on, ""),
        ("target", row.target_on, f"({row.target_source})" if row.target_source else ""),
        ("begin by", row.start_by_on, ""),
        ("starts", row.starts_on, ""),
        ("done", row.done_on, ""),
    )
    for label, on, more in named:
        if on is not None:
            yield label, f"{day_words(on, seen.today)} {more}".rstrip()


def _rest(seen: Seen, detail: Detail) -> Iterator[tuple[str, str | None]]:
    row = seen.row
    if row.waiting_on:
        until = f", needed by {day_words(row.waiting_by, seen.today)}" if row.waiting_by else ""
        yield "waits on", f"{row.waiting_on}{f' for {row.waiting_for}' if row.waiting_for else ''}{until}"
    yield "follow up", None if row.follow_up_on is None else day_words(row.follow_up_on, seen.today)
    yield "answer", detail.answer
    yield "assignee", row.assignee
    yield "area", row.area
    yield "kind", row.kind
    yield "priority", row.priority
    yield "estimate", None if detail.estimate_minutes is None else f"{detail.estimate_minutes} minutes"
    yield "repeats", None if detail.repeats is None else f"every {detail.repeats}"
    yield "tags", " ".join(f"#{tag}" for tag in row.tags)
    yield "audience", "me: nobody else sees it" if row.audience == "me" else str(row.audience)
    yield "uid", row.uid
