"""Errands: what is left undone before a round that is made for a rare place, so that somebody comes to it.

Most places are passed by whoever does what was done when one like it was passed. These want something to be there
first: a draft that became untrue, an event whose task is gone, a step that was taken back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from random import Random

from tests.torture import deeds
from tests.torture.aims import NOWHERE, Aim
from tests.torture.boundaries import Target
from tests.torture.deeds import PERSON, Deed
from tests.torture.script import MOST
from tests.torture.sides import Row
from tests.torture.stage import CALENDARS
from tests.torture.surfaces import CLI
from tests.torture.whole import Whole

Run = Callable[[Deed, Target], object]


class Errands:
    """Runs errands in one home; `run` runs a command that dies at a target."""

    def __init__(self, whole: Whole, dice: Random, run: Run) -> None:
        self._whole, self._dice, self._run = whole, dice, run

    def prepare(self, aim: Aim) -> tuple[bool, Deed | None]:
        """Leave undone what is wanted on the way to a place; return whether that is all that may be done before.

        At the command line that includes the command that then comes to the place, None for one like any before it.
        """
        found = next((errand for part, errand in ERRANDS.items() if part in aim.kind), None)
        return found is not None, None if found is None else found(self, aim)

    def _do(self, *words: str, dies: str | None = None) -> None:
        self._run(Deed(words, certain=False), NOWHERE if dies is None else Target(dies))

    def _open(self) -> list[Row]:
        rows = self._whole.world.rows().values()
        return sorted((row for row in rows if row.status not in ("done", "dropped")), key=lambda row: row.id)

    def _added(self) -> Row | None:
        """Add a promise, which is news to everybody."""
        self._run(deeds.add(self._whole.world.tally, self._dice, ()), NOWHERE)
        promised = [row for row in self._open() if row.promised_on is not None]
        return promised[-1] if promised else None

    def _renamed(self, row: Row) -> None:
        title = self._whole.world.tally.title()
        self._run(Deed(("edit", str(row.id), f"title={title}"), (title,)), NOWHERE)

    def draft_that_is_old(self, aim: Aim) -> None:
        """Leave a draft that is to be written anew."""
        row = self._added()
        self._run(deeds.draft(self._whole.world.tally, self._dice, ()), NOWHERE)
        if row is not None:
            self._renamed(row)

    def approved_that_is_old(self, aim: Aim) -> None:
        """Leave an update that was approved and must not go out as it is."""
        row = self._added()
        self._run(deeds.draft(self._whole.world.tally, self._dice, ()), NOWHERE)
        drafts = [one for one in self._whole.mail.rows() if (one.status, one.kind) == ("in review", "digest")]
        if row is not None and drafts:
            self._do("update", "approve", str(drafts[-1].id), "--yes", "--now")
            self._renamed(row)

    def question(self, aim: Aim) -> None:
        """Leave a question that nobody has drafted, because the command died that would have."""
        self._wait(dies="after commit: tasks.wait")

    def question_in_vain(self, aim: Aim) -> Deed | None:
        """Leave a drafted question that nobody wants an answer to any more; at the command line, give that up now."""
        row = self._wait()
        if row is None:
            return None
        dropped = Deed(("drop", str(row.id)), (), certain=False)
        if aim.way.surface == CLI:
            return dropped
        self._run(dropped, Target("after commit: tasks._move"))
        return None

    def _wait(self, dies: str | None = None) -> Row | None:
        row = self._added()
        if row is not None:
            what = f"Form {self._whole.world.tally.title()}"
            waited = Deed(("wait", str(row.id), "--on", PERSON, "--for", what), (what,))
            self._run(waited, NOWHERE if dies is None else Target(dies))
        return row

    def event_in_vain(self, aim: Aim) -> Deed | None:
        """Leave an event on a calendar whose task is gone."""
        promised = [row for row in self._open() if row.promised_on is not None]
        if promised:
            self._do("drop", str(self._dice.choice(promised).id))
        return self.syncs(aim)

    def event_with_a_note(self, aim: Aim) -> Deed | None:
        """Let somebody write into an event what is theirs alone."""
        number = self._dice.randrange(MOST)
        self._whole.witness.phone(lambda: [self._whole.world.annotate(name, number) for name in CALENDARS])
        return self.syncs(aim)

    def event_of_somebody(self, aim: Aim) -> Deed | None:
        """Let somebody put an event of their own beside ours."""
        number = self._dice.randrange(MOST)
        self._whole.witness.phone(lambda: self._whole.world.put_foreign("beside", number, repeats=False))
        return self.syncs(aim)

    def taken_back(self, aim: Aim) -> Deed:
        """Take a step back that may be done again."""
        self._added()
        self._do("undo")
        return Deed(("redo",), (), certain=False)

    def server_unmeasured(self, aim: Aim) -> Deed | None:
        """Fill the calendars of a new home, whose server is measured once a sync finds nothing more to do."""
        self._do("sync")
        return self.syncs(aim)

    def backup_due(self, aim: Aim) -> None:
        """Let so much time pass that a new backup is made, in every folder, and tried."""
        self._whole.world.pass_time(lambda: self._whole.clock.advance(days=8))

    def views_of_another(self, aim: Aim) -> Deed | None:
        """Leave the store without what guards it, as one that another build of the program made."""
        with closing(sqlite3.connect(self._whole.desk.home.database)) as store:
            store.execute("DROP TRIGGER IF EXISTS delivery_moved")
        return self.syncs(aim)

    def syncs(self, aim: Aim) -> Deed | None:
        """Leave nothing; at the command line, sync."""
        return Deed(("sync",), (), certain=False) if aim.way.surface == CLI else None


ERRANDS: Mapping[str, Callable[[Errands, Aim], Deed | None]] = {
    "commit: drafting._rewrite": Errands.draft_that_is_old,
    "commit: outcomes.send_back": Errands.approved_that_is_old,
    "commit: notices.write": Errands.question,
    "commit: notices._withdraw": Errands.question_in_vain,
    "commit: history.redo": Errands.taken_back,
    "commit: ledger.record": Errands.event_with_a_note,
    "commit: others.note": Errands.event_of_somebody,
    "commit: probing._keep": Errands.server_unmeasured,
    "commit: same_machine.": Errands.syncs,
    "step: connection._make_views": Errands.views_of_another,
    "rename: backups.copy": Errands.backup_due,
    "rename: backups.note_tried": Errands.backup_due,
    ": DELETE": Errands.event_in_vain,
}
"""By a part of a place's name, what is left undone for it."""
