"""Sync beside vdirsyncer and beside the server's own time, on servers with collections seeded on disk.

Each server is measured alone. Whoever is compared takes turns on it; of several rounds, the median is told.

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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path
from statistics import median
from typing import Protocol

from followthru.actions.desk import Desk, open_desk
from followthru.actions.ledger import view_of, wanted
from followthru.actions.sync import sync_account
from followthru.calendars.dav import requests
from followthru.calendars.dav.requests import Request
from followthru.calendars.ical.write import Entry, build
from followthru.calendars.plan import first_link
from followthru.calendars.steps import Place
from followthru.calendars.strides import LONGEST
from followthru.config.places import home_in
from followthru.config.reading import load
from followthru.demo.radicale import Radicale
from followthru.domain.clock import SystemClock
from followthru.store import links
from tests.bench.costs import INSIDE, OURS, OWN, PEER, Cost, Story, at_most_requests, memory, seconds, times
from tests.bench.found import Judged
from tests.bench.proxy import Proxy
from tests.bench.stores import FOLLOWTHRU, environment, run
from tests.xandikos import Xandikos

USER, PASSWORD = "pm", "loopback only"
XANDIKOS_HOME = f"{USER}/calendars"
PROPS = '{"tag": "VCALENDAR", "C:supported-calendar-component-set": "VEVENT"}'
LATENCY = 0.05
START = (
    "the command is charged for its own start, about a quarter of a second in which Python, httpx and the store are "
    "loaded; of a few hundred objects on a fast server that is a tenth. A running process has started once, and of "
    "1,000 objects on Radicale it is next to nothing."
)
SERVER = (
    "of what a sync in a running process takes, some 10 ms are its own processor time. The rest is the server's: for "
    "this one request Radicale looks at 10,000 files, and how much processor time that took with and without a sync "
    "around it stands in the table."
)
ROUNDS = 3
"""Downloads by each. An upload takes long enough to be told from noise in one."""


class Server(Protocol):
    """A server on loopback."""

    @property
    def port(self) -> int: ...
    @property
    def pid(self) -> int | None: ...


def seed_radicale(folder: Path, name: str, texts: Mapping[str, str]) -> None:
    """Write a collection as Radicale keeps it: a folder of files."""
    place = folder / "collections" / "collection-root" / USER / name
    place.mkdir(parents=True)
    (place / ".Radicale.props").write_text(PROPS)
    for file, text in texts.items():
        (place / file).write_text(text, newline="")


def seed_xandikos(folder: Path, name: str, texts: Mapping[str, str]) -> None:
    """Write a collection as Xandikos keeps it: a git repository with one commit."""
    place = folder / XANDIKOS_HOME / name
    place.mkdir(parents=True)
    (place / ".xandikos").write_text("[DEFAULT]\ntype = calendar\n")
    for file, text in texts.items():
        (place / file).write_text(text, newline="")
    who = ("-c", "user.name=bench", "-c", "user.email=bench@example.net", "-c", "core.autocrlf=false")
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "seeded")):
        subprocess.run(("git", "-C", str(place), *who, *words), check=True)


class Bench:
    """A server, a proxy before it, and a folder for everything. `seed` writes a collection into the server's folder."""

    def __init__(
        self,
        folder: Path,
        server: Server,
        proxy: Proxy,
        seed: Callable[[Path, str, Mapping[str, str]], None] = seed_radicale,
        home: str = USER,
    ) -> None:
        self.folder = folder
        self.server = server
        self.proxy = proxy
        self.vdirsyncer = shutil.which("vdirsyncer")
        self._seed = seed
        self._home = home

    def collection(self, name: str, texts: Mapping[str, str]) -> str:
        """Seed a collection on disk and return its address behind the proxy."""
        self._seed(self.folder / "server", name, texts)
        return f"http://127.0.0.1:{self.proxy.port}/{self._home}/{name}/"

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
                path = _path_of(request.url) if "://" in request.url else request.url
                began = time.perf_counter()
                headers = {**request.headers, "Authorization": f"Basic {word}"}
                connection.request(request.method, path, request.body, headers)
                answer = connection.getresponse()
                answer.read()
                took += time.perf_counter() - began
                if answer.status >= 400:
                    raise RuntimeError(f"{request.method} {path} was answered with {answer.status}")
        self.proxy.take()
        return Cost(OWN, took, self.busy() - before)

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
        return self.command(OURS, (FOLLOWTHRU, "sync"), env)


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
        return self._bench.command(PEER, words, dict(os.environ))


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
    """Yield the comparisons one by one: with Radicale, then the smaller ones with Xandikos."""
    radicale = folder / "radicale"
    with Radicale(radicale / "server", {USER: PASSWORD}) as server, Proxy(server.port) as proxy:
        yield from _whole_story("Radicale", Bench(radicale, server, proxy), many, some)
    xandikos = folder / "xandikos"
    (xandikos / "server").mkdir(parents=True)
    with Xandikos(xandikos / "server", USER) as other, Proxy(other.port) as proxy:
        yield from _whole_story(
            "Xandikos", Bench(xandikos, other, proxy, seed_xandikos, XANDIKOS_HOME), some, some // 2
        )


