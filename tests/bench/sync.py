"""Sync beside vdirsyncer and beside the server's own time, on one Radicale with collections seeded on disk.

vdirsyncer is taken from PATH (`python -m venv DIR && DIR/bin/pip install vdirsyncer==0.21.0`, with DIR/bin on PATH).
"""

from __future__ import annotations

import asyncio
import base64
import http.client
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from followthru.actions.desk import Desk, open_desk
from followthru.actions.ledger import view_of, wanted
from followthru.actions.sync import sync_account
from followthru.calendars.dav import requests
from followthru.calendars.dav.requests import Request
from followthru.calendars.ical.write import Entry, build
from followthru.calendars.plan import first_link
from followthru.calendars.steps import Place
from followthru.config.places import home_in
from followthru.config.reading import load
from followthru.demo.radicale import Radicale
from followthru.domain.clock import SystemClock
from followthru.store import links
from tests.bench.proxy import Counts, Proxy
from tests.bench.report import say
from tests.bench.stores import FOLLOWTHRU, environment, run

USER, PASSWORD = "pm", "loopback only"
PROPS = '{"tag": "VCALENDAR", "C:supported-calendar-component-set": "VEVENT"}'
LATENCY = 0.05


class Cost(NamedTuple):
    """One run: seconds from start to end, seconds of CPU here and in the server, MiB at most, and what went there."""

    name: str
    wall: float
    server: float
    cpu: float = 0.0
    rss: float = 0.0
    counts: Counts = Counts()

    def row(self, own: float, peer: float) -> tuple[str, ...]:
        """Return the cells of a table: against the server's own time, and against vdirsyncer."""
        done = self.counts
        return (
            self.name,
            f"{self.wall * 1000:,.0f}",
            f"{self.wall / own:.2f}" if own else "-",
            f"{self.wall / peer:.2f}" if peer else "-",
            f"{self.cpu:.2f}" if self.cpu else "-",
            f"{self.server:.2f}",
            f"{self.rss:.0f}" if self.rss else "-",
            f"{done.requests:,}" if done.requests else "-",
            f"{(done.up + done.down) / 1024:,.0f}" if done.requests else "-",
        )


HEAD = ("who", "ms", "x server", "x vdirsyncer", "cpu s", "server cpu s", "rss MiB", "requests", "KiB")


class Story(NamedTuple):
    """One comparison."""

    title: str
    costs: tuple[Cost, ...]

    def rows(self) -> list[tuple[str, ...]]:
        """Return the cells of its table."""
        named = {cost.name: cost.wall for cost in self.costs}
        own, peer = named.get("the server's own time", 0.0), named.get("vdirsyncer sync", 0.0)
        return [cost.row(own, peer) for cost in self.costs]


class Bench:
    """A server, a proxy before it, and a folder for everything."""

    def __init__(self, folder: Path, server: Radicale, proxy: Proxy) -> None:
        self.folder = folder
        self.server = server
        self.proxy = proxy
        self.vdirsyncer = shutil.which("vdirsyncer")

    def collection(self, name: str, texts: Mapping[str, str]) -> str:
        """Seed a collection on disk and return its address behind the proxy."""
        place = self.folder / "radicale" / "collections" / "collection-root" / USER / name
        place.mkdir(parents=True)
        (place / ".Radicale.props").write_text(PROPS)
        for file, text in texts.items():
            (place / file).write_text(text, newline="")
        return f"http://127.0.0.1:{self.proxy.port}/{USER}/{name}/"

    def busy(self) -> float:
        """Return the seconds of CPU that the server has used, 0 where the system does not say."""
        stat = Path(f"/proc/{self.server.pid}/stat")
        fields = stat.read_text().rpartition(")")[2].split() if stat.exists() else ["0"] * 13
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def raw(self, wanted: Iterable[Request]) -> Cost:
        """Return what the server takes for these requests over one connection, and nothing else."""
        before = self.busy()
        word = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        took = 0.0
        with closing(http.client.HTTPConnection("127.0.0.1", self.proxy.port)) as connection:
            for request in wanted:
                path = "/" + request.url.partition("://")[2].partition("/")[2] if "://" in request.url else request.url
                began = time.perf_counter()
                headers = {**request.headers, "Authorization": f"Basic {word}"}
                connection.request(request.method, path, request.body, headers)
                answer = connection.getresponse()
                answer.read()
                took += time.perf_counter() - began
                if answer.status >= 400:
                    raise RuntimeError(f"{request.method} {path} was answered with {answer.status}")
        self.proxy.take()
        return Cost("the server's own time", took, self.busy() - before)

    def command(self, name: str, words: Sequence[str], env: Mapping[str, str]) -> Cost:
        """Run a command and return what it cost."""
        self.proxy.take()
        before, began = self.busy(), time.perf_counter()
        process = subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        assert process.stdout is not None
        said = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stdout.close()
        if process.returncode:
            raise RuntimeError(f"{' '.join(words)} ended with {process.returncode}: {said[-800:]!r}")
        cpu, rss = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
        return Cost(name, wall, self.busy() - before, cpu, rss, self.proxy.take())

    def ours(self, env: Mapping[str, str]) -> Cost:
        """Run `followthru sync`."""
        return self.command("followthru sync", (FOLLOWTHRU, "sync"), env)


