"""Evidence: work that has to be shown closes only with something dated to show, and that is looked after."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from errno import EINVAL
from pathlib import Path
from typing import NamedTuple

from followthru.actions import edits
from followthru.actions.context import Context, Outcome
from followthru.domain.changes import Change, Row, Scalar, create
from followthru.domain.evidence import EvidenceRow, Form, Piece, Shown
from followthru.domain.plain import one_line
from followthru.domain.registers import RegisterItem
from followthru.domain.saying import count_words, day_words
from followthru.errors import NotFoundError, RefusedError, UsageError
from followthru.store import evidence, registers
from followthru.store.store import Reader, Writer
from followthru.typed_path import expanded

_LINKS = ("https://", "http://")


class Fault(NamedTuple):
    """What is wrong, in words: with the file of a piece of evidence, a document of an item, or a task without any."""

    words: str
    row: EvidenceRow | None = None
    task_id: int | None = None
    item: RegisterItem | None = None


def piece(text: str) -> Piece:
    """Read one thing to show: an address, a file that exists (its bytes are hashed now), or else a note.

    `file:`, `link:` and `note:` before it say which. Raises NotFoundError for a file that is not there, UsageError for
    nothing. Blocking: never inside a transaction.
    """
    said = text.strip()
    for form in Form:
        if said.startswith(f"{form}:"):
            return _as(form, said.removeprefix(f"{form}:").strip())
    if said.startswith(_LINKS):
        return _as(Form.LINK, said)
    return _as(Form.FILE if _is_path(said) else Form.NOTE, said)


def _is_path(said: str) -> bool:
    """Whether words name a file: one that is there, or that begins as only a path does."""
    if said.startswith(("/", "~", "./", "../")):
        return True
    try:
        return Path(said).is_file()
    except (OSError, ValueError):
        return False


def _as(form: Form, said: str) -> Piece:
    if not one_line(said):
        raise UsageError("There is nothing to show in that.", safe="Nothing was changed.", remedy=_REMEDY)
    return _file(said) if form is Form.FILE else Piece(form, one_line(said))


def _file(said: str) -> Piece:
    path = expanded(said).absolute()
    try:
        return Piece(Form.FILE, str(path), _hash(path))
    except OSError as error:
        raise NotFoundError(
            f"{said} cannot be read: {error.strerror or error}.",
            safe="Nothing was changed.",
            remedy="Name a file that is there; `note:` before the words makes them a note.",
        ) from None


def _hash(path: Path) -> str:
    if path.exists() and not path.is_file():  # a pipe or a device may never end
        raise OSError(EINVAL, "it is no file")
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


_REMEDY = "Give a note, an address or a file."


def check(read: Reader, task_id: int, values: Row, shown: Shown) -> None:
    """Raise RefusedError when a task that closes only with evidence would close without any."""
    if not values["needs_evidence"] or shown.pieces or evidence.exists_for(read, task_id):
        return
    raise RefusedError(
        f"Task {task_id} closes only with something to show: {values['title']}.",
        safe="Nothing was changed.",
        remedy=f"`followthru done {task_id} --evidence …` takes a note, an address or a file.",
    )


def kept(tx: Writer, shown: Shown, today: date, task_id: int | None, item_id: int | None = None) -> list[Change]:
    """Return the changes that keep what is shown. Raises UsageError for a day that is still to come."""
    on = shown.dated_on or today
    if on > today:
        raise UsageError(f"Evidence of {day_words(on)} cannot be there yet.", safe="Nothing was changed.")
    rows: list[dict[str, Scalar]] = [
        {
            "task_id": task_id,
            "register_item_id": item_id,
            "dated_on": on.isoformat(),
            "form": str(one.form),
            "words": one.words,
            "sha256": one.sha256,
            "created_at": tx.now,
        }
        for one in shown.pieces
    ]
    return [create("evidence", tx.new_id("evidence"), row) for row in rows]


def add(ctx: Context, task_id: int, shown: Shown) -> Outcome:
    """Keep evidence for a task, open or done, as one step. Raises NotFoundError, UsageError."""
    with ctx.acting() as tx:
        values = edits.row(tx, task_id)
        today = ctx.today_of(tx, values)
        words = f"Kept {count_words(len(shown.pieces), 'piece')} of evidence for {task_id}: {values['title']}"
        action_id = edits.record(tx, "evidence add", words, kept(tx, shown, today, task_id))
    return Outcome(action_id, (task_id,), words)


def faults(read: Reader) -> list[Fault]:
    """Return every file that is gone or has changed since, and every task that is done with nothing to show.

    Documents of register items are looked for as well, those that are whole paths. Blocking: it reads all those files.
    """
    found: list[Fault] = []
    for row in evidence.files(read):
        words = _fault(row)
        if words is not None:
            found.append(Fault(words, row, row.task_id))
    for item in registers.items(read):
        found += [Fault(f"{path} is not there.", item=item) for path in item.documents if _is_gone(path)]
    missing = evidence.closed_without(read)
    return [*found, *(Fault(f"Task {id} is done and has nothing to show.", task_id=id) for id in missing)]


def _is_gone(document: str) -> bool:
    """Whether a document is a whole path at which nothing is; of an address or a bare name nobody knows."""
    try:
        path = expanded(document)
        return path.is_absolute() and not path.exists()
    except (OSError, UsageError):
        return True


def _fault(row: EvidenceRow) -> str | None:
    try:
        now = _hash(Path(row.words))
    except OSError as error:
        return f"{row.words} cannot be read: {error.strerror or error}."
    return None if now == row.sha256 else f"{row.words} has changed since it was kept."


def pieces(given: Sequence[str]) -> tuple[Piece, ...]:
    """Read everything that is given to show. Raises as `piece` does."""
    return tuple(piece(text) for text in given)
