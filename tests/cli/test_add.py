"""`add`: what is typed is kept, and what was not understood is said."""

from __future__ import annotations

import pytest

from tests.clikit import Cli

LINE = "Renew malpractice cover by 15 Jul to dana @oak-street +marisol #insurance !high ~3d"


def test_a_line_becomes_a_task(office: Cli) -> None:
    task = office.json("add", LINE)
    told = {"person": "dana", "date": "2026-07-15", "on": "2026-07-01", "how": "unspecified", "retracted": False}
    expected = {
        "id": 1,
        "title": "Renew malpractice cover",
        "practice": "oak-street",
        "status": "open",
        "promised_on": "2026-07-15",
        "target_on": "2026-07-10",
        "buffer_days": 3,
        "health": "on track",
        "assignee": "marisol",
        "audience": "owners",
        "private": False,
        "tags": ["insurance"],
        "priority": "high",
        "told": [told],
    }
    assert {name: task[name] for name in expected} == expected


def test_words_are_joined_by_one_space(office: Cli) -> None:
    assert office.json("add", "Pay", "the  24/7", "-20", "--x", "line")["title"] == "Pay the 24/7 -20 --x line"


def test_the_answer_shows_how_it_was_read(office: Cli) -> None:
    answer = office("add", LINE)
    assert answer.err == (
        "Added 1: Renew malpractice cover\n"
        "Drafted for you to look at: the assignment to marisol, `followthru update show 1`.\n"
    )
    assert answer.out == "  1  . open  Renew malpractice cover  @oak-street  Wed 15 Jul  3d room  told dana\n"


def test_an_unknown_practice_stays_in_the_title(office: Cli) -> None:
    answer = office("add", "Call landlord @oak-stret", "--json")
    assert answer.code == 0
    assert "oak-street" in answer.err
    [task] = office.json("list")
    assert (task["title"], task["practice"], task["status"]) == ("Call landlord @oak-stret", None, "inbox")
    assert task["private"]


def test_a_line_without_a_title_is_refused_and_echoed(office: Cli) -> None:
    answer = office("add", "@oak-street #tag by fri")
    assert answer.code == 2
    assert "@oak-street #tag by fri" in answer.err
    assert answer.out == ""
    assert office.json("list", "all") == []


def test_a_private_task_is_told_to_nobody(office: Cli) -> None:
    answer = office("add", "Raise pay by fri to dana @oak-street *private")
    assert answer.code == 4
    assert "dana" in answer.err
    assert office.json("list", "all") == []


def test_notes_go_to_standard_error(office: Cli) -> None:
    answer = office("add", "Water plants by sat @oak-street", "--json")
    assert "Note: Sat 4 Jul is a weekend." in answer.err
    assert answer.out.startswith("{")


def test_without_words_it_reads_one_line(office: Cli) -> None:
    assert office("add", stdin="Order paper @oak-street\nSecond line\n").code == 0
    assert [task["title"] for task in office.json("list")] == ["Order paper"]


@pytest.mark.parametrize("typed", ["", "\n", "   \n"])
def test_without_any_line_it_is_usage(office: Cli, typed: str) -> None:
    assert office("add", stdin=typed).code == 2
    assert office.json("list") == []
