"""The working week passes, and a program that is broken on purpose fails it in words that say what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.acceptance.week.days import Week
from tests.acceptance.week.desk import Desk
from tests.acceptance.week.office import opened
from tests.program.daemon import end_all

Open = Callable[[str], AbstractContextManager[Desk]]


@pytest.fixture
def office(tmp_path: Path, blank_database: Path) -> Open:
    """What opens the desk on the Saturday before, of a program that is broken so."""

    @contextmanager
    def open_(breach: str) -> Generator[Desk]:
        try:
            with opened(tmp_path, blank_database, breach) as desk:
                yield desk
        finally:
            end_all()

    return open_


@pytest.mark.long
def test_a_working_week(office: Open) -> None:
    with office("") as desk:
        Week(desk).live()


BREACHES = {
    "an uncertain mail is sent again": (
        """
from followthru.actions import deliver
deliver.may_repeat = lambda phase, *, repeats_safely: phase == "uncertain"
""",
        "Thursday .*arrived 2 times and not 1: oak to dana: Re: ",
    ),
    "the practice's own title is shown to owners": (
        """
from followthru.store import published
published._TOLD = published._TOLD.replace("t.public_title", "t.title AS public_title", 1)
""",
        "Monday .*on the calendar client 'X-ray inspection' is Thu 10 Jun, not nowhere",
    ),
    "what others drag on a calendar is applied without asking": (
        """
from followthru.calendars import merge
merge._asks = lambda shown, field, their: False
""",
        "the screen never showed 'Calendars ask .*Tuesday .*",
    ),
    "quiet hours are not kept": (
        """
from followthru.actions import gate
gate.Gate._quiet = lambda self, row: None
""",
        "waits for the end of Sam's quiet hours: .*Monday ",
    ),
    "an update does not wait for its hour": (
        """
from followthru.actions import updates
approve = updates.approve
updates.approve = lambda ctx, config, id, **given: approve(ctx, config, id, **{**given, "at_once": True})
""",
        "each waits for its hour.*Friday ",
    ),
    "a duty that is done makes no next one": (
        """
from followthru.actions import repeating
repeating.next_occurrence = lambda *_: repeating.Next()
""",
        "the screen never showed 'The next one is 4.*Monday ",
    ),
    "an edit counts as sent while the network is gone": (
        """
from followthru.actions import ledger
from followthru.store import links
in_step = ledger.StoreLedger.in_step
def hasty(self):
    memory = in_step(self)
    known = links.calendar(self._ctx.read, self._view.name)
    if memory is None and known is not None:
        with self._ctx.store.writing() as tx:
            links.remember(tx, self._view.name, known, self._edition(tx))
    return memory
ledger.StoreLedger.in_step = hasty
""",
        "Wednesday .*on the calendar mine 'harbor: Billing numbers' is Wed 9 Jun, not Tue 15 Jun",
    ),
    "a broken promise counts as moved in time": (
        """
from followthru.domain import kept
kept.moved_in_time = lambda case, calendar: len(case.tellings) > 1
""",
        "Kept: ",
    ),
    "a broken promise is left out of the rate": (
        """
from followthru.domain import kept
plus = kept.Record.plus
kept.Record.plus = lambda self, found: self if found is kept.Verdict.MISSED else plus(self, found)
""",
        "Kept: ",
    ),
    "an undo does not reach the calendar": (
        """
from followthru.actions import ledger
wanted, shown = ledger.wanted, {}
def stale(ctx, read, view):
    at = read.value("SELECT max(id) FROM action WHERE verb <> 'undo'")
    return shown.setdefault((view.name, at), wanted(ctx, read, view))
ledger.wanted = stale
""",
        "both calendars show it undone: .*calendar mine .done: elm: Read the fridge thermometer. is Mon 7 Jun, not",
    ),
}


@pytest.mark.torture
@pytest.mark.parametrize(("breach", "says"), BREACHES.values(), ids=BREACHES)
def test_a_broken_program_fails_the_week(office: Open, breach: str, says: str) -> None:
    with pytest.raises(AssertionError) as failed, office(breach) as desk:
        Week(desk).live()
    said = "\n".join((str(failed.value), *getattr(failed.value, "__notes__", ())))
    assert re.search(says, said, re.DOTALL), said
