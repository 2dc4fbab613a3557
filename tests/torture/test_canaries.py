"""Nothing private is in a log, whatever a server does; and whatever a server says ends as plain words.

The sync is the daemon's own job, over a real store, at each level of the log.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest

from followthru import log
from followthru.actions import edit, promises
from followthru.actions.calendar_rest import lift_rest
from followthru.actions.desk import Desk, open_desk
from followthru.config.places import home
from followthru.domain.clock import SystemClock
from followthru_daemon.build import build_jobs
from followthru_daemon.supervise import Ended, Runner
from followthru_tui.background import Background
from followthru_tui.storefeed import StoreFeed
from tests.clikit import Cli
from tests.daemonkit import supervision
from tests.storekit import FixedClock, add_practice, add_task, copy_database, task
from tests.torture.stage import PASSWORD, USER, Forward, Router, configuration, faultless
from tests.tui.driver import running

TITLE = "Wrist of Mrs Quill"
SERVER = "words of the server"
HOSTILE = "\x1b[31mRenew\x1b]0;owned\x07 [bold]cover[/] \u202etxet\u202c\u2028 <b>$(reboot)</b>\\nSecond\\nline\x9b2J"
SECRETS = (
    "Quill",
    PASSWORD,
    base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode(),
    "Authorization",
    "VEVENT",
    "SUMMARY",
    "propfind",
    SERVER,
    "hidden",
)
STATUSES = (401, 403, 412, 500, 503)


class Wired:
    """A desk whose calendars are on scripted servers."""

    def __init__(self, desk: Desk, router: Router) -> None:
        self.desk = desk
        self.router = router
        self.faults: list[str] = []

    def sync(self) -> None:
        """Let the daemon run its job once, whatever rest was asked for."""
        lift_rest(self.desk, self.desk.config.accounts[0])
        job = next(one for one in build_jobs(self.desk) if one.name == "sync home")

        async def once() -> None:
            stopping = asyncio.Event()

            def report(ended: Ended) -> None:
                self.faults += [ended.fault] if ended.fault is not None else []
                stopping.set()

            await Runner(job, supervision(SystemClock(), report)).forever(stopping)

        asyncio.run(once())

    def rewrite(self, old: str, new: str) -> None:
        """Change a part of every object, as another program."""
        for server in self.router.servers.values():
            for name, one in list(server.objects.items()):
                server.put(name, one.text.replace(old, new))


@pytest.fixture
def wired(blank_database: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wired]:
    router = Router()
    where, config = configuration(home().config.parent, router.urls)
    copy_database(blank_database, where.database)

    async def handle(_: httpx.AsyncHTTPTransport, request: httpx.Request) -> httpx.Response:
        return await router.handle_async_request(request)

    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle)
    desk = open_desk(where, config, clock)
    add_practice(desk.ctx)
    yield Wired(desk, router)
    desk.ctx.store.close()


@pytest.fixture
def logs() -> Iterator[None]:
    """The log as it was, afterwards."""
    levels = {name: logging.getLogger(name).level for name in (*log.TALKATIVE, log.ROOT, "followthru_daemon", None)}
    yield
    log.close()
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.usefixtures("logs")
@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_no_log_holds_anything_private(wired: Wired, level: str, capfd: pytest.CaptureFixture[str]) -> None:
    file = log.configure(wired.desk.home, level, to_stderr=True, surface="daemon")
    number = add_task(wired.desk.ctx, f"{TITLE} by 2026-07-20 @oak-street")
    wired.sync()
    for at, status in enumerate(STATUSES):
        promises.promise(wired.desk.ctx, number, promises.NewPromise(date(2026, 8, 1 + at)))
        _upset(wired, status, at % 3)
        wired.router.fault = faultless
        wired.sync()
    said = file.read_text() + "".join(capfd.readouterr())
    assert [secret for secret in SECRETS if secret.casefold() in said.casefold()] == []
    assert len(wired.faults) > len(STATUSES) / 2, "the job failed, and said so"
    for words in set(wired.faults):
        assert words.isprintable()
        assert [secret for secret in SECRETS if secret in words] == []
    assert ("sync.done" in said) == (level in ("debug", "info"))
    assert ("fault=" in said) == (level != "error")


def _upset(wired: Wired, status: int, at: int) -> None:
    """Let a sync meet a refusal, a lost answer and a redirect, each with words that nobody may hand on."""
    left = [at]

    async def refused(request: httpx.Request, forward: Forward) -> httpx.Response:
        left[0] -= 1
        if left[0] >= 0:
            return await forward()
        body = f"<error xmlns='DAV:'>{SERVER} {TITLE}\x1b[2J</error>"
        return httpx.Response(status, text=body, headers={"Retry-After": "7"})

    async def lost(request: httpx.Request, forward: Forward) -> httpx.Response:
        raise httpx.ReadError("connection reset \x1b[2J by peer", request=request)

    async def elsewhere(request: httpx.Request, forward: Forward) -> httpx.Response:
        return httpx.Response(302, headers={"Location": f"http://{USER}:hidden@calendar.example/{TITLE}"})

    for fault in (refused, lost, elsewhere):
        left[0] = at
        wired.router.fault = fault
        wired.sync()


def test_hostile_words_of_a_calendar_end_as_plain_words(wired: Wired, clock: FixedClock) -> None:
    number = add_task(wired.desk.ctx, f"{TITLE} by 2026-07-20 @oak-street")
    wired.sync()
    wired.rewrite(f"SUMMARY:{TITLE}", f"SUMMARY:{HOSTILE}")
    wired.sync()
    wired.sync()
    title = task(wired.desk.ctx, number).title
    assert title == "[31mRenew]0;owned [bold]cover[/] txet <b>$(reboot)</b> Second line2J"
    for words in (("list",), ("show", str(number)), ("history",), ("list", "--json"), ("sync", "status")):
        out = Cli(clock).ok(*words)
        assert _marks(out) == set()
        assert "Second" in out or words[0] in ("sync", "history")
    edit.edit(wired.desk.ctx, number, {"title": "Ours"})
    wired.sync()
    for server in wired.router.servers.values():
        [text] = [one.text for one in server.objects.values()]
        assert "SUMMARY:Ours\r\n" in text
        assert "reboot" not in text


async def test_hostile_words_are_one_plain_line_on_the_screen(wired: Wired, clock: FixedClock) -> None:
    add_task(wired.desk.ctx, f"{TITLE} by today @oak-street")
    await asyncio.to_thread(wired.sync)
    wired.rewrite(f"SUMMARY:{TITLE}", f"SUMMARY:{HOSTILE}")
    await asyncio.to_thread(wired.sync)
    async with running(lambda: StoreFeed.open(wired.desk.home, clock, Background(starts=False))) as ui:
        [line] = [line for line in ui.lines() if "Renew" in line]
        assert "[bold]co" in line, "markup is shown, not obeyed"
        assert _marks(ui.text()) == set()


def _marks(text: str) -> set[str]:
    """Return every character that moves a cursor, turns a direction or is otherwise no letter to be read."""
    return {char for char in text if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp") and char not in "\n\u200d"}
