"""`calendar file`, and `sync` where calendars are files."""

from __future__ import annotations

from pathlib import Path

from followthru.config.places import home
from tests.clikit import Cli

TABLE = '[[calendar_files]]\npath = "{path}"\npractice = "oak-street"\naudience = "owners"\n'


def set_up(cli: Cli, path: Path) -> None:
    """Add a practice, an owner, a promise that was told, and a file."""
    cli.ok("practice", "add", "oak-street", "--timezone", "UTC")
    cli.ok("person", "add", "Dana Reyes", "dana@oak.example", "--practice", "oak-street", "--role", "owner")
    cli.ok("add", "Renew cover by 2026-07-10 to dana @oak-street")
    home().config.write_text(TABLE.format(path=path), encoding="utf-8")


def test_a_file_is_written_and_told_of(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "owners.ics"
    set_up(cli, path)
    said = {"path": str(path), "practice": "oak-street", "audience": "owners", "fault": None}
    assert cli.json("calendar", "file") == [{**said, "events": 0, "written": True, "untitled": [1]}]
    assert cli.ok("calendar", "file") == f"{path}  0 events, as it was; 1 promise without a public title\n"
    cli.ok("edit", "1", "public_title=Cover renewed")
    assert cli.json("calendar", "file") == [{**said, "events": 1, "written": True, "untitled": []}]


def test_sync_writes_files_without_any_account(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "owners.ics"
    set_up(cli, path)
    answer = cli("sync")
    assert (answer.code, answer.out) == (0, "")
    assert "was written: 0 events" in answer.err
    assert path.exists()


def test_a_file_that_cannot_be_written_is_a_failure_in_words(cli: Cli, tmp_path: Path) -> None:
    set_up(cli, tmp_path / "nowhere" / "owners.ics")
    for words in (("calendar", "file"), ("sync",)):
        answer = cli(*words)
        assert answer.code == 1
        assert "its folder is not there" in answer.err


def test_without_files_it_says_how(cli: Cli) -> None:
    answer = cli("calendar", "file", "--json")
    assert (answer.code, answer.out) == (0, "[]\n")
    assert "[[calendar_files]]" in answer.err
