"""What every verb needs: the store, the clock, whose desk it is, and how to wake the daemon."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from followthru.actions.phrasebooks import Books
from followthru.actions.stored import whole
from followthru.domain.changes import Row
from followthru.domain.clock import today_in
from followthru.domain.dateword import DateOrder
from followthru.domain.people import Practice
from followthru.store import practices
from followthru.store.store import Reader, Store, Writer

if TYPE_CHECKING:
    from followthru.domain.playbooks import Playbook
    from followthru.domain.task import Audience
    from followthru.exchange.kinds import Kinds


class Outcome(NamedTuple):
    """What a verb did: its step in the journal (None when nothing changed), the tasks, and words for the user."""

    action_id: int | None
    task_ids: tuple[int, ...]
    words: str
    notes: tuple[str, ...] = ()


def _nobody() -> None:
    """Wake nobody: without a daemon there is no one to hear."""


class Context:
    """One desk: a store, its clock, the PM's zone and date order, the minutes of work that fit into a day of theirs.

    `books` are the practices' own words for their updates; without any, the usual ones hold. `playbooks` gives the
    edition of a playbook that holds now, None where there is no good one. `registers` is the folder of the user's own
    kinds of register items. `audience_of` says for whom a calendar is, None of one that is not configured. `wake` is
    called after each commit.
    """

    def __init__(
        self,
        store: Store,
        *,
        zone: str,
        order: DateOrder = DateOrder.DMY,
        my_name: str = "",
        capacity: int | None = None,
        books: Books | None = None,
        registers: Path | None = None,
        playbooks: Callable[[str], Playbook | None] = lambda _: None,
        audience_of: Callable[[str], Audience | None] = lambda _: None,
        wake: Callable[[], object] = _nobody,
    ) -> None:
        self.store = store
        self.zone = zone
        self.order = order
        self.my_name = my_name
        self.capacity = capacity
        self.books = books or Books(None)
        self._registers = registers
        self.playbooks = playbooks
        self.audience_of = audience_of
        self._wake = wake

    @property
    def kinds(self) -> Kinds:
        """The kinds of register items that there are; only who asks loads them."""
        from followthru.exchange.kinds import Kinds

        return Kinds(self._registers)

    @property
    def read(self) -> Reader:
        """Reads outside any transaction."""
        return self.store.read

    @contextmanager
    def acting(self) -> Generator[Writer]:
        """Hold the write transaction of one action; wake the daemon once it is committed."""
        with self.store.writing() as tx:
            yield tx
        self._wake()

    def wake(self) -> None:
        """Tell the daemon that something changed for more than the one who changed it."""
        self._wake()

    def today(self, practice: Practice | None = None) -> date:
        """Return the date in a practice's zone, else in the PM's."""
        return today_in(self.zone if practice is None else practice.timezone, self.store.clock.now())

    def today_for(self, read: Reader, practice_id: int | None) -> date:
        """Return the date for a task of this practice."""
        return self.today(None if practice_id is None else practices.practice(read, practice_id))

    def today_of(self, read: Reader, task: Row) -> date:
        """Return the date for a task by its fields."""
        return self.today_for(read, whole(task["practice_id"]))
