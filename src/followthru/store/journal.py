"""The journal: the one place where user state is written, and where every change is written down.

The current state of an entity is what its changes, applied in order, amount to.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple, cast

from followthru.domain import fields
from followthru.domain.changes import WHOLE, Action, Change, Row, Scalar
from followthru.domain.stall import moved_by
from followthru.errors import FollowthruError
from followthru.store import derived, movements, record_words
from followthru.store.chunks import chunks, slots
from followthru.store.guard import check_told_dates
from followthru.store.store import Reader, Writer


class StaleChangeError(FollowthruError):
    """A change starts from a value that is no longer there."""

    def __init__(self, change: Change) -> None:
        super().__init__(
            f"{change.entity} {change.id} has changed meanwhile ({change.field}).", safe="Nothing was saved."
        )
        self.change = change


class ClashError(FollowthruError):
    """A change would break a rule of the tables, such as one slug for one practice."""

    def __init__(self, error: sqlite3.IntegrityError) -> None:
        super().__init__(f"This cannot be stored: {error}.", safe="Nothing was saved.")


class Entry(NamedTuple):
    """One action as the journal holds it."""

    id: int
    verb: str
    words: str
    actor: str
    at: str
    because: str | None
    reverses_id: int | None
    undone: bool


_COLUMNS = "id, verb, words, actor, at, because, reverses_id, undone"


def apply(tx: Writer, action: Action, *, reverses: int | None = None) -> int:
    """Write an action's changes and the action itself; return its id in the journal.

    An action that `reverses` another comes after `mark_undone`, so that what is computed follows.

    Raises StaleChangeError when a field, or any field of an entity that is deleted, is not what the change says
    it was, ClashError for what the tables do not allow, UnguardedMoveError for a told date that moves without a
    word, KeyError for an unknown entity or field; the caller's transaction then rolls back.
    """
    action_id = tx.insert(
        "INSERT INTO action(verb, words, actor, at, because, reverses_id, undone, undo_refused) "
        "VALUES (?,?,?,?,?,?,0,0)",
        action.verb,
        action.words,
        str(action.actor),
        tx.now,
        action.because,
        reverses,
    )
    _carry_out(tx, action_id, action, reverses)
    return action_id


def go_on(tx: Writer, action_id: int, action: Action) -> None:
    """Write more changes of an action that `apply` began in this transaction: one too long to be held at once.

    Raises what `apply` raises.
    """
    _carry_out(tx, action_id, action, None)


def reword(tx: Writer, action_id: int, words: str) -> None:
    """Name an action begun in this transaction anew, once it is known how much it did."""
    tx.run("UPDATE action SET words = ? WHERE id = ?", words, action_id)


def _carry_out(tx: Writer, action_id: int, action: Action, reverses: int | None) -> None:
    touched = derived.touched(tx, action.changes)
    place = movements.place(tx)
    moved = moved_by(action.changes, place)
    try:
        for (entity, kind), run in groupby(action.changes, key=_shape):
            _WRITERS[kind](tx, entity, list(run))
    except sqlite3.IntegrityError as error:
        raise ClashError(error) from error
    check_told_dates(tx, action)
    tx.run_many(
        "INSERT INTO change(action_id, entity, entity_id, field, before, after) VALUES (?,?,?,?,?,?)",
        [(action_id, c.entity, c.id, c.field, _to_json(c.before), _to_json(c.after)) for c in action.changes],
    )
    if reverses is None:
        movements.note(tx, action_id, moved | moved_by(action.changes, place))
    back = set[int]() if reverses is None else movements.of_action(tx, reverses)
    derived.refresh(tx, touched.with_(derived.touched(tx, action.changes), back))
    record_words.refresh(tx, action.changes)


def _shape(change: Change) -> tuple[str, str]:
    if change.field != WHOLE:
        return change.entity, "set"
    return change.entity, "create" if change.before is None else "delete"


def _create(tx: Writer, entity: str, changes: Sequence[Change]) -> None:
    names = ("id", *(field.name for field in fields.of(entity)))
    marks = slots(names)
    columns = ",".join(f'"{name}"' for name in names)
    rows = [(change.id, *_row_values(entity, cast("Row", change.after))) for change in changes]
    tx.run_many(f'INSERT INTO "{entity}"({columns}) VALUES ({marks})', rows)
    # An id that came from elsewhere (an import) is given out as well: it is never given out again.
    tx.run(
        "INSERT INTO sequence(entity, last) VALUES (?, ?) "
        "ON CONFLICT(entity) DO UPDATE SET last = max(last, excluded.last)",
        entity,
        max(change.id for change in changes),
    )


def _row_values(entity: str, row: Row) -> list[Scalar]:
    unknown = row.keys() - fields.by_name(entity).keys()
    if unknown:
        raise KeyError(f"{entity} has no field {', '.join(sorted(unknown))}")
    return [row.get(field.name) for field in fields.of(entity)]


def _delete(tx: Writer, entity: str, changes: Sequence[Change]) -> None:
    names = [field.name for field in fields.of(entity)]
    columns = ",".join(f'"{name}"' for name in names)
    for part in chunks(changes):
        marks = slots(part)
        sql = f'SELECT id, {columns} FROM "{entity}" WHERE id IN ({marks})'
        there = {id: values for id, *values in tx.rows(sql, *(change.id for change in part))}
        for change in part:
            before = cast("Row", change.before)
            if change.id not in there:
                raise StaleChangeError(change)
            for name, value in zip(names, there[change.id], strict=True):
                if value != before.get(name):
                    raise StaleChangeError(change._replace(field=name))
        tx.run_many(f'DELETE FROM "{entity}" WHERE id = ?', [(change.id,) for change in part])


def _set(tx: Writer, entity: str, changes: Sequence[Change]) -> None:
    for change in changes:
        name = fields.by_name(entity)[change.field].name
        sql = f'UPDATE "{entity}" SET "{name}" = ? WHERE id = ? AND "{name}" IS ?'
        if not tx.run(sql, change.after, change.id, change.before):
            raise StaleChangeError(change)


_WRITERS = {"create": _create, "delete": _delete, "set": _set}


class rehearsal:  # noqa: N801 -- a context manager that reads as a word
    """Apply changes inside a savepoint, so that what follows from them can be read, and take them back."""

    def __init__(self, tx: Writer, verb: str, changes: tuple[Change, ...]) -> None:
        self._tx, self._action = tx, Action(verb, "", changes)

    def __enter__(self) -> None:
        self._tx.run("SAVEPOINT rehearsal")
        apply(self._tx, self._action)

    def __exit__(self, *_: object) -> None:
        self._tx.run("ROLLBACK TO rehearsal")
        self._tx.run("RELEASE rehearsal")


def row_of(read: Reader, entity: str, id: int) -> dict[str, Scalar] | None:
    """Return an entity's fields as stored, None when it does not exist."""
    names = [field.name for field in fields.of(entity)]
    columns = ",".join(f'"{name}"' for name in names)
    found = read.row(f'SELECT {columns} FROM "{entity}" WHERE id = ?', id)
    return None if found is None else dict(zip(names, found, strict=True))


