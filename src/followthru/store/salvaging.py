"""Make a whole store of a damaged one: what reads of it, what its journal says, and the rest from a backup.

The journal is a second copy of all user state, and a backup a third. A row that does not read is made from the
journal; where that does not read either, from the backup and what the journal has since. Nothing is taken from a backup
for a table that reads whole: what is missing there was removed.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from followthru.domain import fields
from followthru.domain.changes import WHOLE, Scalar
from followthru.store import backups, migrate
from followthru.store.faults import StoreError
from followthru.store.soundness import is_sound
from followthru.store.version import SCHEMA_VERSION
from followthru.store.wreck import Wreck, version_of

JOURNAL = ("action", "change")
_COMPUTED = ("alembic_version", "task_dates", "movement", "pace")
_LOST_STEP = "A step whose words do not read any more"
FAR = 1_000
"""How many numbers past the highest one known are asked for behind a page that does not read."""


_FARTHEST = 2_000_000


class Report(NamedTuple):
    """What a salvage found, as counts by table where not said otherwise.

    `lost` names entities by id that are nowhere; `differs` fields (entity, id, field) of which row and journal say
    different things, so that one of them was damaged unseen: the journal's is taken. `steps` are those of the journal
    that are missing. `unknown` says that the end of the journal may be, about which nothing is known;
    `backup_passed_by` that a practice was purged since the backup was taken.
    """

    read: dict[str, int]
    from_journal: dict[str, int]
    from_backup: dict[str, int]
    loosened: dict[str, int]
    lost: dict[str, tuple[int, ...]]
    differs: tuple[tuple[str, int, str], ...]
    steps: tuple[int, ...]
    changes: int
    unknown: bool
    by_pattern: bool
    lost_bytes: int
    backup_passed_by: bool

    @property
    def complete(self) -> bool:
        """Whether nothing is known to be missing."""
        return not (self.lost or self.differs or self.steps or self.changes or self.loosened or self.unknown)


def salvage(damaged: Path, backup: Path | None, place: Path) -> Report:
    """Make a whole store at a place. `backup` is a copy of this program's schema, with nothing else done to it.

    Raises StoreError where nothing reads, or the file is of another version; OSError, sqlite3.Error for the place.
    """
    version = version_of(damaged)
    if version is not None and version != SCHEMA_VERSION:
        raise StoreError(
            f"{damaged} is of another version (schema {version}, this followthru knows {SCHEMA_VERSION}).",
            safe="Nothing was changed.",
            remedy="`followthru restore` puts a backup in its place and keeps the file.",
        )
    wreck_at = place.with_name(f"{place.name}.wreck")
    try:
        wreck = Wreck(damaged, wreck_at, backup)
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"Nothing of {damaged} reads: {error}.",
            safe="Nothing was changed.",
            remedy="`followthru restore` puts a backup in its place and keeps the file.",
        ) from error
    try:
        migrate.migrate(place)
        with closing(sqlite3.connect(place, isolation_level=None)) as fresh:
            fresh.execute("PRAGMA synchronous=OFF")  # forced to the disk once it is whole, by the move to its place
            if backup is not None:
                fresh.execute("ATTACH ? AS old", (str(backup),))
            fresh.execute("BEGIN")
            report = _Salvage(wreck, fresh, has_backup=backup is not None).run()
            fresh.execute("COMMIT")
        migrate.compute_anew(place)
        backups.check(place)
        return report
    finally:
        wreck.close()
        for left in wreck_at.parent.glob(f"{wreck_at.name}*"):
            left.unlink()


class _Salvage:
    """One salvage under way, over the new store with the backup attached as `old`."""

    def __init__(self, wreck: Wreck, fresh: sqlite3.Connection, *, has_backup: bool) -> None:
        self._wreck = wreck
        self._fresh = fresh
        self._has_backup = has_backup
        self._whole: set[str] = set()
        self._read, self._journal, self._backup, self._loosened = (Counter[str]() for _ in range(4))

    def run(self) -> Report:
        self._fresh.execute("PRAGMA foreign_keys=OFF")
        for trigger in self._names("trigger"):
            self._fresh.execute(f'DROP TRIGGER "{trigger}"')
        tables = [name for name in self._names("table") if self._is_kept(name)]
        tables.sort(key=lambda name: name != "sequence")  # it says how far to look in all others
        for name in tables:
            self._take(name)
        passed_by = self._has_backup and self._is_from_before_a_purge()
        self._has_backup = self._has_backup and not passed_by
        known = self._known_steps()
        for name in JOURNAL:
            self._fill_up(name)
        steps, changes = self._missing_of_journal(known)
        differs = (
            [one for entity in fields.ENTITIES for one in self._compare(entity)] if "change" in self._whole else []
        )
        lost = {entity: ids for entity in fields.ENTITIES if (ids := self._bring_back(entity))}
        for name in tables:
            if name not in (*JOURNAL, *fields.ENTITIES):
                self._fill_up(name)
        self._loosen()
        if "sequence" not in self._whole:
            self._fresh.execute("UPDATE sequence SET last = last + ?", (FAR,))
        self._never_again(lost)
        unknown = not self._whole.issuperset(JOURNAL)
        if unknown:
            # A step of which a part is missing would be taken back in part.
            self._fresh.execute("UPDATE action SET undo_refused = 1")
        return Report(
            read=dict(+self._read),
            from_journal=dict(+self._journal),
            from_backup=dict(+self._backup),
            loosened=dict(+self._loosened),
            lost=lost,
            differs=tuple(differs),
            steps=steps,
            changes=changes,
            unknown=unknown,
            by_pattern=self._wreck.by_pattern,
            lost_bytes=self._wreck.lost_bytes,
            backup_passed_by=passed_by,
        )

    def _names(self, kind: str) -> list[str]:
        rows = self._fresh.execute("SELECT name FROM main.sqlite_master WHERE type = ?", (kind,)).fetchall()
        return [str(row[0]) for row in rows]

    def _is_kept(self, name: str) -> bool:
        found = ("task_words", "update_words", "record_words")
        return not name.startswith(("sqlite_", *found)) and name not in _COMPUTED

    def _columns(self, table: str) -> list[str]:
        return [str(row[1]) for row in self._fresh.execute(f'PRAGMA main.table_info("{table}")')]

    def _take(self, table: str) -> None:
        """Copy what reads of a table."""
        here = set(self._wreck.columns(table))
        columns = [name for name in self._columns(table) if name in here]
        if not columns:
            return
        whole = self._wreck.is_whole(table)
        insert = _insert(table, columns)
        refused = 0
        for cells in self._wreck.rows(table, columns, self._highest(table)):
            if not is_sound(table, columns, cells):
                refused += 1
                continue
            try:
                taken = self._fresh.execute(insert, cells).rowcount
            except sqlite3.IntegrityError:
                taken = 0  # not what a row of this table can be
            # One that is passed over as a second one of its key has lost its own.
            self._read[table] += taken
            refused += not taken
        if whole and not refused and table not in self._wreck.stumbled:
            self._whole.add(table)

    def _highest(self, table: str) -> int:
        """Return the highest number that a row of a table may have."""
        found = {0}
        for name in ("main", "old") if self._has_backup else ("main",):
            found |= self._ids(f'SELECT max(rowid) FROM {name}."{table}"')
            found |= self._ids(f"SELECT last FROM {name}.sequence WHERE entity = ?", table)
        far = max(found) * 2 + FAR
        return max(far, min(self._wreck.place.stat().st_size // 40, _FARTHEST)) if table in JOURNAL else far

    def _is_from_before_a_purge(self) -> bool:
        """Whether a practice was purged since the backup: what it holds of that is not to come back."""
        sql = "SELECT id FROM {}.action WHERE verb = 'purge'"
        return not self._ids(sql.format("main")) <= self._ids(sql.format("old"))

    def _known_steps(self) -> set[int]:
        """Return the steps that are known of, whether they read or not."""
        return self._ids("SELECT id FROM action UNION SELECT action_id FROM change")

    def _ids(self, sql: str, *values: object) -> set[int]:
        return {int(row[0] or 0) for row in self._fresh.execute(sql, values)}

    def _fill_up(self, table: str) -> None:
        """Take from the backup what is missing of a table that does not read whole."""
        if table in self._whole or not self._has_backup:
            return
        names = ", ".join(f'"{name}"' for name in self._columns(table))
        sql = f'INSERT OR IGNORE INTO main."{table}"({names}) SELECT {names} FROM old."{table}"'
        self._backup[table] += self._fresh.execute(sql).rowcount

    def _missing_of_journal(self, known: set[int]) -> tuple[tuple[int, ...], int]:
        """Return the steps that are missing, which get a place without words, and how many changes are."""
        steps: list[int] = []
        there = self._ids("SELECT id FROM action")
        if "action" not in self._whole:
            steps = sorted(set(range(1, max({*known, *there}, default=0) + 1)) - there)
            at = "1970-01-01T00:00:00Z"
            for id in steps:
                at = next(
                    (
                        row[0]
                        for row in self._fresh.execute(
                            "SELECT at FROM action WHERE id < ? ORDER BY id DESC LIMIT 1", (id,)
                        )
                    ),
                    at,
                )
                self._fresh.execute(
                    "INSERT INTO action(id, verb, words, actor, at, undone, undo_refused) VALUES (?,?,?,'me',?,0,1)",
                    (id, "lost", _LOST_STEP, at),
                )
        changes = 0
        if "change" not in self._whole:
            changes = int(self._fresh.execute("SELECT coalesce(max(id), 0) - count(*) FROM change").fetchone()[0])
        return tuple(steps), changes

    def _compare(self, entity: str) -> Iterator[tuple[str, int, str]]:
        """Set every field that is not what the journal amounts to, and yield which."""
        said = self._fresh.execute(
            "SELECT entity_id, field, after FROM change WHERE entity = ? ORDER BY entity_id, id", (entity,)
        ).fetchall()
        for id, changes in groupby(said, key=lambda one: int(one[0])):
            row: dict[str, Scalar] = {}
            for _, field, after in changes:
                value = None if after is None else json.loads(after)
                row = (value or {}) if field == WHOLE else row | {field: value}
            there = self._row("main", entity, id) if row else None
            for field, value in row.items():
                if there is not None and there[field] != value:
                    self._fresh.execute(f'UPDATE main."{entity}" SET "{field}" = ? WHERE id = ?', (value, id))
                    yield entity, id, field

    def _bring_back(self, entity: str) -> tuple[int, ...]:
        """Make the rows of an entity that do not read from the journal and the backup; return the ids of none."""
        if entity in self._whole:
            return ()
        there = self._ids(f'SELECT id FROM main."{entity}"')
        said = self._ids("SELECT entity_id FROM change WHERE entity = ?", entity)
        old = self._ids(f'SELECT id FROM old."{entity}"') if self._has_backup else set[int]()
        given = max(self._ids("SELECT last FROM main.sequence WHERE entity = ?", entity), default=0)
        every = {*said, *old, *range(1, given + 1)}
        return tuple(id for id in sorted(every - there) if not self._made(entity, id, in_backup=id in old))

    def _made(self, entity: str, id: int, *, in_backup: bool) -> bool:
        """Make one row if it is known; return whether what became of it is."""
        row: dict[str, Scalar] | None = None
        began = gone = False
        # The journal has every change that the backup has: playing all of them over its row ends with the newest.
        for field, after in self._fresh.execute(
            "SELECT field, after FROM change WHERE entity = ? AND entity_id = ? ORDER BY id", (entity, id)
        ).fetchall():
            value = None if after is None else json.loads(after)
            if field == WHOLE:
                row, began, gone = value, began or value is not None, value is None
            elif row is not None:
                row[field] = value
            elif in_backup and not gone:
                row = {**(self._row("old", entity, id) or {}), field: value}
        source = self._journal
        if row is None and in_backup and not gone:
            row, source = self._row("old", entity, id), self._backup
        if row is None:
            return gone
        columns = ["id", *row]
        try:
            self._fresh.execute(_insert(entity, columns), (id, *row.values()))
        except sqlite3.IntegrityError:
            return False
        (source if began else self._backup)[entity] += 1
        return True

    def _row(self, source: str, entity: str, id: int) -> dict[str, Scalar] | None:
        names = [field.name for field in fields.of(entity)]
        columns = ", ".join(f'"{name}"' for name in names)
        found = self._fresh.execute(f'SELECT {columns} FROM {source}."{entity}" WHERE id = ?', (id,)).fetchone()
        return None if found is None else dict(zip(names, found, strict=True))

    def _loosen(self) -> None:
        """Take away references to what is nowhere: the reference where that can be, else the row."""
        while broken := self._fresh.execute("PRAGMA main.foreign_key_check").fetchall():
            for table, rowid, _, number in broken:
                keys = self._fresh.execute(f'PRAGMA main.foreign_key_list("{table}")').fetchall()
                column = next(str(key[3]) for key in keys if key[0] == number)
                info = self._fresh.execute(f'PRAGMA main.table_info("{table}")').fetchall()
                needed = any(row[1] == column and row[3] for row in info)
                if needed:
                    sql = f'DELETE FROM main."{table}" WHERE rowid = ?'
                else:
                    sql = f'UPDATE main."{table}" SET "{column}" = NULL WHERE rowid = ?'
                self._loosened[table] += self._fresh.execute(sql, (rowid,)).rowcount

    def _never_again(self, lost: dict[str, tuple[int, ...]]) -> None:
        """Give out no id again that may have been given out."""
        for entity in fields.ENTITIES:
            known = {*self._ids(f'SELECT max(id) FROM main."{entity}"'), *lost.get(entity, ())[-1:]}
            self._fresh.execute(
                "INSERT INTO main.sequence(entity, last) VALUES (?, ?) "
                "ON CONFLICT(entity) DO UPDATE SET last = max(last, excluded.last)",
                (entity, max(known)),
            )


def _insert(table: str, columns: list[str]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    return f'INSERT OR IGNORE INTO main."{table}"({names}) VALUES ({", ".join("?" * len(columns))})'
