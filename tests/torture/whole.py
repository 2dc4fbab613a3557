"""The whole product on one home: people at the command line, the screen and their calendars, and a daemon.

The store is open in this process only while none is forked: see `Place`.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from followthru.actions import updates
from followthru.actions.deliver import AccountPausedError, Sender, resume_mended
from followthru.actions.gate import Rules
from followthru.actions.transports import own_transport
from followthru.config.reading import load
from followthru.errors import Exit, FollowthruError
from followthru.store.updates import UpdateRow
from tests.storekit import add_person
from tests.torture.boundaries import Target
from tests.torture.deeds import PRACTICE, PRIVATE, Deed
from tests.torture.mail_judge import MailJudge
from tests.torture.phones import Phone
from tests.torture.place import Place
from tests.torture.surfaces import CLI, DAEMON, NO_END, TUI, Breach, End, Home, Process, Screen
from tests.torture.witness import Witness

ENOUGH = 30
"""Runs of a sender in peace within which every mail comes to rest."""
TASKS = 3
"""Tasks that there are at first."""
ENDED = ("accepted", "refused", "superseded")
WELL = (Exit.OK, Exit.PARTLY)
"""How a command ends that was done; a sync in part, where it says what of a calendar it could not take over."""
MAIL = """
[[mail]]
name = "post"
practices = ["oak-street"]
from = "Robin Vale <robin@oakstreet.example>"
host = "127.0.0.1"
port = {port}
security = "plain"

[updates]
send_delay = "0s"
"""


class Post(NamedTuple):
    """A mail server: its port, and the log of what it accepted."""

    port: int
    log: Path


class Whole(Place):
    """One home and everybody who works on it."""

    def __init__(
        self,
        blank: Path,
        folder: Path,
        phones: Mapping[str, Phone],
        origin: str,
        post: Post,
        *,
        todos: bool = False,
        breach: Breach | None = None,
    ) -> None:
        super().__init__(blank, folder, phones, origin, todos=todos)
        self._breach = breach
        with self._home.config.open("a", encoding="utf-8") as config:
            config.write(MAIL.format(port=post.port))
        self._config = load(self._home.config)
        Place.reopen(self)
        self.world = self.witness = Witness(self.desk.ctx, phones)
        self.mail = MailJudge(self.desk.ctx, post.log, {PRACTICE: self._config.mail[0]}, frozenset())
        add_person(self.desk.ctx)
        for number in range(TASKS):
            self.world.add(deadline=number == 0, at=number)
        self.witness.begin()

    def reopen(self) -> None:
        """See `Place.reopen`."""
        super().reopen()
        self.mail.ctx = self.desk.ctx
        for phone in self.phones.values():
            phone.refresh()

    @property
    def home(self) -> Home:
        """What the next process is started with."""
        return Home(self._home.config.parent, self.clock.at, self._breach)

    # What is started.

    def daemon(self, target: Target) -> Process:
        """Start a daemon."""
        self.close()
        try:
            return Process(DAEMON, self.home, ("daemon", "run"), target, self._home.logs / "daemon.out")
        finally:
            self.reopen()

    def screen(self, target: Target) -> Screen:
        """Start a terminal UI."""
        self.close()
        try:
            return Screen(self.home, target)
        finally:
            self.reopen()

    # What people do.

    def command(self, deed: Deed, target: Target, *, after: float | None = None) -> tuple[End, bool]:
        """Run a command that may die at a target or after some seconds; return how it ended, and if it was done."""
        ends: list[End] = []

        def act() -> bool | None:
            self.close()
            one = Process(CLI, self.home, deed.words, target, self._home.logs / "command.out")
            try:
                end = one.wait() if after is None else _killed(one, after)
            except TimeoutError as error:
                self.witness.wrong.append(str(error))
                end = NO_END
            finally:
                self.reopen()
            ends.append(end)
            return None if end.code is None else end.code in WELL

        done = self.witness.perform(deed, act, who=CLI)
        if ends[0].code not in (*WELL, Exit.REFUSED, None):
            self.witness.wrong.append(f"{' '.join(deed.words)} ended with {ends[0].code}: {ends[0].out}")
        return ends[0], done

    def typed(self, screen: Screen, deed: Deed, keys: str, answer: str) -> None:
        """Type into a terminal UI until it says that something is done, or is dead."""

        def act() -> bool | None:
            self.close()
            try:
                return (screen.typed(keys) and screen.shows(answer)) or None
            finally:
                self.reopen()

        try:
            self.witness.perform(deed, act, who=TUI)
        except TimeoutError as error:
            self.witness.wrong.append(f"the screen never answered {keys!r}: {error}")

    # What must be so.

    def rest(self) -> None:
        """Let everything come to rest in peace. Raises AssertionError."""
        self._send_in_peace()
        self.settle()
        self.witness.begin()

    def _send_in_peace(self) -> None:
        account, ctx = self._config.mail[0], self.desk.ctx
        for number in range(ENOUGH):
            self.world.pass_time(lambda: self.clock.advance(hours=3))
            resume_mended(ctx, [], self._config.mail)
            rules = Rules(self._config.updates.quiet_hours, self._config.updates.reader_limit)
            holder = f"{os.getpid()} in peace {number}"
            sender = Sender(
                ctx, account, own_transport(self.desk, account), holder, rules=rules, run_folder=self._home.run
            )
            try:
                asyncio.run(sender.run())
            except AccountPausedError:
                continue
            for row in self.mail.uncertain():
                self._end(row)
            if not self._waiting():
                return
        waiting = [(row.id, row.phase, row.send_after, row.next_at, row.answer) for row in self._waiting()]
        raise AssertionError(f"mail never comes to rest at {self.clock.at}: {waiting}\n{self.mail.story()}")

    def _waiting(self) -> list[UpdateRow]:
        return [row for row in self.mail.rows() if row.status == "approved" and row.phase not in ENDED]

    def _end(self, row: UpdateRow) -> None:
        """Settle by the truth; what did not arrive and is no longer true is given up."""
        truth = self.mail.arrived(row) > 0
        try:
            updates.settle(self.desk.ctx, row.id, arrived=truth)
            self.mail.resent[row.id] += not truth
        except FollowthruError:
            updates.discard(self.desk.ctx, row.id)

    def lies(self) -> list[str]:
        """Return what is wrong at any moment, whoever was just killed."""
        return [*self.witness.lies(), *self.mail.faults(), *self._leaks()]

    def _leaks(self) -> Iterator[str]:
        """Yield where the PM's private words are that nobody may read."""
        if any(PRIVATE.encode() in mail.content for mail in self.mail.log()):
            yield "a private note is in a mail"
        if any(PRIVATE in text for phone in self.phones.values() for text in phone.texts().values()):
            yield "a private note is on a calendar"
        if any(PRIVATE in file.read_text("utf-8", "replace") for file in self._home.logs.glob("*.log*")):
            yield "a private note is in a log"


def _killed(process: Process, after: float) -> End:
    """Kill a process after some seconds, unless it was quicker."""
    time.sleep(after)
    if not process.ended():
        process.kill()
    return process.wait()
