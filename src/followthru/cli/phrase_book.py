"""`update words`: the words in which a practice's updates are written, and where its own stand."""

from __future__ import annotations

import json
from collections.abc import Iterator

import click

from followthru.actions import lookup
from followthru.actions.phrasebooks import Read
from followthru.cli import options, out
from followthru.cli.session import Session
from followthru.errors import RefusedError
from followthru.updates import phrasebook, tone
from followthru.updates.phrases import PHRASES, Phrases

_HEAD = (
    "The words of this practice's updates. A line that begins with # shows the usual words: take the # away and",
    "change them. What stands in braces is filled in by followthru; `config check` says what is wrong.",
)


@click.command("words")
@click.argument("slug", metavar="SLUG")
@click.option("--write", is_flag=True, help="Write them to the practice's file, to be changed there.")
@options.as_json
@click.pass_obj
def words(session: Session, slug: str, write: bool) -> None:
    """The words of a practice's updates, its own and the usual ones, as its file may have them."""
    practice = lookup.practice(session.ctx.read, slug)
    book = session.ctx.books.of(practice.slug)
    if write:
        _write(book)
        out.words(f"Wrote {book.path}. Take the # away from the words you change; drafts follow.")
    out.words(*book.remarks, *(f"{name}: {point.words}" for name in _own(book) for point in _points(book, name)))
    if session.json:
        out.json({"practice": practice.slug, **_json(book)})
    elif not write:
        for line in _lines(book):
            out.data(line)


def _json(book: Read) -> dict[str, object]:
    own = _own(book)
    return {
        "path": str(book.path),
        "exists": book.path.exists(),
        "problems": [{"line": one.line, "words": one.words} for one in book.told],
        "words": [
            {
                "name": name,
                "text": text,
                "own": name in own,
                "placeholders": list(phrasebook.placeholders(name)),
                "needed": list(phrasebook.needed(name)),
                "tone": [str(point.kind) for point in _points(book, name)] if name in own else [],
            }
            for name, text in book.phrases._asdict().items()
        ],
    }


def _own(book: Read) -> tuple[str, ...]:
    return tuple(name for name in Phrases._fields if getattr(book.phrases, name) != getattr(PHRASES, name))


def _points(book: Read, name: str) -> tuple[tone.Point, ...]:
    """Return what in a practice's own phrase may sound other than it is meant, the days that are filled in aside."""
    return tone.points(str(getattr(book.phrases, name)), "", [f"{{{word}}}" for word in phrasebook.placeholders(name)])


def _lines(book: Read) -> Iterator[str]:
    """Yield a phrase book with every phrase; those that are the usual ones begin with #."""
    own = _own(book)
    yield from (f"# {line}" for line in _HEAD)
    yield f"\n[{phrasebook.TABLE}]"
    for name, text in book.phrases._asdict().items():
        yield f"{'' if name in own else '# '}{name} = {json.dumps(text, ensure_ascii=False)}"


def _write(book: Read) -> None:
    """Write a practice's file where there is none. Raises RefusedError where there is one."""
    path = book.path
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write("\n".join(_lines(book)) + "\n")
    except FileExistsError:
        raise RefusedError(
            f"{path} is there already.", safe="Nothing was changed.", remedy="Change the words in it."
        ) from None