def _whole_story(server: str, bench: Bench, many: int, some: int) -> Iterator[Story]:
    env, texts = restored(bench, "many", many)
    url = bench.collection("many", texts)
    configure(env, url)
    downloaded, pair = _downloaded(server, bench, env, url, texts)
    yield downloaded
    yield _unchanged(server, bench, env, url, pair)
    yield _changed(server, bench, env, url, texts, pair)
    for delay in (0.0, LATENCY):
        bench.proxy.delay = 0.0
        # Far away each object takes vdirsyncer its own time; half as many say the same.
        yield _uploaded(server, bench, some // 2 if delay else some, delay)
    bench.proxy.delay = 0.0


def _middle(costs: Sequence[Cost]) -> Cost:
    """Return the median of several runs: the one that took neither long nor short."""
    return sorted(costs, key=lambda cost: cost.wall)[len(costs) // 2]


def _downloaded(
    server: str, bench: Bench, env: Mapping[str, str], url: str, texts: Mapping[str, str]
) -> tuple[Story, Pair | None]:
    """Take over a whole collection into a store that was restored, some times over from the start."""
    home = Path(env["FOLLOWTHRU_HOME"])
    untouched = shutil.copytree(home, home.with_name("untouched"))
    whole = _whole_collection(url, list(texts))
    bench.raw(whole)  # the server reads the files once and remembers them
    own: list[Cost] = []
    ours: list[Cost] = []
    peers: list[Cost] = []
    pair: Pair | None = None
    for number in range(ROUNDS):
        shutil.rmtree(home)
        shutil.copytree(untouched, home)
        if bench.vdirsyncer:
            pair = Pair(bench, f"many-{number}", url)
            peers.append(pair.run("sync"))
        own.append(bench.raw(whole))
        ours.append(bench.ours(env))
    cost, peer = _middle(ours), _middle(peers) if peers else None
    budgets = (
        times("at most 0.9 x vdirsyncer", cost, peer, 0.9, peers=seconds(_middle(own), peer)),
        memory(cost, peer),
    )
    costs = (_middle(own), cost, *([peer] if peer else []))
    return Story(server, f"First download of {len(texts):,} objects", costs, budgets), pair


def _whole_collection(url: str, names: Sequence[str]) -> list[Request]:
    """Return what has to be asked for, in the fewest requests that followthru makes of it."""
    path = _path_of(url)
    texts = requests.multiget(url, [path + name for name in names], LONGEST)
    return [requests.check(url), requests.listing(url), *texts]


def _path_of(url: str) -> str:
    return "/" + url.partition("://")[2].partition("/")[2]


def _unchanged(server: str, bench: Bench, env: Mapping[str, str], url: str, pair: Pair | None) -> Story:
    for _ in range(3):
        bench.ours(env)
    time.sleep(2.1)  # marks that are told by whole seconds are believed after two
    bench.ours(env)
    with closing_desk(env) as desk:
        own, inside = asyncio.run(_side_by_side(bench, desk, requests.check(url), rounds=9))
    slower = median(one.wall - other.wall for one, other in zip(inside, own, strict=True)) * 1000
    cost = bench.ours(env)
    peer = None if pair is None else pair.run("sync")
    budgets = (
        Judged(
            "", f"{slower:+.1f} ms", "the server's own time + 10 ms", slower <= 10, seconds(_middle(own), peer), SERVER
        ),
        at_most_requests("one request", cost, 1, peer),
    )
    costs = (_middle(own), _middle(inside), cost, *([peer] if peer else []))
    return Story(server, "Nothing changed", costs, budgets)


async def _side_by_side(bench: Bench, desk: Desk, check: Request, rounds: int) -> tuple[list[Cost], list[Cost]]:
    """Ask what the one request costs, and what a sync costs as a running daemon makes it, in turns."""
    await _in_process(bench, desk)
    both = [(bench.raw([check]), await _in_process(bench, desk)) for _ in range(rounds)]
    return [own for own, _ in both], [inside for _, inside in both]


async def _in_process(bench: Bench, desk: Desk) -> Cost:
    bench.proxy.take()
    before, began, used = bench.busy(), time.perf_counter(), time.process_time()
    [report] = await sync_account(desk, desk.config.accounts[0], asked=True)
    took, cpu = time.perf_counter() - began, time.process_time() - used
    if report.report is None or report.report.requests != 1:
        raise RuntimeError(f"it was not one request: {report}")
    return Cost(INSIDE, took, bench.busy() - before, cpu, counts=bench.proxy.take())


def _changed(
    server: str, bench: Bench, env: Mapping[str, str], url: str, texts: Mapping[str, str], pair: Pair | None
) -> Story:
    path = _path_of(url)
    names = list(texts)[-10:]
    edited = [texts[name].replace("END:VEVENT", "COMMENT:once\r\nEND:VEVENT") for name in names]
    bench.raw([requests.replace(path + name, text, None) for name, text in zip(names, edited, strict=True)])
    ours = bench.ours(env)
    peer = None if pair is None else pair.run("sync")
    most = 2 + ceil(len(names) / 50)
    budget = at_most_requests(f"at most {most} requests", ours, most, peer)
    return Story(server, f"Ten changes in {len(texts):,}", (ours, *([peer] if peer else [])), (budget,))


def _uploaded(server: str, bench: Bench, some: int, delay: float) -> Story:
    """Publish to an empty calendar that was set up, and thereby measured, before."""
    name = f"some-{round(delay * 1000)}"
    env, texts = restored(bench, name, some)
    path = _path_of(bench.collection(f"{name}-raw", {}))
    configure(env, bench.collection(name, {}))
    run(env, "calendar", "setup", "promises")
    pair = Pair(bench, f"{name}-pair", bench.collection(f"{name}-peer", {})) if bench.vdirsyncer else None
    bench.proxy.delay = delay
    ours = bench.ours(env)
    peer: Cost | None = None
    if pair is not None:
        for file, text in texts.items():
            (pair.files / file).write_text(text, newline="")
        peer = pair.run("sync")
    # What the server takes far away, one request after the other, is no budget: it would be waited for in vain.
    creations = (requests.create(path + file, text) for file, text in texts.items())
    own = None if delay else bench.raw(creations)
    beside = seconds(own, peer)
    if delay:
        budget = times("at most half of vdirsyncer", ours, peer, 0.5, peers=beside)
    else:
        budget = times("at most 1.15 x the server's own time", ours, own, 1.15, peers=beside, why=START)
    far = f", each request {delay * 1000:.0f} ms away" if delay else ""
    costs = tuple(one for one in (own, ours, peer) if one)
    return Story(server, f"First upload of {some:,}{far}", costs, (budget, memory(ours, peer)))
