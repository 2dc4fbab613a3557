"""Months of a daemon in minutes, with everything going wrong that can: `python -m tests.torture.month --days 30`.

The daemon, its store, network and threads are real; the machine's hours pass in a moment (`hourglass`). Calendar and
mail server are processes of their own behind valves that this one turns: they answer, hang, refuse or are busy. The
judge is what the mail server wrote down: each reader heard of every fact once, soon enough, and of no period twice.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sqlite3
import sys
import tempfile
from collections import Counter, defaultdict
from contextlib import AsyncExitStack, closing, suppress
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, NamedTuple

from followthru.store.connection import connect
from tests.program import settings
from tests.program.servers import Valve
from tests.updates.scripted import logged

ROOT = Path(__file__).parents[2]
READERS = {"dana@oak.example": 14, "lee@oak.example": 6}
"""Within how many days each hears of what was done: their rhythm, a weekend, what went wrong, and the PM's look."""
WARM = 5
"""Days after which a process holds all that it ever will; the middle one of so many is what it holds, or the most."""
GROWTH = 1.05
MOMENTS = 0.5
"""Seconds of ours."""


class Server:
    """A scripted server as a process of its own, which prints its port and takes lines."""

    def __init__(self, *words: str) -> None:
        self._words = words
        self._process: asyncio.subprocess.Process | None = None
        self.port = 0

    async def __aenter__(self) -> Server:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *self._words, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT
        )
        self.port = int(await self.line())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            await self._process.wait()

    async def line(self) -> str:
        """Return what it says next."""
        assert self._process is not None
        assert self._process.stdout is not None
        return (await self._process.stdout.readline()).decode()

    async def tell(self, line: str) -> None:
        """Tell it a line, and wait for its answer."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())
        await self.line()


class Night(NamedTuple):
    """What a process held at one midnight."""

    life: int
    day: int
    memory: int
    files: int
    threads: int
    looks: int


class Month:
    """One daemon's months, and what was seen of them."""

    def __init__(self, folder: Path, days: int, peace: int, seed: int, *, kills: float) -> None:
        """`kills` is how likely a process is killed in the moments after it said something."""
        self.folder, self._words = folder, (str(seed), str(days), str(peace))
        self._dice, self._kills = Random(seed), kills
        self.lives = 0
        self.nights: list[Night] = []
        self.done: dict[str, int] = {}
        self.told: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        self.turned: Counter[str] = Counter()
        self._today = 0
        self._read = 0
        self._valves: dict[str, Valve] = {}
        self._mail: Server | None = None

    async def live(self) -> None:
        """Let it all happen."""
        self.folder.mkdir(parents=True)
        connect(self.folder / "followthru.db").close()
        async with AsyncExitStack() as stack:
            self._mail = await stack.enter_async_context(Server("tests.updates.scripted", str(self.folder / "mails")))
            calendar = await stack.enter_async_context(Server("tests.torture.loopback"))
            await _collection(calendar.port)
            for name, port in (("calendar", calendar.port), ("mail", self._mail.port)):
                self._valves[name] = await stack.enter_async_context(Valve(port))
            self._configure()
            while not await self._life():
                pass
            self._look()

    def _configure(self) -> None:
        secret = self.folder / "password"
        secret.write_text("loopback only", "ascii")
        secret.chmod(0o600)
        ports = {name: valve.port for name, valve in self._valves.items()}
        server = f"http://127.0.0.1:{ports['calendar']}/"
        settings.write(
            self.folder,
            settings.me(timezone="UTC"),
            settings.account(server),
            settings.calendar(f"{server}mine/promises/"),
            settings.mail(ports["mail"]),
            settings.updates("60s"),
            settings.daemon(poll=3600, backups=3),
        )

    async def _life(self) -> bool:
        """Let one process live until it ends or is killed; return whether it came to the end."""
        self.lives += 1
        with (self.folder / "said").open("ab") as errors:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.torture.month_daemon", str(self.folder), *self._words),
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                cwd=ROOT,
            )
        await self._listen(process)
        code = await process.wait()
        if code not in {0, -signal.SIGKILL}:
            raise AssertionError(f"a daemon ended with {code}: {(self.folder / 'said').read_text()[-3000:]}")
        return code == 0

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        """Hear what a process says, and now and then kill it at some moment after that."""
        assert process.stdout is not None
        loop, killing = asyncio.get_running_loop(), None
        while line := await process.stdout.readline():
            with suppress(json.JSONDecodeError):  # the last line of a life may be half a one
                await self._hear(json.loads(line))
            if killing is None and self._dice.random() < self._kills:
                killing = loop.call_later(self._dice.random() * MOMENTS, _kill, process)
        if killing is not None:
            killing.cancel()

    async def _hear(self, facts: dict[str, Any]) -> None:
        if "done" in facts:
            self.done[facts["done"]] = facts["day"]
        elif "midnight" in facts:
            values = (facts[name] for name in ("midnight", "memory", "files", "threads", "looks"))
            self.nights.append(Night(self.lives, *values))
            self._look()
            self._today = facts["midnight"]
        elif "words" in facts:
            assert self._mail is not None
            self.turned["words"] += facts["words"] != "[]"
            await self._mail.tell(facts["words"])
        for name, valve in self._valves.items():
            if name in facts:
                self.turned[name] += facts[name] != "well"
                valve.how = facts[name]

    def _look(self) -> None:
        """Note what has arrived since the last look."""
        mails = logged(self.folder / "mails")
        for mail in mails[self._read :]:
            text = str(message_from_bytes(mail.content, policy=default).get_body(("plain",)))
            for title in set(self.done):
                if f"{title}: done" in text:
                    self.told[mail.recipients[0]][title].append(self._today)
        self._read = len(mails)

    def faults(self) -> list[str]:
        """Return all that is wrong."""
        return [*self._untold(), *self._doubled(), *self._store(), *self._grown()]

    def _untold(self) -> list[str]:
        found: list[str] = []
        for reader, longest in READERS.items():
            for title, day in self.done.items():
                days = self.told[reader][title]
                if not days and self._today - day <= longest:
                    continue  # their hour may not have come
                if len(days) != 1:
                    found.append(f"{reader} heard of {title} {len(days)} times")
                elif days[0] - day > longest:
                    found.append(f"{reader} heard of {title} {days[0] - day} days late")
        return found

    def _doubled(self) -> list[str]:
        times = Counter(message_from_bytes(mail.content)["Message-ID"] for mail in logged(self.folder / "mails"))
        with closing(sqlite3.connect(self.folder / "followthru.db")) as store:
            twice = (
                'SELECT u.person_id, u.period FROM "update" u JOIN delivery d ON d.update_id = u.id '
                "WHERE d.phase = 'accepted' AND u.period IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1"
            )
            found = [f"person {person} was told of {period} twice" for person, period in store.execute(twice)]
        return found + [f"{id_} arrived {count} times" for id_, count in times.items() if count > 1]

    def _store(self) -> list[str]:
        with closing(sqlite3.connect(self.folder / "followthru.db")) as store:
            sound = store.execute("PRAGMA integrity_check").fetchone()[0]
            stuck = store.execute(
                'SELECT count(*) FROM delivery d JOIN "update" u ON u.id = d.update_id '
                "WHERE u.status = 'approved' AND d.phase NOT IN ('accepted', 'superseded')"
            ).fetchone()[0]
            open_ = store.execute("SELECT count(*) FROM task WHERE closed_at IS NULL").fetchone()[0]
            linked = store.execute("SELECT count(*) FROM link").fetchone()[0]
            failing = store.execute("SELECT name, fault FROM heartbeat WHERE fault IS NOT NULL").fetchall()
        found = [] if sound == "ok" else [f"the database is damaged: {sound}"]
        found += [f"{stuck} mails are under way at the end"] if stuck else []
        found += [f"{open_} promises, {linked} on the calendar"] if linked < open_ else []
        return found + [f"{name} fails at the end: {fault}" for name, fault in failing]

    def _grown(self) -> list[str]:
        """Return what a process holds more of at the end than once it was warm."""
        found: list[str] = []
        for life in range(1, self.lives + 1):
            nights = [one for one in self.nights if one.life == life][WARM:]
            if len(nights) < WARM:
                continue
            for what, summed, most in (("memory", median, GROWTH), ("files", max, 1), ("threads", max, 1)):
                first, last = (summed(getattr(one, what) for one in some) for some in (nights[:WARM], nights[-WARM:]))
                if last > first * most:
                    found.append(f"{what} grew from {first} to {last} in life {life}")
        return found

    def summary(self) -> str:
        """Return in a few lines what happened."""
        mails = logged(self.folder / "mails")
        longest = max(Counter(one.life for one in self.nights).items(), key=lambda item: item[1])[0]
        nights = [one for one in self.nights if one.life == longest]
        first, last = nights[min(WARM, len(nights) - 1)], nights[-1]
        log = "".join(path.read_text() for path in (self.folder / "logs").glob("daemon.log*"))
        rows = {
            "days": self.nights[-1].day,
            "processes": self.lives,
            "facts, told to two readers": len(self.done),
            "mails on the server": len(mails),
            "gaps in time noticed": log.count("event=time.gap"),
            "faults of the calendar": self.turned["calendar"],
            "faults of the mail server": self.turned["mail"] + self.turned["words"],
            "runs of jobs that failed": log.count(" fault="),
            "memory once warm, MB": f"{first.memory / 1e6:.1f}",
            "memory at the end, MB": f"{last.memory / 1e6:.1f}",
            "open files once warm and at the end": f"{first.files}, {last.files}",
            "violations": len(self.faults()),
        }
        return "\n".join(f"{what:<40} {value}" for what, value in rows.items())


def _kill(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()


async def _collection(port: int) -> None:
    """Have the calendar server make a collection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"MKCALENDAR /mine/ HTTP/1.1\r\nContent-Length: 0\r\n\r\n")
    await reader.readuntil(b"\r\n\r\n")
    writer.close()


def lived(folder: Path, days: int, peace: int, seed: int, *, kills: float = 0.0) -> Month:
    """Live some days in a folder, and at their end some in peace; return them."""
    month = Month(folder, days, peace, seed, kills=kills)
    asyncio.run(month.live())
    return month


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Months of a daemon in minutes.")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--peace", type=int, default=15)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=float, default=0.0, help="how likely a kill is after each thing said")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
        month = lived(Path(scratch) / "desk", given.days, given.peace, given.seed, kills=given.kills)
        print(month.summary())  # noqa: T201 -- what it is run for
        faults = month.faults()
        print("\n".join(faults))  # noqa: T201
    sys.exit(bool(faults))
