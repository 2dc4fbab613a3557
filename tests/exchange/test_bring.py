"""Files of other programs brought in on the command line: previewed, mapped, imported as one step, and never twice."""

from __future__ import annotations

import json
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from followthru.config.places import home
from followthru.store import cases, kept
from followthru.store.store import Store
from tests.clikit import Answer, Cli

HEAD = "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(name: str, text: str) -> str:
    """Write a file and return its name."""
    Path(name).write_text(text, encoding="utf-8")
    return name


def told(answer: Answer) -> Any:  # noqa: ANN401 -- the command decides
    return json.loads(answer.out)


def test_a_table_of_tasks_comes_in_as_the_preview_said(office: Cli) -> None:
    file = write(
        "list.csv",
        "Task,Due Date,Client,Who,Labels,Colour,Done?,Notes,Parent task\n"
        "Renew the permit,07/15/2026,Oak Street,Marisol Vega,city;site,red,,They called,\n"
        "Fill the form,,oak-street,marisol@oak.example,,,x,,Renew the permit\n"
        "Ask around,,,nobody,,,in progress,,\n",
    )
    options = ("--map", "Done?=status", "--map", "Colour=")
    preview = office.json("import", file, *options, "--dry-run")
    (seen,) = preview["files"]
    assert (preview["action"], preview["counts"], seen["new"]) == (None, {"task": 3}, 3)
    assert seen["dates"] == {"order": "mdy", "because": "07/15/2026"}
    assert {one["column"]: one["to"] for one in seen["columns"]} == {
        "Task": "title", "Due Date": "target_on", "Client": "practice", "Who": "assignee", "Labels": "tags",
        "Colour": None, "Done?": "status", "Notes": "notes", "Parent task": "parent",
    }  # fmt: skip
    assert office.json("list", "all") == []
    done = office.json("import", file, *options)
    assert (done["words"], done["counts"]) == ("Imported 3 tasks from 1 file", {"task": 3})
    permit, form, ask = (office.json("show", str(id)) for id in (1, 2, 3))
    assert (permit["practice"], permit["assignee"], permit["tags"]) == ("oak-street", "marisol", ["city", "site"])
    assert (permit["target_on"], permit["target_source"], permit["promised_on"], permit["told"]) == (
        "2026-07-15", "hand", None, [],
    )  # fmt: skip
    assert (permit["notes"], permit["parts"], form["status"], form["done_on"]) == (
        "They called", [2], "done", "2026-07-01",
    )  # fmt: skip
    assert (ask["status"], ask["practice"], ask["notes"]) == ("started", None, "Assigned to: nobody")
    assert [row["title"] for row in seen["rows"]] == [one["title"] for one in (permit, form, ask)]


def test_the_same_file_makes_nothing_twice_and_undo_takes_all_of_it(office: Cli) -> None:
    file = write("list.csv", "Task,Practice\nA,oak-street\nA,oak-street\nB,oak-street\n")
    office.ok("import", file)
    again = told(office("import", file, "--json"))
    assert (again["action"], again["words"]) == (None, "Nothing new is in it.")
    assert [one["known"] for one in again["files"]] == [3]
    write("list.csv", "Task,Practice\nA,oak-street\nA,oak-street\nB,oak-street\nC,oak-street\n")
    assert told(office("import", file, "--json"))["counts"] == {"task": 1}
    office.ok("undo")
    office.ok("undo")
    assert office.json("list", "all") == []
    assert told(office("import", file, "--json"))["counts"] == {"task": 4}
    assert len(office.json("history")) > 3


def test_bad_rows_are_listed_kept_beside_the_file_and_come_in_once_mended(office: Cli) -> None:
    file = write(
        "list.csv",
        "Task;Due;Practice;Status\nGood;2026-08-01;oak;\n;2026-08-01;oak-street;\nBad day;2026-02-31;oak-street;\n"
        "Lost;;oak-stret;\n=cmd|' /c calc'!A0;;oak-street;\nWaits;;oak-street;waiting\n".replace("oak;", "oak-street;"),
    )
    answer = office("import", file, "--json")
    (seen,) = told(answer)["files"]
    assert answer.code == 5
    assert {one["line"] for one in seen["bad"]} == {3, 4, 5, 7}
    assert "Did you mean oak-street?" in answer.err
    assert "list.csv:4: Due: “2026-02-31” is no day of any calendar" in answer.err
    assert {task["title"] for task in office.json("list")} == {"Good", "=cmd|' /c calc'!A0"}
    kept = Path(seen["rejects"])
    assert kept.name == "list.rejects.csv"
    text = kept.read_text()
    mended = text.replace("2026-02-31", "2026-02-28").replace("oak-stret", "oak-street").replace("waiting", "open")
    kept.write_text(mended)
    again = office("import", str(kept), "--json")
    assert (again.code, told(again)["counts"]) == (5, {"task": 3})
    assert [path.name for path in Path().glob("*rejects*")] != []
    assert office("import", file).code == 5


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ("Task,Due\na,03/04/2026\n", (), "--dates dmy"),
        ("Task,Told on\na,2026-08-01\n", ("--map", "Told on=promised_on"), "nobody was told it"),
        ("Task,Who\na,b\n", ("--map", "Who=waiting_on"), "followthru wait"),
        ("Task\na\n", ("--set", "practice=elm"), "there is no practice “elm”"),
        ("Task\na\n", ("--project", "x=elm"), "There is no practice elm"),
        ("Task\na\n", ("--map", "Task"), "is not NAME=WHAT"),
        ("Task\n\"a\n", (), "list.csv:2: a quote that begins here is not closed"),
        ("", (), "holds no table"),
        (HEAD, ("--map", "DATE=target_on"), "whose columns are known"),
        ('{"type": "task", "title": "x"}\n', ("--dry-run",), "say themselves what they are"),
    ],
)  # fmt: skip
def test_what_cannot_be_imported_is_refused_whole(office: Cli, text: str, options: tuple[str, ...], words: str) -> None:
    answer = office("import", write("list.csv", text), *options)
    assert answer.code in (1, 2, 3)
    assert words in answer.err
    assert office.json("list", "all") == []


