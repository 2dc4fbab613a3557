"""What a PM does on the command line and on the screen, and by what each is known again in the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import NamedTuple

from tests.torture.sides import Row
from tests.torture.tally import Tally

PRACTICE, PERSON = "oak-street", "dana"
BECAUSE = ("--because", "the form came late")
PRIVATE = "private canary"
"""Stands in every note: it never leaves."""


class Deed(NamedTuple):
    """One command line; `marks` are values that nobody else writes and that its step in the journal holds.

    A deed that is `certain` is a step whenever it says that it was done; another one may have found nothing to do.
    """

    words: tuple[str, ...]
    marks: tuple[str, ...] = ()
    certain: bool = True

    @property
    def verb(self) -> str:
        """The command: of one with commands below it, such as `update`, both words."""
        return " ".join(self.words[: 2 if self.words[0] == "update" else 1])


Make = Callable[[Tally, Random, Sequence[Row]], Deed | None]


def add(tally: Tally, dice: Random, rows: Sequence[Row]) -> Deed:
    """Add a task with a promise, perhaps told, or a deadline."""
    title, day = tally.title(), tally.day().isoformat()
    date = dice.choice([f"by {day}", f"by {day}", f"by {day} to {PERSON}", f"deadline {day}"])
    return Deed(("add", f"{title} {date} @{PRACTICE}"), (title, day))


def rename(tally: Tally, dice: Random, rows: Sequence[Row]) -> Deed | None:
    """Give a task another title."""
    title = tally.title()
    return _of(rows, dice, lambda row: Deed(("edit", row, f"title={title}"), (title,)))


def promise(tally: Tally, dice: Random, rows: Sequence[Row]) -> Deed | None:
    """Promise another date."""
    day = tally.day().isoformat()
    return _of(rows, dice, lambda row: Deed(("promise", row, day, *BECAUSE), (day,)))


def deadline(tally: Tally, dice: Random, rows: Sequence[Row]) -> Deed | None:
    """Note another deadline."""
    day = tally.day().isoformat()
    return _of(rows, dice, lambda row: Deed(("edit", row, f"deadline_on={day}"), (day,)))


def note(tally: Tally, dice: Random, rows: Sequence[Row]) -> Deed | None:
    """Write a private note."""
    words = f"{PRIVATE} {tally.title()}"
    return _of(rows, dice, lambda row: Deed(("edit", row, f"notes={words}"), (words,)))


def wait(tally: Tally, dice: Random, rows: Sequence[Row]) -> Deed | None:
    """Wait for somebody, which drafts a question to them."""
    what = f"Form {tally.title()}"
    return _of(rows, dice, lambda row: Deed(("wait", row, "--on", PERSON, "--for", what), (what,)))


def tell(tally: Tally, dice: Random, rows: Sequence[Row]) -> Deed | None:
    """Note that somebody was told."""
    promised = [row for row in rows if row.promised_on is not None]
    return _of(promised, dice, lambda row: Deed(("tell", row, PERSON, "--how", "call"), (), certain=False))


def step(tally: Tally, dice: Random, rows: Sequence[Row]) -> Deed | None:
    """Start, finish, reopen or drop a task."""
    verb = dice.choice(["start", "done", "done", "reopen", "drop"])
    return _of(rows, dice, lambda row: Deed((verb, row), (), certain=False), every=verb == "reopen")


def close_day(tally: Tally, dice: Random, rows: Sequence[Row]) -> Deed:
    """Note a day on which a practice is closed."""
    day = tally.day().isoformat()
    return Deed(("practice", "close", PRACTICE, day), (day,))


def undo(tally: Tally, dice: Random, rows: Sequence[Row]) -> Deed:
    """Take the newest step back."""
    return Deed(("undo",), (), certain=False)


def redo(tally: Tally, dice: Random, rows: Sequence[Row]) -> Deed:
    """Do it again."""
    return Deed(("redo",), (), certain=False)


def draft(tally: Tally, dice: Random, rows: Sequence[Row]) -> Deed:
    """Write an update."""
    return Deed(("update", "draft", PERSON, "--practice", PRACTICE), (), certain=False)


def back_up(tally: Tally, dice: Random, rows: Sequence[Row]) -> Deed:
    """Back the store up, which is no step."""
    return Deed(("backup",), (), certain=False)


def sync(tally: Tally, dice: Random, rows: Sequence[Row]) -> Deed:
    """Sync at once, perhaps beside the daemon."""
    return Deed(("sync",), (), certain=False)


DEEDS: tuple[Make, ...] = (
    add, add, rename, rename, promise, promise, deadline, note, wait, tell, step, step, close_day, undo, redo, back_up,
    sync,
)  # fmt: skip
DEEDS_OF: Mapping[str, tuple[Make, ...]] = {
    "add": (add,), "edit": (rename, deadline, note), "promise": (promise,), "wait": (wait,), "tell": (tell,),
    "start": (step,), "done": (step,), "reopen": (step,), "drop": (step,), "practice": (close_day,),
    "undo": (undo,), "redo": (redo,), "backup": (back_up,), "sync": (sync,), "update draft": (draft,),
}  # fmt: skip
"""What makes a deed of a verb, perhaps: a step is one of several."""


def _of(rows: Sequence[Row], dice: Random, make: Callable[[str], Deed], *, every: bool = False) -> Deed | None:
    """Make a deed for one of the tasks, None where there is none."""
    found = [row for row in rows if every or row.status not in ("done", "dropped")]
    return make(str(dice.choice(found).id)) if found else None
