"""Looking at an update before it goes: text, HTML and what is new in it; all clean ones at once; the time to recall."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from followthru.config.places import home
from tests.cli.test_cli_updates import configure, deliver, drafted
from tests.clikit import Cli
from tests.terminal import Terminal

FOLLOWTHRU = (sys.executable, "-m", "followthru")


@pytest.fixture
def oak(office: Cli) -> Cli:
    """The office with a mail account, a promise to Dana, and a first update to her that arrived."""
    configure()
    office.ok("add", "Renew cover by 2026-07-10 to dana @oak-street")
    office.ok("edit", "1", "public_title=Cover renewal")
    office.ok("update", "approve", str(drafted(office)["id"]))
    deliver(office)
    return office


def test_text_and_html_are_those_that_leave(oak: Cli) -> None:
    mail = next((home().config.parent / "mails").rglob("*.eml")).read_bytes()
    text, page = oak.ok("update", "show", "1", "--text"), oak.ok("update", "show", "1", "--html")
    assert text.startswith("Oak Street: update for")
    assert "- Cover renewal: Fri 10 Jul, on track." in text
    assert page.startswith("<!DOCTYPE html>")
    assert "Cover renewal" in page
    assert page.splitlines()[0].encode() in mail
    draft = drafted(oak)
    assert "<h1" in oak.ok("update", "show", str(draft["id"]), "--html"), "of a draft as it would be"


def test_the_html_opens_in_the_desktops_browser_from_a_file_of_ones_own(
    oak: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, browser = tmp_path / "seen", tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\ncp "$1" {seen}.new && mv {seen}.new {seen}\n')
    browser.chmod(0o700)
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.setenv("BROWSER", str(browser))
    with Terminal([*FOLLOWTHRU, "update", "show", "1", "--html"], os.environ) as terminal:
        terminal.wait_for("Opened")
        assert terminal.wait_end() == 0
    [path] = home().run.glob("update-*.html")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    while not seen.exists():
        os.sched_yield()
    assert seen.read_text() == path.read_text()
    monkeypatch.delenv("DISPLAY")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with Terminal([*FOLLOWTHRU, "update", "show", "1", "--html"], os.environ) as terminal:
        terminal.wait_for("There is no desktop to open it.")
        assert terminal.wait_end() == 0


def test_what_is_new_and_what_fell_away_against_the_last_that_arrived(oak: Cli) -> None:
    assert oak.ok("update", "show", "1", "--diff") == "Nothing like it arrived before: all of it is new.\n"
    oak.ok("promise", "1", "2026-07-17", "--because", "the carrier asked for one more form")
    id = str(drafted(oak)["id"])
    lines = oak.ok("update", "show", id, "--diff").splitlines()
    assert lines[0].startswith(f"Update {id} against update 1, approved on ")
    assert "- - Cover renewal: Fri 10 Jul, on track." in lines
    assert "+ - Cover renewal: from Fri 10 Jul to Fri 17 Jul, because the carrier" in lines
    assert not [line for line in lines if "Kind regards" in line], "what is the same is left out"
    found = oak.json("update", "show", id, "--diff")
    assert found["against"] == 1
    assert {"turn": "gone", "words": "- Cover renewal: Fri 10 Jul, on track."} in found["changes"]
    assert "new: - Cover renewal: from Fri 10 Jul" in oak.ok("update", "show", id, "--diff", "--plain")


def test_the_seconds_that_are_left_to_recall_are_said(oak: Cli) -> None:
    configure(send_delay="45s")
    id = str(drafted(oak)["id"])
    assert oak.json("update", "show", id)["seconds_left"] is None
    oak.ok("update", "approve", id)
    assert "leaves in 45 seconds" in oak.ok("update", "list")
    assert ", in 45 seconds; until then `followthru update recall 2`" in oak.ok("update", "show", id)
    assert oak.json("update", "show", id)["seconds_left"] == 45


class TestAllClean:
    def several(self, oak: Cli) -> None:
        """Two clean drafts, to Dana and a second reader who trusts; one to somebody new."""
        oak.ok("person", "add", "Priya Nair", "priya@oak.example", "--practice", "oak-street", "--role", "owner")
        oak.ok("person", "add", "Jo Ito", "jo@oak.example", "--practice", "oak-street", "--role", "owner")
        oak.ok(
            "update", "approve", str(oak.json("update", "draft", "priya", "--practice", "oak-street")["id"]), "--yes"
        )
        deliver(oak)
        for person in ("dana", "priya", "jo"):
            oak.ok("update", "draft", person, "--practice", "oak-street")

    def test_only_what_nothing_is_to_be_looked_at_in_is_approved(self, oak: Cli) -> None:
        self.several(oak)
        asked = oak("update", "approve", "--clean", "--practice", "oak-street")
        assert asked.code == 4, "nobody was asked"
        assert [line.split()[:3] for line in asked.out.splitlines()] == [["3", "to", "dana"], ["4", "to", "priya"]]
        assert all(" mark " in line for line in asked.out.splitlines())
        assert "Left out: update 5 to jo: No regular update to them here was approved yet." in asked.err
        assert {one["status"] for one in oak.json("update", "list")} == {"in review"}
        done = oak.json("update", "approve", "--clean", "--practice", "oak-street", "--yes")
        assert [(one["id"], one["status"]) for one in done] == [(3, "approved"), (4, "approved")]
        assert oak.json("update", "show", "5")["status"] == "in review"
        assert oak.json("update", "approve", "--clean", "--practice", "oak-street", "--yes") == []

    def test_what_is_held_or_sounds_unkind_is_left_out(self, oak: Cli) -> None:
        self.several(oak)
        oak.ok("update", "hold", "3")
        text = oak.ok("update", "edit", "4", "--print").replace("Kind regards", "You never answer.\n\nKind regards")
        oak("update", "edit", "4", "--text", "-", stdin=text)
        answer = oak("update", "approve", "--clean", "--practice", "oak-street", "--yes")
        assert (answer.code, answer.out) == (0, "")
        assert "Left out: update 3 to dana: you hold it" in answer.err
        assert "Left out: update 4 to priya: 1 remark on its tone" in answer.err

    def test_on_a_terminal_one_question_is_asked(self, oak: Cli) -> None:
        self.several(oak)
        for said, code, status in (("n\r", 4, "in review"), ("y\r", 0, "approved")):
            command = [*FOLLOWTHRU, "update", "approve", "--clean", "--practice", "oak-street"]
            with Terminal(command, os.environ, rows=40) as terminal:
                terminal.wait_for("Approve all 2 for oak-street?")
                terminal.send(said)
                assert terminal.wait_end() == code
            assert {oak.json("update", "show", id)["status"] for id in ("3", "4")} == {status}

    @pytest.mark.parametrize("words", [["1", "--clean"], [], ["--clean"], ["1", "--practice", "oak-street"]])
    def test_it_is_one_or_all_clean_of_a_practice(self, oak: Cli, words: list[str]) -> None:
        assert oak("update", "approve", *words).code == 2
