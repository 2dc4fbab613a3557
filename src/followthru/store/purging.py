"""Take everything of one practice out of a store for good: rows, what the journal has of them, and what is computed.

Nothing here is journalled with its words, and nothing can be undone. What belongs to other practices stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple, cast

from followthru.domain import fields
from followthru.domain.changes import WHOLE, Action, Change
from followthru.store import derived, journal, movements
from followthru.store.chunks import chunks, slots
from followthru.store.derived import Touched
from followthru.store.store import Reader, Store, Writer

Ids = dict[str, set[int]]

GONE_WORDS = "A step of a practice that was purged"
_SEARCHED = ("task_words", "update_words", "record_words")
_OFF = ("unlinked", "gone", "left")
"""States of objects that are on no calendar, or are there as somebody else's."""
_SHORTEST = 3
"""Letters of a text that is looked for in the words of steps that stay."""


class Scope(NamedTuple):
    """What belongs to a practice: ids by entity, of what is there and of what only the journal still has."""

    practice_id: int
    there: Ids
    ever: Ids
    stays: frozenset[int]

    def count(self, entity: str) -> int:
        """Return how many of an entity are there."""
        return len(self.there.get(entity, ()))


def scope(read: Reader, practice_id: int) -> Scope:
    """Return what belongs to a practice.

    `stays` are its people who stay because others name them: at another practice, or in a task of it.
    """
    past = _former(read)
    there = _belonging(read, practice_id, {entity: list(_present(read, entity)) for entity in fields.ENTITIES})
    former = _belonging(read, practice_id, past, there)
    people, stays = _people(read, practice_id, there)
    there["person"] = people
    there["absence"] = {id for id, row in _present(read, "absence") if row["person_id"] in people}
    every = people | ({id for id, _ in past.get("person", ())} & _only_at(read, practice_id))
    former["person"] = every
    former["absence"] = {id for id, row in past.get("absence", ()) if row.get("person_id") in every}
    return Scope(practice_id, there, {entity: there[entity] | former[entity] for entity in fields.ENTITIES}, stays)


def _present(read: Reader, entity: str) -> Iterator[tuple[int, Mapping[str, object]]]:
    """Yield what of each entity says where it belongs."""
    names = [one.name for one in fields.of(entity) if one.ref or (entity, one.name) == ("past_case", "site")]
    columns = "".join(f', "{name}"' for name in names)
    for id, *values in read.rows(f'SELECT id{columns} FROM "{entity}"'):
        yield int(id), dict(zip(names, values, strict=True))


def _former(read: Reader) -> dict[str, list[tuple[int, Mapping[str, object]]]]:
    """Return what is no longer there, as it was when it was made or taken away."""
    found: dict[str, list[tuple[int, Mapping[str, object]]]] = {}
    for entity, id, row in read.rows(
        "SELECT entity, entity_id, coalesce(after, before) FROM change WHERE field = ?", WHOLE
    ):
        found.setdefault(entity, []).append((int(id), json.loads(row)))
    for entity, rows in found.items():
        there = {int(id) for (id,) in read.rows(f'SELECT id FROM "{entity}"')}
        found[entity] = [(id, row) for id, row in rows if id not in there]
    return found


def _belonging(
    read: Reader,
    practice_id: int,
    rows: Mapping[str, list[tuple[int, Mapping[str, object]]]],
    known: Ids | None = None,
) -> Ids:
    """Return which of these rows belong to a practice, or to something that does."""
    found: Ids = {entity: set((known or {}).get(entity, ())) for entity in fields.ENTITIES}
    found["practice"].add(practice_id)
    named = read.row("SELECT slug, name FROM practice WHERE id = ?", practice_id) or ()
    sites = {str(value).casefold() for value in named}
    before = -1
    while (now := sum(map(len, found.values()))) != before:
        before = now
        for entity, each in rows.items():
            if entity not in ("practice", "person", "absence"):
                found[entity] |= {id for id, row in each if _belongs(entity, row, found, sites)}
    return found


def _belongs(entity: str, row: Mapping[str, object], found: Ids, sites: set[str]) -> bool:
    if entity == "past_case":
        return str(row.get("site") or "").casefold() in sites
    owners = [one for one in fields.of(entity) if one.ref and _owns(entity, one)]
    return any(row.get(one.name) in found[cast("str", one.ref)] for one in owners)


def _owns(entity: str, field: fields.Field) -> bool:
    """Whether a row goes with what a field of it names. People do not take what they did with them."""
    if field.ref == "person":
        return False
    return field.required or field.ref == "practice" or entity == "evidence"