class Pair:
    """A folder of files that vdirsyncer keeps in step with a collection."""

    def __init__(self, bench: Bench, name: str, url: str) -> None:
        self._bench = bench
        self.files = bench.folder / f"{name}-files"
        self.files.mkdir()
        self._config = bench.folder / f"{name}.vdirsyncer"
        self._config.write_text(
            f'[general]\nstatus_path = "{bench.folder}/{name}-status/"\n'
            '[pair p]\na = "a"\nb = "b"\ncollections = null\nconflict_resolution = "b wins"\n'
            f'[storage a]\ntype = "filesystem"\npath = "{self.files}"\nfileext = ".ics"\n'
            f'[storage b]\ntype = "caldav"\nurl = "{url}"\nusername = "{USER}"\npassword = "{PASSWORD}"\n'
        )
        self.run("discover")

    def run(self, verb: str) -> Cost:
        """Run one command."""
        words = (self._bench.vdirsyncer or "", "-c", str(self._config), verb)
        return self._bench.command("vdirsyncer sync", words, dict(os.environ))


def restored(bench: Bench, name: str, count: int) -> tuple[dict[str, str], dict[str, str]]:
    """Make a store with `count` promises; return its environment, and the texts of the events that stand for them."""
    env = environment(bench.folder / name)
    run(env, "practice", "add", "oak-street", "--timezone", "America/New_York")
    soon = datetime.now(UTC).date() + timedelta(days=10)
    lines = bench.folder / f"{name}.jsonl"
    with lines.open("w") as file:
        for number in range(count):
            on = (soon + timedelta(days=number % 200)).isoformat()
            title = f"Renew malpractice cover {number:06}"
            task = {"type": "task", "title": title, "practice": "oak-street", "status": "open", "promised_on": on}
            file.write(f"{json.dumps(task)}\n")
    run(env, "import", str(lines))
    configure(env, "http://127.0.0.1:1/pm/x/")
    with closing_desk(env) as desk:
        return env, _texts(desk)


def _texts(desk: Desk) -> dict[str, str]:
    with desk.ctx.store.writing() as tx:
        uid = links.make_store_uid(tx)
    view = view_of(desk.config.calendar("promises"))
    place = Place(uid, view, "http://127.0.0.1:1/pm/x/")
    texts: dict[str, str] = {}
    for shown in wanted(desk.ctx, desk.ctx.read, view):
        link = first_link(place, shown, 1)
        entry = Entry(link.uid, shown.summary, shown.when, shown.label or "followthru", shown.task_uid, shown.role)
        texts[link.name] = build(entry, datetime(2026, 11, 23, tzinfo=UTC))
    return texts


def configure(env: Mapping[str, str], url: str) -> None:
    """Have the store's one calendar be at this address."""
    home = home_in(Path(env["FOLLOWTHRU_HOME"]))
    secret = home.config.with_name("password")
    secret.write_text(PASSWORD)
    secret.chmod(0o600)
    server = url.rpartition(f"{USER}/")[0]
    home.config.write_text(
        f'[me]\nname = "Robin"\ntimezone = "UTC"\n'
        f'[[accounts]]\nname = "home"\nurl = "{server}"\nusername = "{USER}"\npassword = {{ file = "password" }}\n'
        f'[[calendars]]\naccount = "home"\nname = "promises"\ncollection = "{url}"\n'
    )


class closing_desk:  # noqa: N801 -- reads like contextlib.closing
    """Hold the desk of an environment."""

    def __init__(self, env: Mapping[str, str]) -> None:
        home = home_in(Path(env["FOLLOWTHRU_HOME"]))
        self._desk = open_desk(home, load(home.config), SystemClock())

    def __enter__(self) -> Desk:
        return self._desk

    def __exit__(self, *_: object) -> None:
        self._desk.ctx.store.close()


