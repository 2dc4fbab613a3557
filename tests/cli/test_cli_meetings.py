"""Meetings and decisions at the prompt: minutes from a file and from an editor, arrays and objects."""

from __future__ import annotations

from pathlib import Path

import pytest

from followthru.config.places import home
from tests.clikit import Cli


@pytest.fixture
def met(office: Cli) -> Cli:
    """A meeting with Dana today."""
    assert office.json("meeting", "add", "oak", "today", "--with", "dana", "--time", "14:00")["with"] == ["dana"]
    return office


def test_minutes_from_a_file_are_previewed_and_taken_once(met: Cli, tmp_path: Path) -> None:
    file = tmp_path / "minutes.md"
    file.write_text("decision: We stay\n  - [ ] Tell them by friday to dana\n")
    seen = met.json("meeting", "minutes", "1", "--file", str(file), "--preview")
    assert [(one["title"], one["promised_on"], one["told"], one["under"]) for one in seen["tasks"]] == [
        ("Tell them", "2026-07-03", "dana", 1)
    ]
    assert met.json("list") == []
    for _ in range(2):
        whole = met.json("meeting", "minutes", "1", "--file", str(file))
        assert [one["task"] for one in whole["action_items"]] == [1]
        assert [one["words"] for one in whole["decisions"]] == ["We stay"]
    assert met.ok("meeting", "minutes", "1", "--print").splitlines()[0] == "decision: We stay → decision 1"
    assert [one["id"] for one in met.json("meeting", "list", "stay")] == [1]
    assert met.json("meeting", "show", "1")["told"] == [{"task": 1, "person": "dana", "date": "2026-07-03"}]


def test_a_faulty_text_from_the_editor_is_kept_and_opened_again(
    met: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "editor"
    monkeypatch.setenv("EDITOR", str(script))
    kept = home().database.with_name("minutes-1.md")
    script.write_text("#!/bin/sh\necho '- [ ] Mine *private by friday to dana' >> \"$1\"\n")
    script.chmod(0o700)
    answer = met("meeting", "minutes", "1")
    assert (answer.code, answer.out) == (2, "")
    assert str(kept) in answer.err
    assert "Mine" in kept.read_text()
    script.write_text("#!/bin/sh\nsed -i 's/ \\*private//' \"$1\"\n")
    assert "opened again" in met("meeting", "minutes", "1").err
    assert met.json("list")[0]["title"] == "Mine"
    assert not kept.exists()
    assert "# Meeting with Dana Reyes" in met.ok("meeting", "minutes", "1", "--print")


def test_decisions_say_who_reads_them(met: Cli) -> None:
    made = met.json("decision", "add", "oak", "We", "stay", "--with", "marisol")
    assert (made["words"], made["read_by"], made["meeting"]) == ("We stay", ["dana", "marisol"], None)
    assert met.json("decision", "edit", "1", "audience=me")["read_by"] == []
    assert met.json("decision", "retract", "1")["retracted_on"] == "2026-07-01"
    assert met.json("decision", "list") == []
    assert [one["id"] for one in met.json("decision", "list", "stay", "--all", "--practice", "oak")] == [1]
    assert met.json("decision", "restore", "1")["retracted_on"] is None
    assert "Decided on Wed 1 Jul (Marisol Vega, you): We stay" in met.ok("decision", "show", "1")
    assert met("decision", "show", "9").code == 3
    assert met("decision", "add", "oak", "x", "--audience", "all").code == 2


def test_an_agenda_is_made_and_kept(met: Cli, tmp_path: Path) -> None:
    met.ok("add", "Rent", "by", "10", "jul", "to", "dana", "@oak-street")
    assert "- Rent, Fri 10 Jul (task 1)" in met.ok("meeting", "agenda", "1")
    file = tmp_path / "agenda.md"
    file.write_text("# Mine\n")
    assert met.json("meeting", "agenda", "1", "--file", str(file))["edited"] is True
    assert met.ok("meeting", "agenda", "1") == "# Mine\n"
    assert met.json("meeting", "agenda", "1", "--fresh")["edited"] is False
    assert met.json("meeting", "tell", "1", "1")["told"][-1]["how"] == "meeting"
    assert met.json("meeting", "remove", "1") is None
    assert met.json("meeting", "list") == []


def test_a_call_on_one_page(met: Cli) -> None:
    met.ok("add", "Rent", "by", "10", "jul", "to", "dana", "@oak-street")
    met.ok("promise", "1", "17", "jul", "--because", "late")
    met.ok("add", "Mine", "*private", "by", "10", "jul", "@oak-street")
    met.ok("raise", "dana", "the", "lot")
    met.ok("decision", "add", "oak", "We", "stay", "--with", "dana")
    page = met.ok("call", "oak", "+dana")
    assert "1  Rent: Fri 17 Jul, on track, out of step: told Fri 10 Jul on Wed 1 Jul" in page
    assert "Mine" not in page
    found = met.json("call", "oak", "dana")
    assert [(one["task"]["id"], one["told_date"], one["in_step"]) for one in found["promises"]] == [
        (1, "2026-07-10", False)
    ]
    assert ([one["words"] for one in found["raise"]], found["decisions"][0]["words"]) == (["the lot"], "We stay")
    assert (found["asked"], found["theirs"], found["untold"]) == ([], [], [])
    assert met("call", "oak", "nobody").code == 3


def test_a_decision_is_of_a_day_that_has_been(met: Cli) -> None:
    answer = met("decision", "add", "oak-street", "We stay", "--on", "2027-05-01")
    assert (answer.code, met.json("decision", "list")) == (4, [])
    made = met.json("decision", "add", "oak-street", "We stay", "--on", "1 may")
    assert made["decided_on"] == "2026-05-01", "the last one, not the next"
