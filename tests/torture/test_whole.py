"""The whole product, killed on every surface while people and the daemon work; the long form is `make torture`.

The witness outside is held to account as well: each guarantee below is broken on purpose, and that is noticed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from threading import Event
from typing import Any, NamedTuple

import pytest

from followthru.actions import tasks
from followthru.actions.context import Context, Outcome
from followthru.domain.capture import Capture
from followthru.store import derived
from followthru.store.store import Store, Writer
from tests.torture import every_commit, surfaces
from tests.torture.aims import Aims
from tests.torture.surfaces import DAEMON, Breach
from tests.torture.test_breakage import unwritten
from tests.torture.test_kills import ROOT, run
from tests.torture.test_mail_kills import forgetful
from tests.torture.tortured import Tortured
from tests.torture.whole_rounds import torture

ROUNDS = 25
"""Rounds within which a breach is noticed."""
Patch = Callable[[pytest.MonkeyPatch], object]


def test_nothing_acknowledged_is_lost_doubled_or_sent_twice() -> None:
    said = run("tests.torture.whole_rounds", "--rounds", "8")
    counts = {what: int(count) for what, count in re.findall(r"(?m)^(\S.*?) {2,}(\d+)$", said)}
    assert counts["rounds"] == 8
    assert counts["all kills"] > 8
    assert counts["acknowledged edits"] > 8
    assert counts["violations"] == 0


@pytest.mark.torture
def test_a_thousand_rounds_of_the_whole_product(tmp_path: Path) -> None:
    """The homes are where the tests' own are, in memory where there is room: a round waits for no disk then."""
    rounds, seed = os.environ.get("TORTURE_ROUNDS", "1000"), os.environ.get("TORTURE_SEED", "1")
    command = [sys.executable, "-m", "tests.torture.whole_rounds", "--rounds", rounds, "--seed", seed]
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "TMPDIR": str(tmp_path)})


@pytest.mark.parametrize("steps", [40, pytest.param(1500, marks=pytest.mark.torture)])
def test_each_commit_is_whole_or_did_not_happen(steps: int, tmp_path: Path) -> None:
    done = Tortured(Random(4), frozenset())
    every_commit.torture(done, tmp_path, steps)
    assert done.violations == []
    assert len(done.hits) > 10


def half(patch: pytest.MonkeyPatch) -> None:
    """Commit an action in two halves."""
    insert = Writer.run_many

    def run_many(self: Writer, sql: str, values: Sequence[Sequence[object]]) -> None:
        if sql.startswith("INSERT INTO change"):
            self.run("COMMIT")
            self.run("BEGIN IMMEDIATE")
        insert(self, sql, values)

    patch.setattr(Writer, "run_many", run_many)


def test_a_step_that_is_committed_in_halves_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    half(monkeypatch)
    done = Tortured(Random(4), frozenset())
    every_commit.torture(done, tmp_path, 10)
    assert done.violations


def unsaved(words: Sequence[str]) -> None:
    """Say on the command line that a step is saved before it is committed.

    A screen lives on with its open transaction, and may fall silent over it before anybody looks into the journal.
    """

    @contextmanager
    def writing(self: Store) -> Generator[Writer]:
        connection: Any = vars(self)["_connection"]
        if not connection.in_transaction:
            connection.execute("BEGIN IMMEDIATE")
        yield Writer(connection, self.database, self.now())

    if words and words[0] != "daemon":
        setattr(Store, "writing", writing)  # noqa: B010 -- the surface's process ends with it


def eager(words: Sequence[str]) -> None:
    """Add a task once more, as after an answer that did not come."""
    add = tasks.add

    def twice(ctx: Context, line: Capture, *more: Any, **named: Any) -> Outcome:  # noqa: ANN401 -- handed on
        add(ctx, line, *more, **named)
        return add(ctx, line, *more, **named)

    setattr(tasks, "add", twice)  # noqa: B010


def mute(words: Sequence[str]) -> None:
    """Do not answer on the screen."""

    def held(*_: object, **__: object) -> Outcome:
        Event().wait()
        raise AssertionError

    if not words:
        setattr(tasks, "add", held)  # noqa: B010


def unjournalled(patch: pytest.MonkeyPatch) -> None:
    """Write beside the journal."""
    refresh = derived.refresh

    def scribbled(tx: Writer, *words: Any) -> None:  # noqa: ANN401
        refresh(tx, *words)
        tx.run("UPDATE task SET notes = 'scribbled'")

    patch.setattr(derived, "refresh", scribbled)


class Broken(NamedTuple):
    """A guarantee that is broken: in a surface's process or everywhere, where the daemon dies, what is noticed."""

    noticed: str
    breach: Breach | None = None
    patch: Patch | None = None
    forced: Mapping[str, str] | None = None


@pytest.mark.parametrize(
    "broken",
    [
        Broken("said to be done, and not in the journal", breach=unsaved),
        Broken("never answered", breach=mute),
        Broken("2 steps in the journal", breach=eager),
        Broken("the journal does not amount to the tables|cannot be replayed", patch=unjournalled),
        Broken(r"arrived \d times", patch=forgetful, forced={DAEMON: "answered, unread: text"}),
        pytest.param(
            Broken(
                "asked about|lost|there 2 times|not there", patch=unwritten, forced={DAEMON: "answered, unread: PUT"}
            ),
            marks=pytest.mark.torture,
        ),
    ],
    ids=[
        "saved-later",
        "not-answered",
        "done-twice",
        "not-journalled",
        "sent-before-it-is-noted",
        "put-before-it-is-noted",
    ],
)
def test_a_broken_guarantee_is_noticed(broken: Broken, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if broken.patch is not None:
        broken.patch(monkeypatch)
    monkeypatch.setattr(surfaces, "PATIENCE", 20.0 if broken.breach is not mute else 3.0)
    done = Tortured(Random(2), frozenset())
    torture(done, tmp_path, ROUNDS, enough=1, breach=broken.breach, aims=Aims(done, broken.forced or {}))
    assert any(re.search(broken.noticed, one) for one in done.violations), done.violations
