"""Duties on the command line: listed, foretold, skipped, moved, paused and ended."""

from __future__ import annotations

from tests.clikit import Cli


def test_a_duty_and_its_year(office: Cli) -> None:
    office.ok("add", "Send payroll deadline 31 jul every last working day @oak-street")
    [listed] = office.json("duty", "list", "--practice", "oak")
    assert (listed["task"], listed["every"], listed["on"], listed["paused"]) == (
        1, "last working day", "2026-07-31", False,
    )  # fmt: skip
    year = office.json("duty", "preview")
    assert (len(year), year[0]["open"], year[-1]["on"]) == (12, True, "2027-06-30")
    assert len(office.json("duty", "preview", "--months", "3")) == 3
    first = office.ok("duty", "preview").splitlines()[0]
    assert " ".join(first.split()) == "Fri 31 Jul Send payroll @oak-street task 1"
    skipped = office.json("duty", "skip", "1")
    assert (skipped["id"], skipped["deadline_on"]) == (2, "2026-08-31")
    assert office.json("duty", "move", "2", "2 sep")["deadline_on"] == "2026-09-02"
    assert office("duty", "move", "2", "3 sep", "--series").code == 4
    office.ok("duty", "pause", "2")
    assert "paused:       no next one comes until `duty resume 2`\n" in office.ok("show", "2")
    assert office.json("duty", "list")[0]["paused"] is True
    office.ok("done", "2")
    assert office.json("duty", "list")[0]["status"] == "done"
    assert office.json("duty", "resume", "2")["deadline_on"] == "2026-09-30"
    office.ok("duty", "end", "3")
    assert office.json("duty", "list") == office.json("duty", "preview") == []
    assert office("duty", "skip", "3").code == 4
    assert office("duty", "skip", "9").code == 3


def test_a_told_date_needs_a_reason_here_too(office: Cli) -> None:
    office.ok("add", "Numbers by 10 jul to dana @oak-street every 2 weeks")
    assert office("duty", "move", "1", "13 jul").code == 4
    assert office.json("duty", "move", "1", "13 jul", "--because", "the bank is closed")["promised_on"] == "2026-07-13"


def test_a_window_is_captured(office: Cli) -> None:
    made = office.json("add", "Post the 300A every 1 feb..30 apr @oak-street")
    assert (made["title"], made["starts_on"], made["target_on"]) == ("Post the 300A", "2027-02-01", "2027-04-30")
    assert office.json("duty", "list")[0]["every"] == "1 feb..30 apr"


def test_a_playbook_comes_back_and_its_next_can_be_called(office: Cli) -> None:
    words = ("duty", "add", "--playbook", "month-end", "--practice", "oak", "--title", "Close July")
    seen = office.json(*words, "--dry-run")
    assert (seen["action"], seen["practices"][0]["anchor"]) == (None, "2026-07-31")
    made = office.json(*words, "--catch-up", "one", "--role", "owner=dana")
    (site,) = made["practices"]
    (duty,) = office.json("duty", "list")
    assert (duty["title"], duty["playbook"], duty["run"], duty["catch_up"]) == ("Close July", "month-end", 1, "one")
    assert (site["run"], duty["on"], len(site["tasks"])) == (1, "2026-07-31", 18)
    assert office(*words).code == 4
    assert office("duty", "add", "--playbook", "hire", "--practice", "oak").code == 2
    assert office.json("duty", "next", str(duty["task"]))["title"] == "Close July"
    assert [one["anchor"] for one in office.json("playbook", "runs")] == ["2026-07-31", "2026-08-31"]
    assert "month-end, run 2" in office.ok("duty", "list")
    assert office("duty", "next", str(duty["task"])).code == 4
