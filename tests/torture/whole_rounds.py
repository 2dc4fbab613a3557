"""`kill -9` of the whole product, many times over: `python -m tests.torture.whole_rounds --rounds 1000`.

What happens in a round is told in `whole_round`. One line is printed for each, and in the end a table, and where nobody
died. The exit code is 0 without a violation and, in a thousand rounds and more, without a failpoint that processes
kept passing and none died at.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from random import Random

from followthru.store.connection import connect
from tests.torture.aims import OFTEN, Aims
from tests.torture.mail_rounds import scripted as scripted_mail
from tests.torture.phones import CarefulPhone
from tests.torture.rounds import scripted
from tests.torture.stage import CALENDARS
from tests.torture.surfaces import Breach
from tests.torture.tortured import Tortured, say, table
from tests.torture.whole import Post, Whole
from tests.torture.whole_round import Round

ROUNDS_OF_A_WORLD = 20
LONG = 1000
"""Rounds in which every place can be reached."""
ENOUGH = 20
"""Violations after which no more are looked for."""


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
            with closing(whole):
                whole.world.put_foreign("beside", 1, repeats=False)
                yield f"world {world}{', a calendar of todos' if todos else ''}", whole


def torture(
    done: Tortured,
    folder: Path,
    rounds: int,
    *,
    enough: int = ENOUGH,
    breach: Breach | None = None,
    aims: Aims | None = None,
    seconds: float = math.inf,
) -> Counts:
    """Torture for so many rounds, for so long, or until enough is found."""
    until = time.monotonic() + seconds
    aims, counts = aims or Aims(done, {}), Counts()
    with scripted_mail(folder / "log") as (port, script):
        homes = worlds(folder, Post(port, folder / "log"), breach)
        for words, whole in homes:
            for number in range(ROUNDS_OF_A_WORLD):
                done.rounds += 1
                one = Round(done, aims, whole, script, new=number == 0)
                wrong = one.play()
                said = f"round {done.rounds}, {words}: killed {', '.join(one.deaths) or 'nowhere'}"
                say(f"{said}; {'; '.join(wrong) or f'{len(whole.world.rows())} tasks, nothing wrong'}")
                done.violations += [f"round {done.rounds}, {words}: {fault}" for fault in wrong]
                if wrong or done.rounds >= rounds or time.monotonic() > until:
                    break
            counts.add(whole)
            if done.rounds >= rounds or len(done.violations) >= enough or time.monotonic() > until:
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
    parser.add_argument("--minutes", type=float, default=math.inf, help="end after so long, however many there were")
    given = parser.parse_args()
    say(f"seed {given.seed}")
    done = Tortured(Random(given.seed), frozenset())
    with tempfile.TemporaryDirectory() as temporary:
        aims = Aims(done, {})
        counts = torture(done, Path(temporary), given.rounds, aims=aims, seconds=60 * given.minutes)
    say(table(done))
    say(f"{'acknowledged edits':<34}{counts.acknowledged:>7}\n{'done, but not said':<34}{counts.unsaid:>7}")
    say(f"{'mails on the server':<34}{counts.mails:>7}")
    missed = aims.missed()
    say(f"{'places passed':<34}{len(aims.passed):>7}\n{'of which nobody died at':<34}{len(missed):>7}")
    say("".join(f"  {place}\n" for place in missed) + f"seed {given.seed}")
    return verdict(done, aims)


def verdict(done: Tortured, aims: Aims) -> int:
    """Return the exit code: 1 for a violation, and after many rounds for a place that many passed and none died at."""
    gaps = aims.gaps() if done.rounds >= LONG else []
    if gaps:
        say(f"Not tortured: {len(gaps)} places that {OFTEN} processes and more passed, and none died at")
    return 1 if done.violations or gaps else 0


if __name__ == "__main__":
    sys.exit(main())
