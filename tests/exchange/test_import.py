"""Imports: lines by hand need little, and anything wrong is said by file, line and key, with nothing stored."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from followthru.updates import facts
from tests.clikit import Answer, Cli


def lines(*values: object) -> str:
    return "".join(f"{value if isinstance(value, str) else json.dumps(value)}\n" for value in values)


def taken(cli: Cli, *values: object) -> Answer:
    """Import lines from a file."""
    file = Path("lines.jsonl")
    file.write_text(lines(*values), encoding="utf-8")
    return cli("import", str(file), "--json")


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_title_and_a_practice_are_enough(office: Cli) -> None:
    answer = taken(office, {"type": "task", "title": "Renew the lease", "practice": "oak-street"})
    assert json.loads(answer.out)["counts"] == {"task": 1}
    task = office.json("show", "1")
    assert (task["title"], task["practice"], task["status"], task["audience"]) == (
        "Renew the lease", "oak-street", "open", "owners",
    )  # fmt: skip
    assert len(task["uid"]) == 36


def test_a_promise_by_hand_gets_the_target_of_its_practices_policy(office: Cli) -> None:
    office.ok("practice", "close", "oak", "2026-07-14")
    by_hand = {
        "type": "task", "title": "Renew", "practice": "oak-street", "promised_on": "2026-07-15", "tags": ["site"],
        "told": ["dana", {"person": "marisol", "date": "2026-07-16", "how": "call"}],
        "checklist": ["call", {"words": "sign", "done": True}], "assignee": "marisol", "priority": "high",
    }  # fmt: skip
    new = {"type": "practice", "slug": "elm", "timezone": "UTC", "buffer_policy": "fixed:1", "holidays": "US"}
    there = {"type": "task", "title": "There", "practice": "elm", "promised_on": "2027-07-06"}
    other = {"type": "task", "title": "Set", "practice": "elm", "promised_on": "2027-07-06", "buffer_set_days": 3}
    assert taken(office, there, by_hand, new, other).code == 0
    tasks = {task["title"]: task for task in office.json("list")}
    assert (tasks["Renew"]["target_on"], tasks["Renew"]["buffer_days"]) == ("2026-07-10", 2)
    # The fourth of July 2027 is a Sunday: Monday is the day off.
    assert (tasks["There"]["target_on"], tasks["There"]["buffer_days"]) == ("2027-07-02", 1)
    assert tasks["Set"]["buffer_days"] == 3
    told = [(one["person"], one["date"], one["on"], one["how"]) for one in tasks["Renew"]["told"]]
    assert told == [
        ("dana", "2026-07-15", "2026-07-01", "unspecified"),
        ("marisol", "2026-07-16", "2026-07-01", "call"),
    ]
    steps = office.json("show", str(tasks["Renew"]["id"]))["checklist"]
    assert steps == [{"words": "call", "done": False}, {"words": "sign", "done": True}]


@pytest.mark.parametrize(
    ("said", "status", "done_on"),
    [
        ({"practice": "oak-street", "done_on": "2026-06-01"}, "done", "2026-06-01"),
        ({"practice": "oak-street", "status": "done"}, "done", "2026-07-01"),
        ({"practice": "oak-street", "status": "dropped"}, "dropped", None),
        ({}, "inbox", None),
    ],
)
def test_what_a_line_leaves_out_follows_from_the_rest(
    office: Cli, said: dict[str, str], status: str, done_on: str | None
) -> None:
    assert taken(office, {"type": "task", "title": "x", **said}).code == 0
    task = office.json("show", "1")
    assert (task["status"], task["done_on"]) == (status, done_on)


TASK = {"type": "task", "title": "Fine", "practice": "oak-street"}
ROLE = {"type": "role", "person": "dana", "practice": "oak-street", "role": "owner"}
RUN = {
    "type": "run", "playbook": "move", "version": 1, "title": "Move", "practice": "oak-street",
    "anchor_on": "2026-07-15", "book": "{}", "answers": "{}", "roles": "{}", "people": "[]",
}  # fmt: skip
UPDATE = {
    "type": "update", "uid": "00000000-0000-4000-8000-000000000001", "practice": "oak-street", "person": "dana",
    "kind": "digest", "status": "in review", "subject": "One", "body": "Two", "edited": False,
    "drafted_at": "2026-07-01T12:00:00Z", "flags": "[]",
    "facts": facts.dump(facts.Facts("2026-07-01T12:00:00Z", date(2026, 7, 1), {})),
}  # fmt: skip
SEASON = {"type": "season", "practice": "oak-street", "first_on": "2026-07-01", "last_on": "2027-07-02"}
WRONG: list[tuple[object, str, str]] = [
    ("nonsense", "", "not JSON"),
    ("[1]", "", "not a JSON object"),
    ({"title": "x"}, "type", "is none of"),
    ({"type": "tsk", "title": "x"}, "type", "task"),
    ({"type": "followthru", "format": 99}, "format", "99"),
    ({**TASK, "titel": "x"}, "titel", "title"),
    ({**TASK, "title": "  "}, "title", "empty"),
    ({**TASK, "title": 7}, "title", "no text"),
    ({"type": "task", "practice": "oak-street"}, "title", "missing"),
    ({**TASK, "practice": "oak-stret"}, "practice", "oak-street"),
    ({**TASK, "promised_on": "2026-02-30"}, "promised_on", "no date"),
    ({**TASK, "promised_on": "20260230"}, "promised_on", "no date"),
    ({**TASK, "promised_time": "25:00"}, "promised_time", "no time"),
    ({**TASK, "created_at": "yesterday"}, "created_at", "no instant"),
    ({**TASK, "status": "opne"}, "status", "is none of"),
    ({**TASK, "reason_missing": 1}, "reason_missing", "neither"),
    ({**TASK, "estimate_minutes": -1}, "estimate_minutes", "whole number"),
    ({**TASK, "id": 0}, "id", "whole number"),
    ({**TASK, "id": True}, "id", "whole number"),
    ({**TASK, "uid": "x"}, "uid", "no uid"),
    ({**TASK, "tags": ["a b"]}, "tags", "no word"),
    ({**TASK, "tags": "a"}, "tags", "no list"),
    ({**TASK, "told": ["nobody"], "promised_on": "2026-07-15"}, "told", "nobody"),
    ({**TASK, "told": ["dana"]}, "promised_on", "missing"),
    ({**TASK, "told": ["dana"], "promised_on": "2026-07-15", "audience": "me"}, "told", "private"),
    ({**TASK, "told": [{"person": "dana", "when": "x"}]}, "told", "wants"),
    ({**TASK, "checklist": [7]}, "checklist", "wants"),
    ({**TASK, "assignee": "dana", "practice": None}, "assignee", "no role"),
    ({**TASK, "promised_on": "2026-07-10", "target_on": "2026-07-11"}, "target_on", "after the promise"),
    ({**TASK, "parent": 77}, "parent", "no task 77"),
    ({"type": "telling", "task": 1, "person": "dana", "promised_on": "2026-07-15"}, "task", "no task 1"),
    ({"type": "practice", "slug": "Elm St", "timezone": "UTC"}, "slug", "slug"),
    ({"type": "practice", "slug": "elm", "timezone": "Mars/X"}, "timezone", "Mars/X"),
    ({"type": "practice", "slug": "elm", "timezone": "UTC", "weekdays": "89"}, "weekdays", "working days"),
    ({"type": "practice", "slug": "elm", "timezone": "UTC", "holidays": "QQ"}, "holidays", "QQ"),
    ({"type": "practice", "slug": "elm", "timezone": "UTC", "buffer_policy": "some"}, "buffer_policy", "policy"),
    ({"type": "practice", "slug": "elm"}, "timezone", "missing"),
    ({"type": "person", "handle": "two words", "name": "X"}, "handle", "no handle"),
    ({"type": "person", "handle": "x", "name": "X", "email": "at home"}, "email", "e-mail"),
    ({"type": "person", "handle": "x", "name": "X", "timezone": "Mars/X"}, "timezone", "Mars/X"),
    ({**ROLE, "person": "dan"}, "person", "dana"),
    ({**TASK, "repeats": "every blue moon"}, "repeats", "no rule"),
    ({"type": "dependency", "task": 1, "needs": 10**30}, "needs", "no id"),
    ({**RUN, "book": "[" * 100_000}, "book", "JSON"),
    ({**UPDATE, "kind": "letter"}, "kind", "is none of"),
    ({**UPDATE, "status": "sent"}, "status", "is none of"),
    ({**UPDATE, "facts": "[1]"}, "facts", "cannot be read"),
    ({**UPDATE, "flags": '[{"name": "odd"}]'}, "flags", "no list of flags"),
    ({**UPDATE, "kind": "question", "period": "odd"}, "period", "is none"),
    ({**ROLE, "role": "boss"}, "role", "is none of"),
    ({**SEASON, "last_on": "2026-06-30"}, "last_on", "before first_on"),
    ({**SEASON, "last_on": "2027-07-03"}, "last_on", "more than a year after first_on"),
    ({**SEASON, "last_on": None}, "last_on", "missing"),
]


@pytest.mark.parametrize(("line", "key", "words"), WRONG, ids=[str(line)[:60] for line, _, _ in WRONG])
def test_a_wrong_line_is_named_and_nothing_is_imported(office: Cli, line: object, key: str, words: str) -> None:
    before = office.ok("export")
    answer = taken(office, TASK, "", line)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith(f"lines.jsonl:3: {key}{': ' if key else ''}")
    assert words in answer.err
    assert office.ok("export") == before


def test_an_update_comes_in_as_an_export_has_it_and_other_values_as_commands_keep_them(office: Cli) -> None:
    elm = {"type": "practice", "slug": "elm", "timezone": "UTC", "holidays": "us-ca", "weekdays": "54321"}
    ada = {"type": "person", "handle": "ada", "name": "Ada", "email": "Ada@Elm.Example"}
    rent = {**TASK, "repeats": "every 2 weeks"}
    assert taken(office, UPDATE, elm, ada, {**ROLE, "person": "ada", "practice": "elm"}, rent).code == 0
    assert [one["subject"] for one in office.json("update", "list")] == ["One"]
    (kept,) = [one for one in office.json("practice", "list") if one["slug"] == "elm"]
    assert (kept["holidays"], kept["weekdays"]) == ("US-CA", "12345")
    assert [one["email"] for one in office.json("person", "list") if one["handle"] == "ada"] == ["ada@elm.example"]
    assert office.json("show", "1")["repeats"] == "2 weeks"


def test_a_season_may_be_a_year_long(office: Cli) -> None:
    assert taken(office, SEASON).code == 0
    (found,) = office.json("practice", "show", "oak-street")["seasons"]
    assert (found["first_on"], found["last_on"]) == (SEASON["first_on"], SEASON["last_on"])


def test_an_update_that_was_approved_elsewhere_came_without_its_mail_and_says_so(office: Cli) -> None:
    sent = {"status": "approved", "approved_at": "2026-07-01T12:00:00Z", "send_after": "2099-07-01T12:05:00Z"}
    assert taken(office, {**UPDATE, **sent}).code == 0
    said = office.ok("update", "show", "1")
    assert "not from here: it was imported without its mail, which may have been sent before" in said
    assert "until then" not in said
    assert "imported without its mail" in office.ok("update", "list", "--all")
    office.ok("update", "recall", "1")
    assert office.json("update", "show", "1")["status"] == "in review"
    assert "without its mail" not in office.ok("update", "list", "--all")


def test_every_fault_is_told_at_once_up_to_a_screen(office: Cli) -> None:
    answer = taken(office, *([{**TASK, "titel": 1, "status": 2}] * 30))
    assert len(answer.err.splitlines()) == 22
    assert "and 40 more" in answer.err


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ({"type": "practice", "slug": "oak-street", "timezone": "UTC"}, "oak-street"),
        ({"type": "person", "handle": "dana", "name": "Another Dana"}, "dana"),
        ({"type": "person", "handle": "other", "name": "Other", "email": "dana@oak.example"}, "dana@oak.example"),
        ({"type": "person", "handle": "other", "name": "Other", "email": "Dana@Oak.Example"}, "dana@oak.example"),
        ({**ROLE}, "role"),
        ({**TASK, "id": 1}, "task 1"),
    ],
)
def test_what_is_there_already_is_refused(office: Cli, line: object, words: str) -> None:
    office.ok("add", "A task @oak-street")
    before = office.ok("export")
    answer = taken(office, TASK, line)
    assert answer.code == 4
    assert "lines.jsonl:2: " in answer.err
    assert words in answer.err
    assert office.ok("export") == before


def test_an_id_that_was_given_out_is_never_given_again(office: Cli) -> None:
    office.ok("add", "Undone @oak-street")
    office.ok("undo")
    assert taken(office, {**TASK, "id": 1}).code == 4
    assert taken(office, {**TASK, "id": 5}, TASK).code == 0
    assert {task["id"] for task in office.json("list")} == {5, 6}


def test_twice_the_same_in_one_file_is_wrong(office: Cli) -> None:
    elm = {"type": "practice", "slug": "elm", "timezone": "UTC"}
    for twin in (elm, {**TASK, "id": 9}, {"type": "closure", "practice": "oak-street", "closed_on": "2026-12-24"}):
        answer = taken(office, twin, twin)
        assert answer.code == 1
        assert answer.err.startswith("lines.jsonl:2: ")


@pytest.mark.parametrize("key", ["needs", "parent"])
def test_a_circle_is_refused(office: Cli, key: str) -> None:
    tasks = [{**TASK, "id": id} for id in (10, 11, 12)]
    pairs = [(10, 11), (11, 12), (12, 10)]
    if key == "parent":
        tasks = [{**TASK, "id": id, "parent": parent} for id, parent in pairs]
        answer = taken(office, *tasks)
    else:
        answer = taken(office, *tasks, *({"type": "dependency", "task": task, "needs": needs} for task, needs in pairs))
    assert answer.code == 1
    assert "10" in answer.err
    assert "before" in answer.err
    assert office.json("list") == []


def test_control_characters_do_not_come_in(office: Cli) -> None:
    assert taken(office, {**TASK, "title": "red\u001b[31m\u0000 alert", "notes": "one\ntwo\u0007"}).code == 0
    shown = office.json("show", "1")
    assert (shown["title"], shown["notes"]) == ("red[31m alert", "one\ntwo")


def test_it_reads_standard_input_and_writes_files(office: Cli) -> None:
    office.ok("add", "One @oak-street")
    office.ok("export", "out.jsonl")
    assert Path("out.jsonl").read_text(encoding="utf-8") == office.ok("export")
    assert Path("out.jsonl").stat().st_mode & 0o777 == 0o600
    assert list(Path().glob(".out*")) == []
    Path("latin").write_bytes(b'{"type":"task","title":"caf\xe9"}\n')
    assert office("import", "latin").code == 1
    assert office("import", ".").code == 1
    assert taken(office).code == 1


def test_the_header_says_what_wrote_it(office: Cli) -> None:
    from followthru import __version__

    header = json.loads(office.ok("export").splitlines()[0])
    assert header == {"type": "followthru", "format": 1, "program": __version__}
