"""`kill -9` at every boundary of a sync, many times over: `python -m tests.torture.rounds --kills 1000`.

Each round edits on both sides, lets a sync die at one boundary, perhaps lets the next one die as well, syncs in
peace, and judges. The boundary that was hit least is taken next, so that all of them are hit. One line is printed for
each round, and in the end a table: what was hit how often, on which server, and every violation. The exit code is 0
when there is no violation and every boundary was hit.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple

from followthru.demo.radicale import Radicale
from followthru.store.connection import connect
from tests.torture.machine import QUIRKS
from tests.torture.phones import BackDoor, Phone
from tests.torture.place import ANY_MOMENT, NOWHERE, Place
from tests.torture.script import edit_something
from tests.torture.stage import CALENDARS, PASSWORD, USER
from tests.torture.tortured import Tortured, say, table

ROOT = Path(__file__).parents[2]
ROUNDS_OF_A_WORLD = 20
TRIES = 4
"""Syncs in a round that may die; not every boundary comes in every one."""
DAILY = 5
"""Rounds in a day."""
LEDGER = ("record", "begin", "finish", "pull", "ask", "remember", "note")
VERBS = ("PROPFIND", "REPORT", "GET", "PUT", "DELETE")
WITH_BODY = ("PROPFIND", "REPORT", "PUT")
EVERY_KIND = frozenset(
    (
        *(f"{when} commit: {name}" for when in ("before", "after") for name in LEDGER),
        *(f"{where}: {verb}" for where in ("before sending", "sent", "answered, unread") for verb in VERBS),
        *(f"half sent: {verb}" for verb in WITH_BODY),
        ANY_MOMENT,
    )
)
"""All that a sync consists of; a boundary of another name is hit as well once it was passed."""


class Server(NamedTuple):
    """One server under torture: what it is called, and how a collection is made there."""

    name: str
    origin: str
    made: Callable[[str, str], Phone]


def one_round(done: Tortured, place: Place, server: Server, words: str) -> None:
    """Edit, kill, sync in peace, judge; note what is wrong."""
    done.rounds += 1
    dice, died = done.dice, list[str]()
    wanted = 1 if dice.random() < 0.7 else 2
    for _ in range(TRIES):
        for _ in range(dice.randint(1, 5)):
            edit_something(place.world, dice, CALENDARS)
        kind = _one_kill(done, place)
        if kind is not None:
            died.append(kind)
            done.hits[kind] += 1
            done.hits_on[server.name] += 1
        if len(died) == wanted:
            break
    try:
        took = place.settle()
        faults = place.faults()
        if faults or done.rounds % DAILY == 0:
            # What a server refused to take or to tell is tried again daily.
            place.settle(days=1)
            faults = place.faults()
    except AssertionError as error:
        took, faults = 0, [str(error)]
    what = f"round {done.rounds}, {words}: killed {', '.join(f'“{kind}”' for kind in died) or 'nowhere'}"
    say(f"{what}; at rest after {took}; " + ("; ".join(faults) or f"{len(place.world.rows())} tasks, nothing wrong"))
    if faults:
        say(_story(place))
    done.violations += [f"round {done.rounds}, {words}: {fault}" for fault in faults]


def _story(place: Place) -> str:
    """Return what the store says it went through, and how its events stand."""
    read = place.world.ctx.read
    actions = read.rows("SELECT id, actor, words FROM action ORDER BY id DESC LIMIT 25")
    links = read.rows("SELECT calendar, task_id, role, generation, state, agreed, questions, reason FROM link")
    return "\n".join(f"    {row}" for row in (*reversed(actions), *links))


def _one_kill(done: Tortured, place: Place) -> str | None:
    """Let one sync die; one that gets through tells what boundaries there are."""
    target = done.target()
    place.clock.advance(minutes=2)
    if target.kind == ANY_MOMENT:
        kind, passed = place.killed(NOWHERE, after=done.dice.random() * 0.15)
    else:
        kind, passed = place.killed(target)
    done.known |= set(passed)
    return kind


def torture(done: Tortured, servers: list[Server], folder: Path, kills: int) -> None:
    """Torture until so many syncs were killed."""
    blank = folder / "blank.db"
    connect(blank).close()
    world = 0
    while done.hits.total() < kills and len(done.violations) < 20:
        world += 1
        server = servers[world % len(servers)]
        quirks = " ".join(done.dice.sample(QUIRKS, done.dice.randrange(3)))
        words = f"world {world} on {server.name}" + (f" ({quirks})" if quirks and server.name != "radicale" else "")
        phones = {name: server.made(f"{name}-{world}", quirks) for name in CALENDARS}
        todos = world % 4 >= 2
        words += ", a calendar of todos" if todos else ""
        place = Place(blank, folder / f"world-{world}", phones, server.origin, todos=todos)
        _begin(place)
        wrong = len(done.violations)
        for _ in range(ROUNDS_OF_A_WORLD):
            if done.hits.total() >= kills or len(done.violations) > wrong:
                break
            one_round(done, place, server, words)
        place.close()


def _begin(place: Place) -> None:
    """Fill a new world and bring it in step."""
    place.world.put_foreign("beside", 1, repeats=False)
    for number in range(4):
        place.world.add(deadline=number < 2, at=number)
    place.settle()


@contextmanager
def scripted() -> Generator[Server]:
    """Run the scripted servers."""
    command = [sys.executable, "-m", "tests.torture.loopback"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        origin = f"http://127.0.0.1:{int(process.stdout.readline())}/"

        def made(name: str, quirks: str) -> Phone:
            phone = BackDoor(f"{origin}{name}/promises/")
            phone.make(quirks)
            return phone

        yield Server("scripted", origin, made)
        process.stdin.close()


@contextmanager
def radicale(folder: Path) -> Generator[Server]:
    """Run a Radicale."""
    with Radicale(folder / "radicale", {USER: PASSWORD}) as server:

        def made(name: str, _: str) -> Phone:
            phone = Phone(f"{server.url}{USER}/{name}/")
            phone.make()
            return phone

        yield Server("radicale", server.url, made)


def main() -> int:
    """Torture as the arguments say; return the exit code."""
    parser = argparse.ArgumentParser(prog="tests.torture.rounds")
    parser.add_argument("--kills", type=int, default=1000, help="syncs to kill")
    parser.add_argument("--seed", type=int, default=1, help="what the dice begin with")
    given = parser.parse_args()
    done = Tortured(Random(given.seed), EVERY_KIND)
    with tempfile.TemporaryDirectory() as temporary, scripted() as one, radicale(Path(temporary)) as other:
        torture(done, [one, other], Path(temporary), given.kills)
    say(table(done))
    if given.kills >= 1000:
        say(f"never hit: {', '.join(done.missing()) or 'none'}")
        return 1 if done.violations or done.missing() else 0
    return 1 if done.violations else 0


if __name__ == "__main__":
    sys.exit(main())
