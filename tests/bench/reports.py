"""A practice with a busy year, made through the front door, and the report on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from tests.bench.stores import FOLLOWTHRU, environment, run
from tests.bench.timing import Command

GOALS = ("ar-days", "collection-rate", "clean-claim-rate", "denial-rate", "no-shows", "patient-volume", "referrals")


def year(folder: Path, tasks: int, others: int) -> list[Command]:
    """Make a store with a year of told tasks at one practice and more at another; return the commands to time."""
    env = environment(folder)
    last = date.today().year - 1  # noqa: DTZ011 -- which year it is matters to nobody here
    for slug in ("oak-street", "elm"):
        run(env, "practice", "add", slug, "--timezone", "America/New_York", "--holidays", "US")
        run(env, "person", "add", "Dana Reyes", "dana@oak.example", "--practice", slug, "--role", "owner")
    for kind in GOALS:
        run(env, "goal", "add", kind, "--practice", "oak-street")
    lines = folder / "year.jsonl"
    lines.write_text("".join(f"{line}\n" for line in _lines(last, tasks, others)), encoding="utf-8")
    run(env, "import", str(lines))
    report = (FOLLOWTHRU, "report", "oak-street", "--year", str(last))
    return [
        Command("practice list", (FOLLOWTHRU, "practice", "list"), env),
        Command(f"report on a year as words, {tasks:,} of {tasks + others:,} tasks", report, env),
        Command("the same as a page with charts", (*report, "--out", str(folder / "year.html")), env),
    ]


def _lines(year_: int, tasks: int, others: int) -> Iterator[str]:
    """Yield tasks told on one day of the year and done on another, and monthly readings of every goal."""
    for number in range(tasks + others):
        told = date(year_, 1, 4) + timedelta(days=number * 331 % 340)
        due = told + timedelta(days=5 + number % 20)
        done = due + timedelta(days=number % 5 - 3)
        yield json.dumps(
            {
                "type": "task",
                "title": f"Task {number}",
                "public_title": f"Task {number}",
                "practice": "oak-street" if number < tasks else "elm",
                "status": "done",
                "promised_on": due.isoformat(),
                "done_on": done.isoformat(),
                "told": [{"person": "dana", "date": due.isoformat(), "on": told.isoformat(), "how": "mail"}],
            }
        )
    for goal in range(1, len(GOALS) + 1):
        for month in range(1, 13):
            reading = {"goal": goal, "read_on": f"{year_}-{month:02}-28", "value": str(30 + goal * month)}
            yield json.dumps({"type": "reading", **reading})