def left_hanging(read: Reader, changes: Iterable[Change]) -> str | None:
    """Return an entity that changes already applied leave without what it refers to, None when there is none.

    The commit would refuse it too, without saying which.
    """
    gone: dict[str, list[Change]] = {}
    for change in changes:
        if change.field == WHOLE and change.after is None:
            gone.setdefault(change.entity, []).append(change)
        elif (found := _without(read, change)) is not None:
            return found
    return next((found for entity, deleted in gone.items() if (found := _referring(read, entity, deleted))), None)


def _referring(read: Reader, entity: str, deleted: Sequence[Change]) -> str | None:
    """Return an entity that still refers to one of those that are gone."""
    for field in fields.FIELDS:
        if field.ref != entity:
            continue
        for part in chunks(deleted):
            marks = slots(part)
            sql = f'SELECT 1 FROM "{field.entity}" WHERE "{field.name}" IN ({marks}) LIMIT 1'
            if read.value(sql, *(change.id for change in part)):
                return field.entity
    return None


def _without(read: Reader, change: Change) -> str | None:
    row = row_of(read, change.entity, change.id) or {}
    for field in fields.of(change.entity):
        wanted = row.get(field.name)
        if field.ref and wanted is not None and row_of(read, field.ref, int(wanted)) is None:
            return change.entity
    return None


def mark_undone(tx: Writer, action_id: int, undone: bool) -> None:
    """Note that an action is undone, or in force again."""
    tx.run("UPDATE action SET undone = ? WHERE id = ?", int(undone), action_id)


