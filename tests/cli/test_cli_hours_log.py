"""Hours on the command line: logged on a task or a practice, corrected, taken back, against the retainer."""

from __future__ import annotations

import pytest

from tests.clikit import Cli


@pytest.fixture
def desk(office: Cli) -> Cli:
    """The office with a retainer of 20 hours, the task 1, and a second practice without any."""
    office.ok("practice", "edit", "oak", "retainer=20h")
    office.ok("practice", "add", "elm", "--timezone", "UTC")
    office.ok("add", "Call payers @oak-street")
    return office


def test_a_month_against_its_retainer(desk: Cli) -> None:
    assert desk("log", "1", "45m").err == (
        "Logged 45 min on Wed 1 Jul: Call payers @oak-street. This month there: 45 min of 20 h, 19 h 15 min left.\n"
    )
    desk.ok("log", "@oak", "1.5h", "--note", "Call with the bank")
    desk.ok("log", "@oak", "24h", "--on", "30 jun")
    desk.ok("log", "@elm", "90")
    assert desk.json("hours") == [
        {
            "practice": "elm", "month": "2026-07", "minutes": 90, "retainer_minutes": None, "left_minutes": None,
            "entries": 1,
        },
        {
            "practice": "oak-street", "month": "2026-07", "minutes": 135, "retainer_minutes": 1200,
            "left_minutes": 1065, "entries": 2,
        },
    ]  # fmt: skip
    assert desk.json("hours", "--month", "june", "--practice", "oak")[0]["left_minutes"] == -240
    assert "24 h of 20 h, 4 h over" in desk.ok("hours", "--month", "last")
    assert desk.json("hours", "--month", "june") == [desk.json("hours", "--month", "2026-06", "--practice", "oak")[0]]


def test_an_entry_is_corrected_and_taken_back(desk: Cli) -> None:
    desk.ok("log", "1", "45m")
    corrected = desk.json("hours", "edit", "1", "time=1h", "on=yesterday", "note=The three oldest", "task=")
    assert corrected == {
        "id": 1, "practice": "oak-street", "task": None, "on": "2026-06-30", "minutes": 60, "note": "The three oldest",
    }  # fmt: skip
    desk.ok("undo")
    assert desk.json("hours", "list")[0]["minutes"] == 45
    desk.ok("hours", "remove", "1")
    assert desk.json("hours", "list") == []
    desk.ok("undo")
    assert [one["task"] for one in desk.json("hours", "list")] == [1]
    assert desk("hours", "edit", "1", "time=45m").err.startswith("Hours entry 1 is like that already.")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("log", "1", "soon"), 2),
        (("log", "1", "0m"), 2),
        (("log", "1", "24h1m"), 2),
        (("log", "7", "45m"), 3),
        (("log", "@nowhere", "45m"), 3),
        (("log", "1", "45m", "--on", "tomorrow"), 4),
        (("log", "2", "45m"), 4),
        (("hours", "edit", "9", "time=1h"), 3),
        (("hours", "remove", "9"), 3),
        (("hours", "--month", "soon"), 2),
        (("practice", "edit", "oak", "retainer=lots"), 2),
        (("practice", "edit", "oak", "report_hours=maybe"), 2),
    ],
)
def test_what_cannot_be_logs_nothing(desk: Cli, words: tuple[str, ...], code: int) -> None:
    desk.ok("add", "Somewhere")
    before = desk.json("history")
    assert desk(*words).code == code
    assert desk.json("history") == before


def test_hours_stay_with_their_practice(desk: Cli) -> None:
    desk.ok("log", "1", "45m")
    desk.ok("add", "Other @elm")
    assert desk("hours", "edit", "1", "task=2").code == 4
    assert desk("hours", "edit", "1", "colour=red").code == 2
    shown = desk.json("practice", "show", "oak")
    assert (shown["retainer_minutes"], shown["report_hours"]) == (1200, False)
    assert "retainer:      20 h a month" in desk.ok("practice", "show", "oak")
