"""`update`: messages to stakeholders, from draft to sent."""

from __future__ import annotations

import sys

import click

from followthru.actions import drafting
from followthru.actions import updates as actions
from followthru.actions.drafting import UpdateOutcome
from followthru.actions.mail_hold import MailHeldError
from followthru.actions.presence import running
from followthru.cli import options, out, update_words
from followthru.cli.drafted import prepared
from followthru.cli.named import at_practice, only_practice, practice_id
from followthru.cli.session import Session
from followthru.errors import RefusedError, UsageError
from followthru.store import mail_state, updates
from followthru.store.updates import UpdateRow
from followthru.updates import checks
from followthru.updates.checks import FlagName

_id = click.argument("update", metavar="ID")
_mark = click.option(
    "--mark", metavar="MARK", help="Only if it still says what `update show --json` gave this mark to."
)


@click.command("draft")
@click.argument("person", metavar="PERSON")
@click.option("--practice", metavar="SLUG", help="At which of their practices; needed when they have several.")
@options.as_json
@click.pass_obj
def draft(session: Session, person: str, practice: str | None) -> None:
    """Write an update to a person now, from what they may see and do not know yet."""
    at = practice or only_practice(session, person)
    say_drafted(session, drafting.draft(session.ctx, at, person))


def say_drafted(session: Session, done: UpdateOutcome) -> None:
    """Say what was drafted and why it waits, and show it."""
    row = actions.find(session.ctx.read, done.update_id)
    out.words(f"{done.words}.", *(f"Look at: {note}" for note in done.notes))
    if session.desk.config.mail_for(row.practice) is None:
        out.words(f"Note: {row.practice} has no mail account in the configuration, so this cannot be sent yet.")
    shown(session, row)


@click.command("list")
@click.option("--all", "all_", is_flag=True, help="Those sent and discarded as well.")
@at_practice
@options.as_json
@click.pass_obj
def list_updates(session: Session, all_: bool, practice: str | None) -> None:
    """Updates that are not settled, newest first."""
    # As in Today: what is due by now is drafted before it is said that nothing waits.
    out.words(*prepared(session))
    read = session.ctx.read
    found = updates.listed(read, practice_id=practice_id(read, practice), all_=all_, limit=-1)
    _say_held(session)
    if session.json:
        out.json_array(update_words.update_json(session, row) for row in found)
        return
    if not found:
        out.words("No update waits. `followthru update draft PERSON` writes one; --all lists those that were sent.")
        return
    out.table([update_words.row_of(session, row) for row in found], stretch=4)


@click.command("show")
@_id
@click.option("--bytes", "bytes_", is_flag=True, help="The mail itself, byte for byte as it leaves; nothing else.")
@click.option("--text", "how", flag_value="text", help="Only the text, as its reader gets it.")
@click.option("--html", "how", flag_value="html", help="Its HTML in the browser; without a terminal it is printed.")
@click.option("--page", "how", flag_value="page", help="The page with charts that goes along, in the same way.")
@click.option("--diff", "how", flag_value="difference", help="What is new, and what fell away, against the last one.")
@options.as_json
@options.plain
@click.pass_obj
def show(session: Session, update: str, bytes_: bool, how: str | None) -> None:
    """One update: where it stands, why it waits, and its text."""
    if how is not None:
        from followthru.cli import update_look

        ways = {"text": update_look.text, "html": update_look.html, "page": update_look.page}
        ways["difference"] = update_look.difference
        ways[how](session, actions.find(session.ctx.read, update))
        return
    if bytes_:
        from followthru.cli.update_history import write_bytes

        write_bytes(session, update)
        return
    shown(session, actions.find(session.ctx.read, update))