def mark_refused(tx: Writer, action_id: int) -> None:
    """Note that undoing an action was refused, so that the next undo passes over it."""
    tx.run("UPDATE action SET undo_refused = 1 WHERE id = ?", action_id)


def newest_undoable(read: Reader) -> Entry | None:
    """Return the newest action by the PM or a calendar that is in force and was not refused an undo."""
    return _entry(
        read.row(
            f"SELECT {_COLUMNS} FROM action WHERE undone = 0 AND undo_refused = 0 AND reverses_id IS NULL "
            "AND actor <> 'daemon' ORDER BY id DESC LIMIT 1"
        )
    )


def newest_redoable(read: Reader) -> Entry | None:
    """Return the action undone last, None once the PM has done something else since."""
    newest_undo = read.row(
        "SELECT u.reverses_id, u.id FROM action u JOIN action o ON o.id = u.reverses_id "
        "WHERE u.verb = 'undo' AND o.undone = 1 ORDER BY u.id DESC LIMIT 1"
    )
    if newest_undo is None:
        return None
    original, undo_id = newest_undo
    later = read.value("SELECT 1 FROM action WHERE id > ? AND actor = 'me' AND reverses_id IS NULL LIMIT 1", undo_id)
    return None if later else entry(read, original)


def entry(read: Reader, action_id: int) -> Entry | None:
    """Return one action."""
    return _entry(read.row(f"SELECT {_COLUMNS} FROM action WHERE id = ?", action_id))


def recent(read: Reader, limit: int = 50, *, task_id: int | None = None) -> list[Entry]:
    """Return the newest actions first; with a task only those that changed it or what belongs to it."""
    if task_id is None:
        rows = read.rows(f"SELECT {_COLUMNS} FROM action ORDER BY id DESC LIMIT ?", limit)
    else:
        belonging = [field.entity for field in fields.FIELDS if field.name == "task_id"]
        parts = "".join(
            f" UNION SELECT action_id FROM change WHERE entity = '{name}' "
            f'AND entity_id IN (SELECT id FROM "{name}" WHERE task_id = ?1)'
            for name in belonging
        )
        rows = read.rows(
            f"SELECT {_COLUMNS} FROM action WHERE id IN (SELECT action_id FROM change WHERE entity = 'task' "
            f"AND entity_id = ?1{parts}) ORDER BY id DESC LIMIT ?2",
            task_id,
            limit,
        )
    return [found for row in rows if (found := _entry(row))]


def own_since(read: Reader, action_id: int) -> list[Entry]:
    """Return what the PM did after an action and has not undone since, oldest first."""
    rows = read.rows(
        f"SELECT {_COLUMNS} FROM action WHERE id > ? AND actor = 'me' AND undone = 0 AND reverses_id IS NULL "
        "ORDER BY id",
        action_id,
    )
    return [found for row in rows if (found := _entry(row))]


def changes_of(read: Reader, action_id: int) -> tuple[Change, ...]:
    """Return an action's changes in the order in which they were made."""
    rows = read.rows(
        "SELECT entity, entity_id, field, before, after FROM change WHERE action_id = ? ORDER BY id",
        action_id,
    )
    return tuple(Change(e, i, f, _from_json(b), _from_json(a)) for e, i, f, b, a in rows)


def last_change(read: Reader, entity: str, id: int, field: str) -> Entry | None:
    """Return the action that gave a field its present value, None when it has it since its creation."""
    return _entry(
        read.row(
            f"SELECT {_COLUMNS} FROM action WHERE id = (SELECT action_id FROM change "
            "WHERE entity = ? AND entity_id = ? AND field = ? ORDER BY id DESC LIMIT 1)",
            entity,
            id,
            field,
        )
    )


def _entry(row: Iterable[object] | None) -> Entry | None:
    if row is None:
        return None
    id, verb, words, actor, at, because, reverses, undone = cast("tuple[int, str, str, str, str, str, int, int]", row)
    return Entry(id, verb, words, actor, at, because, reverses, bool(undone))


def _to_json(value: Scalar | Row) -> str | None:
    """Return canonical JSON; of a row only what is set. None stays NULL."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        value = {name: part for name, part in value.items() if part is not None}
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _from_json(text: str | None) -> Scalar | Row:
    return None if text is None else cast("Scalar | Row", json.loads(text))
