"""`report`: a month, quarter or year of a practice, as one of its people may read it."""

from __future__ import annotations

from pathlib import Path

import click

from followthru.actions import lookup
from followthru.cli import options, out
from followthru.cli.session import Session
from followthru.domain.periods import Length, Period
from followthru.errors import UsageError

_LAST = "last"


def _length(length: Length) -> options.Decorated:
    return click.option(
        f"--{length}",
        length.value,
        is_flag=False,
        flag_value=_LAST,
        metavar=f"[{length.upper()}]",
        help=f"On a {length}: the last one, or that which is named.",
    )


@click.command("report")
@click.argument("practice", metavar="PRACTICE")
@_length(Length.MONTH)
@_length(Length.QUARTER)
@_length(Length.YEAR)
@click.option("--for", "reader", metavar="PERSON", help="As this person may read it; an owner without it.")
@click.option(
    "--out", "file", metavar="FILE", help="Write it into FILE: a page with charts (.html), or Markdown (.md)."
)
@click.option("--send", "to", metavar="PERSON", help="Draft it as an update to this person, to be reviewed.")
@click.option("--without-page", is_flag=True, help="With --send: send the words alone, without the page with charts.")
@options.as_json
@click.pass_obj
def report(
    session: Session,
    practice: str,
    month: str | None,
    quarter: str | None,
    year: str | None,
    reader: str | None,
    file: str | None,
    to: str | None,
    without_page: bool,
) -> None:
    """Tell of a month, quarter or year: results, dates given and kept, what moved and why, what may slip, what is next.

    \b
    followthru report oak-street --month
    followthru report oak-street --quarter 2026-Q3 --out report.html
    followthru report oak-street --month oct --send dana

    It holds what its reader may see, and nothing else. Without --out or --send it is written as Markdown.
    """
    if to is not None and (reader is not None or file is not None):
        raise UsageError("--send stands alone: it is written for whom it is sent to, and not into a file.")
    if without_page and to is None:
        raise UsageError("--without-page goes with --send.")
    period = _period(session, practice, {Length.MONTH: month, Length.QUARTER: quarter, Length.YEAR: year})
    if to is not None:
        _send(session, practice, period, to, paged=not without_page)
        return
    _write(session, practice, period, reader, file)


def _period(session: Session, practice: str, said: dict[Length, str | None]) -> Period:
    from followthru.domain.periods import read

    given = [(length, text) for length, text in said.items() if text is not None]
    if len(given) != 1:
        raise UsageError("Say on what: --month, --quarter or --year, and one of them only.")
    [(length, text)] = given
    return read(length, text, session.ctx.today(lookup.practice(session.ctx.read, practice)))


def _send(session: Session, practice: str, period: Period, to: str, *, paged: bool) -> None:
    from followthru.actions.report import send
    from followthru.cli.updates import say_drafted

    say_drafted(session, send(session.ctx, practice, period, to, paged=paged))


def _write(session: Session, practice: str, period: Period, reader: str | None, file: str | None) -> None:
    from followthru.actions.report import report as composed
    from followthru.updates.report_page import markdown, page

    path = None if file is None else Path(file)
    if path is not None and path.suffix.casefold() not in (".html", ".htm", ".md"):
        raise UsageError(f"{path.name} is neither .html nor .md.", safe="Nothing was written.")
    made = composed(session.ctx, practice, period, reader)
    draft = made.draft
    flags = [flag.words for flag in draft.flags if flag.task_id is not None or "looks like" in flag.words]
    as_page = path is not None and path.suffix.casefold() != ".md"
    text = (page if as_page else markdown)(draft.subject, draft.body, made.facts)
    if path is not None:
        from followthru.cli.transfer import write_lines

        write_lines(text.splitlines(), path)
        out.words(f"Wrote {path}: {draft.subject}, as {made.reader.name} may read it.")
    for words in flags:
        out.words(f"Look at it before you give it away: {words}")
    if session.json:
        said = {"practice": made.practice.slug, "for": made.reader.handle, "period": period.name}
        out.json({**said, "subject": draft.subject, "file": file, "text": draft.body, "flags": flags})
    elif path is None:
        out.data(text.rstrip())
