"""What programs may rely on: JSON on standard output and nothing else, words on standard error, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from followthru.cli.commands import entries
from followthru.domain import fields
from tests.clikit import Cli

LISTS = [
    ("today",), ("week",), ("list",), ("list", "all"), ("search", "renew"), ("history",), ("history", "1"),
    ("practice", "list"), ("person", "list"),
]  # fmt: skip
THINGS = [
    ("add", "New one @oak-street"), ("show", "1"), ("start", "1"), ("done", "1"), ("drop", "1"), ("reopen", "3"),
    ("edit", "1", "area=people"), ("promise", "2", "fri"), ("tell", "1", "dana", "--how", "call"),
    ("target", "1", "today"), ("defer", "1", "+1d"), ("wait", "1", "--on", "dana"), ("answered", "4", "yes"),
    ("undo",), ("practice", "add", "elm", "--timezone", "UTC"), ("practice", "show", "oak"),
    ("practice", "edit", "oak", "name=Oak"), ("practice", "close", "oak", "fri"), ("practice", "open", "oak", "fri"),
    ("practice", "pause", "oak"), ("practice", "resume", "oak"),
    ("person", "add", "Kim Roe", "kim@oak.example", "--practice", "oak", "--role", "lead"),
    ("person", "edit", "dana", "review=yes"), ("config", "path"), ("config", "check"),
]  # fmt: skip
TASK = {
    "id": int, "uid": str, "title": str, "public_title": None, "practice": None, "status": str, "area": None,
    "kind": None, "deadline_on": None, "promised_on": None, "told": list, "target_on": None, "starts_on": None,
    "buffer_days": int, "health": str, "stalled": bool, "waiting_on": None, "assignee": None, "audience": str,
    "private": bool, "tags": list, "priority": None,
}  # fmt: skip
COMPUTED = {
    "id", "told", "buffer_days", "health", "stalled", "private", "tags", "blocked", "section",
    "checklist", "needs", "parts", "forecast", "days_changed", "run", "step", "evidence", "goal", "repairs",
}  # fmt: skip


@pytest.fixture
def work(office: Cli) -> Cli:
    """Task 1 promised and told, 2 without a date, 3 done, 4 waiting."""
    office.ok("add", "Renew cover by 15 Jul to dana @oak-street #insurance")
    office.ok("add", "Tidy shelf @oak-street")
    office.ok("add", "Done already @oak-street")
    office.ok("done", "3")
    office.ok("add", "Ask for the roster @oak-street wait dana")
    return office


@pytest.mark.parametrize("words", LISTS, ids=" ".join)
def test_lists_are_one_array(work: Cli, words: tuple[str, ...]) -> None:
    assert isinstance(work.json(*words), list)


@pytest.mark.parametrize("words", THINGS, ids=" ".join)
def test_one_thing_is_one_object(work: Cli, words: tuple[str, ...]) -> None:
    assert isinstance(work.json(*words), dict)


def test_redo_answers_with_an_object(work: Cli) -> None:
    work.ok("undo")
    assert set(work.json("redo")) == {"action", "words", "notes", "tasks"}


@pytest.mark.parametrize("words", [("list",), ("show", "1"), ("list", "all"), ("today",)], ids=" ".join)
def test_a_task_has_every_field_and_no_other(work: Cli, words: tuple[str, ...]) -> None:
    found: Any = work.json(*words)
    known = {field.json for field in fields.of("task")} | COMPUTED
    every = cast("list[dict[str, Any]]", found if isinstance(found, list) else [found])
    for task in every:
        assert task.keys() >= TASK.keys()
        assert task.keys() <= known
        for name, kind in TASK.items():
            assert task[name] is None if kind is None and task[name] is None else isinstance(task[name], kind or str)


def test_notes_stand_in_show_only(work: Cli) -> None:
    work.ok("edit", "1", "notes=for my eyes")
    assert work.json("show", "1")["notes"] == "for my eyes"
    assert "for my eyes" not in work.ok("list", "--json") + work.ok("today", "--json") + work.ok("history", "--json")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("nonsense",), 2),
        (("list", "--limit", "0"), 2),
        (("list", "colour:red"), 2),
        (("list", "status:opne"), 2),
        (("list", "by:31-feb"), 2),
        (("list", "@nope"), 3),
        (("list", "+nobody"), 3),
        (("show", "99"), 3),
        (("show",), 2),
        (("promise", "1", "31", "feb"), 2),
        (("promise", "99", "fri"), 3),
        (("practice", "show", "nope"), 3),
        (("practice", "add", "Oak Street", "--timezone", "UTC"), 2),
        (("practice", "add", "oak-street", "--timezone", "UTC"), 4),
        (("practice", "add", "elm", "--timezone", "Mars/Base"), 2),
        (("practice", "add", "elm", "--timezone", "UTC", "--holidays", "QQ"), 2),
        (("practice", "edit", "oak", "slug=elm"), 4),
        (("practice", "close", "oak", "someday"), 2),
        (("person", "add", "Kim", "no address", "--practice", "oak", "--role", "lead"), 2),
        (("person", "add", "Kim", "--practice", "nope", "--role", "lead"), 3),
        (("person", "add", "Kim", "--practice", "oak", "--role", "boss"), 2),
        (("person", "add", "Dana", "dana@oak.example", "--practice", "oak", "--role", "lead"), 4),
        (("person", "edit", "nobody", "name=x"), 3),
        (("import", "no-such-file"), 1),
        (("export", "no-such-folder/file"), 1),
    ],
)
def test_a_fault_has_its_exit_code_and_is_said_on_standard_error_only(
    work: Cli, words: tuple[str, ...], code: int
) -> None:
    before = work.ok("history", "--json")
    answer = work(*words)
    assert (answer.code, answer.out) == (code, "")
    assert answer.err.strip()
    assert "Traceback" not in answer.err
    assert work.ok("history", "--json") == before


def test_the_nearest_is_named(work: Cli) -> None:
    assert "today" in work("tody").err
    assert "oak-street" in work("list", "@oak-stret").err
    assert "status" in work("list", "statsu:open").err
    assert "health" in work("list", "heath:late").err
    assert "marisol" in work("list", "+marisal").err


def test_a_faulty_configuration_is_told_as_json_too(cli: Cli) -> None:
    path = cli.json("config", "path")
    assert path["exists"] is False
    with Path(path["path"]).open("w") as file:
        file.write('[me]\ntimezne = "UTC"\n')
    answer = cli("config", "check", "--json")
    assert answer.code == 1
    [problem] = json.loads(answer.out)["problems"]
    assert problem["line"] == 2
    assert "timezone" in problem["words"]
    assert cli("list").code == 1


def test_without_a_command_the_terminal_ui_runs(cli: Cli) -> None:
    assert cli().code == 0
    assert cli.fronts.asked == ["tui"]


def test_help_lists_every_command_of_the_table(cli: Cli) -> None:
    known = entries()
    groups = {name.rpartition(" ")[0] for name in known}
    shown = {group: " ".join(cli.ok(*group.split(), "--help").split()) for group in groups}
    for name, entry in known.items():
        group, _, own = name.rpartition(" ")
        assert f" {own} " in shown[group]
        if not group or not known[group].where:
            assert entry.words in shown[group]


def test_the_version(cli: Cli) -> None:
    from followthru import __version__

    assert cli.ok("--version") == f"followthru {__version__}\n"


def test_an_editor_can_save_the_settings_where_they_belong(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FOLLOWTHRU_HOME")
    Path(cli.ok("config", "path").strip()).write_text('[me]\nname = "Marisol Vega"\n', encoding="utf-8")
    assert "is right" in cli("config", "check").err
