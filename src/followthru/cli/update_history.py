"""`update history`, `update export` and the bytes of one update: what was sent, to whom, when."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from pathlib import Path

import click

from followthru.actions import sent
from followthru.actions.sent import Span
from followthru.cli import options, out, terminal, update_words
from followthru.cli.session import Session
from followthru.domain.saying import count_words
from followthru.errors import Exit, UsageError
from followthru.store.sent import Sent
from followthru.updates.outbox import KIND_WORDS, UpdateKind

_since = click.option("--since", metavar="DATE", help="From this day on.")
_until = click.option("--until", metavar="DATE", help="Up to this day.")


@click.command("history")
@click.argument("text", nargs=-1, metavar="[TEXT]")
@click.option("--practice", metavar="SLUG", help="Only of this practice.")
@click.option("--person", metavar="PERSON", help="Only to this person.")
@_since
@_until
@options.as_json
@options.plain
@click.pass_obj
def history(
    session: Session,
    text: tuple[str, ...],
    practice: str | None,
    person: str | None,
    since: str | None,
    until: str | None,
) -> None:
    """What was sent, newest first; with TEXT only what has all these words in its subject or text."""
    words = " ".join(text)
    span = _span(session, since, until)
    found = sent.history(session.ctx, practice=practice, person=person, span=span, words=words)
    if session.json:
        out.json_array(_json(one) for one in found)
        return
    if not found:
        out.words(
            "Nothing like that was sent." if words or practice or person or since or until else "Nothing was sent yet."
        )
        return
    rows = [_row(session, one) for one in found]
    if session.plain:
        names = ("update", "when", "outcome", "kind", "to", "practice", "subject", "address")
        for one, row in zip(found, rows, strict=True):
            cells = (*row, terminal.clean(one.recipient))
            out.data("; ".join(f"{name}: {cell.strip()}" for name, cell in zip(names, cells, strict=True)))
        return
    out.table(rows, stretch=6)


def _row(session: Session, one: Sent) -> tuple[str, ...]:
    return (
        str(one.id).rjust(3),
        update_words.clock(session, one.at),
        sent.outcome(one),
        KIND_WORDS[UpdateKind(one.kind)][0],
        f"to {terminal.clean(one.person)}",
        f"@{one.practice}",
        terminal.clean(one.subject),
    )


def _json(one: Sent) -> dict[str, object]:
    return {
        "id": one.id,
        "practice": one.practice,
        "person": one.person,
        "to": one.recipient,
        "kind": one.kind,
        "subject": one.subject,
        "sent_at": one.at,
        "outcome": sent.outcome(one),
        "attempts": one.attempts,
        "account": one.account,
        "message_id": one.message_id,
        "sha256": one.sha256,
    }


def write_bytes(session: Session, given: str) -> None:
    """Write the very bytes of an approved update to standard output, and nothing else. Raises RefusedError."""
    payload = sent.frozen_bytes(session.ctx, given)
    out.flush()
    try:
        sys.stdout.buffer.write(payload)
        sys.stdout.buffer.flush()
    except OSError as error:
        raise out.UnwrittenError(error) from error


@click.command("export")
@click.option("--practice", metavar="SLUG", required=True, help="Whose mail: one practice at a time.")
@click.option(
    "--into", metavar="FOLDER", type=click.Path(path_type=Path), required=True, help="An empty folder, or a new one."
)
@click.option(
    "--add", is_flag=True, help="Add to a folder that holds an earlier export. Nothing there is written over."
)
@_since
@_until
@options.as_json
@click.pass_obj
def export(session: Session, practice: str, into: Path, add: bool, since: str | None, until: str | None) -> Exit:
    """Write all mail that was sent for a practice: a file for each, byte for byte, and an index."""
    done = sent.export(session.ctx, practice, into, span=_span(session, since, until), add=add)
    if session.json:
        broken = list(done.broken)
        out.json({"files": [str(path) for path in done.files], "index": str(done.table), "hash_differs": broken})
    out.words(f"Wrote {count_words(len(done.files), 'mail')} into {into}; {done.table.name} lists them.")
    if done.broken:
        numbers = ", ".join(map(str, done.broken))
        out.words(f"The bytes of {numbers} are not those that were approved: their hash differs. The index says so.")
    return Exit.PARTLY if done.broken else Exit.OK


def _span(session: Session, since: str | None, until: str | None) -> Span:
    first, last = (None if text is None else _past_day(session, text) for text in (since, until))
    if first is not None and last is not None and last < first:
        raise UsageError(f"{last.isoformat()} comes before {first.isoformat()}.")
    return Span(first, last)


def _past_day(session: Session, text: str) -> date:
    """Read a day that has been: `fri` is the last Friday, `15 jan` the last 15 January. Raises UsageError."""
    today = session.ctx.today()
    if text.strip().casefold() == "yesterday":
        return today - timedelta(days=1)
    found = options.day(session, text, today)
    if found <= today or any(str(year) in text for year in (found.year, today.year)):
        return found
    if text.strip().isalpha() and (found - today).days <= 7:
        return found - timedelta(days=7)
    try:
        return found.replace(year=found.year - 1)
    except ValueError:
        return found - timedelta(days=365)
