"""Switching day: three years of Todoist become three practices, in one step that can be taken back and done again."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from followthru.config.places import home
from followthru.exchange.csv_table import row_text
from tests.storekit import copy_database

HEAD = (
    "TYPE", "CONTENT", "DESCRIPTION", "PRIORITY", "INDENT", "AUTHOR", "RESPONSIBLE", "DATE", "DATE_LANG", "TIMEZONE",
    "DURATION", "DURATION_UNIT", "DEADLINE", "DEADLINE_LANG",
)  # fmt: skip
PROJECTS = ("Oak Street Therapy [2203306141]", "Elm Dental [2203306142]", "Riverside (old name) [2203306143]")
# What comes back and by which rule here; the last two are kept in their words.
COMING_BACK = {
    "Send payroll": ("every month", True), "Bank reconciliation": ("every 3rd fri", True),
    "Review AR": ("every mon", True), "Backup test": ("every! 3 months", True), "Fire drill": ("quarterly", True),
    "Close the month": ("every last day", True), "Check the log": ("every weekday", True),
    "Water the plants": ("every jan 27", False), "Look at the moon": ("every blue moon", False),
}  # fmt: skip
ONCE = (
    ("Renew the lease @legal @landlord", "Jan 15 2031", "1"), ("Call the landlord @phone", "tomorrow at 9am", "2"),
    ("Order gloves @supplies", "next monday", "4"), ("CAQH for Dr. Vega @credentialing", "2031-02-28", "1"),
    ("Ask about parking", "", "4"), ("Post OSHA 300A @compliance", "1 Feb 2031", "3"),
    ("Update the handbook", "someday soon", "4"), ("=HYPERLINK(\"x\") in the sheet", "", "4"),
)  # fmt: skip


def rows(project: int) -> Iterator[Sequence[str]]:
    """Yield the rows of one project as Todoist writes them."""
    yield HEAD
    yield row("meta", "view_style=list")
    yield row("note", "Shared with Sam since May")
    for section in ("Operations", "Compliance & licences", "Billing"):
        yield row("section", section)
        for title, when, priority in ONCE:
            yield row("task", f"{title} ({section[:3]})", priority=priority, date=when, responsible="Dana Reyes (77)")
            yield row("task", f"First step: {title.partition(' @')[0]}", indent="2", priority="4")
            yield row("note", "They said: “next week”")
        yield row()
    for title, (when, _) in COMING_BACK.items():
        yield row("task", title, "Since 2028", priority="4", date=when)
    if project == 0:
        yield row("task", "", priority="4")
        yield row("task", "Sort the post", priority="p9")


def row(
    type: str = "", content: str = "", description: str = "", *, priority: str = "", indent: str = "1", date: str = "",
    responsible: str = "",
) -> Sequence[str]:  # fmt: skip
    ours = ("PM (1)", responsible, date, "en", "America/New_York", "", "", "", "") if type else ("",) * 9
    return (type, content, description, priority, indent if type == "task" else "", *ours)


@pytest.fixture
def backup(blank_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A backup of Todoist in a folder of its own, beside a store with the three practices."""
    copy_database(blank_database, home().database)
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "backup.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, name in enumerate(PROJECTS):
            # Todoist writes no apostrophe before what looks like a formula.
            text = "\r\n".join(row_text(cells).replace("'=", "=") for cells in rows(number))
            archive.writestr(f"{name}.csv", f"\ufeff{text}\r\n")
    for slug, title in (("oak-street", "Oak Street Therapy"), ("elm", "Elm Dental"), ("riverside", "Riverside Clinic")):
        followthru("practice", "add", slug, "--name", title, "--timezone", "America/New_York", "--holidays", "US")
        followthru("person", "add", "Dana Reyes", "dana@oak.example", "--practice", slug, "--role", "owner")
    return path


def followthru(*words: str, code: int = 0) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "followthru", *words)
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == code, done
    return done


def told(*words: str, code: int = 0) -> Any:  # noqa: ANN401 -- the command decides
    return json.loads(followthru(*words, "--json", code=code).stdout)


def test_switching_day_from_todoist(backup: Path) -> None:
    practice = ("--project", "Riverside (old name)=riverside")
    preview = told("import", str(backup), *practice, "--dry-run")
    count = preview["counts"]["task"]
    assert count == 3 * (3 * len(ONCE) * 2 + len(COMING_BACK))
    assert count > 100
    places = [one["projects"][0]["practice"] for one in preview["files"]]
    assert sorted(places) == ["elm", "oak-street", "riverside"]
    assert told("list", "all") == []

    done = told("import", str(backup), *practice, code=5)
    assert (done["counts"], done["words"]) == ({"task": count}, f"Imported {count} tasks from Todoist")
    bad = [line for one in done["files"] for line in one["bad"]]
    assert [one["words"].partition(":")[0] for one in bad] == ["CONTENT", "PRIORITY"]
    every = told("list", "all", "--all")
    assert len(every) == count
    assert [task for task in every if task["promised_on"] or task["told"] or task["stalled"]] == []
    _looks_right(every)

    again = told("import", str(backup), *practice, code=5)
    assert (again["action"], again["counts"]) == (None, {"task": 0})
    followthru("undo")
    assert told("list", "all", "--all") == []
    assert told("import", str(backup), *practice, code=5)["counts"] == {"task": count}

    (kept,) = backup.parent.glob("*.rejects.csv")
    kept.write_text(kept.read_text(encoding="utf-8").replace("p9", "p1").replace(",,,4,1,", ",Found,,4,1,"), "utf-8")
    assert told("import", str(kept))["counts"] == {"task": 2}
    assert {task["practice"] for task in told("list", "Sort the post")} == {"oak-street"}


def _looks_right(every: Sequence[dict[str, Any]]) -> None:
    """Look at what came in: labels, sections, priorities, subtasks, comments, dates and rules."""
    ours = {task["title"]: task for task in every if task["practice"] == "oak-street"}
    lease = told("show", str(ours["Renew the lease (Ope)"]["id"]))
    assert (lease["tags"], lease["priority"], lease["target_on"], lease["target_source"], lease["assignee"]) == (
        ["landlord", "legal", "operations"], "high", "2031-01-15", "hand", "dana",
    )  # fmt: skip
    (part,) = lease["parts"]
    assert told("show", str(part))["notes"] == "Comment: They said: “next week”"
    assert ours["Call the landlord (Com)"]["tags"] == ["compliance-&-licences", "phone"]
    assert ours["Call the landlord (Com)"]["target_on"] is not None
    assert '=HYPERLINK("x") in the sheet (Bil)' in ours
    unread = told("show", str(ours["Update the handbook (Ope)"]["id"]))
    assert (unread["target_on"], unread["notes"]) == (None, "When: someday soon")
    duties = {one["title"] for one in told("duty", "list") if one["practice"] == "oak-street"}
    assert duties == {title for title, (_, comes) in COMING_BACK.items() if comes}
