"""Goals on the command line: from a kind to its readings, the tasks that serve it, and back."""

from __future__ import annotations

from tests.clikit import Cli


def test_a_goal_from_its_kind_to_its_trend(office: Cli) -> None:
    added = office("goal", "add", "ar-days", "aim=35", "by=31 dec", "--practice", "oak")
    assert added.err == "Added goal 1: AR days @oak-street\n"
    for value, on in (("47", "31 jan"), ("48", "28 feb"), ("46", "31 mar"), ("44", "30 apr"), ("43", "31 may")):
        office.ok("goal", "read", "ar-days", value, "--on", on)
    before = office.json("goal", "show", "ar-days@oak")
    assert (before["trend"], len(before["readings"]), before["readings"][0]["on"]) == (None, 5, "2026-01-31")
    now = office.json("goal", "read", "1", "41 days", "--note", "After the letters")
    assert (now["value"], now["read_on"], now["standing"], now["trend"]) == (
        "41", "2026-07-01", "not met yet", "getting better",
    )  # fmt: skip
    said = office.ok("goal", "show", "1")
    assert "trend:      getting better: the middle of 3 went from 47 to 43" in said
    assert "lately:     ▇█▆▄▃▁  41 lowest, 48 days highest" in said
    assert "reading:    Wed 1 Jul  41 days  After the letters" in said
    office.ok("undo")
    assert office.json("goal", "list")[0]["value"] == "43"


def test_which_goals_have_no_task_and_which_tasks_no_goal(office: Cli) -> None:
    for kind in ("ar-days", "no-shows"):
        office.ok("goal", "add", kind, "--practice", "oak")
    office.ok("add", "Call payers @oak-street")
    office.ok("add", "Tidy up @oak-street")
    office.ok("edit", "1", "goal=ar-days")
    assert [one["kind"] for one in office.json("goal", "list", "--no-task")] == ["no-shows"]
    assert [one["id"] for one in office.json("list", "goal:none")] == [2]
    assert [one["id"] for one in office.json("list", "goal:ar-days")] == [1]
    assert [one["id"] for one in office.json("list", "-goal:1")] == [2]
    assert office.json("show", "1")["goal"] == 1
    assert "serves:       goal 1, AR days" in office.ok("show", "1").replace(":      goal", ":       goal")
    assert office.json("goal", "show", "1")["tasks"] == [{"id": 1, "title": "Call payers", "status": "open"}]


def test_goals_are_edited_retired_and_resumed(office: Cli) -> None:
    office.ok("goal", "add", "referrals", "--practice", "oak")
    assert office.json("goal", "edit", "1", "aim=12", "audience=team")["aim"] == "12"
    assert office("goal", "edit", "1", "aim=12").err == "Goal 1 is like that already.\n"
    assert office.json("goal", "retire", "1")["retired_on"] == "2026-07-01"
    assert office.json("goal", "list") == []
    assert office.json("goal", "list", "--retired")[0]["id"] == 1
    assert office("goal", "read", "1", "3").code == 4
    assert office.json("goal", "resume", "1")["retired_on"] is None
    office.ok("goal", "read", "1", "3", "--on", "yesterday")
    assert office.json("goal", "unread", "1", "yesterday")["value"] is None


def test_what_cannot_be_is_said_with_what_to_do(office: Cli) -> None:
    said = office("goal", "add", "ar-day", "--practice", "oak")
    assert (said.code, "Did you mean ar-days?" in said.err) == (2, True)
    assert office("goal", "show", "5").code == 3
    office.ok("goal", "add", "ar-days", "--practice", "oak")
    said = office("goal", "read", "1", "41 %")
    assert (said.code, "It is counted in days." in said.err) == (2, True)
    assert office("goal", "read", "1", "41", "--on", "tomorrow").code == 4


def test_kinds_say_whose_figures_they_are(office: Cli) -> None:
    found = office.json("goal", "kinds")
    assert {
        "ar-days", "collection-rate", "clean-claim-rate", "denial-rate", "patient-volume", "utilisation", "no-shows",
        "budget", "referrals", "staff-turnover",
    } == {one["name"] for one in found}  # fmt: skip
    assert all(one["source"] and one["how"] for one in found)
    assert "ar-days: AR days" in office.ok("goal", "kinds")
