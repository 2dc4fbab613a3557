"""`update show` in other ways: the text alone, the HTML, and what is new against the last one that arrived."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from followthru.actions.looking import Against, against, bodies, page_beside
from followthru.cli import out, terminal
from followthru.cli.session import Session
from followthru.domain.saying import day_words
from followthru.errors import NotFoundError
from followthru.store.updates import UpdateRow
from followthru.updates.difference import Turn

_SIGNS = {Turn.NEW: "+ ", Turn.GONE: "- ", Turn.SAME: "  "}
_WORDS = {Turn.NEW: "new", Turn.GONE: "gone", Turn.SAME: "under"}


def text(session: Session, row: UpdateRow) -> None:
    """Print the text as its reader gets it."""
    for line in bodies(session.ctx.read, row).text.rstrip().splitlines():
        out.data(terminal.clean(line))


def html(session: Session, row: UpdateRow) -> None:
    """Open the HTML in the desktop's browser; without a terminal print it."""
    _open(session, row, bodies(session.ctx.read, row).html)


def page(session: Session, row: UpdateRow) -> None:
    """Open the page that goes along in the desktop's browser; without a terminal print it."""
    found = page_beside(session.ctx.read, row)
    if found is None:
        raise NotFoundError(
            f"No page goes along with update {row.id}.", remedy="Reports have one, where goals are read."
        )
    _open(session, row, found)


def _open(session: Session, row: UpdateRow, page: str) -> None:
    if not sys.stdout.isatty():
        out.data(page.rstrip("\n"))
        return
    from followthru.actions.browsing import open_page, put_aside

    path = put_aside(session.desk.home.run, row.id, page)
    out.words(f"{'Opened' if open_page(path) else 'There is no desktop to open it. It is in'} {path}.")


def difference(session: Session, row: UpdateRow) -> None:
    """Print what is new and what fell away."""
    found = against(session.ctx.read, row)
    if session.json:
        out.json(_json(found))
        return
    for line in _lines(session, row, found):
        out.data(line)


def _lines(session: Session, row: UpdateRow, found: Against) -> Iterator[str]:
    if found.words:
        yield found.words
        return
    before = found.before
    if before is None:
        return
    yield f"Update {row.id} against update {before.id}, {_on(session, before)}: + is new, - is no longer said."
    for one in found.turned:
        if session.plain:
            yield f"{_WORDS[one.turn]}: {terminal.clean(one.piece.words)}"
            continue
        if one.piece.is_heading:
            yield ""
        for number, line in enumerate(one.piece.lines[:1] if one.piece.is_heading else one.piece.lines):
            yield f"{_SIGNS[one.turn] if number == 0 or one.turn is Turn.SAME else '  '}{terminal.clean(line)}"


def _on(session: Session, before: UpdateRow) -> str:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    at = datetime.fromisoformat(before.approved_at or before.drafted_at).astimezone(ZoneInfo(session.ctx.zone))
    return f"approved on {day_words(at.date(), session.ctx.today())}"


def _json(found: Against) -> dict[str, object]:
    return {
        "against": None if found.before is None else found.before.id,
        "changes": [{"turn": str(one.turn), "words": one.piece.words} for one in found.turned],
        "words": found.words or None,
    }
