"""Lists as a person reads them, and what they leave out."""

from __future__ import annotations

import pytest

from followthru.cli.table import cells, columns
from tests.clikit import Cli


@pytest.fixture
def work(office: Cli) -> Cli:
    """Four tasks of different standing."""
    office.ok("add", "Renew malpractice cover for all by 15 Jul to dana @oak-street ~3d #insurance")
    office.ok("add", "Send the roster by tomorrow @oak-street wait dana ~0d")
    office.ok("add", "Tidy shelf target tomorrow @oak-street")
    office.ok("add", "A thought")
    return office


def test_a_list_says_what_stands_how(work: Cli) -> None:
    assert work.ok("list").splitlines() == [
        "  2  ? waits on dana  Send the roster                  @oak-street  Thu 2 Jul         no room  untold",
        "  3  . open           Tidy shelf                       @oak-street  target Thu 2 Jul",
        "  1  . open           Renew malpractice cover for all  @oak-street  Wed 15 Jul        3d room  told dana",
        "  4  * inbox          A thought",
    ]


def test_a_deadline_before_the_promise_is_shown_for_it_makes_late(office: Cli) -> None:
    answer = office("add", "File it deadline 2 Jul by 15 Jul @oak-street")
    assert "Note: The promise is after the deadline Thu 2 Jul 2026.\n" in answer.err
    assert "Wed 15 Jul, deadline Thu 2 Jul" in office.ok("list")
    office.ok("edit", "1", "deadline=15 Jul")
    assert "deadline" not in office.ok("list")


def test_a_note_for_two_words_is_said_once(office: Cli) -> None:
    office.ok("practice", "add", "elm", "--timezone", "UTC")
    assert office("add", "x @oak-street @elm").err.count("neither counts") == 1


def test_a_list_fits_the_terminal(work: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "90")
    lines = work.ok("list").splitlines()
    assert max(cells(line) for line in lines) == 90
    assert "Renew malpractic…  @oak-street" in lines[2]


def test_plain_is_one_thing_a_line_without_columns(work: Cli) -> None:
    assert work.ok("list", "--plain").splitlines()[:2] == [
        "task: 2; state: waits on dana; title: Send the roster; practice: oak-street; date: Thu 2 Jul; room: none; "
        "told: untold",
        "task: 3; state: open; title: Tidy shelf; practice: oak-street; date: target Thu 2 Jul",
    ]