@click.command("approve")
@click.argument("update", metavar="ID|--clean", required=False)
@click.option("--clean", is_flag=True, help="All of a practice that nothing is to be looked at in, listed first.")
@click.option("--practice", metavar="SLUG", help="Whose clean ones.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@_mark
@click.option("--now", is_flag=True, help="After the send delay, and not only at its hour.")
@options.as_json
@click.pass_obj
def approve(
    session: Session, update: str | None, clean: bool, practice: str | None, yes: bool, mark: str | None, now: bool
) -> int | None:
    """Let an update go out, at its hour if it has one. On a terminal it is shown, and you are asked."""
    if clean is (update is not None) or (clean and mark is not None) or (practice is not None and not clean):
        raise UsageError("Name one update, or say --clean --practice SLUG.", safe="Nothing was approved.")
    if update is None:
        from followthru.cli.update_clean import approve_clean

        ended = approve_clean(session, practice, yes=yes, at_once=now)
        _say_what_holds(session)
        return ended
    row = actions.find(session.ctx.read, update)
    if mark is None and not yes and sys.stdin.isatty():
        _ask(session, row)
    agreed = mark or actions.seen(row)
    done = actions.approve(session.ctx, session.desk.config, row.id, seen_mark=agreed, at_once=now)
    answer(session, done)
    _say_what_holds(session)
    return None


def _say_what_holds(session: Session) -> None:
    """Say what keeps an approved update from going out."""
    _say_held(session)
    if running(session.desk.home.database) is None:
        out.words("Note: the daemon does not run. It sends this once it is started: `followthru daemon run`.")


def _say_held(session: Session) -> None:
    held = mail_state.held(session.ctx.read)
    if held is not None:
        out.words(f"Note: {MailHeldError(held, session.ctx.zone).sentences()}")


def _ask(session: Session, row: UpdateRow) -> None:
    """Show an update and ask; whoever has had no regular one has their handle typed. Raises RefusedError for a no."""
    out.words(*update_words.lines(session, row), "")
    if any(flag.name == FlagName.FIRST_MAIL for flag in checks.load(row.flags)):
        said = click.prompt(
            f"No regular update to {row.email} yet. Type {row.person} to approve it",
            default="",
            show_default=False,
            err=True,
        )
        agreed = said.strip() == row.person
    else:
        agreed = click.confirm(f"Approve it to {row.email}?", err=True)
    if not agreed:
        raise RefusedError(f"Update {row.id} was not approved.", safe="Nothing was sent.")


@click.command("told")
@_id
@_mark
@options.as_json
@click.pass_obj
def told(session: Session, update: str, mark: str | None) -> None:
    """Note that somebody was told in a call what an update says: its dates count as told."""
    from followthru.actions import calls

    answer(session, calls.told(session.ctx, _number(session, update), seen_mark=mark))


@click.command("hold")
@_id
@options.as_json
@click.pass_obj
def hold(session: Session, update: str) -> None:
    """Keep an update back until you approve it."""
    answer(session, actions.hold(session.ctx, _number(session, update)))


@click.command("recall")
@_id
@options.as_json
@click.pass_obj
def recall(session: Session, update: str) -> None:
    """Bring an approved update back to review, while none of it has left."""
    answer(session, actions.recall(session.ctx, _number(session, update)))


@click.command("discard")
@_id
@options.as_json
@click.pass_obj
def discard(session: Session, update: str) -> None:
    """Give an update up; what it said is news again in the next one."""
    answer(session, actions.discard(session.ctx, _number(session, update)))


@click.command("settle")
@_id
@click.argument("how", metavar="arrived|resend", type=click.Choice(["arrived", "resend"]))
@options.as_json
@click.pass_obj
def settle(session: Session, update: str, how: str) -> None:
    """Say of an update that may have arrived that it did, or have it sent again."""
    answer(session, actions.settle(session.ctx, _number(session, update), arrived=how == "arrived"))


def _number(session: Session, given: str) -> int:
    """Return the number of an update that exists. Raises NotFoundError."""
    return actions.find(session.ctx.read, given).id


def answer(session: Session, done: UpdateOutcome) -> None:
    """Say what was done and show the update in a line, or as JSON."""
    out.words(f"{done.words.removesuffix('.')}.", *(f"Note: {note}" for note in done.notes))
    row = actions.find(session.ctx.read, done.update_id)
    if session.json:
        out.json(update_words.update_json(session, row))
    else:
        out.data("  ".join(cell for cell in update_words.row_of(session, row) if cell))


def shown(session: Session, row: UpdateRow) -> None:
    """Show an update whole, or as JSON."""
    if session.json:
        out.json(update_words.update_json(session, row))
        return
    for line in update_words.lines(session, row):
        out.data(line)
