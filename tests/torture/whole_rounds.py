"""`kill -9` of the whole product, many times over: `python -m tests.torture.whole_rounds --rounds 1000`.

In each round a daemon lives, mostly a terminal UI too, people edit at the command line, on the screen and on their
calendars, and mail is written and approved; each process may be killed at one of its failpoints, and what is left is
killed at any moment. Then the witness holds every edit that was acknowledged against store and journal; everything
comes to rest in peace; and calendars and the mail server's log are held against the store. The failpoint that was hit
least is taken next. One line is printed for each round, and in the end a table. The exit code is 0 without a violation.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Generator, Mapping
from pathlib import Path
from random import Random

from followthru.store.connection import connect
from tests.torture import deeds
from tests.torture.boundaries import Target
from tests.torture.deeds import DEEDS, Deed
from tests.torture.mail_rounds import Script
from tests.torture.mail_rounds import scripted as scripted_mail
from tests.torture.phones import CarefulPhone
from tests.torture.rounds import scripted
from tests.torture.script import THERE, edit_something
from tests.torture.stage import CALENDARS
from tests.torture.surfaces import CLI, DAEMON, NO_END, TUI, Breach, End, Process, Screen
from tests.torture.tortured import Tortured, say, table
from tests.torture.whole import Post, Whole
from tests.updates.scripted import DROP, SLOW, Fault, Word

ROUNDS_OF_A_WORLD = 20
NOWHERE = Target(None)
ENOUGH = 20
"""Violations after which no more are looked for."""
MEANWHILE = THERE[:4]
"""What others do on a calendar while the daemon syncs it: move and rename."""
WORDS = (Word.BANNER, Word.EHLO, Word.MAIL, Word.RCPT, Word.DATA, Word.TEXT, Word.DOT, Word.KEPT)
ANSWERS = ("451 4.3.0 Not now", "421 4.3.2 Closing", "554 5.0.0 No", DROP, DROP, SLOW)


class Aims:
    """Where processes die: each at a failpoint that one like it was seen to pass, mostly where fewest died.

    Those of a surface in `forced` die nowhere but there, and always.
    """

    def __init__(self, done: Tortured, forced: Mapping[str, str]) -> None:
        self._done, self._forced = done, forced
        self._seen: dict[str, set[str]] = defaultdict(set)

    def at(self, surface: str, doing: str, share: float) -> Target:
        """Choose where a process that does something dies; as often as not nowhere, so that much gets done."""
        if surface in self._forced:
            return Target(self._forced[surface])
        dice, seen = self._done.dice, sorted(self._seen[f"{surface} {doing}"])
        if not seen or dice.random() > share:
            return NOWHERE
        hits = self._done.hits
        fewest = min(seen, key=lambda kind: (hits[f"{surface}: {kind}"], dice.random()))
        return Target(fewest if dice.random() < 0.6 else dice.choice(seen), dice.choice([1, 1, 1, 2, 3]))

    def note(self, surface: str, doing: str, end: End) -> None:
        """Note how a process ended."""
        self._seen[f"{surface} {doing}"] |= end.passed
        self._done.known |= {f"{surface}: {kind}" for kind in end.passed}
        if end.kind is not None:
            self._done.hits[f"{surface}: {end.kind}"] += 1
            self._done.hits_on[surface] += 1


class Round:
    """One round on one home."""

    def __init__(self, done: Tortured, aims: Aims, whole: Whole, script: Script) -> None:
        self._done, self._aims, self._whole, self._script = done, aims, whole, script
        self._dice = done.dice
        self._daemon: Process | None = None
        self._screen: Screen | None = None
        self._shown = False
        self.deaths: list[str] = []

    def play(self) -> list[str]:
        """Live through it; return what is wrong."""
        try:
            self._live()
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

    def _live(self) -> None:
        whole, dice = self._whole, self._dice
        whole.world.pass_time(lambda: whole.clock.advance(minutes=dice.choice([1, 5, 60, 600])))
        self._script([self._fault() for _ in range(dice.choice([0, 0, 1, 2]))])
        for _ in range(dice.randint(0, 2)):
            edit_something(whole.world, dice, CALENDARS, THERE)
        if dice.random() < 0.85:
            self._daemon = whole.daemon(self._aims.at(DAEMON, "", 0.7))
        if dice.random() < 0.5:
            self._screen = whole.screen(self._aims.at(TUI, "", 0.7))
        for _ in range(dice.randint(2, 5)):
            dice.choice((self._command, self._command, self._type, self._type, self._mail, self._mail, self._phone))()

    def _fault(self) -> Fault:
        word = self._dice.choice(
            [Word.BANNER, Word.EHLO, Word.MAIL, Word.RCPT, Word.DATA, Word.TEXT, Word.DOT, Word.KEPT]
        )
        what = self._dice.choice((DROP, SLOW) if word == Word.KEPT else ANSWERS)
        if (word, what) == (Word.DOT, SLOW):
            word = Word.KEPT
        return Fault(word, what, times=self._dice.randint(1, 2))

    def _command(self) -> None:
        deed = self._dice.choice(DEEDS)(self._whole.world.tally, self._dice, list(self._whole.world.rows().values()))
        if deed is not None:
            self._run(deed)

    def _run(self, deed: Deed) -> bool:
        doing = deed.words[0]
        after = self._dice.random() * 0.1 if self._dice.random() < 0.15 else None
        target = NOWHERE if after is not None else self._aims.at(CLI, doing, 0.5)
        end, done = self._whole.command(deed, target, after=after)
        self._note(CLI, doing, end)
        return done

    def _mail(self) -> None:
        """Write an update and approve it, or settle one that may have arrived."""
        whole = self._whole
        for row in whole.uncertain():
            arrived = whole.mail.arrived(row) > 0
            how = "arrived" if arrived else "resend"
            if self._run(Deed(("update", "settle", str(row.id), how), (), certain=False)) and not arrived:
                whole.mail.resent[row.id] += 1
            return
        self._run(deeds.draft(whole.world.tally, self._dice, ()))
        waiting = [row for row in whole.mail.rows() if row.status == "in review"]
        if waiting:
            number = str(self._dice.choice(waiting).id)
            verb = self._dice.choice([("approve", number, "--yes", "--now")] * 5 + [("discard", number)])
            self._run(Deed(("update", *verb), (), certain=False))

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
        self._aims.note(surface, doing, end)
        if end.kind is not None:
            self.deaths.append(f"{surface} “{end.kind}”")

    def _end_all(self) -> None:
        """Let the daemon go on for a moment, and end what still lives: mostly without a warning."""
        until = time.monotonic() + self._dice.random() * 0.6
        while self._daemon is not None and not self._daemon.ended() and time.monotonic() < until:
            time.sleep(0.01)
        if self._screen is not None:
            screen, self._screen = self._screen, None
            if not screen.ended():
                screen.kill()
            self._note(TUI, "", screen.wait())
        if self._daemon is not None:
            self._end_daemon(self._daemon)

    def _end_daemon(self, daemon: Process) -> None:
        kindly = self._dice.random() < 0.25
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


def worlds(folder: Path, post: Post, breach: Breach | None) -> Generator[tuple[str, Whole]]:
    """Yield one home after another, each with calendars of its own."""
    blank = folder / "blank.db"
    connect(blank).close()
    with scripted() as server:
        world = 0
        while True:
            world += 1
            phones = {name: CarefulPhone(f"{server.origin}{name}-{world}/promises/") for name in CALENDARS}
            for phone in phones.values():
                phone.make()
            todos = world % 4 >= 2
            whole = Whole(blank, folder / f"world-{world}", phones, server.origin, post, todos=todos, breach=breach)
            whole.world.put_foreign("beside", 1, repeats=False)
            yield f"world {world}{', a calendar of todos' if todos else ''}", whole
            whole.close()


def torture(
    done: Tortured,
    folder: Path,
    rounds: int,
    *,
    enough: int = ENOUGH,
    breach: Breach | None = None,
    forced: Mapping[str, str] | None = None,
) -> Counts:
    """Torture for so many rounds, or until enough is found."""
    aims, counts = Aims(done, forced or {}), Counts()
    with scripted_mail(folder / "log") as (port, script):
        homes = worlds(folder, Post(port, folder / "log"), breach)
        for words, whole in homes:
            for _ in range(ROUNDS_OF_A_WORLD):
                done.rounds += 1
                one = Round(done, aims, whole, script)
                wrong = one.play()
                said = f"round {done.rounds}, {words}: killed {', '.join(one.deaths) or 'nowhere'}"
                say(f"{said}; {'; '.join(wrong) or f'{len(whole.world.rows())} tasks, nothing wrong'}")
                done.violations += [f"round {done.rounds}, {words}: {fault}" for fault in wrong]
                if wrong or done.rounds >= rounds:
                    break
            counts.add(whole)
            if done.rounds >= rounds or len(done.violations) >= enough:
                homes.close()
                return counts
    return counts


class Counts:
    """What was acknowledged, and what arrived."""

    def __init__(self) -> None:
        self.acknowledged = self.unsaid = self.mails = 0

    def add(self, whole: Whole) -> None:
        """Add a home's."""
        self.acknowledged += whole.witness.acknowledged
        self.unsaid += whole.witness.unsaid
        self.mails += len(whole.mail.log())


def main() -> int:
    """Torture as the arguments say; return the exit code."""
    parser = argparse.ArgumentParser(prog="tests.torture.whole_rounds")
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1, help="what the dice begin with")
    given = parser.parse_args()
    say(f"seed {given.seed}")
    done = Tortured(Random(given.seed), frozenset())
    with tempfile.TemporaryDirectory() as temporary:
        counts = torture(done, Path(temporary), given.rounds)
    say(table(done))
    say(f"{'acknowledged edits':<34}{counts.acknowledged:>7}\n{'done, but not said':<34}{counts.unsaid:>7}")
    say(f"{'mails on the server':<34}{counts.mails:>7}\nseed {given.seed}")
    return 1 if done.violations else 0


if __name__ == "__main__":
    sys.exit(main())
