"""One round of torture of the whole product.

A daemon lives, or a terminal UI, or both; people edit at the command line, on the screen and on their calendars, and
mail is written and approved; each process may be killed at one of its failpoints, and what is left is killed at any
moment. Then the witness holds every edit that was acknowledged against store and journal; everything comes to rest in
peace; and calendars and the mail server's log are held against the store.

Most rounds are made for one failpoint, of those at which fewest died, and go a way on which one like it was passed.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence

from tests.torture import deeds
from tests.torture.aims import NOWHERE, Aim, Aims, Way
from tests.torture.boundaries import Target
from tests.torture.deeds import DEEDS, DEEDS_OF, Deed, Make
from tests.torture.errands import Errands
from tests.torture.mail_rounds import Script
from tests.torture.script import MOST, THERE, edit_something
from tests.torture.stage import CALENDARS
from tests.torture.surfaces import CLI, DAEMON, NO_END, TUI, End, Process, Screen
from tests.torture.tortured import Tortured
from tests.torture.whole import Whole
from tests.updates.scripted import DROP, SLOW, Fault, Word

AIMED = 0.7
"""How many of the rounds are made for one place to die at."""
LIFETIME = 3.0
"""Seconds that a daemon has to come to the place where it is to die, and find something to do on the way."""
TRIES = 12
"""Throws of the dice until a deed of one verb is made."""
ENDING = "daemon_starts.end"
"""A place that a daemon passes only when it is asked to end."""
ABOUT_MAIL = ("update approve", "update discard", "update settle")
MEANWHILE = THERE[:4]
"""What others do on a calendar while the daemon syncs it: move and rename."""
WORDS = (Word.BANNER, Word.EHLO, Word.MAIL, Word.RCPT, Word.DATA, Word.TEXT, Word.DOT, Word.KEPT)
ANSWERS = ("451 4.3.0 Not now", "421 4.3.2 Closing", "554 5.0.0 No", DROP, DROP, SLOW)


class Round:
    """One round on one home, which is new in its first one."""

    def __init__(self, done: Tortured, aims: Aims, whole: Whole, script: Script, *, new: bool) -> None:
        self._done, self._aims, self._whole, self._script = done, aims, whole, script
        self._dice = done.dice
        self._new = new
        self._minutes = 0
        self._faults: tuple[Fault, ...] = ()
        self._daemon: Process | None = None
        self._screen: Screen | None = None
        self._shown = False
        self._kindly = 0.25
        self.always = False
        """Whether it is made for one place whatever the dice say."""
        self._errands = Errands(whole, self._dice, self._run)
        self.deaths: list[str] = []

    def play(self) -> list[str]:
        """Live through it; return what is wrong."""
        aim = self._aims.wanted(new=self._new) if self.always or self._dice.random() < AIMED else None
        try:
            if aim is None:
                self._live()
            else:
                self._go(aim)
        except TimeoutError as error:
            self._whole.witness.wrong.append(f"somebody never answered: {error}")
        finally:
            self._end_all()
        wrong = self._whole.lies()
        self._script([])
        try:
            self._whole.rest()
        except AssertionError as error:
            return [*wrong, str(error)]
        return [*wrong, *self._whole.faults(), *self._whole.lies()]

    # A round in which anything happens.

    def _live(self) -> None:
        whole, dice = self._whole, self._dice
        faults = tuple(self._fault() for _ in range(dice.choice([0, 0, 1, 2])))
        self._begin(dice.choice([1, 5, 60, 600]), faults, edits=dice.randint(0, 2))
        if dice.random() < 0.85:
            self._daemon = whole.daemon(self._aims.at(DAEMON, "", 0.7))
        if dice.random() < 0.5:
            self._screen = whole.screen(self._aims.at(TUI, "", 0.7))
        for _ in range(dice.randint(2, 5)):
            dice.choice((self._command, self._command, self._type, self._type, self._mail, self._mail, self._phone))()

    def _begin(self, minutes: int, faults: tuple[Fault, ...], *, edits: int) -> None:
        """Let time pass, others edit, and the mail server misbehave from now on."""
        self._minutes, self._faults = minutes, faults
        self._whole.world.pass_time(lambda: self._whole.clock.advance(minutes=minutes))
        self._script(list(faults))
        for _ in range(edits):
            edit_something(self._whole.world, self._dice, CALENDARS, THERE)

    # A round that is made for one place to die at.

    def _go(self, aim: Aim) -> None:
        """Go a way on which somebody passed a place, with much to do on it, and die there."""
        way, dice = aim.way, self._dice
        self._begin(way.minutes, way.faults, edits=dice.randint(1, 3))
        {CLI: self._go_command, DAEMON: self._go_daemon, TUI: self._go_screen}[way.surface](aim)
        if dice.random() < 0.3:
            dice.choice((self._command, self._mail, self._phone))()

    def _go_command(self, aim: Aim) -> None:
        ready, deed = self._errands.prepare(aim)
        if deed is None:
            deed = self._deed_like(aim.way.doing, ready=ready)
        if deed is not None:
            self._run(deed, self._aims.towards(aim))

    def _deed_like(self, verb: str, *, ready: bool) -> Deed | None:
        """Make a deed of a verb, with something to do for it."""
        if verb == "sync" and not ready:
            self._work()
        if verb in ABOUT_MAIL:
            return self._deed_about_mail(verb)
        made = (self._deed(DEEDS_OF[verb]) for _ in range(TRIES))
        return next((deed for deed in made if deed is not None and deed.verb == verb), None)

    def _go_daemon(self, aim: Aim) -> None:
        """Let a daemon find work to do, and be given some, until it dies or has had its time."""
        if not self._errands.prepare(aim)[0]:
            self._work()
        daemon = self._daemon = self._whole.daemon(self._aims.towards(aim))
        if ENDING in aim.kind:
            self._kindly = 1.0
            return
        until = time.monotonic() + LIFETIME
        for act in (self._mail, self._phone, self._command, self._mail):
            _wait(daemon, 0.3)
            if daemon.ended() or time.monotonic() > until:
                return
            act()
        _wait(daemon, until - time.monotonic())

    def _go_screen(self, aim: Aim) -> None:
        self._screen = self._whole.screen(self._aims.towards(aim))
        for _ in range(3):
            self._type()

    def _work(self) -> None:
        """Leave something to do: a date that differs on both sides, something to push, an update to send."""
        dice = self._dice
        for act, share in ((self._clash, 0.5), (self._drop, 0.2), (self._command, 0.8), (self._mail, 0.8)):
            if dice.random() < share:
                act()

    def _clash(self) -> None:
        """Move a promise on a calendar and here, where neither knows of the other."""
        world, number = self._whole.world, self._dice.randrange(MOST)
        one = world.pick("mine", number)
        if one is not None and one.role == "promise":
            world.move("mine", number)
            day = world.tally.day().isoformat()
            self._run(Deed(("promise", str(world.slot_of(one)[0]), day, *deeds.BECAUSE), (day,)), NOWHERE)

    def _drop(self) -> None:
        """Drop a task, whose events are to be taken away."""
        found = [row for row in self._whole.world.rows().values() if row.status not in ("done", "dropped")]
        if found:
            self._run(Deed(("drop", str(self._dice.choice(found).id)), (), certain=False), NOWHERE)

    def _deed_about_mail(self, verb: str) -> Deed | None:
        """Make an update be written, and sent so that nobody knows whether it arrived where that is to be settled."""
        if verb != "update settle":
            self._run(deeds.draft(self._whole.world.tally, self._dice, ()), NOWHERE)
            return self._about_draft()
        if not self._whole.mail.uncertain():
            self._script([Fault(self._dice.choice([Word.DOT, Word.KEPT]), DROP, times=1)])
            self._mail()
            self._daemon = self._whole.daemon(NOWHERE)
            until = time.monotonic() + LIFETIME
            while time.monotonic() < until and not self._whole.mail.uncertain():
                time.sleep(0.02)
            self._end_daemon()
        return self._about_uncertain()

    # What happens in either.

    def _fault(self) -> Fault:
        word = self._dice.choice(WORDS)
        what = self._dice.choice((DROP, SLOW) if word == Word.KEPT else ANSWERS)
        if (word, what) == (Word.DOT, SLOW):
            word = Word.KEPT
        return Fault(word, what, times=self._dice.randint(1, 2))

    def _deed(self, makes: Sequence[Make]) -> Deed | None:
        whole = self._whole
        return self._dice.choice(makes)(whole.world.tally, self._dice, list(whole.world.rows().values()))

    def _command(self) -> None:
        deed = self._deed(DEEDS)
        if deed is not None:
            self._run(deed)

    def _run(self, deed: Deed, target: Target | None = None) -> bool:
        """Run a command that dies at a target; without one there or nowhere, or after a while."""
        after = self._dice.random() * 0.1 if target is None and self._dice.random() < 0.15 else None
        if target is None:
            target = NOWHERE if after is not None else self._aims.at(CLI, deed.verb, 0.5)
        end, done = self._whole.command(deed, target, after=after)
        self._note(CLI, deed.verb, end)
        if deed.verb == "update settle" and done and deed.words[-1] == "resend":
            self._whole.mail.resent[int(deed.words[2])] += 1
        return done

    def _mail(self) -> None:
        """Write an update and approve it, or settle one that may have arrived."""
        deed = self._about_uncertain()
        if deed is None:
            self._run(deeds.draft(self._whole.world.tally, self._dice, ()))
            deed = self._about_draft()
        if deed is not None:
            self._run(deed)

    def _about_uncertain(self) -> Deed | None:
        """Settle by the truth what may have arrived."""
        for row in self._whole.mail.uncertain():
            how = "arrived" if self._whole.mail.arrived(row) > 0 else "resend"
            return Deed(("update", "settle", str(row.id), how), (), certain=False)
        return None

    def _about_draft(self) -> Deed | None:
        waiting = [row for row in self._whole.mail.rows() if row.status == "in review"]
        if not waiting:
            return None
        number = str(self._dice.choice(waiting).id)
        verb = self._dice.choice([("approve", number, "--yes", "--now")] * 5 + [("discard", number)])
        return Deed(("update", *verb), (), certain=False)

    def _phone(self) -> None:
        world = self._whole.witness
        for phone in self._whole.phones.values():
            phone.refresh()
        world.phone(lambda: edit_something(world, self._dice, CALENDARS, MEANWHILE))

    def _type(self) -> None:
        """Add a task on the screen, and perhaps tick it."""
        screen = self._screen
        if screen is None:
            return
        if not self._shown:
            # Among all that is open, what was just added is where the keys go.
            self._shown = screen.shows("Today") and screen.typed("3") and screen.shows("All open")
        if not self._shown:
            self._ended(screen)
            return
        deed = deeds.add(self._whole.world.tally, self._dice, ())
        title, line = deed.marks[0], deed.words[1]
        self._whole.typed(screen, deed, f"a{line}\r", rf"Added \d+: {title}\b")
        # Keys go to the row that is marked, and the mark comes a moment after the words.
        if self._dice.random() < 0.4 and screen.marks(title):
            ticked = Deed(("x", title), ("done",))
            self._whole.typed(screen, ticked, "x", rf"Done \d+: {title}\b")
        if screen.ended():
            self._ended(screen)

    def _ended(self, screen: Screen) -> None:
        """Note that the screen is gone."""
        self._screen = None
        end = screen.wait()
        if end.code is not None:
            self._whole.witness.wrong.append(f"the screen ended with {end.code}: {end.out}")
        self._note(TUI, "", end)

    def _note(self, surface: str, doing: str, end: End) -> None:
        self._aims.note(Way(surface, doing, self._new, self._minutes, self._faults), end)
        if end.kind is not None:
            self.deaths.append(f"{surface} “{end.kind}”")

    def _end_all(self) -> None:
        """Let the daemon go on for a moment, and end what still lives: mostly without a warning."""
        if self._daemon is not None:
            _wait(self._daemon, self._dice.random() * 0.6)
        if self._screen is not None:
            screen, self._screen = self._screen, None
            if not screen.ended():
                screen.kill()
            self._note(TUI, "", screen.wait())
        self._end_daemon()

    def _end_daemon(self) -> None:
        daemon, self._daemon = self._daemon, None
        if daemon is None:
            return
        kindly = self._dice.random() < self._kindly
        if not daemon.ended():
            daemon.kill(signal.SIGTERM if kindly else signal.SIGKILL)
        try:
            end = daemon.wait()
        except TimeoutError as error:
            self._whole.witness.wrong.append(str(error))
            end = NO_END
        if end.code not in (0, None):
            self._whole.witness.wrong.append(f"the daemon ended with {end.code}: {end.out}")
        self._note(DAEMON, "", end)


def _wait(process: Process, seconds: float) -> None:
    """Wait for the end of a process, for so long at most."""
    until = time.monotonic() + seconds
    while not process.ended() and time.monotonic() < until:
        time.sleep(0.01)
