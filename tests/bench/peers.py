"""The same work in the tools that people use today, where they are installed: todoman and taskwarrior."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

from tests.bench.seed import Made
from tests.bench.timing import Command


def installed(folder: Path, tasks: Sequence[Made]) -> tuple[list[Command], list[str]]:
    """Return the commands of the peers that are here, filled with `tasks`, and the names of those that are not."""
    commands: list[Command] = []
    absent: list[str] = []
    for name, program, fill in (("todoman", "todo", _todoman), ("taskwarrior", "task", _taskwarrior)):
        found = shutil.which(program)
        if found:
            commands += fill(found, folder / name, tasks)
        else:
            absent.append(name)
    return commands, absent


def _stamp(day: date) -> str:
    return f"{day:%Y%m%d}T120000Z"


def _todoman(program: str, folder: Path, tasks: Iterable[Made]) -> list[Command]:
    """One folder of iCalendar files, and the cache that the first listing makes."""
    calendar = folder / "calendar"
    calendar.mkdir(parents=True)
    for task in tasks:
        (calendar / f"{task.number}.ics").write_text(_todo(task))
    config = folder / "config.py"
    config.write_text(f'path = "{folder}/*"\ndefault_list = "calendar"\ncache_path = "{folder}/cache.sqlite3"\n')
    env = {**os.environ, "TODOMAN_CONFIG": str(config), "LANG": "C.UTF-8"}
    subprocess.run([program, "list"], env=env, stdout=subprocess.DEVNULL, check=True)
    return [
        Command("todoman new", (program, "new", "Order supply list"), env),
        Command("todoman list (it has no limit: all open)", (program, "list"), env),
    ]


def _todo(task: Made) -> str:
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//bench//EN", "BEGIN:VTODO", f"UID:{UUID(int=task.number)}",
        f"DTSTAMP:{_stamp(date(2026, 11, 23))}", f"SUMMARY:{task.title}",
        *([f"DUE;VALUE=DATE:{task.promised_on:%Y%m%d}"] if task.promised_on else []),
        *(["STATUS:COMPLETED", f"COMPLETED:{_stamp(task.done_on)}"] if task.done_on else ["STATUS:NEEDS-ACTION"]),
        "END:VTODO", "END:VCALENDAR", "",
    ]  # fmt: skip
    return "\r\n".join(lines)


def _taskwarrior(program: str, folder: Path, tasks: Iterable[Made]) -> list[Command]:
    """One data folder, filled by its own import."""
    folder.mkdir(parents=True)
    (folder / "taskrc").write_text("confirmation=off\nverbose=nothing\n")
    env = {**os.environ, "TASKRC": str(folder / "taskrc"), "TASKDATA": str(folder / "data")}
    work = folder / "work.json"
    work.write_text(json.dumps([_task(task) for task in tasks]))
    subprocess.run([program, "import", str(work)], env=env, capture_output=True, check=True)
    subprocess.run([program, "limit:1", "next"], env=env, capture_output=True, check=True)
    return [
        Command("taskwarrior add", (program, "add", "Order supply list"), env),
        Command("taskwarrior list, 50", (program, "limit:50", "list"), env),
    ]


def _task(task: Made) -> dict[str, object]:
    return {
        "uuid": str(UUID(int=task.number + 1)),
        "description": task.title,
        "project": task.practice,
        "entry": _stamp(date(2026, 1, 1)),
        "status": "completed" if task.done_on else "pending",
        **({"end": _stamp(task.done_on)} if task.done_on else {}),
        **({"due": _stamp(task.promised_on)} if task.promised_on else {}),
        "tags": list(task.tags),
    }