def test_a_dumb_terminal_gets_plain(work: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = work.ok("today", "--plain"), work.ok("show", "1", "--plain")
    monkeypatch.setenv("TERM", "dumb")
    assert (work.ok("today"), work.ok("show", "1")) == plain


def test_what_a_limit_leaves_out_is_said(work: Cli) -> None:
    answer = work("list", "--limit", "3")
    assert len(answer.out.splitlines()) == 3
    assert answer.err == "1 more task; --all shows it.\n"
    assert work("list", "--limit", "4").err == ""
    assert len(work.json("list", "--limit", "2")) == 2
    assert len(work.json("list", "--limit", "2", "--all")) == 4


def test_today_shows_a_task_once_by_section(work: Cli) -> None:
    work.clock.advance(days=14)
    sections = [(task["id"], task["section"], task["health"]) for task in work.json("today")]
    assert sections == [
        (4, "needs you", "on track"),
        (2, "late", "late"),
        (3, "late", "late"),
        (1, "promised today", "at risk"),
    ]
    assert work.ok("today").splitlines()[:2] == ["Needs you (1)", "    4  * inbox                A thought"]


def test_the_week_goes_day_by_day(work: Cli) -> None:
    assert [(task["id"], task["section"]) for task in work.json("week")] == [(2, "2026-07-02"), (3, "2026-07-02")]
    assert work.ok("week").splitlines()[0] == "Thu 2 Jul (2)"
    work.clock.advance(days=2)
    assert work.json("week")[0]["section"] == "before"


def test_today_of_one_practice(work: Cli) -> None:
    work.ok("practice", "add", "elm", "--timezone", "UTC")
    work.clock.advance(days=14)
    assert work.json("today", "--practice", "elm") == []
    assert {task["practice"] for task in work.json("today", "--practice", "oak")} == {"oak-street"}
    assert work("week", "--practice", "nope").code == 3


def test_nothing_is_said_in_words(cli: Cli) -> None:
    for command in (("today",), ("week",), ("list",), ("search", "x"), ("practice", "list"), ("person", "list")):
        answer = cli(*command)
        assert (answer.code, answer.out) == (0, "")
        assert answer.err.endswith(".\n")


def test_search_finds_words_in_titles_and_notes_also_of_closed_tasks(work: Cli) -> None:
    work.ok("edit", "3", "notes=ask about the insurance")
    work.ok("done", "3")
    assert {task["id"] for task in work.json("search", "insur")} == {3}
    assert {task["id"] for task in work.json("search", "renew", "mal")} == {1}


def test_control_characters_never_reach_the_terminal(work: Cli) -> None:
    work.ok("edit", "4", "title=red \x1b[31m alert\x07")
    assert "\x1b" not in work.ok("list") + work.ok("show", "4") + work.ok("history")


def test_show_says_everything(work: Cli) -> None:
    work.ok("edit", "1", "area=operations", "public_title=Cover", "notes=one\ntwo", "checklist=call", "needs=3")
    shown = work.ok("show", "1")
    uid = work.json("show", "1")["uid"]
    assert (
        shown
        == f"""\
task:         1  Renew malpractice cover for all
public title: Cover
state:        open, blocked
practice:     oak-street
promised:     Wed 15 Jul
target:       Fri 10 Jul (policy)
room:         3 working days
so far:       Wed 1 Jul [>.............|~~~~~~~~~] Wed 15 Jul
told:         dana Wed 15 Jul, on Wed 1 Jul (unspecified)
area:         operations
tags:         #insurance
audience:     owners
uid:          {uid}
step:         [ ] call
needs:        3  Tidy shelf (open)
notes:        one
notes:        two
"""
    )


@pytest.mark.parametrize("width", [33, 40, 80, None])
def test_columns_give_way_in_the_stretching_one_only(width: int | None) -> None:
    rows = [("1", "short", "", "end"), ("22", "日本語のとても長い題名です", "", "e")]
    lines = columns(rows, stretch=1, width=width)
    assert all(line.startswith(("1   ", "22  ")) and line.endswith(("end", "e")) for line in lines)
    assert max(cells(line) for line in lines) <= (width or 99)
    assert lines[0].index("end") == cells(lines[1][: lines[1].rindex("e")])


def test_what_a_narrow_terminal_has_no_room_for_goes_below(work: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert work.ok("list", "#insurance").splitlines() == [
        "  1  . open  Renew malpractice cover for all",
        "     @oak-street  Wed 15 Jul  3d room  told dana",
    ]
    assert work.ok("list", "#insurance", "--group", "practice").splitlines() == [
        "oak-street (1)",
        "    1  . open  Renew malpractice cover for all",
        "       @oak-street  Wed 15 Jul  3d room  told dana",
        "",
    ]
    monkeypatch.setenv("COLUMNS", "40")
    assert work.ok("list", "#insurance").splitlines() == [
        "  1  . open  Renew malpractice cover fo…",
        "     @oak-street  Wed 15 Jul  3d room",
        "     told dana",
    ]


def test_a_list_is_sorted_and_grouped_by_option_or_by_word(work: Cli) -> None:
    def ids(*words: str) -> list[object]:
        return [one["id"] for one in work.json("list", *words)]

    assert ids("--sort", "title") == [4, 1, 2, 3]
    assert ids("sort:-title") == ids("--sort", "-title") == ids("sort:age", "--sort", "-title") == [3, 2, 1, 4]
    assert ids("@oak", "sort:title", "--limit", "2") == [1, 2]
    assert [(one["id"], one["group"]) for one in work.json("list", "--group", "person")] == [
        (3, None),
        (1, None),
        (4, None),
        (2, "dana"),
    ]
    assert work.ok("list", "group:practice", "--sort=-title").splitlines() == [
        "oak-street (3)",
        "    3  . open           Tidy shelf                       @oak-street  target Thu 2 Jul",
        "    2  ? waits on dana  Send the roster                  @oak-street  Thu 2 Jul         no room  untold",
        "    1  . open           Renew malpractice cover for all  @oak-street  Wed 15 Jul        3d room  told dana",
        "",
        "No practice (1)",
        "    4  * inbox          A thought",
        "",
    ]
    assert work.ok("list", "group:practice", "--plain").splitlines()[-1].startswith("group: No practice; task: 4;")
    assert "group" not in work.json("list")[0]


def test_an_order_that_there_is_not_is_refused_with_the_nearest(work: Cli) -> None:
    refused = work("list", "--sort", "titel")
    assert (refused.code, "Did you mean title?" in refused.err) == (2, True)
    assert work("list", "group:people").code == 2


def test_a_list_is_saved_shown_by_its_name_renamed_and_removed(work: Cli) -> None:
    view = {"name": "oak", "filter": ["@oak", "-#insurance"], "sort": "-title", "group": "person"}
    assert work.json("view", "save", "oak", "@oak", "-#insurance", "--sort=-title", "group:person") == view | {
        "line": "@oak -#insurance sort:-title group:person"
    }
    assert [one["id"] for one in work.json("list", "--view", "oak")] == [3, 2]
    assert [one["id"] for one in work.json("list", "--view", "oak", "tidy", "--sort", "age")] == [3]
    again = work("view", "save", "oak", "is:untold")
    assert "before it was “@oak -#insurance sort:-title group:person”" in again.err
    assert work.json("view", "rename", "oak", "untold")["name"] == "untold"
    assert work.json("view", "list") == [
        {"name": "untold", "filter": ["is:untold"], "sort": None, "group": None, "line": "is:untold"}
    ]
    assert work.ok("view").splitlines() == ["untold  is:untold"]
    assert "it was “is:untold”" in work("view", "remove", "untold").err
    assert work.json("view") == []


def test_a_saved_list_that_cannot_be_is_refused_and_nothing_is_written(work: Cli) -> None:
    assert work("view", "save", "Oak Late").code == 2
    assert work("view", "save", "oak", "@nowhere").code == 3
    assert work("view", "save", "oak", "health:fine").code == 2
    assert work("view", "save", "oak", "--sort", "colour").code == 2
    assert work("view", "remove", "oak").code == 3
    work.ok("view", "save", "oak")
    work.ok("view", "save", "elm", "@oak")
    assert (work("view", "rename", "oak", "elm").code, work("view", "rename", "ash", "fir").code) == (2, 3)
    near = work("list", "--view", "oack")
    assert (near.code, "Did you mean oak?" in near.err) == (3, True)
    assert [one["name"] for one in work.json("view", "list")] == ["elm", "oak"]