def _people(read: Reader, practice_id: int, there: Ids) -> tuple[set[int], frozenset[int]]:
    """Return who goes with a practice, and who of it stays since others name them."""
    members = {int(id) for (id,) in read.rows("SELECT person_id FROM role WHERE practice_id = ?", practice_id)}
    named: set[int] = set()
    for field in fields.FIELDS:
        if field.ref == "person" and field.entity != "absence":
            rows = read.rows(f'SELECT id, "{field.name}" FROM "{field.entity}" WHERE "{field.name}" IS NOT NULL')
            named |= {int(person) for id, person in rows if id not in there[field.entity]}
    return members - named, frozenset(members & named)


def _only_at(read: Reader, practice_id: int) -> set[int]:
    """Return people whose every role, of those the journal knows, was at a practice."""
    at: dict[int, set[int]] = {}
    rows = read.rows("SELECT coalesce(after, before) FROM change WHERE entity = 'role' AND field = ?", WHOLE)
    for (text,) in rows:
        row = json.loads(text)
        at.setdefault(int(row["person_id"]), set()).add(int(row["practice_id"]))
    return {person for person, places in at.items() if places == {practice_id}}


def texts(read: Reader, found: Scope) -> set[str]:
    """Return every text that the rows of a practice hold, to look for it where it should not be."""
    every: set[str] = set()
    for entity, ids in found.there.items():
        names = [one.name for one in fields.of(entity) if one.kind in (fields.Kind.TEXT, fields.Kind.JSON)]
        columns = ", ".join(f'"{name}"' for name in names) or "id"
        for part in chunks(sorted(ids)):
            rows = read.rows(f'SELECT {columns} FROM "{entity}" WHERE id IN ({slots(part)})', *part)
            every.update(str(value) for row in rows for value in row if value is not None)
    return {text for text in every if len(text) >= _SHORTEST}


def is_being_sent(read: Reader, practice_id: int) -> bool:
    """Whether an update of a practice is on its way just now."""
    sql = (
        'SELECT 1 FROM delivery d JOIN "update" u ON u.id = d.update_id '
        "WHERE u.practice_id = ? AND d.phase IN ('claimed', 'data started') LIMIT 1"
    )
    return read.value(sql, practice_id) is not None


def purge(store: Store, practice_id: int, words: Callable[[Scope], str], *, keep_links: bool) -> Scope:
    """Take out all that belongs to a practice, as one transaction, and say so in the journal; return what that was.

    `keep_links` leaves what is known of its objects on calendars, so that the next sync deletes them there. Raises
    StoreError; then nothing was changed.
    """
    store.read.rows("PRAGMA secure_delete=ON")
    with store.writing() as tx:
        found = scope(tx, practice_id)
        said = {text.casefold() for text in texts(tx, found)}
        journal.apply(tx, Action("purge", words(found), tuple(_loosened(tx, found))))
        kinds = movements.finished_kinds(tx, sorted(found.ever["task"]))
        _forget_machine_state(tx, found, keep_links=keep_links)
        for entity in fields.ENTITIES:
            for part in chunks(sorted(found.there[entity])):
                tx.run(f'DELETE FROM "{entity}" WHERE id IN ({slots(part)})', *part)
        _forget_steps(tx, found, said)
        derived.refresh(tx, Touched(frozenset(found.ever["task"]), frozenset(kinds), frozenset()))
        _forget_computed(tx, found)
    return found


def sweep(store: Store) -> None:
    """Write the file anew without what was taken out of it. Raises StoreError."""
    store.read.rows("VACUUM")


def _loosened(read: Reader, found: Scope) -> Iterator[Change]:
    """Yield, for all that stays, that it no longer refers to what goes."""
    for field in fields.FIELDS:
        if not field.ref or field.required:
            continue
        for part in chunks(sorted(found.there[field.ref])):
            sql = f'SELECT id, "{field.name}" FROM "{field.entity}" WHERE "{field.name}" IN ({slots(part)})'
            for id, value in read.rows(sql, *part):
                if id not in found.there[field.entity]:
                    yield Change(field.entity, int(id), field.name, value, None)


def _forget_steps(tx: Writer, found: Scope, said: set[str]) -> None:
    """Take what the journal has of these entities away, and the words of every step that was about them."""
    concerned: set[int] = set()
    for entity, ids in found.ever.items():
        for part in chunks(sorted(ids)):
            where = f"entity = ? AND entity_id IN ({slots(part)})"
            concerned |= {int(id) for (id,) in tx.rows(f"SELECT action_id FROM change WHERE {where}", entity, *part)}
            tx.run(f"DELETE FROM change WHERE {where}", entity, *part)
    for part in chunks(sorted(concerned)):
        rows = tx.rows(f"SELECT id, words, because FROM action WHERE id IN ({slots(part)})", *part)
        others = f"SELECT DISTINCT action_id FROM change WHERE action_id IN ({slots(part)})"
        left = {int(id) for (id,) in tx.rows(others, *part)}
        for id, words, because in rows:
            text = f"{words} {because or ''}".casefold()
            if id not in left or any(one in text for one in said):
                tx.run("UPDATE action SET words = ?, because = NULL WHERE id = ?", GONE_WORDS, id)
        # A step of which a part is gone would be taken back in part.
        tx.run(f"UPDATE action SET undo_refused = 1 WHERE id IN ({slots(part)})", *part)


