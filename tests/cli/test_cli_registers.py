"""Registers on the command line: added, shown, on the board, in Today, renewed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from followthru.config.places import home
from tests.clikit import Answer, Cli

ALSO = {"section", "register_item", "days_left"}


def test_a_licence_from_its_entry_to_the_next(office: Cli) -> None:
    added = office("register", "add", "licence", "RN licence", "holder=dana", "expires=2026-08-14", "--practice", "oak")
    assert added.err == (
        "Added register item 1: RN licence @oak-street\nNote: Still to say of it: identifier, issued.\n"
    )
    said = "RN licence of Dana Reyes @oak-street expires in 44 days, Fri 14 Aug, and has no task: `followthru register"
    assert said in office("today").err
    [waiting] = office.json("today")
    assert (waiting["id"], waiting["section"], waiting["register_item"], waiting["days_left"], waiting["health"]) == (
        None, "to renew", 1, 44, "at risk",
    )  # fmt: skip
    assert waiting.keys() == {*office.json("add", "Order paper by 1 jul @oak-street"), *ALSO}
    office.ok("undo")
    office.ok("practice", "add", "elm", "--timezone", "UTC")
    assert office.json("today", "--practice", "elm") == []
    [line] = office.json("register", "expiring")
    assert (line["band"], line["days_left"], line["start_by_on"], line["due"]) == (
        "within 60 days", 44, "2026-06-19", True,
    )  # fmt: skip
    assert office.ok("register", "expiring").splitlines()[0] == "Within 60 days (1)"
    made = office.json("register", "task", "1")
    assert (made["deadline_on"], made["start_by_on"], made["kind"]) == ("2026-08-14", "2026-06-19", "licence-renewal")
    assert said not in office("today").err
    assert office.json("register", "expiring")[0]["task"] == made["id"]
    assert office.json("register", "show", "1")["tasks"] == [made["id"]]
    kept = office.json("register", "renew", "1", "--expires", "2028-08-14", "--evidence", "Letter")
    assert (kept["expires_on"], kept["issued_on"], kept["task"]) == ("2028-08-14", "2026-07-01", None)
    assert office.json("show", str(made["id"]))["status"] == "done"
    assert office.json("register", "expiring") == []
    office.ok("undo")
    assert office.json("register", "show", "1")["task"] == made["id"]


def test_lists_are_narrowed(office: Cli) -> None:
    office.ok("practice", "add", "elm", "--timezone", "UTC")
    for words in (
        ("caqh", "A", "holder=dana", "--practice", "oak"),
        ("policy", "B", "--practice", "oak"),
        ("policy", "C", "--practice", "elm"),
    ):
        office.ok("register", "add", *words)
    office.ok("register", "retire", "2")

    def titles(*words: str) -> list[str]:
        return [one["title"] for one in office.json("register", "list", *words)]

    assert titles() == ["C", "A"]
    assert titles("--retired", "--kind", "policy") == ["C", "B"]
    assert titles("--person", "dana") == titles("--practice", "oak") == ["A"]
    assert office("register", "list", "--kind", "polcy").code == 2
    assert office("register", "list", "--person", "nobody").code == 3


def test_exit_codes_say_what_went_wrong(office: Cli) -> None:
    office.ok("register", "add", "policy", "Privacy", "--practice", "oak")
    assert office("register", "show", "9").code == 3
    assert office("register", "show", "x").code == 3
    assert office("register", "task", "1").code == 4
    assert office("register", "add", "polici", "X", "--practice", "oak").code == 2
    assert office("register", "edit", "1", "expires=31 feb 2027").code == 2
    assert "no field colour" in office("register", "edit", "1", "colour=red").err
    assert office.json("register", "edit", "1", "documents=a.pdf; https://x.example/b")["documents"] == [
        "a.pdf", "https://x.example/b",
    ]  # fmt: skip


def test_kinds_are_listed(office: Cli) -> None:
    listed = {one["name"]: one for one in office.json("register", "kinds")}
    assert (listed["caqh"]["every"], listed["licence"]["every"]) == ("120 days", None)
    assert "check your state" in office.ok("register", "kinds")


def test_evidence_comes_in_for_something(office: Cli, tmp_path: Path) -> None:
    line = '{"type": "evidence", "dated_on": "2026-06-01", "form": "note", "words": "Seen"%s}'
    answer = come_in(office, tmp_path, line % "")
    assert (answer.code, "task: is missing" in answer.err) == (1, True)
    item = '{"type": "register_item", "id": 1, "practice": "oak-street", "kind": "policy", "title": "A"}\n'
    assert come_in(office, tmp_path, item + line % ', "register_item": 1').code == 0
    assert [one["item"] for one in office.json("evidence", "list", "--practice", "oak")] == ["A"]


def come_in(office: Cli, folder: Path, line: str) -> Answer:
    """Import one line."""
    file = folder / "line.jsonl"
    file.write_text(line, encoding="utf-8")
    return office("import", str(file))


def test_a_task_cannot_come_in_for_an_item_that_is_not_there(office: Cli, tmp_path: Path) -> None:
    office.ok("register", "add", "licence", "RN licence", "holder=dana", "expires=2026-08-14", "--practice", "oak")
    line = '{"type": "task", "title": "Renew it", "practice": "oak-street", "register_item": %d}'
    assert "register_item: there is no register item 7 among these lines" in come_in(office, tmp_path, line % 7).err
    assert come_in(office, tmp_path, line % 1).code == 0
    assert office.json("register", "show", "1")["tasks"] == [1]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (', "expires_on": "2026-01-01", "issued_on": "2026-02-01"', "expires_on: is before issued_on"),
        (', "service_every": "mon"', "service_every: "),
        (', "documents": "{}"', "documents: is no list"),
        (', "audience": "all"', "audience: is none of"),
        (', "holder": "nobody"', "holder: there is no person nobody"),
    ],
)
def test_what_comes_in_is_held_against_the_rules(office: Cli, tmp_path: Path, wrong: str, words: str) -> None:
    line = '{"type": "register_item", "practice": "oak-street", "kind": "licence", "title": "A", "holder": "dana"%s}'
    answer = come_in(office, tmp_path, line % wrong)
    assert answer.code == 1
    assert words in answer.err
    assert come_in(office, tmp_path, line % "").code == 0


def test_a_fault_of_equipment_and_its_history(office: Cli) -> None:
    office.ok("register", "add", "equipment", "Autoclave", "vendor=Acme", "--practice", "oak")
    answer = office("register", "fault", "1", "Door", "does", "not", "lock", "--vendor", "Acme")
    assert (answer.code, answer.err) == (0, "Added 1: Repair Autoclave: Door does not lock\nNote: Told: Acme.\n")
    assert office("done", "1").code == 4
    office.ok("done", "1", "--evidence", "Invoice 77")
    made = office.json("register", "fault", "1", "-leak", "at the back")
    assert made["title"] == "Repair Autoclave: -leak at the back"
    assert office.json("register", "show", "1")["faults"] == [
        {"task": 1, "words": "Door does not lock", "reported_on": "2026-07-01", "vendor": "Acme", "status": "done",
         "done_on": "2026-07-01"},
        {"task": 2, "words": "-leak at the back", "reported_on": "2026-07-01", "vendor": None, "status": "open",
         "done_on": None},
    ]  # fmt: skip
    assert "Door does not lock (task 1, told Acme): repaired" in office.ok("register", "show", "1")
    assert "repairs:" in office.ok("show", "2")
    assert office.json("show", "2")["repairs"] == 1


OWN = """words = "Laser"
asks = ["identifier"]
lead_days = 5
every = "6 months"
task = "Have {title} calibrated"
public = "Calibration"
task_kind = "calibration"
area = "operations"
evidence = false
source = "The maker"
"""


def test_own_kinds_are_used_and_checked(office: Cli) -> None:
    folder = home().config.parent / "registers"
    folder.mkdir()
    (folder / "laser.toml").write_text(OWN)
    assert office("register", "check").code == 0
    added = office.json("register", "add", "laser", "CO2 laser", "issued=2026-03-01", "--practice", "oak")
    assert (added["expires_on"], added["lead_days"]) == ("2026-09-01", 5)
    assert office.json("register", "task", "1")["title"] == "Have CO2 laser calibrated"
    assert office.json("register", "renew", "1")["expires_on"] == "2027-01-01"
    assert [one["name"] for one in office.json("register", "kinds") if one["own"]] == ["laser"]
    (folder / "laser.toml").write_text(OWN.replace("= 5", "= -5"))
    checked = office("register", "check")
    assert checked.code == 1
    assert checked.out == f"{folder / 'laser.toml'}:3: lead_days: it is no number of working days from 0 to 999\n"
    assert checked.err == "14 kinds in order, 1 with errors. Nothing was changed.\n"
    assert [one["problems"] for one in json.loads(office("register", "check", "--json").out) if not one["ok"]] == [
        [{"line": 3, "words": "lead_days: it is no number of working days from 0 to 999"}]
    ]
    assert [one["title"] for one in office.json("register", "list", "--kind", "laser")] == ["CO2 laser"]
    assert "laser.toml:3" in office("register", "task", "1").err
    assert office("register", "expiring", "--within", "365").code == 0


def test_several_get_their_tasks_as_one_step(office: Cli) -> None:
    for holder in ("dana", "marisol"):
        office.ok("register", "add", "caqh", "CAQH", f"holder={holder}", "expires=2026-08-14", "--practice", "oak")
    office.ok("register", "add", "policy", "No date", "--practice", "oak")
    assert office("register", "task", "1", "3").code == 4
    assert office.json("register", "show", "1")["task"] is None
    made = office.json("register", "task", "1", "2", "1")
    assert [one["title"] for one in made] == ["Re-attest CAQH of Dana Reyes", "Re-attest CAQH of Marisol Vega"]
    office.ok("undo")
    assert [one["task"] for one in office.json("register", "list", "--kind", "caqh")] == [None, None]
