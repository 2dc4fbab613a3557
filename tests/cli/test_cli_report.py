"""Reports on the command line: as Markdown, into a file, and refused in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clikit import Cli
from tests.updates.page import Page


@pytest.fixture
def desk(office: Cli) -> Cli:
    """The office on 1 July with a goal that was read at the end of May and of June."""
    office.ok("goal", "add", "ar-days", "--practice", "oak")
    for value, on in (("47", "31 may"), ("44", "30 jun")):
        office.ok("goal", "read", "1", value, "--on", on)
    return office


def test_a_report_as_words_and_into_files(desk: Cli, tmp_path: Path) -> None:
    said = desk.ok("report", "oak", "--month")
    assert said.startswith("# Oak Street: report for June 2026\n")
    assert "- AR days: 44, down from 47 (aim: 40 or less)." in said
    assert "| Tue 30 Jun 2026 | 44 days |" in said
    assert desk.ok("report", "oak", "--month", "june", "--for", "dana") == said
    page, words = tmp_path / "june.html", tmp_path / "june.md"
    answer = desk("report", "oak", "--month", "--out", str(page))
    assert answer.err == f"Wrote {page}: Oak Street: report for June 2026, as Dana Reyes may read it.\n"
    assert len(Page(page.read_text("utf-8")).all("figure")) == 1
    assert page.stat().st_mode & 0o077 == 0, "open to its owner alone"
    told = desk.json("report", "oak", "--month", "--out", str(words))
    assert (told["period"], told["for"], told["file"]) == ("2026-06", "dana", str(words))
    assert words.read_text("utf-8") == said
    assert "AR days" not in desk.ok("report", "oak", "--month", "--for", "marisol")
    assert "# Oak Street: report for the second quarter of 2026" in desk.ok("report", "oak", "--quarter")
    assert "# Oak Street: report for 2026" in desk.ok("report", "oak", "--year", "this")


def test_an_own_title_is_pointed_at_before_it_is_given_away(desk: Cli) -> None:
    desk.ok("add", "Sort out the mess by 20 jul @oak-street")
    answer = desk("report", "oak", "--month")
    assert "Look at it before you give it away: “Sort out the mess” is your own title" in answer.err


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 2),
        (("--month", "--year"), 2),
        (("--month", "soon"), 2),
        (("--month", "2026-08"), 4),
        (("--month", "--for", "nobody"), 3),
        (("--month", "--out", "report.pdf"), 2),
        (("--month", "--out", "nowhere/at/all.md"), 1),
        (("--month", "--send", "dana", "--out", "x.md"), 2),
        (("--month", "--without-page"), 2),
    ],
)
def test_what_cannot_be_is_refused(desk: Cli, words: tuple[str, ...], code: int) -> None:
    before = desk.json("history")
    answer = desk("report", "oak", *words)
    assert (answer.code, bool(answer.err)) == (code, True)
    assert desk.json("history") == before


def test_a_draft_is_shown_with_what_to_look_at(desk: Cli) -> None:
    answer = desk("report", "oak", "--month", "--send", "dana")
    assert "Look at: No regular update to them here was approved yet." in answer.err
    assert "update:   1, report, to review" in answer.out
    assert desk("update", "show", "1", "--page").out.startswith("<!DOCTYPE html>")
    without = desk.json("report", "oak", "--month", "--send", "dana", "--without-page")
    assert without["id"] == 1
    assert desk("update", "show", "1", "--page").code == 3
