"""`update edit`: in the editor, or from a file. A text that cannot be taken is kept beside the store."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from followthru.actions import updates as actions
from followthru.actions.drafting import UpdateOutcome
from followthru.cli import editor, options, out
from followthru.cli.session import Session
from followthru.errors import FollowthruError
from followthru.store.updates import UpdateRow
from followthru.updates import review_text
from followthru.updates.outbox import TO_REVIEW
from followthru.updates.review_text import ReviewTextError


@click.command("edit")
@click.argument("update", metavar="ID")
@click.option("--text", "file", metavar="FILE|-", help="Take the text from a file, or from standard input.")
@click.option("--print", "print_", is_flag=True, help="Only print the text that is edited.")
@options.as_json
@click.pass_obj
def edit(session: Session, update: str, file: str | None, print_: bool) -> None:
    """Edit an update's subject and text, in $VISUAL or $EDITOR. Its own words only; facts stay as they are."""
    row = actions.find(session.ctx.read, update)
    if print_:
        out.data(actions.to_edit(session.ctx, row).rstrip("\n"))
        return
    kept = editor.kept(session, f"update-{row.id}.txt")
    done = _take(session, row, editor.given(file), kept) if file is not None else _in_editor(session, row, kept)
    kept.unlink(missing_ok=True)
    from followthru.cli.updates import answer

    answer(session, done)


def _take(session: Session, row: UpdateRow, text: str, kept: Path) -> UpdateOutcome:
    """Take an edited text over. Raises FollowthruError, with the text kept."""
    try:
        return actions.edit(session.ctx, row.id, text)
    except FollowthruError:
        editor.write(kept, text)
        out.words(f"Your text is in {kept}.")
        raise


def _in_editor(session: Session, row: UpdateRow, kept: Path) -> UpdateOutcome:
    """Have an update edited until it can be taken, or its user gives up. A text kept earlier is opened again."""
    if row.status not in TO_REVIEW:
        return actions.edit(session.ctx, row.id, "")  # says why it cannot be edited
    if kept.exists():
        out.words(f"Your text from before is opened again ({kept}).")
    else:
        editor.write(kept, actions.to_edit(session.ctx, row))
    while True:
        text = editor.edited(kept, "--text")
        try:
            return actions.edit(session.ctx, row.id, text)
        except ReviewTextError as error:
            out.words(error.message)
            if not (sys.stdin.isatty() and click.confirm("Open it again?", default=True, err=True)):
                out.words(f"Your text is in {kept}.")
                raise
            editor.write(kept, review_text.with_problem(text, error.message))
        except FollowthruError:
            out.words(f"Your text is in {kept}.")
            raise