def stories(folder: Path, many: int, some: int) -> Iterator[Story]:
    """Yield the comparisons one by one."""
    users = {USER: PASSWORD}
    with Radicale(folder / "radicale", users) as server, Proxy(server.port) as proxy:
        bench = Bench(folder, server, proxy)
        if bench.vdirsyncer is None:
            say("vdirsyncer is not installed.")
        env, texts = restored(bench, "many", many)
        url = bench.collection("many", texts)
        configure(env, url)
        whole = _whole_collection(url, list(texts))
        bench.raw(whole)  # the server reads the files once and remembers them
        pair = Pair(bench, "many", url) if bench.vdirsyncer else None
        peers = () if pair is None else (pair.run("sync"),)
        own = bench.raw(whole)
        yield Story(f"First download of {many:,} objects (budget 0.9 x vdirsyncer)", (own, bench.ours(env), *peers))
        yield _unchanged(bench, env, url, pair)
        yield _changed(bench, env, url, texts, pair)
        for delay in (0.0, LATENCY):
            proxy.delay = 0.0
            yield _uploaded(bench, some, delay)


def _whole_collection(url: str, names: Sequence[str]) -> list[Request]:
    path = "/" + url.partition("://")[2].partition("/")[2]
    return [requests.check(url), requests.listing(url), *requests.multiget(url, [path + name for name in names])]


def _unchanged(bench: Bench, env: Mapping[str, str], url: str, pair: Pair | None) -> Story:
    for _ in range(3):
        bench.ours(env)
    rounds = 7
    own = min((bench.raw([requests.check(url)]) for _ in range(rounds)), key=lambda cost: cost.wall)
    with closing_desk(env) as desk:
        inside = min((_in_process(bench, desk) for _ in range(rounds)), key=lambda cost: cost.wall)
    costs = [own, inside, bench.ours(env)]
    costs += [] if pair is None else [pair.run("sync")]
    return Story(
        "Nothing changed (budget: one request, the server's own time + 10 ms in a running process)", tuple(costs)
    )


def _in_process(bench: Bench, desk: Desk) -> Cost:
    before, began, used = bench.busy(), time.perf_counter(), time.process_time()
    [report] = asyncio.run(sync_account(desk, desk.config.accounts[0], asked=True))
    took, cpu = time.perf_counter() - began, time.process_time() - used
    if report.report is None or report.report.requests != 1:
        raise RuntimeError(f"it was not one request: {report}")
    return Cost("a sync in a running process", took, bench.busy() - before, cpu, counts=bench.proxy.take())


def _changed(bench: Bench, env: Mapping[str, str], url: str, texts: Mapping[str, str], pair: Pair | None) -> Story:
    path = "/" + url.partition("://")[2].partition("/")[2]
    names = list(texts)[100:110]

    def edit(words: str) -> None:
        edited = (texts[name].replace("END:VEVENT", f"COMMENT:{words}\r\nEND:VEVENT") for name in names)
        bench.raw([requests.replace(path + name, text, None) for name, text in zip(names, edited, strict=True)])

    edit("once")
    ours = bench.ours(env)
    peers = () if pair is None else (pair.run("sync"),)
    return Story(f"Ten changes in {len(texts):,} (budget: requests as changes / 50)", (ours, *peers))


def _uploaded(bench: Bench, some: int, delay: float) -> Story:
    name = f"some-{round(delay * 1000)}"
    env, texts = restored(bench, name, some)
    path = f"/{USER}/{name}-raw/"
    bench.collection(f"{name}-raw", {})
    configure(env, bench.collection(name, {}))
    pair = Pair(bench, f"{name}-pair", bench.collection(f"{name}-peer", {})) if bench.vdirsyncer else None
    bench.proxy.delay = delay
    ours = bench.ours(env)
    peers: tuple[Cost, ...] = ()
    if pair is not None:
        for file, text in texts.items():
            (pair.files / file).write_text(text, newline="")
        peers = (pair.run("sync"),)
    own = bench.raw(requests.create(path + file, text) for file, text in texts.items())
    budget = "1.15 x the server's own time" if not delay else f"with {delay * 1000:.0f} ms latency, half of vdirsyncer"
    return Story(f"First upload of {some:,} (budget {budget})", (own, ours, *peers))
