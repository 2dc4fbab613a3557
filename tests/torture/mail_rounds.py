"""Senders killed and servers that fail, many times over: `python -m tests.torture.mail_rounds --rounds 1000`.

In each round the PM does a few things, the server gets a script of faults, and one or two senders go out at once, of
which each may be killed at one boundary, while the PM goes on recalling and undoing. Then the server's log is held
against the store. After each world's rounds everything has to come to rest in peace. One line is printed for each
round, and in the end a table: what was hit how often, and every violation. The exit code is 0 when there is none and,
in a thousand rounds and more, every boundary was hit.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from random import Random

from followthru.store.connection import connect
from tests.torture.boundaries import Target
from tests.torture.mail_boundaries import EVERY_KIND
from tests.torture.postoffice import PostOffice
from tests.torture.tortured import Tortured, say, table
from tests.updates.scripted import DROP, HANG, SLOW, Fault, Word

ROOT = Path(__file__).parents[2]
ROUNDS_OF_A_WORLD = 20
ANSWERS = ("451 4.3.0 Not now", "452 4.2.2 Full", "421 4.3.2 Closing", "554 5.0.0 No", "550 5.7.1 Policy", "what?")
ALWAYS = (DROP, HANG, SLOW, "what?")
"""What may happen once a mail is kept; a server that keeps it and says no is a liar that nobody sees through."""
SPOKEN = tuple(word for word in Word if word not in {Word.STARTTLS, Word.AUTH})
"""The words of a conversation in the clear."""
ENOUGH = 20
"""Violations after which no more are looked for."""
Script = Callable[[list[Fault]], None]


def random_fault(dice: Random) -> Fault:
    """Return one fault at any word, met a few times."""
    word = dice.choice([*SPOKEN, Word.TEXT, Word.DOT, Word.KEPT, Word.KEPT])
    what = dice.choice(ALWAYS if word == Word.KEPT else (*ANSWERS, *ALWAYS))
    if (word, what) == (Word.DOT, SLOW):
        word = Word.KEPT  # what comes slowly there is a yes, and means that it was kept
    return Fault(word, what, times=dice.randint(1, 3), after=dice.randint(0, 2))


def one_round(
    done: Tortured, office: PostOffice, script: Script, words: str, fault: Callable[[Random], Fault] = random_fault
) -> bool:
    """Act, fail, kill and judge; return whether nothing is wrong."""
    done.rounds += 1
    dice = done.dice
    office.approve_some()
    for _ in range(dice.randint(0, 5)):
        office.do_something()
    faults = [fault(dice) for _ in range(dice.choice([0, 1, 1, 2, 3]))]
    script(faults)
    before = office.times()
    office.clock.advance(minutes=dice.choice([1, 1, 2, 10, 10, 60, 60, 1500]))
    targets = [done.target() if dice.random() < 0.8 else Target(None) for _ in range(dice.choice([1, 1, 2]))]
    died, passed, taken_back = office.send(*targets, meddling=dice.choice([0, 0, 3]))
    done.known |= passed
    for kind in filter(None, died):
        done.hits[kind] += 1
    done.hits_on["a server that fails" if faults else "a server in order"] += len([one for one in died if one])
    wrong = [*office.faults(), *office.faults_of_taking_back(before, taken_back)]
    scripted = ", ".join(f"{one.word} {one.what}" for one in faults) or "none"
    deaths = ", ".join(f"“{kind}”" if kind else "through" for kind in died)
    say(f"round {done.rounds}, {words}: faults {scripted}; {deaths}; {'; '.join(wrong) or 'nothing wrong'}")
    _note(done, office, wrong, words)
    return not wrong


def _note(done: Tortured, office: PostOffice, wrong: list[str], words: str) -> None:
    if wrong:
        say(office.story())
    done.violations += [f"round {done.rounds}, {words}: {fault}" for fault in wrong]


def torture(
    done: Tortured,
    folder: Path,
    rounds: int,
    *,
    enough: int = ENOUGH,
    fault: Callable[[Random], Fault] = random_fault,
) -> tuple[int, int]:
    """Torture for so many rounds, with such faults; return how many mails the server took, and how often the PM had one
    sent again.
    """
    blank = folder / "blank.db"
    connect(blank).close()
    world = mails = again = 0
    with scripted(folder / "log") as (port, script):
        while done.rounds < rounds and len(done.violations) < enough:
            world += 1
            office = PostOffice(blank, folder / f"world-{world}", port, folder / "log", done.dice)
            for _ in range(min(ROUNDS_OF_A_WORLD, rounds - done.rounds)):
                if not one_round(done, office, script, f"world {world}", fault):
                    break
            script([])
            _rest(done, office, f"world {world}")
            mails += len(office.log())
            again += office.resent.total()
            office.close()
    return mails, again


def _rest(done: Tortured, office: PostOffice, words: str) -> None:
    """Let everything come to rest in peace, and judge."""
    try:
        took = office.settle()
        wrong = office.faults()
    except AssertionError as error:
        took, wrong = 0, [str(error)]
    say(f"{words}: at rest after {took}, {len(office.log())} mails; {'; '.join(wrong) or 'nothing wrong'}")
    _note(done, office, wrong, words)


@contextmanager
def scripted(log: Path) -> Generator[tuple[int, Script]]:
    """Run the scripted server as a process; give its port, and what lets it misbehave."""
    command = [sys.executable, "-m", "tests.updates.scripted", str(log)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = int(process.stdout.readline())

        def script(faults: list[Fault]) -> None:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(json.dumps(faults) + "\n")
            process.stdin.flush()
            process.stdout.readline()

        yield port, script
        process.stdin.close()


def main() -> int:
    """Torture as the arguments say; return the exit code."""
    parser = argparse.ArgumentParser(prog="tests.torture.mail_rounds")
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1, help="what the dice begin with")
    given = parser.parse_args()
    done = Tortured(Random(given.seed), EVERY_KIND)
    with tempfile.TemporaryDirectory() as temporary:
        mails, again = torture(done, Path(temporary), given.rounds)
    say(table(done))
    say(f"{'mails on the server':<34}{mails:>7}\n{'sent again by the PM':<34}{again:>7}")
    if given.rounds >= 1000:
        say(f"never hit: {', '.join(done.missing()) or 'none'}")
        return 1 if done.violations or done.missing() else 0
    return 1 if done.violations else 0


if __name__ == "__main__":
    sys.exit(main())
