"""`evidence`: what there is to show that work was done."""

from __future__ import annotations

from datetime import date

import click

from followthru.actions import compliance, lookup
from followthru.actions.compliance import Fault
from followthru.cli import answer, options, out, terminal
from followthru.cli.evidence_words import line_of
from followthru.cli.session import Session
from followthru.domain.evidence import Shown
from followthru.domain.saying import count_words
from followthru.errors import Exit, UsageError
from followthru.exchange.evidence_csv import evidence_json, lines
from followthru.store import evidence as rows


def shown(session: Session, given: tuple[str, ...], dated: str | None) -> Shown:
    """Read what is given to show on a command line. Raises UsageError, NotFoundError."""
    if dated is not None and not given:
        raise UsageError("--dated is the day of evidence: say which with --evidence.", safe="Nothing was changed.")
    on = None if dated is None else options.day(session, dated, session.ctx.today())
    return Shown(compliance.pieces(given), on)


@click.command("add")
@click.argument("task", metavar="ID")
@click.argument("given", nargs=-1, required=True, metavar="EVIDENCE…")
@click.option("--dated", metavar="DATE", help="Of which day it is; today if it is left out.")
@options.as_json
@click.pass_obj
def add(session: Session, task: str, given: tuple[str, ...], dated: str | None) -> None:
    """Keep something to show for a task, open or done: a note, an address, or a file, of which the hash is kept.

    \b
    followthru evidence add 12 "Board confirmed by phone, ref 4471" --dated 2026-11-20
    followthru evidence add 12 https://board.example/verify/4471 ./certificate.pdf

    `note:`, `link:` or `file:` before it says which it is. A file stays where it is: keep it there.
    """
    row = lookup.task(session.ctx.read, task)
    answer.outcome(session, compliance.add(session.ctx, row.id, shown(session, given, dated)))


@click.command("list")
@click.option("--practice", required=True, metavar="SLUG", help="Whose evidence.")
@click.option("--from", "first", metavar="DATE", help="From this day; without it, from the beginning.")
@click.option("--to", "last", metavar="DATE", help="Until this day; without it, until today.")
@click.option("--csv", is_flag=True, help="As CSV, for whoever audits.")
@options.as_json
@click.pass_obj
def list_evidence(session: Session, practice: str, first: str | None, last: str | None, csv: bool) -> None:
    """What a practice can show for a time: each piece with its day and the work that it is for.

    \b
    followthru evidence list --practice oak-street --from 2026-01-01 --to 2026-12-31 --csv
    """
    ctx = session.ctx
    at = lookup.practice(ctx.read, practice)
    today = ctx.today(at)
    from_ = date.min if first is None else options.day(session, first, today)
    until = today if last is None else options.day(session, last, today)
    found = rows.of_practice(ctx.read, at.id, from_, until)
    if session.json:
        out.json_array(evidence_json(one) for one in found)
        return
    if csv:
        for line in lines(found):
            out.data(line)
        return
    if not found:
        out.words(f"Nothing is kept for {at.slug} of those days.")
    for one in found:
        out.data(line_of(one, today))


@click.command("check")
@options.as_json
@click.pass_obj
def check(session: Session) -> int:
    """Read every file that is kept as evidence again: say which is gone or has changed, and which task has none.

    Documents of register items are looked for as well, where they are whole paths.
    """
    found = compliance.faults(session.ctx.read)
    if session.json:
        out.json_array(
            {
                "evidence": None if one.row is None else one.row.id,
                "practice": _where(one),
                "task": one.task_id,
                "register_item": None if one.item is None else one.item.id,
                "words": one.words,
            }
            for one in found
        )
    else:
        for one in found:
            out.data(terminal.clean(f"{one.words}{_whose(one)}"))
    count = len(rows.files(session.ctx.read))
    out.words(f"{count_words(count, 'file')} looked at, {count_words(len(found), 'fault')}.")
    return Exit.FAILED if found else Exit.OK


def _where(one: Fault) -> str | None:
    return one.row.practice if one.row is not None else one.item.practice if one.item is not None else None


def _whose(one: Fault) -> str:
    """Return whose file it is, in brackets; nothing for what says so itself."""
    if one.item is not None:
        return f"  (register item {one.item.id} @{one.item.practice})"
    if one.row is None:
        return ""
    work = f"task {one.task_id}" if one.task_id is not None else f"register item {one.row.item_id}"
    return f"  ({work} @{one.row.practice})"
