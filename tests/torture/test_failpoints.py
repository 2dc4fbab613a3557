"""Every commit and every word to a server has a failpoint, and a process that is to die at one does."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from followthru.actions import tasks
from followthru.actions.context import Context
from followthru.domain.capture import Capture
from followthru.store import backups, migrate, views
from followthru.store.store import Store
from tests.store.oracles import replayed, sound, state
from tests.storekit import NOON, FixedClock
from tests.torture.boundaries import Target
from tests.torture.failpoints import STEPS, Failpoints, Site, listed, sites, sites_of, speakers
from tests.torture.forks import Tell, ended, forked

WATCHED = {
    "src/followthru/calendars/dav/client.py": "sent: VERB",
    "src/followthru/calendars/dav/pools.py": "sent: VERB",
    "src/followthru/calendars/dav/signing.py": "sent: VERB",
    "src/followthru/updates/incoming/mailbox.py": "sent: IMAP WORD",
    "src/followthru/updates/transports/smtp.py": "sent: WORD",
    "src/followthru/updates/transports/smtp_facts.py": "sent: WORD",
    "src/followthru/updates/transports/smtp_sign_in.py": "sent: WORD",
    "src/followthru/updates/transports/smtp_steps.py": "sent: WORD",
    "src/followthru/web/http.py": "sent: VERB",
}
"""Who speaks to a server, and the failpoints on the way."""
HARMLESS = {
    "daemon/followthru_daemon/desktop.py": "shows a notice",
    "daemon/followthru_daemon/ending.py": "hears the signal that ends it",
    "daemon/followthru_daemon/manager.py": "tells systemd that it lives",
    "daemon/followthru_daemon/program.py": "asks systemd or launchd to start the daemon",
    "daemon/followthru_daemon/triggers.py": "hears that something was committed",
    "src/followthru/actions/browsing.py": "opens a browser",
    "src/followthru/actions/presence.py": "asks which program a process is",
    "src/followthru/actions/wake.py": "says that something was committed",
    "src/followthru/cli/editor.py": "opens an editor",
    "src/followthru/config/machine.py": "asks what machine this is",
    "src/followthru/secrets.py": "asks for a secret",
    "src/followthru/store/connection.py": "migrates, which is a step of its own",
    "src/followthru/web/redirect.py": "waits for a browser to come back",
    "tui/followthru_tui/background.py": "starts the daemon",
    "tui/followthru_tui/editing.py": "opens an editor",
}
"""Who speaks to another program only, and loses nothing by dying there."""


def test_every_module_that_could_speak_to_a_server_is_watched() -> None:
    assert speakers().keys() == WATCHED.keys() | HARMLESS.keys()


def test_every_commit_has_failpoints_of_its_own_name() -> None:
    """A second place in one function has the same name; of two functions none has another's."""
    names = Counter(site.name for site in sites())
    assert [name for name, count in names.items() if count > 1] == []
    assert len(listed()) == 2 * len(names)
    assert len(listed()) > 250


def test_each_step_that_commits_in_a_way_of_its_own_is_watched() -> None:
    found = {f"{site.file[4:-3].replace('/', '.')}.{site.function}" for site in sites() if site.what == "step"}
    assert found <= set(STEPS)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("with ctx.acting() as tx: pass", "commit"),
        ("with desk.ctx.store.writing() as tx: pass", "commit"),
        ("connection.execute('COMMIT')", "step"),
        ("connection.executescript(f'BEGIN; {script}; COMMIT;')", "step"),
        ("source.backup(target)", "step"),
        ("connection.execute('VACUUM INTO ?', (path,))", "step"),
        ("new.replace(file)", "rename"),
        ("os.replace(new, file)", None),
        ("durable.write(file, words)", "rename"),
        ("'a'.replace('a', 'b')", None),
    ],
)
def test_a_new_place_is_seen_in_the_source(line: str, what: str | None) -> None:
    found = sites_of("room/new.py", f"def save():\n    {line}\n")
    assert found == (set[Site]() if what is None else {Site("room/new.py", "save", what)})


def test_each_commit_on_the_file_is_passed_by_its_name(database: Path) -> None:
    """SQLite itself says how often something was committed."""

    def work(tell: Tell) -> None:
        watch = Failpoints(Target(None), tell)
        watch.watch()
        with closing(Store.open(database, FixedClock())) as store:
            statements: list[str] = []
            store._connection.set_trace_callback(statements.append)  # pyright: ignore[reportPrivateUsage]
            ctx = Context(store, zone="UTC")
            number = tasks.add(ctx, Capture("counted")).task_ids[0]
            tasks.done(ctx, number)
            tell(f"committed {statements.count('COMMIT')}")
        for kind in watch.passed.elements():
            tell(kind)

    code, lines = ended(*forked(work))
    assert code == 0
    committed, *passed = lines
    assert committed == "committed 2"
    assert len(passed) == 4
    assert set(passed) <= set(listed())
    assert passed[:2] == ["before commit: tasks.add", "after commit: tasks.add"]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_dies_around_its_commit(database: Path, when: str) -> None:
    def work(tell: Tell) -> None:
        Failpoints(Target(f"{when} commit: tasks.add"), tell).watch()
        with closing(Store.open(database, FixedClock())) as store:
            tasks.add(Context(store, zone="UTC"), Capture("there or not"))

    assert ended(*forked(work)) == (None, [f"{when} commit: tasks.add"])
    with closing(Store.open(database, FixedClock())) as store:
        sound(store.read)
        assert state(Context(store, zone="UTC")) == replayed(store.read)
        assert store.read.value("SELECT count(*) FROM task") == (when == "after")


@pytest.mark.parametrize("kind", ["step: backups._copy", "rename: backups.take"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_dies_around_a_backup(database: Path, tmp_path: Path, when: str, kind: str) -> None:
    folder = tmp_path / "backups"

    def work(tell: Tell) -> None:
        Failpoints(Target(f"{when} {kind}"), tell).watch()
        backups.take(database, folder, NOON)

    assert ended(*forked(work)) == (None, [f"{when} {kind}"])
    for one in backups.taken(folder):
        backups.check(one.path)
    assert backups.take(database, folder, NOON.replace(hour=13)).path.exists()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_process_dies_around_the_making_of_views(database: Path, when: str) -> None:
    with closing(sqlite3.connect(database)) as other:
        other.execute("DROP TRIGGER delivery_moved")
    kind = f"{when} step: connection._make_views"

    def work(tell: Tell) -> None:
        Failpoints(Target(kind), tell).watch()
        Store.open(database, FixedClock())

    assert ended(*forked(work)) == (None, [kind])
    with closing(sqlite3.connect(database)) as other:
        assert views.are_made(other) == (when == "after")
    with closing(Store.open(database, FixedClock())) as store:
        sound(store.read)
        assert store.read.value("SELECT 1 FROM sqlite_master WHERE name = 'delivery_moved'") == 1


@pytest.mark.parametrize(
    "kind", ["before step: migrate._run_script", "before step: migrate._compute", "after step: migrate._upgrade"]
)
def test_a_process_dies_around_each_step_of_a_migration(tmp_path: Path, kind: str) -> None:
    database = tmp_path / "new.db"

    def work(tell: Tell) -> None:
        Failpoints(Target(kind), tell).watch()
        migrate.migrate(database)

    assert ended(*forked(work)) == (None, [kind])
    assert not database.exists(), "a new one is moved to its place whole"
    with closing(Store.open(database, FixedClock())) as store:
        sound(store.read)
        tasks.add(Context(store, zone="UTC"), Capture("works"))
