"""Leave, seasons, half days and closed days on the command line, and what is said where a date is given."""

from __future__ import annotations

from tests.clikit import Cli

AWAY = "Dana Reyes is away then, Mon 13 Jul to Fri 17 Jul; Marisol Vega covers."


def test_who_is_away_is_said_on_capture_promise_and_wait(office: Cli) -> None:
    found = office.json("person", "away", "dana", "2026-07-13..2026-07-17", "--cover", "marisol")
    assert found == [{"person": "dana", "first_on": "2026-07-13", "last_on": "2026-07-17", "cover": "marisol"}]
    assert f"Note: {AWAY}" in office("add", "Renew by 15 jul to dana @oak-street").err
    assert f"Note: {AWAY}" in office("promise", "1", "16 jul", "--because", "the form is new").err
    assert f"Note: {AWAY}" in office("wait", "1", "--on", "dana", "--by", "14 jul").err
    assert "away" not in office("add", "Renew by 22 jul to dana @oak-street").err
    listed = {one["handle"]: one["away"] for one in office.json("person", "list")}
    span = {"first_on": "2026-07-13", "last_on": "2026-07-17", "cover": "marisol"}
    assert listed == {"dana": [span], "marisol": []}
    assert "away Mon 13 Jul to Fri 17 Jul" in office.ok("person", "list")
    assert office.ok("person", "away", "dana") == "dana  2026-07-13..2026-07-17  marisol covers\n"
    assert office.json("person", "away", "dana", "13", "jul..17", "jul", "--back") == []
    assert "away" not in office("add", "Renew by 15 jul to dana @oak-street").err


def test_my_own_leave(office: Cli) -> None:
    office.ok("person", "away", "me", "20 jul..24 jul")
    assert "Note: You are away that week, Mon 20 Jul to Fri 24 Jul." in office("add", "X by 25 jul @oak-street").err
    assert office("person", "away", "me", "21 jul").code == 4
    assert office("person", "away", "nobody", "21 jul").code == 3


def test_seasons_and_half_days_are_shown(office: Cli) -> None:
    found = office.json("practice", "season", "oak", "1 aug..31 aug", "--yearly")
    assert found["seasons"] == [{"first_on": "2026-08-01", "last_on": "2026-08-31", "weekdays": None, "yearly": True}]
    office.ok("practice", "season", "oak", "21 dec..8 jan", "--weekdays", "24")
    assert office.json("practice", "close", "oak", "24 jul", "--half")["half_days"] == ["2026-07-24"]
    shown = office.ok("practice", "show", "oak")
    assert "season:        closed Sat 1 Aug to Mon 31 Aug, every year\n" in shown
    assert "season:        works 24 Mon 21 Dec to Fri 8 Jan 2027\n" in shown
    assert "half day:      Fri 24 Jul\n" in shown
    assert office("practice", "season", "oak", "1 sep..31 aug 2026").code == 2
    assert office.json("practice", "season", "oak", "21 dec..8 jan", "--end")["seasons"][0]["yearly"]


def test_a_closed_day_is_said_and_rolled(office: Cli) -> None:
    office.ok("practice", "close", "oak", "15 jul")
    said = office("add", "Renew by 15 jul @oak-street").err
    assert "Wed 15 Jul is closed; the working days around it are Tue 14 Jul and Thu 16 Jul." in said
    moved = office("promise", "1", "15 jul", "--roll", "after")
    assert "Note: Wed 15 Jul is closed: promised for Thu 16 Jul, the day after it." in moved.err
    assert office.json("show", "1")["promised_on"] == "2026-07-16"
    office.ok("practice", "edit", "oak", "roll=before")
    assert office.json("promise", "1", "15 jul")["promised_on"] == "2026-07-14"
    assert office.json("promise", "1", "15 jul", "--roll", "none")["promised_on"] == "2026-07-15"
    assert office("practice", "edit", "oak", "roll=sideways").code == 2


def test_a_told_date_says_which_days_it_is_counted_in(office: Cli) -> None:
    office.ok("add", "Renew by 15 jul to dana @oak-street")
    before = office.json("show", "1")
    office.ok("practice", "close", "oak", "14 jul")
    after = office.json("show", "1")
    assert (after["target_on"], after["buffer_days"]) == (before["target_on"], before["buffer_days"])
    assert (before["days_changed"], after["days_changed"]) == ([], ["2026-07-14"])
    assert "days:         counted as when it was told; since then Tue 14 Jul is closed" in office.ok("show", "1")
