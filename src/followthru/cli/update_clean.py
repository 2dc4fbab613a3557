"""`update approve --clean --practice SLUG`: all at once that nothing is to be looked at in, listed first."""

from __future__ import annotations

import sys

import click

from followthru.actions import clean, lookup
from followthru.actions.clean import Clean
from followthru.actions.update_rows import find
from followthru.cli import out, terminal, update_words
from followthru.cli.session import Session
from followthru.errors import Exit, RefusedError, UsageError


def approve_clean(session: Session, practice: str | None, *, yes: bool, at_once: bool) -> int:
    """List what is clean, ask once, and approve it; return the exit code. Raises UsageError, RefusedError."""
    if practice is None:
        raise UsageError("Say of which practice with --practice.", safe="Nothing was approved.")
    at = lookup.practice(session.ctx.read, practice)
    found = clean.sort_out(session.ctx, at.id)
    for one in found.left:
        out.words(f"Left out: update {one.row.id} to {one.row.person}: {one.why}")
    if not found.clean:
        out.words(f"No update of {at.slug} is clean.")
        if session.json:
            out.json_array([])
        return Exit.OK
    if not session.json:
        for one in found.clean:
            out.data(_line(one))
    if not yes:
        _ask(len(found.clean), at.slug)
    done = clean.approve_clean(
        session.ctx, session.desk.config, [(one.row.id, one.mark) for one in found.clean], at_once=at_once
    )
    rows = [find(session.ctx.read, one.update_id) for one in done.done]
    if session.json:
        out.json_array(update_words.update_json(session, row) for row in rows)
    for one in done.done:
        out.words(f"{one.words}.", *one.notes)
    for id, fault in done.refused:
        out.words(f"Update {id} was not approved: {fault.sentences()}")
    if not done.refused:
        return Exit.OK
    return Exit.PARTLY if done.done else Exit.REFUSED


def _line(one: Clean) -> str:
    cells = (str(one.row.id).rjust(3), f"to {one.row.person}", terminal.clean(one.row.subject), f"mark {one.mark[:12]}")
    return "  ".join(cells)


def _ask(count: int, slug: str) -> None:
    if not sys.stdin.isatty():
        raise RefusedError("Nothing was approved: nobody was asked.", remedy="Say --yes if these are meant.")
    if not click.confirm(f"Approve {'it' if count == 1 else f'all {count}'} for {slug}?", err=True):
        raise RefusedError("Nothing was approved.", safe="Nothing was sent.")