def test_people_come_in_once_with_no_mail_begun(office: Cli) -> None:
    office.ok("practice", "add", "elm", "--timezone", "UTC")
    file = write(
        "staff.csv",
        "Full name,E-mail,Position,Clinic\nDana Reyes,DANA@oak.example,owner,elm\nBo Lind,bo@elm.example,Staff,elm\n"
        "Ada Roy,,lead,elm\nAda Roy,,lead,elm\nNo Role,x@elm.example,,elm\nBad Mail,not-an-address,staff,elm\n",
    )
    answer = office("import", file, "--as", "people", "--json")
    assert (answer.code, told(answer)["counts"]) == (5, {"person": 3})
    people = {(one["name"], one["practice"], one["role"], one["cadence"]) for one in office.json("person", "list")}
    assert {
        ("Dana Reyes", "elm", "owner", None),
        ("Bo Lind", "elm", "staff", None),
        ("Ada Roy", "elm", "lead", None),
    } < people
    assert told(office("import", file, "--as", "people", "--json"))["counts"] == {"person": 0}
    office.ok("undo")
    assert all(one["practice"] != "elm" for one in office.json("person", "list"))


def test_a_row_that_is_left_out_keeps_no_other_out(office: Cli) -> None:
    """Whoever is in a row with too many cells is not here yet, and comes with the next one."""
    row = "Ada Roy,ada@oak.example,lead,oak-street"
    file = write("staff.csv", f"Name,E-mail,Role,Practice\n{row},extra\n{row}\n")
    answer = office("import", file, "--as", "people", "--json")
    assert (answer.code, told(answer)["counts"]) == (5, {"person": 1})
    assert [one["name"] for one in office.json("person", "list") if one["email"] == "ada@oak.example"] == ["Ada Roy"]


def test_registers_come_in_by_the_rules_of_their_kinds(office: Cli) -> None:
    file = write(
        "licences.csv",
        "License,Provider,License number,Renewal date,Fee,Remarks\nRN licence,dana,RN-1,3/31/2027,$90,paid by card\n"
        "Spa permit,Jo Doe,P-2,4/30/2027,,\nBad,dana,RN-3,2027-02-30,,\n",
    )
    options = ("--as", "registers", "--set", "kind=licence", "--set", "practice=oak-street")
    answer = office("import", file, *options, "--json")
    assert (answer.code, told(answer)["counts"]) == (5, {"register_item": 2})
    first, second = office.json("register", "list")
    assert (first["title"], first["holder"], first["identifier"], first["expires_on"], first["cost"]) == (
        "RN licence", "dana", "RN-1", "2027-03-31", "$90",
    )  # fmt: skip
    assert (second["holder_name"], first["notes"]) == ("Jo Doe", "paid by card")
    again = told(office("import", file, *options, "--json"))
    assert (again["counts"], [one["known"] for one in again["files"]]) == ({"register_item": 0}, [2])


def test_duties_come_in_with_their_rule(office: Cli) -> None:
    file = write(
        "duties.csv",
        "Duty name,Frequency,Next due,Lead time,Proof\nFire drill,quarterly,2026-09-30,5 days,yes\n"
        "Month-end,last working day,,,no\nOdd,now and then,,,\n",
    )
    options = (
        "--as",
        "duties",
        "--map",
        "Duty name=title",
        "--map",
        "Next due=target_on",
        "--set",
        "practice=oak-street",
    )
    answer = office("import", file, *options, "--json")
    assert (answer.code, told(answer)["counts"]) == (5, {"task": 2})
    drill, end = (office.json("show", str(id)) for id in (1, 2))
    assert (drill["repeats"], drill["target_on"]) == ("3 months on 30", "2026-09-30")
    assert (end["repeats"], end["target_on"]) == ("last working day", "2026-07-31")
    assert [one["title"] for one in office.json("duty", "list")][:2] != []


