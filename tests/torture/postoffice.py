"""A store with readers at two practices, whose mail is sent by processes that die; its judge is the server's log.

Who waits for whom is at rest at the end: everything was sent, settled, refused, or is back with the PM.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import NamedTuple

from followthru.actions import drafting, history, hours, notices, people, promises, tasks, updates
from followthru.actions.context import Context
from followthru.actions.deliver import AccountPausedError, FencedError, Sender, resume_mended
from followthru.actions.promises import NewPromise
from followthru.actions.tasks import Waiting
from followthru.config.values import MailAccount, Mailbox
from followthru.domain.people import Channel, RoleName
from followthru.errors import FollowthruError
from followthru.store import outbox
from followthru.store.updates import UpdateRow
from followthru.updates.outbox import UpdateKind, UpdateStatus
from followthru.updates.transports.base import Finder
from tests.actions.mailkit import ACCOUNT, config
from tests.storekit import FixedClock, add_person, add_practice, add_task, copy_database
from tests.torture.boundaries import Target
from tests.torture.forks import Tell, ended, forked
from tests.torture.mail_boundaries import ANY_MOMENT, MailBoundaries
from tests.torture.mail_judge import MailJudge
from tests.torture.stage import WatchedStore
from tests.torture.ways import Way

ELM = MailAccount(
    "elm", ("elm",), Mailbox("Robin Vale", "robin@elm.example"), None, "smtp", "127.0.0.1", 25, "plain", None, None,
    True, None,
)  # fmt: skip
ACCOUNTS = {"oak-street": ACCOUNT, "elm": ELM}
CONFIG = config(0)._replace(mail=tuple(ACCOUNTS.values()))
READERS = (("oak-street", "dana"), ("oak-street", "lee"), ("elm", "dana"), ("elm", "kim"))
STAFF = frozenset({"lee", "kim"})
"""Who sees only what the team sees. Dana is at both practices."""
ENOUGH = 30


Verb = Callable[[], str | None]


class Sending(NamedTuple):
    """One process that sends: its id, where it tells, and when it is to be killed from outside."""

    pid: int
    reading: int
    kill_after: float | None


class Server(NamedTuple):
    """A mail server: the way to it, its port, and where else sent mail is looked for."""

    way: Way
    port: int
    finder: Callable[[], Finder] | None = None


class PostOffice(MailJudge):
    """One store, everybody who acts on it, and what was noted of them. The store is open only between forks."""

    def __init__(self, blank: Path, folder: Path, server: Server, log: Path, dice: Random) -> None:
        self.clock = FixedClock()
        self.dice = dice
        self.server = server
        self._serial = 0
        self.database = copy_database(blank, folder / "followthru.db")
        super().__init__(self._opened(), log, ACCOUNTS, STAFF)
        self._people()

    def _people(self) -> None:
        for slug in ACCOUNTS:
            add_practice(self.ctx, slug)
        add_person(self.ctx, "Dana Reyes")
        again = people.NewPerson("Dana Reyes", "dana.reyes@oak-street.example", RoleName.OWNER, channel=Channel.MAIL)
        people.add(self.ctx, "elm", again)
        add_person(self.ctx, "Lee Moss", RoleName.STAFF, cadence="daily@14:00")
        add_person(self.ctx, "Kim Park", RoleName.STAFF, practice="elm", cadence="daily@14:00")

    def _opened(self) -> Context:
        return Context(WatchedStore.open(self.database, self.clock), zone="UTC", my_name="Robin")

    def close(self) -> None:
        """Close the store."""
        self.ctx.store.close()

    # What the PM does.

    def approve_some(self) -> None:
        """Add a task, settle most of what may have arrived, write what is due, and approve to most readers."""
        self._add()
        hours.draft_due(self.ctx)
        for row in self.uncertain():
            if self.dice.random() < 0.6:
                with suppress(FollowthruError):
                    self._settle_one(row)
        for slug, person in READERS:
            if self.dice.random() < 0.7:
                with suppress(FollowthruError):
                    self._approve_to(slug, person)

    def do_something(self) -> str | None:
        """Do one thing as the PM; return what was taken back for sure, if something was."""
        verbs: list[Verb] = [self._add, self._add, self._move, self._finish, self._approve]
        verbs += [self._ask, self._ask, self._recall, self._discard, self._undo, self._settle, self._settle, self._mend]
        verb = self.dice.choice(verbs)
        try:
            return verb()
        except FollowthruError:
            return None

    def _add(self) -> None:
        slug, audience = self.dice.choice(list(ACCOUNTS)), self.dice.choice(("owners", "team"))
        self._serial += 1
        serial = f"{os.getpid()}{self._serial:03}"
        line = f"{slug}-{audience}-{serial} by 2026-07-{self.dice.randint(3, 30):02} @{slug} audience:{audience}"
        add_task(self.ctx, line)

    def _move(self) -> None:
        number = self._any_task()
        on = self.clock.today.replace(day=self.dice.randint(3, 30))
        promises.promise(self.ctx, number, NewPromise(on), because="the form came late")

    def _finish(self) -> None:
        tasks.done(self.ctx, self._any_task())

    def _ask(self) -> None:
        """Wait for Dana, and approve the questions that were drafted. Anybody else would see what only owners do."""
        self._serial += 1
        tasks.wait(self.ctx, self._any_task(), Waiting("dana", f"form {self._serial}"))
        notices.prepare(self.ctx)
        for row in self.rows():
            if (row.status, row.kind) == (UpdateStatus.IN_REVIEW, UpdateKind.QUESTION):
                updates.approve(self.ctx, CONFIG, row.id, at_once=True)

    def _any_task(self) -> int:
        every = [int(row[0]) for row in self.ctx.read.rows("SELECT id FROM task WHERE closed_at IS NULL ORDER BY id")]
        if not every:
            raise FollowthruError("there is no task")
        return self.dice.choice(every)

    def _approve(self) -> None:
        self._approve_to(*self.dice.choice(READERS))

    def _approve_to(self, slug: str, person: str) -> None:
        done = drafting.draft(self.ctx, slug, person)
        delay = self.dice.choice((0, 0, 60))
        delayed = CONFIG._replace(updates=CONFIG.updates._replace(send_delay=delay))
        updates.approve(self.ctx, delayed, done.update_id, at_once=True)

    def _recall(self) -> str:
        return f"taken back {updates.recall(self.ctx, self._pick('approved')).update_id}"

    def _discard(self) -> str | None:
        """Give an update up. One that may have arrived is given up as well, and may have arrived."""
        number = updates.discard(self.ctx, self._pick("approved", "in review")).update_id
        delivery = outbox.one(self.ctx.read, number)
        return None if delivery is None or delivery.phase == "uncertain" else f"taken back {number}"

    def _undo(self) -> str | None:
        before = {row.id for row in self.rows() if row.status == "approved"}
        history.undo(self.ctx)
        gone = before - {row.id for row in self.rows() if row.status == "approved"}
        return f"taken back {min(gone)}" if gone else None

    def _settle(self) -> None:
        """Ask the reader and say so; now and then without having asked."""
        self._settle_one(updates.find(self.ctx.read, self._pick(phase="uncertain")))

    def _settle_one(self, row: UpdateRow) -> None:
        truth = self.arrived(row) > 0
        self._say(row, arrived=truth if self.dice.random() < 0.8 else not truth)

    def _say(self, row: UpdateRow, *, arrived: bool) -> None:
        updates.settle(self.ctx, row.id, arrived=arrived)
        if not arrived:
            self.resent[row.id] += 1

    def _mend(self) -> None:
        resume_mended(self.ctx, [], CONFIG.mail)

    def _pick(self, *statuses: str, phase: str | None = None) -> int:
        found = [
            row.id for row in self.rows()
            if (row.status in statuses if phase is None else row.phase == phase and row.status == "approved")
        ]  # fmt: skip
        if not found:
            raise FollowthruError("there is none")
        return self.dice.choice(found)

    # What the daemon does, and dies of.

    def send(self, *targets: Target, meddling: int = 0) -> tuple[list[str | None], set[str], set[int]]:
        """Let as many processes send at once as there are targets to die at, while the PM does so many things.

        Return where each died, None if it got through; all boundaries passed; and what was taken back meanwhile.
        """
        self.close()
        sendings = [self._sending(number, target) for number, target in enumerate(targets)]
        pm = forked(lambda tell: self._meddle(tell, meddling)) if meddling else None
        died, passed, taken_back = list[str | None](), set[str](), set[int]()
        for one in sendings:
            if one.kill_after is not None:
                time.sleep(one.kill_after)
                os.kill(one.pid, signal.SIGKILL)
            code, lines = ended(one.pid, one.reading)
            assert code in {0, None}, f"a sender ended with {code}"
            died.append(None if code == 0 else lines[-1] if lines else ANY_MOMENT)
            passed |= set(lines) if code == 0 else set()
        if pm is not None:
            code, lines = ended(*pm)
            assert code == 0, "the PM's process failed"
            taken_back = {int(line.rpartition(" ")[2]) for line in lines}
        self.ctx = self._opened()
        return died, passed, taken_back

    def _sending(self, number: int, target: Target) -> Sending:
        after = self.dice.random() * 0.12 if target.kind == ANY_MOMENT else None
        at = Target(None) if target.kind == ANY_MOMENT else target
        seed = self.dice.random()
        return Sending(*forked(lambda tell: self._deliver(tell, at, f"sender {number} {seed}")), after)

    def _deliver(self, tell: Tell, target: Target, holder: str) -> None:
        boundaries = MailBoundaries(target, tell)
        ctx = self._opened()
        boundaries.watch()
        assert isinstance(ctx.store, WatchedStore)
        ctx.store.watch = boundaries.commit
        asyncio.run(self._run(ctx, holder))
        for kind in boundaries.passed:
            tell(kind)

    def _meddle(self, tell: Tell, times: int) -> None:
        self.ctx = self._opened()
        self._serial += 500
        verbs: list[Verb] = [self._recall, self._discard, self._undo, self._finish, self._move, self._add]
        for _ in range(times):
            time.sleep(self.dice.random() * 0.02)
            try:
                said = self.dice.choice(verbs)()
            except FollowthruError:
                continue
            if said is not None:
                tell(said)

    async def _run(self, ctx: Context, holder: str) -> None:
        for account in ACCOUNTS.values():
            transport = self.server.way.transport(account, self.server.port)
            finder = transport if isinstance(transport, Finder) else None
            if self.server.finder is not None:
                finder = self.server.finder()
            try:
                await Sender(ctx, account, transport, holder, finder=finder).run()
            except (AccountPausedError, FencedError):
                continue

    # What must be so.

    def settle(self) -> int:
        """Send in peace until everything is at rest; return how many runs that took. Raises AssertionError."""
        for count in range(1, ENOUGH + 1):
            self.clock.advance(hours=3)
            self._mend()
            asyncio.run(self._run(self.ctx, "in peace"))
            for row in self.uncertain():
                self._end(row)
            if not [
                row
                for row in self.rows()
                if row.status == "approved" and row.phase not in ("accepted", "refused", "superseded")
            ]:
                return count
        raise AssertionError("it never comes to rest")

    def _end(self, row: UpdateRow) -> None:
        """Settle by the truth; what did not arrive and is no longer true is given up."""
        try:
            self._say(row, arrived=self.arrived(row) > 0)
        except FollowthruError:
            updates.discard(self.ctx, row.id)
