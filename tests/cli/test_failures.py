"""Whatever goes wrong ends in words and an exit code; the log keeps the place and not a word of the work."""

from __future__ import annotations

import pytest

from followthru.cli import show as show_module
from followthru.config.places import home
from followthru.errors import Exit, FollowthruError
from followthru.store import tasks
from tests.clikit import Cli

SECRET = "Reyes malpractice"


def fail(*_: object) -> None:
    raise ValueError(SECRET)


def test_what_nobody_foresaw_is_said_and_its_place_logged(office: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    office.ok("add", "A task @oak-street")
    monkeypatch.setattr(tasks, "own_words", fail)
    answer = office("show", "1")
    assert (answer.code, answer.out) == (1, "")
    log = home().logs / "cli.log"
    assert str(log) in answer.err
    assert "ValueError" in answer.err
    written = log.read_text()
    assert "show.py" in written
    assert "test_failures.py" in written
    assert SECRET not in written + answer.err


def test_a_log_that_cannot_be_written_is_no_second_fault(office: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    home().logs.write_text("in the way")
    monkeypatch.setattr(tasks, "own_words", fail)
    office.ok("add", "A task @oak-street")
    answer = office("show", "1")
    assert answer.code == 1
    assert "ValueError" in answer.err


def test_an_error_says_what_is_safe_and_what_to_do(office: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise FollowthruError("It failed.", safe="All is safe.", remedy="Try again.")

    monkeypatch.setattr(show_module, "look", refuse)
    office.ok("add", "A task @oak-street")
    answer = office("show", "1")
    assert (answer.code, answer.err) == (1, "It failed. All is safe. Try again.\n")


def test_an_interrupt_is_130(office: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(show_module, "look", interrupt)
    office.ok("add", "A task @oak-street")
    answer = office("show", "1")
    assert (answer.code, answer.out) == (130, "")
    assert "Traceback" not in answer.err


def test_a_damaged_database_is_said(cli: Cli) -> None:
    home().database.write_bytes(b"this is no database" * 100)
    for words in (("list",), ("add", "x"), ("today",)):
        answer = cli(*words)
        assert answer.code == 1
        assert str(home().database) in answer.err
        assert "Something went wrong" not in answer.err


@pytest.mark.parametrize(
    "words",
    [
        "show #", "history #", "duty next #", "register show #", "goal show #", "meeting show #", "decision show #",
        "raise done #", "update show #", "mail seen #", "playbook steps #", "playbook move # 2026-12-01",
        "playbook answer # fee=yes", "calendar resolve # ours",
    ],
)  # fmt: skip
def test_a_number_too_large_for_the_store_is_one_that_is_not_there(office: Cli, words: str) -> None:
    answer = office(*words.replace("#", "9" * 40).split())
    assert answer.code == Exit.NOT_FOUND, answer.err


@pytest.mark.parametrize("words", ["list", "search cover", "history"])
def test_a_limit_too_large_for_the_store_is_none(office: Cli, words: str) -> None:
    office.ok("add", "Renew cover @oak-street")
    assert office.ok(*words.split(), "--limit", "9" * 40) == office.ok(*words.split())
