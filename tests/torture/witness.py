"""The checker outside: it knows every edit that was acknowledged, and holds store, calendars and mail to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from followthru.actions.context import Context
from followthru.domain.changes import WHOLE, Change
from followthru.store import journal
from tests.store.oracles import replayed, state
from tests.torture.deeds import Deed
from tests.torture.phones import LateError
from tests.torture.shelf import Seen, Shelf
from tests.torture.sides import FIELD_OF, TALLIED
from tests.torture.tally import Value
from tests.torture.world import World

Step = tuple[str, str, str]
"""A step of the journal as it was read first: verb, words, instant."""


class Witness(World):
    """Hears what was acknowledged and what is in the journal, and judges that nothing of either is lost or doubled."""

    def __init__(self, ctx: Context, shelves: Mapping[str, Shelf]) -> None:
        super().__init__(ctx, shelves)
        self.acknowledged = 0
        self.unsaid = 0
        """Steps of processes that died before they could say so."""
        self.wrong: list[str] = []
        self._steps: dict[int, Step] = {}
        self._marks: set[str] = set()
        self._read_to = 0
        self._written: Value | None = None

    def begin(self) -> None:
        """Take what is in the journal so far as given."""
        self._heard()

    def perform(self, deed: Deed, act: Callable[[], bool | None], *, who: str) -> bool:
        """Let somebody do something; note what was acknowledged, and return whether it was done.

        `act` returns whether it was said to be done; None where whoever did it died, or said that it was not.
        """
        before, seen = self.visible(), self._seen()
        said = act()
        new = self._heard()
        for slot in before ^ (after := self.visible()):
            for calendar in self.shelves:
                self.deleted.discard((calendar, slot))
        self._throw_away(before - after, [*seen, *self._seen()])
        self._weigh(deed, said, new, who)
        return bool(new)

    def _weigh(self, deed: Deed, said: bool | None, new: list[tuple[Change, ...]], who: str) -> None:
        """Note whether what was said is what was done."""
        what = f"{who}: {' '.join(deed.words)}"
        if len(new) > 1:
            self.wrong.append(f"{what}: {len(new)} steps in the journal")
        if said and not new and deed.certain:
            self.wrong.append(f"{what}: said to be done, and not in the journal")
        if said is False and new:
            self.wrong.append(f"{what}: refused, and in the journal")
        self.acknowledged += said is True
        self.unsaid += said is None and bool(new)
        for changes in new[:1]:
            self._marks |= set(deed.marks)
            missing = set(deed.marks) - {value for change in changes for value in _values(change)}
            if missing:
                self.wrong.append(f"{what}: {sorted(missing)} are not in its step")

    def _seen(self) -> list[tuple[str, Seen]]:
        return [(calendar, one) for calendar in self.shelves for one in self.ours(calendar)]

    def _throw_away(self, gone: set[tuple[int, str]], seen: list[tuple[str, Seen]]) -> None:
        """Note what stood on events that go with what was dropped or undone."""
        for _, one in seen:
            if self.slot_of(one) in gone:
                self.tally.thrown([one.on, one.title])

    def _heard(self) -> list[tuple[Change, ...]]:
        """Read what is new in the journal; return the changes of the PM's own steps."""
        sql = "SELECT id, actor, verb, words, at FROM action WHERE id > ? ORDER BY id"
        mine: list[tuple[Change, ...]] = []
        for id, actor, verb, words, at in self.ctx.read.rows(sql, self._read_to):
            self._read_to = int(id)
            self._steps[int(id)] = (verb, words, at)
            if actor == "me":
                changes = tuple(journal.changes_of(self.ctx.read, int(id)))
                mine.append(changes)
                for change in changes:
                    self._tally(change)
        return mine

    def _tally(self, change: Change) -> None:
        if change.entity != "task":
            return
        for field in TALLIED:
            if change.field in (field, WHOLE):
                self.tally.edited(change.id, field, _value(change.before, field), _value(change.after, field))

    def phone(self, edit: Callable[[], object]) -> bool:
        """Let somebody edit on a calendar, unless somebody else was quicker; what was not written is thrown away."""
        self._written = None
        try:
            edit()
        except LateError:
            self.tally.thrown([self._written])
            return False
        return True

    def _wrote(self, calendar: str, one: Seen, field: str, before: Value, after: Value) -> None:
        self._written = after
        super()._wrote(calendar, one, field, before, after)

    def lies(self) -> Iterator[str]:
        """Yield what is wrong with the store at any moment: steps lost, edits doubled, a journal that lies."""
        yield from self.wrong
        self.wrong.clear()
        sql = "SELECT id, verb, words, at FROM action"
        there = {int(id): (str(verb), str(words), str(at)) for id, verb, words, at in self.ctx.read.rows(sql)}
        for id, step in self._steps.items():
            if there.get(id) != step:
                yield f"step {id} {step} is lost or changed: {there.get(id)}"
        yield from self._doubled()
        try:
            if state(self.ctx) != replayed(self.ctx.read):
                yield "the journal does not amount to the tables"
        except AssertionError as error:
            yield f"the journal cannot be replayed: {error}"
        for name in ("integrity_check", "foreign_key_check"):
            rows = self.ctx.read.rows(f"PRAGMA {name}")
            if rows not in ([], [("ok",)]):
                yield f"the store is damaged: {rows}"

    def _doubled(self) -> Iterator[str]:
        """Yield each mark that several steps hold; what is done again after an undo is no second edit."""
        sql = (
            "SELECT c.after FROM change c JOIN action a ON a.id = c.action_id "
            "WHERE a.actor = 'me' AND a.reverses_id IS NULL AND c.after IS NOT NULL"
        )
        found = [value for (after,) in self.ctx.read.rows(sql) for value in set(_texts(json.loads(after)))]
        for mark in self._marks:
            # What is computed of a date, such as a target, says it again within its step.
            if (count := len([value for value in found if value == mark])) == 0:
                yield f"{mark} is lost from the journal"
            elif count > 1 and mark.startswith("Title"):
                yield f"{mark} was written {count} times"


def _values(change: Change) -> Iterator[str]:
    return _texts(change.after)


def _texts(after: object) -> Iterator[str]:
    if isinstance(after, Mapping):
        yield from (value for value in after.values() if isinstance(value, str))  # pyright: ignore[reportUnknownVariableType]
    elif isinstance(after, str):
        yield after


def _value(side: object, field: str) -> Value | None:
    found = side.get(field) if isinstance(side, Mapping) else side  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    if not isinstance(found, str):
        return None
    return date.fromisoformat(found) if field in FIELD_OF.values() else found
