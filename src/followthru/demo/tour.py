"""The road as text: every step is a real command, and every answer comes from the server that gave it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any, TypeVar

from followthru.demo.otherclient import OtherClient
from followthru.demo.sandbox import PASSWORD, USER, Sandbox
from followthru.domain.workdays import MONDAY_TO_FRIDAY
from followthru.errors import FollowthruError

PATIENCE = 20.0  # seconds for a step that another process takes

T = TypeVar("T")


def walk(box: Sandbox) -> int:
    """Walk the whole road and print it; return 0. Raises FollowthruError where a step does not hold."""
    with OtherClient(box.calendar_url, USER, PASSWORD) as other:
        tour = Tour(box, other)
        tour.capture()
        tour.on_the_server()
        tour.moved_there()
        tour.undone()
        tour.ticked_there()
        tour.told()
        tour.update()
        tour.standing()
    _say("\nThat was the road: captured, told, on a calendar, moved there, taken back, written, approved, sent.")
    return 0


class Tour:
    """One walk through a sandbox, and what it has found so far."""

    def __init__(self, box: Sandbox, other: OtherClient) -> None:
        self._box, self._other = box, other
        self._today = box.desk.ctx.today()
        self._promised = MONDAY_TO_FRIDAY.add(self._today, 14)
        self._task: dict[str, Any] = {}

    def capture(self) -> None:
        """Capture a promise and see it with its wiggle room."""
        _heading("1. Capture a promise, told to its owner at once")
        line = f"Renew the radiology licence by {self._promised} to dana @oak-street ~5d #licence !high"
        self._task = self._json("add", line)
        self._run("edit", str(self._id), "public_title=Radiology licence renewal")
        self._run("show", str(self._id))

    def on_the_server(self) -> None:
        """Find the promise on the calendar server."""
        _heading("2. The daemon has put it on the calendar server; another client (python-caldav) reads it there")
        text = self._on_server(self._promised)
        _quote(text, "GET answered by the calendar server")

    def moved_there(self) -> None:
        """Move the event with the other client and see it come back."""
        _heading("3. The other client moves the event by five days")
        moved = self._promised + timedelta(days=5)
        _say(f"    PUT answered by the calendar server: {self._other.move(self._title, moved)}")
        task = _until(lambda: self._when(moved), "the moved date in the store")
        _say(f"    followthru now has {task['promised_on']}, target {task['target_on']}, told: {_told(task)}")
        _say(f"    reason missing: {task['reason_missing']} (an update waits until somebody says why)")

    def undone(self) -> None:
        """Undo what the calendar did, and see the server follow."""
        _heading("4. Undo takes back what the calendar did, and the server follows")
        self._run("undo")
        _quote(self._on_server(self._promised), "GET answered by the calendar server", only=("DTSTART", "SUMMARY"))

    def ticked_there(self) -> None:
        """Show it as a todo as well, tick that with the other client, and take it back."""
        _heading("5. A list of todos: the other client ticks the promise off, undo takes that back")
        self._run("calendar", "add", "todos", "--account", "sandbox", "--as", "tasks")
        _until(lambda: self._other.status(self._title), "the todo on the server")
        _say(f"    PUT answered by the calendar server: {self._other.tick(self._title)}")
        task = _until(lambda: self._in_status("done"), "the task done in the store")
        _say(f"    followthru now has it {task['status']}, on {task['done_on']}")
        self._run("undo")
        _until(lambda: self._other.status(self._title) == "NEEDS-ACTION", "the todo un-ticked on the server")
        _say("    and the todo is NEEDS-ACTION again")

    def told(self) -> None:
        """Move the promise with a reason; without one it is refused."""
        _heading("6. A date that somebody was told moves only with a reason")
        later = MONDAY_TO_FRIDAY.add(self._promised, 2)
        self._run("promise", str(self._id), str(later), expect=4)
        self._run("promise", str(self._id), str(later), "--because", "the county asked for one more form")
        self._promised = later

    def update(self) -> None:
        """Draft, read, approve and send an update; show what arrived."""
        _heading("7. An update for Dana: drafted from facts, read, approved, sent")
        draft = self._json("update", "draft", "dana", "--practice", "oak-street")
        self._run("update", "show", str(draft["id"]))
        self._run("update", "approve", str(draft["id"]))
        sent = _until(lambda: self._accepted(draft["id"]), "the mail server's answer")
        _say(f"    the mail server answered: {sent['code']} {sent['answer']}")
        mail = _until(self._mail, "the mail in the sink")
        _quote(mail, "the mail as it arrived")
        told = _told(self._json("show", str(self._id), quiet=True))
        _say(f"    and the sent update is on record as a telling: {told}")

    def standing(self) -> None:
        """Show how everything stands."""
        _heading("8. How it stands")
        self._run("sync", "status")
        self._run("daemon", "status")

    @property
    def _id(self) -> int:
        return int(self._task["id"])

    @property
    def _title(self) -> str:
        return str(self._task["title"])

    def _on_server(self, on: date) -> str:
        """Return the event's text once the server has it on a day."""
        return _until(lambda: self._other.find(self._title, on), f"the event on {on}")

    def _when(self, on: date) -> dict[str, Any] | None:
        task = self._json("show", str(self._id), quiet=True)
        return task if task["promised_on"] == on.isoformat() else None

    def _in_status(self, status: str) -> dict[str, Any] | None:
        task = self._json("show", str(self._id), quiet=True)
        return task if task["status"] == status else None

    def _accepted(self, update_id: int) -> dict[str, Any] | None:
        update = self._json("update", "show", str(update_id), quiet=True)
        return update if update["phase"] == "accepted" else None

    def _mail(self) -> str | None:
        files = sorted(self._box.mails.glob("*.eml"))
        if not files:
            return None
        mail = message_from_bytes(files[-1].read_bytes(), policy=default)
        body = mail.get_body(("plain",))
        head = "".join(f"{name}: {mail[name]}\n" for name in ("From", "To", "Subject", "Message-ID"))
        return f"{head}\n{body.get_content() if body else ''}"

    def _json(self, *words: str, quiet: bool = False) -> Any:  # noqa: ANN401 -- whatever the command answers
        return json.loads(self._command([*words, "--json"], quiet=quiet, expect=0, shown=False))

    def _run(self, *words: str, expect: int = 0) -> None:
        self._command(list(words), quiet=False, expect=expect, shown=True)

    def _command(self, words: list[str], *, quiet: bool, expect: int, shown: bool) -> str:
        """Run a real followthru command in the sandbox's home."""
        done = subprocess.run(  # noqa: S603 -- our own module
            [sys.executable, "-P", "-m", "followthru", *words],
            env={**os.environ, "FOLLOWTHRU_HOME": str(self._box.home.config.parent)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if not quiet:
            _say(f"  $ followthru {' '.join(_shell(word) for word in words if word != '--json')}")
            _lines(done.stderr)
            if shown:
                _lines(done.stdout)
        if done.returncode != expect:
            raise FollowthruError(
                f"`followthru {' '.join(words)}` ended with {done.returncode}, not {expect}: {done.stderr.strip()}"
            )
        return done.stdout


def _until(found: Callable[[], T | None], what: str) -> T:
    """Return what is looked for once it is there. Raises FollowthruError when it does not come."""
    until = time.monotonic() + PATIENCE
    while (value := found()) is None:
        if time.monotonic() > until:
            raise FollowthruError(f"{what} did not come within {PATIENCE:.0f} seconds.")
        time.sleep(0.1)
    return value


def _told(task: dict[str, Any]) -> str:
    return "; ".join(f"{one['person']} {one['date']} by {one['how']}" for one in task["told"] if not one["retracted"])


def _shell(word: str) -> str:
    return word if re.fullmatch(r"[\w@%+=:,./~#!-]+", word) else f"'{word}'"


def _heading(words: str) -> None:
    _say(f"\n{words}")


def _quote(text: str, words: str, *, only: tuple[str, ...] = ()) -> None:
    _say(f"    {words}:")
    for line in text.splitlines():
        if not only or line.startswith(only):
            _say(f"    | {line}")


def _lines(text: str) -> None:
    for line in text.rstrip().splitlines():
        _say(f"    {line}")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