def test_projects_are_practices_by_name_by_word_or_left_out(office: Cli) -> None:
    with zipfile.ZipFile("backup.zip", "w") as archive:
        archive.writestr("Oak Street [1].csv", f"{HEAD}task,Renew,,1,1,,Dana Reyes (1),every month,en,\n")
        archive.writestr("Work [2].csv", f"{HEAD}task,Order gloves,,4,1,,,,en,\n")
        archive.writestr("Home [3].csv", f"{HEAD}task,Buy milk,,4,1,,,,en,\n")
        archive.writestr("Ideas [4].csv", f"{HEAD}task,Write a book,,4,1,,,,en,\n")
    answer = office("import", "backup.zip", "--project", "Work=oak-street", "--project", "Home=-", "--json")
    places = {one["file"]: (one["projects"], one["left_out"]) for one in told(answer)["files"]}
    assert places["backup.zip/Oak Street [1].csv"] == ([{"name": "Oak Street", "practice": "oak-street", "rows": 1}], 0)
    assert places["backup.zip/Home [3].csv"] == ([], 1)
    assert "“Ideas” is no practice: 1 row to the inbox" in answer.err
    found = {task["title"]: (task["practice"], task["status"]) for task in office.json("list")}
    assert found == {
        "Renew": ("oak-street", "open"), "Order gloves": ("oak-street", "open"), "Write a book": (None, "inbox"),
    }  # fmt: skip


def test_a_mapping_is_kept_and_used_again(office: Cli) -> None:
    file = write("list.csv", "What,By when,Site\nA,03/04/2027,Old name\n")
    options = ("--map", "What=title", "--map", "By when=deadline_on", "--map", "Site=practice", "--dates", "mdy")
    office.ok("import", file, *options, "--project", "Old name=oak-street", "--keep-mapping", "mine.toml")
    write("next.csv", "What,By when,Site\nB,05/06/2027,Old name\n")
    office.ok("import", "next.csv", "--mapping", "mine.toml")
    dates = {task["title"]: (task["deadline_on"], task["practice"]) for task in office.json("list")}
    assert dates == {"A": ("2027-03-04", "oak-street"), "B": ("2027-05-06", "oak-street")}


def test_a_hostile_archive_is_refused(office: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    from followthru.exchange import sources

    monkeypatch.setattr(sources, "LARGEST", 100_000)
    with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "Task\n" + "a\n" * 1_000_000)
    assert "holds more than" in office("import", "bomb.zip").err
    with zipfile.ZipFile("odd.zip", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("å.csv", "Task\na\n")
    assert "packed in an unusual way" in office("import", "odd.zip").err
    with zipfile.ZipFile("plain.zip", "w") as archive:
        archive.writestr("å.csv", "Task\na\n")
    plain = Path("plain.zip").read_bytes()
    Path("spoilt.zip").write_bytes(plain.replace("å".encode(), b"\xff\xfe"))
    assert "cannot be opened" in office("import", "spoilt.zip").err
    Path("nameless.zip").write_bytes(plain.replace("å".encode(), b"\0\0"))
    answer = office("import", "nameless.zip")
    assert "cannot be opened" in answer.err or answer.code == 0, "some Pythons read what has no name"
    write("no.zip", "PK\x03\x04 not an archive")
    assert "cannot be opened" in office("import", "no.zip").err


def test_what_was_imported_makes_no_case_no_promise_and_no_news(office: Cli) -> None:
    file = write(
        "list.csv",
        "Task,Due,Practice,Completed at,Public title\nOld,2026-06-01,oak-street,2026-06-30,The lease is renewed\n"
        "Late,2026-06-01,oak-street,,The permit\n",
    )
    office.ok("import", file)
    assert office.json("promises", "@oak-street") == []
    with closing(Store.open(home().database, office.clock)) as store:
        assert (kept.promised(store.read), cases.told(store.read)) == ([], [])
    answer = office("update", "draft", "dana")
    assert "lease" not in answer.out
    assert "permit" not in answer.out
    office.clock.advance(days=60)
    assert [task["stalled"] for task in office.json("list")] == [False]


def test_readings_come_in_for_goals_that_are_here(office: Cli) -> None:
    office.ok("goal", "add", "AR days", "--practice", "oak-street", "unit=days", "direction=down", "aim=35")
    file = write(
        "kpi.csv",
        "KPI,Month end,Actual,Comment\nAR days,31/05/2026,41 days,after the audit\nAR days,30/06/2026,38.5,\n"
        "AR days,31/07/2026,36,\nNo such,30/06/2026,1,\nAR days,30/06/2026,40,\nAR days,29/06/2026,many,\n",
    )
    answer = office("import", file, "--as", "readings", "--json")
    assert (answer.code, told(answer)["counts"]) == (5, {"reading": 2})
    assert [one["line"] for one in told(answer)["files"][0]["bad"]] == [4, 5, 6, 7]
    goal = office.json("goal", "show", "1")
    assert [(one["on"], one["value"]) for one in goal["readings"]] == [("2026-05-31", "41"), ("2026-06-30", "38.5")]
    again = told(office("import", file, "--as", "readings", "--json"))
    assert (again["counts"], again["files"][0]["known"]) == ({"reading": 0}, 2)
    office.ok("undo")
    assert office.json("goal", "show", "1")["readings"] == []
