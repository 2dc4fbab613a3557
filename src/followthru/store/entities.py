"""Whole entities as stored, for what goes out and comes in: read page by page, and what is known by which name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from followthru.domain import fields
from followthru.domain.changes import Scalar
from followthru.store.chunks import AT_ONCE, chunks, slots
from followthru.store.store import Reader


def pages(read: Reader, entity: str) -> Iterator[list[tuple[int, dict[str, Scalar]]]]:
    """Yield all entities of a type by id, some hundred at a time."""
    names = [field.name for field in fields.of(entity)]
    columns = ", ".join(f'"{name}"' for name in names)
    sql = f'SELECT id, {columns} FROM "{entity}" WHERE id > ? ORDER BY id LIMIT ?'
    last = 0
    while rows := read.rows(sql, last, AT_ONCE):
        last = int(rows[-1][0])
        yield [(int(id), dict(zip(names, values, strict=True))) for id, *values in rows]


def tags(read: Reader, task_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return the tags of tasks that have any, by task id, each in order of name."""
    marks = slots(task_ids)
    found: dict[int, list[str]] = {}
    for task_id, name in read.rows(
        f"SELECT task_id, name FROM tag WHERE task_id IN ({marks}) ORDER BY task_id, name", *task_ids
    ):
        found.setdefault(task_id, []).append(name)
    return found


def slugs(read: Reader) -> dict[str, int]:
    """Return the id of every practice by slug."""
    return {str(slug): int(id) for slug, id in read.rows("SELECT slug, id FROM practice")}


def handles(read: Reader) -> dict[str, int]:
    """Return the id of every person by handle."""
    return {str(handle): int(id) for handle, id in read.rows("SELECT handle, id FROM person")}


def roles(read: Reader) -> set[tuple[int, int]]:
    """Return who is where, as ids of person and practice."""
    return {(int(person), int(practice)) for person, practice in read.rows("SELECT person_id, practice_id FROM role")}


def given_out(read: Reader) -> dict[str, int]:
    """Return the highest id ever given out for each entity that has one."""
    return {str(entity): int(last) for entity, last in read.rows("SELECT entity, last FROM sequence")}


def is_empty(read: Reader) -> bool:
    """Whether nothing is kept: no practice, person, task or anything of theirs."""
    return not any(read.value(f'SELECT 1 FROM "{entity}" LIMIT 1') for entity in fields.ENTITIES)


def exists(read: Reader, entity: str, id: int) -> bool:
    """Whether there is an entity with this id."""
    fields.of(entity)
    return read.value(f'SELECT 1 FROM "{entity}" WHERE id = ?', id) is not None


def ids_of_uids(read: Reader, uids: Sequence[str]) -> dict[str, int]:
    """Return the ids of the tasks that are there, by uid."""
    found: dict[str, int] = {}
    for part in chunks(uids):
        rows = read.rows(f"SELECT uid, id FROM task WHERE uid IN ({slots(part)})", *part)
        found |= {str(uid): int(id) for uid, id in rows}
    return found


def holds(read: Reader, entity: str, names: Sequence[str], values: Sequence[Scalar]) -> bool:
    """Whether an entity with these values of these fields exists."""
    where = " AND ".join(f'"{fields.by_name(entity)[name].name}" = ?' for name in names)
    return read.value(f'SELECT 1 FROM "{entity}" WHERE {where} LIMIT 1', *values) is not None
