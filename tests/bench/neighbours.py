"""Other full-screen task lists, where they are installed: dooit (Textual, SQLAlchemy) and calcurse (C, text files)."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from itertools import islice
from pathlib import Path

from tests.bench import seed
from tests.bench.screens import FullScreen
from tests.terminal import Terminal

DOOIT_TASKS = 1_000
"""It makes widgets of all of them: with ten times as many it is waited for too long."""
CALCURSE_TASKS = 10_000
_WORKSPACE = "Oak Street"


def installed(folder: Path) -> tuple[list[FullScreen], list[str]]:
    """Return the programs that are on PATH, filled with made-up tasks, and the names of those that are not."""
    found: list[FullScreen] = []
    absent: list[str] = []
    for name, fill in (("dooit", _dooit), ("calcurse", _calcurse)):
        program = shutil.which(name)
        if program is None:
            absent.append(name)
        else:
            folder.joinpath(name).mkdir(parents=True)
            found.append(fill(program, folder / name))
    return found, absent


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "HOME": str(folder), "XDG_CONFIG_HOME": str(folder / "config"), "LANG": "C.UTF-8"}


def _dooit(program: str, folder: Path) -> FullScreen:
    """Let it make its database, then put a workspace of tasks into it."""
    database, env = folder / "tasks.db", _environment(folder)
    argv = (program, "--db", str(database))
    with Terminal(argv, env) as terminal:
        terminal.wait_for("Workspaces")
        terminal.settle(0.5)
        terminal.send("\x11")
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("DELETE FROM workspace")
        connection.execute("INSERT INTO workspace VALUES (1, 0, '', 1, NULL)")
        connection.execute("INSERT INTO workspace VALUES (2, 0, ?, 0, 1)", (_WORKSPACE,))
        connection.executemany(
            "INSERT INTO todo VALUES (?, ?, ?, NULL, 0, NULL, 1, 1, 2, NULL)",
            [(task.number + 1, task.number, task.title) for task in islice(seed.tasks(DOOIT_TASKS), DOOIT_TASKS)],
        )
    before, keys = "j\t", (*"jjjjjjjjjj", *"kkkkkkkkkk")
    return FullScreen(f"dooit, {DOOIT_TASKS:,} tasks", argv, env, _WORKSPACE, "\x11", before, keys)


def _calcurse(program: str, folder: Path) -> FullScreen:
    """Write its file of things to do."""
    folder.joinpath("todo").write_text("".join(f"[5] {task.title}\n" for task in seed.tasks(CALCURSE_TASKS)))
    folder.joinpath("apts").touch()
    folder.joinpath("config").mkdir()
    for name in ("conf", "keys"):  # empty: as they are by default, with no question about it
        folder.joinpath("config", name).touch()
    argv = (program, "--read-only", "-D", str(folder), "-C", str(folder / "config"))
    env, name = _environment(folder), f"calcurse, {CALCURSE_TASKS:,} tasks"
    return FullScreen(name, argv, env, "5. ", "q", "\t\t", (*"jjjjjjjjjj", *"kkkkkkkkkk"))
