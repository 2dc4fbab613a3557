"""`playbook` on the command line: what there is, what is in one, and what is wrong in a file."""

from __future__ import annotations

import json
from pathlib import Path

from followthru.config.places import home
from tests.clikit import Cli

BROKEN = 'playbook = 1\nversion = 1\ntitle = "Mine"\nsource = "Me"\nanchr = "x"\n'


def own(name: str, text: str) -> Path:
    """Put a playbook into the folder of one's own."""
    file = home().config.parent / "playbooks" / f"{name}.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_the_list_needs_no_store_and_says_which_are_yours(cli: Cli) -> None:
    own("mine", BROKEN)
    answer = cli("playbook", "list", "--json")
    found = {one["name"]: one for one in json.loads(answer.out)}
    assert len(found) == 13
    assert (found["month-end"]["steps"], found["month-end"]["own"], found["month-end"]["ok"]) == (19, False, True)
    assert (found["mine"]["own"], found["mine"]["ok"]) == (True, False)
    assert "has errors" in cli("playbook", "list").out


def test_one_is_shown_with_its_days_source_and_what_to_check(cli: Cli) -> None:
    said = cli("playbook", "show", "licence-renewal").out
    assert "Check your state: Term, fee" in said
    assert "Source: The board" in said
    assert "courses: 35 working days before the anchor, by holder, if education=yes, closes with evidence" in said
    assert cli("playbook", "show", "licence-renewal", "--json").code == 0
    answer = cli("playbook", "show", "licens-renewal")
    assert (answer.code, "Did you mean licence-renewal?" in answer.err) == (3, True)


def test_a_check_names_file_line_and_key(cli: Cli) -> None:
    assert cli("playbook", "check").code == 0
    file = own("mine", BROKEN)
    answer = cli("playbook", "check", str(file))
    assert answer.code == 1
    assert f"{file}:5: anchr: there is no such key. Did you mean anchor?" in answer.out
    (one,) = json.loads(cli("playbook", "check", str(file), "--json").out)
    assert {"line": 5, "words": "anchr: there is no such key. Did you mean anchor?"} in one["problems"]
    assert cli("playbook", "check").code == 1


def test_a_run_is_seen_before_made_and_taken_back(office: Cli) -> None:
    words = ("playbook", "run", "month-end", "--practice", "oak", "--anchor", "2026-07-31", "--role", "owner=dana")
    seen = office.json(*words, "--dry-run")
    assert seen["action"] is None
    assert {one["id"] for one in seen["practices"][0]["tasks"]} == {None}
    assert office.json("list") == []
    made = office.json(*words)
    (site,) = made["practices"]
    assert [one["promised_on"] for one in site["tasks"]] == [
        one["promised_on"] for one in seen["practices"][0]["tasks"]
    ]  # fmt: skip
    listed = {one["id"]: one for one in office.json("list")}
    assert listed.keys() == {one["id"] for one in site["tasks"]}
    payroll = next(one for one in site["tasks"] if one["step"] == "payroll")
    assert (listed[payroll["id"]]["assignee"], listed[payroll["id"]]["told"]) == ("dana", [])
    office.ok("undo")
    assert office.json("list") == []


def test_a_run_is_shown_in_words(office: Cli) -> None:
    answer = office(
        "playbook",
        "run",
        "hire",
        "--practice",
        "oak",
        "--anchor",
        "2026-09-07",
        "--answer",
        "licensed=yes",
        "--dry-run",
    )
    assert answer.code == 0
    assert "Hire somebody: 21 tasks would be added. Nothing was changed" in answer.err
    assert "Verify the licence or certificate at its source" in answer.out
    assert "Week of Mon 7 Sep: " in answer.out
    refused = office(
        "playbook", "run", "hire", "--practice", "oak", "--anchor", "2026-09-07", "--answer", "licence=yes"
    )
    assert (refused.code, "Did you mean licensed?" in refused.err) == (2, True)


def test_a_run_is_listed_shown_moved_and_answered(office: Cli) -> None:
    words = ("playbook", "run", "licence-renewal", "--practice", "oak", "--anchor", "2026-10-30")
    (site,) = office.json(*words)["practices"]
    assert (office(*words).code, "run 1" in office(*words).err) == (4, True)
    (listed,) = office.json("playbook", "runs", "--practice", "oak")
    assert (listed["run"], listed["anchor"], listed["open"]) == (site["run"], "2026-10-30", len(site["tasks"]))
    first = site["tasks"][0]["id"]
    assert (office.json("show", str(first))["run"], office.json("show", str(first))["step"]) == (1, "rules")
    assert "playbook:     licence-renewal, run 1, step rules\n" in office.ok("show", str(first))
    office.ok("tell", str(first), "dana", "--how", "call")
    seen = office.json("playbook", "move", "1", "2026-11-06", "--dry-run")
    made = office.json("playbook", "move", "1", "2026-11-06")
    assert (made["moved"], made["stay"]) == (seen["moved"], seen["stay"])
    assert [(one["task"], one["told"]) for one in made["stay"]] == [(first, ["dana"])]
    assert "told dana" in office.ok("playbook", "move", "1", "2026-11-13")
    shown = office.json("playbook", "steps", "1")
    assert (shown["anchor"], shown["steps"][0]["step"]) == ("2026-11-13", site["tasks"][0]["step"])
    assert office.json("playbook", "answer", "1", "education=no", "--dry-run")["dropped"]
    office.ok("playbook", "answer", "1", "education=no")
    assert "Answer education: no" in office.ok("playbook", "steps", "1")
    assert office("playbook", "steps", "7").code == 3
