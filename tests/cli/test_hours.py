"""Hours on the command line: who hears when, pauses, what goes by itself, what is late, and calls."""

from __future__ import annotations

import pytest

from followthru.actions import drafting, hours
from followthru.actions.automatic import approve_due
from followthru.actions.desk import open_desk
from followthru.config.places import home
from followthru.config.reading import load
from tests.cli.test_cli_updates import configure, deliver
from tests.clikit import Cli


def tick(cli: Cli) -> None:
    """Do what the daemon does for updates."""
    desk = open_desk(home(), load(home().config), cli.clock)
    try:
        drafting.refresh_drafts(desk.ctx)
        hours.draft_due(desk.ctx)
        approve_due(desk)
    finally:
        desk.ctx.store.close()


@pytest.fixture
def friday(office: Cli) -> Cli:
    """The office on Thursday at four; Dana hears on Fridays at four and has accepted a first update."""
    configure()
    office.ok("person", "edit", "dana", "cadence=weekly:fri@16:00")
    office.ok("add", "Renew cover by 2026-07-24 @oak-street")
    office.ok("edit", "1", "public_title=Cover renewal")
    office.ok("update", "draft", "dana")
    office.ok("update", "approve", "1", "--yes")
    deliver(office)
    office.clock.at = office.clock.at.replace(day=2, hour=16)
    tick(office)
    return office


def test_what_goes_by_itself_says_so_a_working_day_ahead(friday: Cli) -> None:
    assert "goes out by itself Fri 3 Jul at 16:00" in friday.ok("update", "list")
    assert "until then `followthru update hold 2`" in friday.ok("update", "show", "2")
    shown = friday.json("update", "show", "2")
    assert (shown["due_at"], shown["automatic"], shown["late"], shown["waits_for"]) == (
        "2026-07-03T16:00:00Z", True, False, [],
    )  # fmt: skip
    today = friday("today").err
    assert "By itself at its hour: 1 update; `followthru update list` says when." in today
    assert "waits for you" not in today
    assert friday.json("update", "show", "1")["automatic"] is None


def test_what_is_late_says_so_in_today_and_why(friday: Cli) -> None:
    friday.ok("person", "edit", "dana", "--review")
    friday.clock.at = friday.clock.at.replace(day=3)
    tick(friday)
    assert "late since Fri 3 Jul at 16:00" in friday.ok("update", "list")
    said = "The update to dana at oak-street was due Fri 3 Jul at 16:00 and waits for you: You read every update to"
    assert said in friday("today").err
    assert friday.json("update", "show", "2")["late"]
    friday.ok("person", "edit", "dana", "--no-review")
    assert friday("today").err.count("was due Fri 3 Jul") == 1, "it stays the PM's"


def test_approved_before_its_hour_it_waits_unless_it_is_to_go_now(friday: Cli) -> None:
    assert "It goes out at its hour, Fri 3 Jul at 16:00." in friday("update", "approve", "2", "--yes").err
    friday.ok("update", "recall", "2")
    assert "It goes out in 0 seconds." in friday("update", "approve", "2", "--yes", "--now").err


def test_a_pause_has_an_end_or_none_and_is_one_step(office: Cli) -> None:
    office.ok("person", "edit", "dana", "cadence=weekly:fri@16:00")
    shown = office.json("person", "pause", "dana", "--until", "2026-07-15")
    assert (shown["paused_on"], shown["paused_until"]) == ("2026-07-01", "2026-07-15")
    assert "paused until Wed 15 Jul" in office.ok("person", "list")
    assert office("person", "pause", "dana", "--until", "2026-07-01").code == 2
    office.ok("undo")
    assert "weekly:fri@16:00" in office.ok("person", "list")
    office.ok("person", "pause", "dana")
    assert office.json("person", "list")[0]["paused_until"] is None
    office.clock.advance(days=10)
    tick(office)
    assert office.json("update", "list") == []
    assert office.json("person", "resume", "dana")["paused_until"] == "2026-07-11"
    tick(office)
    assert office.json("update", "list") == [], "the hours that fell into it are not made up for"
    office.clock.advance(days=6)
    tick(office)
    assert [one["period"] for one in office.json("update", "list")] == ["weekly:2026-W29"]


def test_a_pause_says_what_still_goes_out(friday: Cli) -> None:
    friday.ok("update", "approve", "2", "--yes")
    assert "Update 2 is approved and goes out all the same" in friday("person", "pause", "dana").err


def test_the_usual_cadence_is_for_who_is_added_unless_they_say(office: Cli) -> None:
    configure()
    with home().config.open("a", encoding="utf-8") as file:
        file.write('default_cadence = "weekly:fri@16:00"\n')

    def added(name: str, *words: str) -> object:
        return office.json("person", "add", name, *words, "--practice", "oak")["cadence"]

    assert added("Ada One", "ada@x.example", "--role", "staff") == "weekly:fri@16:00"
    assert added("Bo Two", "--role", "owner") == "weekly:fri@16:00", "who is called hears as well"
    assert added("Cy Three", "cy@x.example", "--role", "lead", "--cadence", "monthly:1@09:00") == "monthly:1@09:00"
    assert added("Di Four", "di@x.example", "--role", "owner", "--cadence", "none") is None
    assert added("Ed Five", "ed@x.example", "--role", "vendor") is None
    assert added("Flo Six", "flo@x.example", "--role", "owner", "--channel", "none") is None


def test_a_call_stands_in_today_and_is_told(office: Cli) -> None:
    office.ok("person", "add", "Sam Okafor", "--practice", "oak", "--role", "owner", "--cadence", "weekly:fri@16:00")
    office.ok("add", "Renew cover by 2026-07-24 @oak-street")
    office.clock.at = office.clock.at.replace(day=3, hour=16)
    tick(office)
    assert "Call sam at oak-street: `followthru update show 1` has what to say." in office("today").err
    shown = office.ok("update", "show", "1")
    assert "update:   1, to call" in shown
    assert "to:       sam at oak-street by call" in shown
    assert office("update", "approve", "1").code == 4
    assert office("update", "told", "1", "--mark", "other words").code == 4
    told = office.json("update", "told", "1", "--mark", office.json("update", "show", "1")["mark"])
    assert (told["kind"], told["status"]) == ("call", "settled")
    assert [(one["person"], one["how"]) for one in office.json("show", "1")["told"]] == [("sam", "call")]
    assert "Call sam" not in office("today").err
    assert "told" in office.ok("update", "list", "--all")
