"""`raise`: what is still to be raised with somebody, for your eyes alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import click

from followthru.actions import raising as actions
from followthru.actions.raising import Raised
from followthru.cli import answer, options, out, terminal
from followthru.cli.named import person_id, practice_id
from followthru.cli.session import Session
from followthru.cli.table import columns
from followthru.domain.raising import RaiseNote
from followthru.domain.saying import day_words
from followthru.exchange.meeting_json import raise_json
from followthru.store import raising

_id = click.argument("note", metavar="ID")


@click.command("add", cls=options.Text)
@click.argument("person", metavar="PERSON")
@click.argument("words", nargs=-1, required=True, metavar="TEXT")
@click.option("--practice", metavar="SLUG", help="At which practice, for somebody who is at several.")
@click.option("--task", metavar="ID", help="The task it belongs to.")
@options.as_json
@click.pass_obj
def add(session: Session, person: str, words: tuple[str, ...], practice: str | None, task: str | None) -> None:
    """Note something to raise with a person next. Short: `followthru raise PERSON TEXT`.

    It is for you alone. It stands in call mode and in the agenda of the next meeting with that person.
    """
    _answer(session, actions.add(session.ctx, person, " ".join(words), practice=practice, task=task), one=True)


@click.command("list", cls=options.Line)
@click.argument("words", nargs=-1, metavar="[WORDS…]")
@click.option("--person", metavar="PERSON", help="Only with this person.")
@click.option("--practice", metavar="SLUG", help="Only at this practice.")
@click.option("--all", "every", is_flag=True, help="What was raised as well.")
@options.as_json
@click.pass_obj
def list_notes(session: Session, words: tuple[str, ...], person: str | None, practice: str | None, every: bool) -> None:
    """What is to be raised, by person; with words only what holds them all."""
    read = session.ctx.read
    found = raising.notes(
        read,
        practice_id=practice_id(read, practice),
        person_id=person_id(read, person),
        raised=every,
        words=" ".join(words) or None,
    )
    if session.json:
        out.json_array(raise_json(one) for one in found)
        return
    if not found:
        out.words("Nothing is to be raised.")
    for line in note_lines(found, session.ctx.today()):
        out.data(line)


@click.command("done")
@click.argument("notes", nargs=-1, required=True, metavar="ID…")
@options.as_json
@click.pass_obj
def done(session: Session, notes: tuple[str, ...]) -> None:
    """Note that things were raised."""
    read = session.ctx.read
    _answer(session, actions.done(session.ctx, [actions.one(read, given).id for given in notes]))


@click.command("reopen")
@_id
@options.as_json
@click.pass_obj
def reopen(session: Session, note: str) -> None:
    """Note that something is still to be raised."""
    _answer(session, actions.reopen(session.ctx, actions.one(session.ctx.read, note).id), one=True)


@click.command("edit", cls=options.Text)
@_id
@click.argument("words", nargs=-1, required=True, metavar="TEXT")
@options.as_json
@click.pass_obj
def edit(session: Session, note: str, words: tuple[str, ...]) -> None:
    """Say it in other words."""
    _answer(session, actions.edit(session.ctx, actions.one(session.ctx.read, note).id, " ".join(words)), one=True)


@click.command("remove")
@_id
@options.as_json
@click.pass_obj
def remove(session: Session, note: str) -> None:
    """Take a note away."""
    _answer(session, actions.remove(session.ctx, actions.one(session.ctx.read, note).id), one=True)


def note_lines(found: Sequence[RaiseNote], today: date) -> list[str]:
    """Return notes in columns: number, with whom, where, what, about which task, when it was raised."""
    rows = [
        (
            str(one.id).rjust(3),
            f"+{one.person}",
            f"@{one.practice}",
            terminal.clean(one.words),
            "" if one.task_id is None else f"task {one.task_id}",
            "" if one.raised_on is None else f"raised {day_words(one.raised_on, today)}",
        )
        for one in found
    ]
    return columns(rows, stretch=3, width=terminal.width())


def _answer(session: Session, done: Raised, *, one: bool = False) -> None:
    """Say what was done and show the notes as they are now: with `one` a single object, else an array."""
    answer.say(done.outcome)
    if not session.json:
        for line in note_lines(done.notes, session.ctx.today()):
            out.data(line)
    elif one:
        out.json(raise_json(done.notes[0]) if done.notes else None)
    else:
        out.json_array(raise_json(note) for note in done.notes)
