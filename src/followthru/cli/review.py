"""`review`: the guided pass through the week, stop by stop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import click

from followthru.cli import options, out, terminal
from followthru.cli.seen import look
from followthru.cli.session import Session

if TYPE_CHECKING:
    from followthru.actions.reviewing import Decided, Here


@click.command("show")
@options.as_json
@click.pass_obj
def show(session: Session) -> None:
    """Where the weekly review stands, and what lies there; without one, it begins at the inbox.

    Its stops: the inbox, what stands still, who is to be asked again, what is promised for two weeks, overfull weeks,
    updates that wait for you, goals without a task or a reading; then what was decided. It remembers where you were;
    a review begun more than six days ago begins anew.
    """
    from followthru.actions.reviewing import here

    _answer(session, here(session.ctx))


@click.command("next")
@options.as_json
@click.pass_obj
def forward(session: Session) -> None:
    """On to the next stop at which there is something; after the last one stands what was decided."""
    from followthru.actions.reviewing import forward

    _answer(session, forward(session.ctx))


@click.command("back")
@options.as_json
@click.pass_obj
def back(session: Session) -> None:
    """Back to the stop before at which there is something."""
    from followthru.actions.reviewing import back

    _answer(session, back(session.ctx))


@click.command("end")
@options.as_json
@click.pass_obj
def end(session: Session) -> None:
    """End the review, and say on one screen what you did since it began, and what is left.

    What was undone is not in it. Nothing is undone by ending it, nor held up by never doing so.
    """
    from followthru.actions.reviewing import end

    found = end(session.ctx)
    if session.json:
        out.json(_decided_json(found))
        return
    _say(found, session.ctx.today())


def _answer(session: Session, found: Here) -> None:
    from followthru.actions import reviewing
    from followthru.actions.review_stops import DECIDED

    ctx = session.ctx
    summary = reviewing.decided(ctx, ctx.read, found.kept) if found.stop.name == DECIDED else None
    if session.json:
        out.json(_json(session, found, summary))
        return
    for line in reviewing.on_the_way(found, ctx.today()):
        out.words(line)
    if summary is not None:
        _say(summary, ctx.today())
    else:
        _lying(session, found)
    out.words(*_ways(found))


def _lying(session: Session, found: Here) -> None:
    from followthru.actions.review_stops import STOPS
    from followthru.cli.table import columns, task_lines

    stop, lies = found.stop, found.lies
    out.data(f"{found.at} of {len(STOPS)}: {stop.title} ({lies.total})")
    out.data(f"  {stop.why}")
    rows = [(terminal.clean(one.words), f"followthru {one.command}") for one in lies.lines]
    for line in columns(rows, stretch=0, width=terminal.width(), lead="  "):
        out.data(line)
    for line in task_lines(look(session.ctx, lies.tasks), plain=False, lead="  "):
        out.data(line)
    if not lies.total:
        out.data("  Nothing lies here.")
    if lies.note:
        out.words(lies.note)


def _ways(found: Here) -> Iterator[str]:
    if found.lies.total:
        width = max(len(command) for command, _ in found.stop.may)
        yield "What helps:"
        yield from (f"  followthru {command:<{width}}  {words}" for command, words in found.stop.may)
    if found.at < len(_names()):
        yield "`followthru review next` goes on, `followthru review back` goes back."
    else:
        yield "`followthru review end` ends the review, `followthru review back` goes back."


def _names() -> tuple[str, ...]:
    from followthru.actions.review_stops import NAMES

    return NAMES


def _say(found: Decided, today: date) -> None:
    from followthru.actions.reviewing import decided_lines

    for line in decided_lines(found, today):
        out.data(terminal.clean(line) if line.strip() else line)


def _json(session: Session, found: Here, summary: Decided | None) -> dict[str, object]:
    return {
        "stop": found.stop.name,
        "title": found.stop.title,
        "why": found.stop.why,
        "at": found.at,
        "of": len(_names()),
        "total": found.lies.total,
        "tasks": [one.json() for one in look(session.ctx, found.lies.tasks)],
        "lines": [
            {"sort": one.sort, "id": one.id, "words": one.words, "command": f"followthru {one.command}"}
            for one in found.lies.lines
        ],
        "note": found.lies.note or None,
        "may": [{"command": f"followthru {command}", "words": words} for command, words in found.stop.may],
        "passed": [one.name for one in found.passed],
        "unknown": list(found.unknown),
        "begun_at": found.kept.begun_at,
        "anew": found.anew,
        "kept": found.unkept is None,
        "decided": None if summary is None else _decided_json(summary),
    }


def _decided_json(found: Decided) -> dict[str, object]:
    return {
        "begun_on": found.begun_on.isoformat(),
        "steps": found.steps,
        "parts": [
            {"name": part.key, "steps": [{"id": one.id, "words": one.words} for one in part.entries]}
            for part in found.parts
        ],
        "left": found.left,
    }
