"""How full the weeks are: `load`, the notes on a date, and a practice's own line."""

from __future__ import annotations

from pathlib import Path

from tests.clikit import Cli


def capacity(cli: Cli, hours: str) -> None:
    Path(cli.json("config", "path")["path"]).write_text(f'[me]\ncapacity = "{hours}"\n')


def test_weeks_are_told_against_the_time_there_is(office: Cli) -> None:
    capacity(office, "1h")
    office.ok("person", "away", "me", "6 jul..7 jul")
    office.ok("add", "Renew by 3 jul @oak-street")
    office.ok("add", "File by 9 jul @oak-street")
    office.ok("edit", "2", "estimate=3h30m")
    found = office.json("load", "--weeks", "3")
    assert [(week["week"], week["minutes"], week["capacity_minutes"], week["overfull"]) for week in found] == [
        ("2026-06-29", 60, 300, False),
        ("2026-07-06", 210, 180, True),
        ("2026-07-13", 0, 300, False),
    ]
    assert found[0]["unestimated"] == 1
    said = office.ok("load", "--weeks", "2")
    assert said == (
        "Mon 29 Jun  1 h of 5 h promised, 1 of 1 counted as an hour\n"
        "Mon 6 Jul   3.5 h of 3 h promised                           overfull\n"
    )


def test_without_a_capacity_it_says_how_to_say_it(office: Cli) -> None:
    assert 'capacity = "6h"' in office("load").err
    assert "practice edit oak-street capacity=10h" in office("load", "--practice", "oak").err
    assert "overfull" not in office("add", "Renew by 3 jul @oak-street").err


def test_an_overfull_week_is_said_where_a_date_is_given(office: Cli) -> None:
    office.ok("practice", "edit", "oak", "capacity=90m")
    assert "overfull" not in office("add", "Renew by 9 jul @oak-street").err
    said = "oak-street's week of Mon 6 Jul is overfull: 2 h of 1.5 h promised, 2 of 2 counted as an hour."
    free = "The first that is not begins on Mon 13 Jul."
    assert f"Note: {said} {free}" in office("add", "File by 10 jul @oak-street").err
    office.ok("promise", "2", "14 jul")
    assert f"Note: {said}" in office("promise", "2", "8 jul").err
    assert office.json("practice", "show", "oak")["load"][1]["overfull"]
    assert "next week:     2 h of 1.5 h promised, 2 of 2 counted as an hour, overfull\n" in office.ok(
        "practice", "show", "oak"
    )
    assert office.json("load", "--practice", "oak")[1]["practice"] == "oak-street"
    office.ok("practice", "edit", "oak", "capacity=")
    assert office.json("load", "--practice", "oak")[1]["capacity_minutes"] is None
