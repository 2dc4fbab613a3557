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
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random

from followthru.store.connection import connect
from tests.torture.boundaries import Target
from tests.torture.postoffice import PostOffice, Server
from tests.torture.tortured import Tortured, say, table
from tests.torture.ways import WAYS, AnyFault, Way

ROOT = Path(__file__).parents[2]
ROUNDS_OF_A_WORLD = 20
TRIES = 3
"""Senders that are let go until one comes to a boundary: there may be nothing to send."""
ENOUGH = 20
"""Violations after which no more are looked for."""
Script = Callable[[Sequence[AnyFault]], None]


def one_round(
    done: Tortured, office: PostOffice, script: Script, words: str, fault: Callable[[Random], AnyFault]
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
    way: Way = WAYS["smtp"],
    until: Callable[[], bool] = lambda: False,
) -> tuple[int, int]:
    """Torture one way for so many rounds, or until it is enough.

    Return how many mails the server took, and how often the PM had one sent again.
    """
    blank = folder / "blank.db"
    connect(blank).close()
    world = mails = again = 0
    with scripted(folder / "log", way) as (port, script):
        while done.rounds < rounds and len(done.violations) < enough and not until():
            world += 1
            office = PostOffice(blank, folder / f"world-{world}", Server(way, port), folder / "log", done.dice)
            for _ in range(min(ROUNDS_OF_A_WORLD, rounds - done.rounds)):
                if not one_round(done, office, script, f"world {world}", way.fault) or until():
                    break
            script([])
            _rest(done, office, f"world {world}")
            mails += len(office.log())
            again += office.resent.total()
            office.close()
    return mails, again


def sweep(done: Tortured, folder: Path, way: Way) -> None:
    """Let a sender die at every boundary on the network, one after the other; then let it all come to rest."""
    blank = folder / "blank.db"
    connect(blank).close()
    with scripted(folder / "log", way) as (port, script):
        office = PostOffice(blank, folder / "world", Server(way, port), folder / "log", done.dice)
        for kind in way.words():
            for _ in range(TRIES):
                done.rounds += 1
                office.approve_some()
                office.clock.advance(hours=3)
                script(way.before.get(kind.partition(": ")[2], ()))
                died, _, _ = office.send(Target(kind))
                done.hits.update(filter(None, died))
                _note(done, office, office.faults(), kind)
                if died != [None]:
                    break
        script([])
        _rest(done, office, "in the end")
        office.close()


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
def scripted(log: Path, way: Way = WAYS["smtp"]) -> Generator[tuple[int, Script]]:
    """Run a way's server as a process; give its port, and what lets it misbehave."""
    command = [sys.executable, "-m", *way.server, str(log)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = int(process.stdout.readline())

        def script(faults: Sequence[AnyFault]) -> None:
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
    parser.add_argument("--way", choices=sorted(WAYS), default="smtp", help="how mail leaves")
    given = parser.parse_args()
    way = WAYS[given.way]
    done = Tortured(Random(given.seed), way.every)
    with tempfile.TemporaryDirectory() as temporary:
        mails, again = torture(done, Path(temporary), given.rounds, way=way)
    say(table(done))
    say(f"{'mails on the server':<34}{mails:>7}\n{'sent again by the PM':<34}{again:>7}")
    if given.rounds >= 1000:
        say(f"never hit: {', '.join(done.missing()) or 'none'}")
        return 1 if done.violations or done.missing() else 0
    return 1 if done.violations else 0


if __name__ == "__main__":
    sys.exit(main())