def _forget_machine_state(tx: Writer, found: Scope, *, keep_links: bool) -> None:
    for part in chunks(sorted(found.ever["update"])):
        for table in ("delivery", "delivery_attempt", "incoming"):
            tx.run(f"DELETE FROM {table} WHERE update_id IN ({slots(part)})", *part)
    tx.run("DELETE FROM incoming WHERE practice_id = ?", found.practice_id)
    for part in chunks(sorted(found.ever["task"])):
        tx.run(f"DELETE FROM mail_task WHERE task_id IN ({slots(part)})", *part)
        if keep_links:
            # Its name and version are enough to delete an object; what it said goes now.
            tx.run(
                "UPDATE link SET base = NULL, agreed = NULL, theirs = NULL, theirs_etag = NULL, reason = NULL, "
                f"questions = NULL, published = NULL WHERE task_id IN ({slots(part)})",
                *part,
            )
        else:
            forget_links(tx, part)
    tx.run("UPDATE heartbeat SET fault = NULL WHERE fault IS NOT NULL")
    tx.run("UPDATE calendar_state SET last_error = NULL WHERE last_error IS NOT NULL")
    tx.run("UPDATE brief SET answer = NULL WHERE answer IS NOT NULL")


def forget_links(tx: Writer, task_ids: Iterable[int]) -> None:
    """Forget what is known of tasks' objects on calendars."""
    for part in chunks(sorted(task_ids)):
        ids = f"SELECT id FROM link WHERE task_id IN ({slots(part)})"
        tx.run(f"DELETE FROM operation WHERE link_id IN ({ids})", *part)
        tx.run(f"DELETE FROM link WHERE task_id IN ({slots(part)})", *part)


def links_left(read: Reader, task_ids: Iterable[int]) -> int:
    """Return how many objects of tasks are still known on calendars."""
    return sum(
        int(read.value(f"SELECT count(*) FROM link WHERE task_id IN ({slots(part)})", *part))
        for part in chunks(sorted(task_ids))
    )


def forget_links_that_are_gone(tx: Writer, task_ids: Iterable[int]) -> None:
    """Forget tasks' objects that are on no calendar any more, with the text that was agreed on."""
    for part in chunks(sorted(task_ids)):
        where = f"task_id IN ({slots(part)}) AND state IN ({slots(_OFF)})"
        tx.run(f"DELETE FROM operation WHERE link_id IN (SELECT id FROM link WHERE {where})", *part, *_OFF)
        tx.run(f"DELETE FROM link WHERE {where}", *part, *_OFF)


def links_by_calendar(read: Reader, task_ids: Iterable[int]) -> dict[str, int]:
    """Return how many objects of tasks are on each calendar that has any."""
    found: dict[str, int] = {}
    for part in chunks(sorted(task_ids)):
        sql = f"SELECT calendar, count(*) FROM link WHERE task_id IN ({slots(part)}) GROUP BY calendar"
        for calendar, count in read.rows(sql, *part):
            found[str(calendar)] = found.get(str(calendar), 0) + int(count)
    return found


def handles(read: Reader, people: Iterable[int]) -> list[str]:
    """Return what people are called by."""
    return [str(read.value("SELECT handle FROM person WHERE id = ?", id)) for id in sorted(people)]


def _forget_computed(tx: Writer, found: Scope) -> None:
    for part in chunks(sorted(found.ever["task"])):
        for table, column in (("task_dates", "task_id"), ("movement", "task_id"), ("task_words", "rowid")):
            tx.run(f"DELETE FROM {table} WHERE {column} IN ({slots(part)})", *part)
    for part in chunks(sorted(found.ever["update"])):
        tx.run(f"DELETE FROM update_words WHERE rowid IN ({slots(part)})", *part)
    for number, entity in enumerate(("meeting", "decision", "raise_note")):
        for part in chunks(sorted(found.ever[entity])):
            places = [id * 3 + number for id in part]
            tx.run(f"DELETE FROM record_words WHERE rowid IN ({slots(places)})", *places)
    for name in _SEARCHED:
        # What was taken out of an index stays in its segments until they are written anew.
        tx.run(f"INSERT INTO {name}({name}) VALUES ('rebuild')")
