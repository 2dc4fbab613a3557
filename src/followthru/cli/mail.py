"""`mail`: look through mailboxes now, what came back, and what of it was seen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from followthru.actions import came_back
from followthru.cli import options, out, terminal
from followthru.cli.named import at_practice, practice_id
from followthru.cli.session import Session
from followthru.domain.saying import count_words, moment_words
from followthru.errors import Exit
from followthru.store import incoming
from followthru.store.incoming import IncomingRow

if TYPE_CHECKING:
    from followthru.actions.mailboxes import Seen

Json = dict[str, object]

LATEST = 5
"""What came back, at most, as it is shown with a practice or a person; `mail list --all` has all."""


@click.command("look")
@click.argument("account", metavar="[ACCOUNT]", required=False)
@options.as_json
@click.pass_obj
def look(session: Session, account: str | None) -> int:
    """Look through the mailbox of a mail account now, or of all, for what came back. Nothing there is changed.

    What may have arrived is looked for among sent mail; replies, automatic answers and delivery reports to updates
    are noted; mails in the folder of tasks become tasks.
    """
    # What speaks IMAP is loaded only where a mailbox is opened.
    from followthru.actions.mailboxes import look_now

    every = look_now(session.desk, account)
    if session.json:
        out.json_array(_seen_json(one) for one in every)
    for one in every:
        _say(session, one)
    faults = [one for one in every if one.fault is not None]
    if not faults:
        return Exit.OK
    return Exit.FAILED if len(faults) == len(every) else Exit.PARTLY


def _say(session: Session, seen: Seen) -> None:
    if seen.fault is not None:
        out.words(f"{seen.account}: {terminal.clean(seen.fault.sentences())}")
        return
    counts = [count_words(count, *_NAMES[str(sort)]) for sort, count in seen.found.sorts.items() if count]
    counts += [count_words(len(seen.found.tasks), "new task")] if seen.found.tasks else []
    counts += [f"{count_words(len(seen.settled), 'update')} found among sent mail"] if seen.settled else []
    out.words(f"{seen.account}: {', '.join(counts) or 'nothing came back'}.")
    for number in seen.unsure:
        out.words(
            f"Update {number} may have arrived and is not found among sent mail, which proves nothing: not every "
            f"provider files there what a program sends. `followthru update settle {number} arrived` or `resend`."
        )
    for note in seen.found.notes:
        out.words(f"Note: {terminal.clean(note)}")
    if not session.json and any(seen.found.sorts.values()):
        out.words("`followthru mail list` shows what came back.")


_NAMES = {
    "reply": ("reply", "replies"),
    "away": ("automatic answer", "automatic answers"),
    "bounce": ("mail returned", "mails returned"),
    "delay": ("mail delayed", "mails delayed"),
}


def _seen_json(seen: Seen) -> Json:
    return {
        "account": seen.account,
        "new": seen.found.new,
        **{_NAMES[str(sort)][1].replace(" ", "_"): count for sort, count in seen.found.sorts.items()},
        "tasks": seen.found.tasks,
        "settled": list(seen.settled),
        "unsettled": list(seen.unsure),
        "notes": seen.found.notes,
        "fault": None if seen.fault is None else seen.fault.sentences(),
    }


@click.command("list")
@click.option("--all", "all_", is_flag=True, help="What you have seen as well.")
@at_practice
@options.as_json
@click.pass_obj
def list_mail(session: Session, all_: bool, practice: str | None) -> None:
    """What came back by mail to updates, newest first: who answered, which mail was returned."""
    read = session.ctx.read
    found = incoming.listed(read, practice_id=practice_id(read, practice), seen=all_)
    if session.json:
        out.json_array(came_back_json(row) for row in found)
        return
    if not found:
        out.words("Nothing came back that you have not seen; --all lists all." if not all_ else "Nothing came back.")
    for row in found:
        out.data(f"{row.id:>3}  {line(session, row)}  @{row.practice}")
        if row.seen_at is None and (way := came_back.remedy(row)):
            out.data(f"     {terminal.clean(way)}")


@click.command("seen")
@click.argument("numbers", nargs=-1, required=True, metavar="ID…")
@click.option("--not", "not_", is_flag=True, help="Mark it as not seen.")
@options.as_json
@click.pass_obj
def seen(session: Session, numbers: tuple[str, ...], not_: bool) -> None:
    """Mark what came back as seen, so that Today tells of it no more. A returned mail's address counts as right."""
    rows = [came_back.find(session.ctx, number) for number in numbers]
    out.words(came_back.see(session.ctx, rows, seen=not not_))
    now = [came_back.find(session.ctx, str(row.id)) for row in rows]
    if session.json:
        out.json_array(came_back_json(row) for row in now)
        return
    for row in now:
        out.data(f"{row.id:>3}  {line(session, row)}")


def line(session: Session, row: IncomingRow) -> str:
    """Return what came back and when, in a line."""
    at = datetime.fromisoformat(row.at).astimezone(UTC)
    when = moment_words(at, session.clock.now(), ZoneInfo(session.ctx.zone))
    return terminal.clean(f"{when}  {came_back.words(row)}")


def came_back_json(row: IncomingRow) -> Json:
    """Return what came back as JSON. `from_person` says that it is from whom the update went to, or about them."""
    return {
        "id": row.id,
        "kind": row.kind,
        "update": row.update_id,
        "practice": row.practice,
        "person": row.reader,
        "from_person": row.from_reader,
        "sender": row.sender,
        "subject": row.subject,
        "at": row.at,
        "address": row.address,
        "code": row.code,
        "detail": row.detail,
        "asks": row.asks,
        "in_question": came_back.in_question(row),
        "seen_at": row.seen_at,
        "words": came_back.words(row),
    }


def sentences(session: Session) -> list[str]:
    """Return for Today a sentence for each thing that came back and was not seen."""
    return [terminal.clean(" ".join(came_back.all_words(row))) for row in came_back.unseen(session.ctx)]
