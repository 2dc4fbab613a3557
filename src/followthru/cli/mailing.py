"""`update pause`, `update resume`, `update outbox`: all mail at once."""

from __future__ import annotations

from pathlib import Path

import click

from followthru.actions import mail_hold, outgoing
from followthru.actions.outgoing import Outgoing
from followthru.cli import options, out, terminal, update_words
from followthru.cli.session import Session
from followthru.errors import UsageError
from followthru.store import mail_state

_every = click.option("--all", "all_", is_flag=True, help="Say it: this is about the mail of every practice.")


@click.command("pause")
@_every
@click.option("--because", metavar="TEXT", help="Why, for you to read later.")
@options.as_json
@click.pass_obj
def pause(session: Session, all_: bool, because: str | None) -> None:
    """Hold all mail, at once and until `update resume --all`. What a server is being told just now goes on."""
    _check_all(all_, "practice pause")
    held = mail_hold.hold(session.ctx, because)
    out.words(f"All mail is held since {update_words.clock(session, held.at)}: {held.why}")
    _answer(session)


@click.command("resume")
@_every
@options.as_json
@click.pass_obj
def resume(session: Session, all_: bool) -> None:
    """Let mail go out again that `update pause --all`, or a restored store, holds."""
    _check_all(all_, "practice resume")
    mail_hold.let_go(session.ctx)
    out.words("Mail goes out again.")
    _answer(session)


def _check_all(all_: bool, one: str) -> None:
    if not all_:
        raise UsageError("Say --all: this is about the mail of every practice.", remedy=f"For one, `followthru {one}`.")


def _answer(session: Session) -> None:
    """Say as JSON whether all mail is held, if that is asked for."""
    if session.json:
        held = mail_state.held(session.ctx.read)
        out.json({"held": held is not None, "since": held.at if held else None, "because": held.why if held else None})


@click.command("outbox")
@click.option("--into", metavar="FOLDER", type=click.Path(path_type=Path), help="Write the mails there, as files.")
@options.as_json
@click.pass_obj
def outbox(session: Session, into: Path | None) -> None:
    """What is approved: when each goes out, or why it does not. A rehearsal; nothing is sent."""
    found = outgoing.outgoing(session.ctx, session.desk.config)
    if into is not None:
        for path in outgoing.write_out(session.ctx, found, into):
            out.words(f"Wrote {path}.")
    if session.json:
        out.json_array(_json(one) for one in found)
        return
    if not found:
        out.words("Nothing is approved and waits.")
    for one in found:
        when = "not by itself" if one.at is None else update_words.clock(session, one.at.isoformat())
        words = (f"{one.row.id:>3}", when, f"to {terminal.clean(one.row.person)}", f"@{one.row.practice}")
        out.data("  ".join((*words, *([terminal.clean(one.why)] if one.why else ()))))


def _json(one: Outgoing) -> dict[str, object]:
    return {
        "id": one.row.id,
        "practice": one.row.practice,
        "person": one.row.person,
        "subject": one.row.subject,
        "at": one.at.strftime("%Y-%m-%dT%H:%M:%SZ") if one.at else None,
        "why": one.why,
    }
