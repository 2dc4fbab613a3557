"""`promises`: the log on the command line."""

from __future__ import annotations

import pytest

from followthru.errors import Exit
from tests.clikit import Cli


@pytest.fixture
def told(office: Cli) -> Cli:
    """Task 1 told to Dana for Friday 10 July, moved to the 17th with a reason."""
    office.ok("add", "Renew cover by 10 jul to dana @oak-street")
    office.ok("promise", "1", "17 jul", "--because", "the lab is late")
    return office


def test_the_story_of_one_promise(told: Cli) -> None:
    assert told.ok("promises", "1").splitlines() == [
        "1  Renew cover",
        "  Wed 1 Jul  promised for Fri 10 Jul",
        "  Wed 1 Jul  told dana Fri 10 Jul",
        "  Wed 1 Jul  moved from Fri 10 Jul to Fri 17 Jul, because the lab is late",
        "  Out of step: dana knows Fri 10 Jul.",
        "  It counts as open.",
        "  A later date that dana is told by Thu 9 Jul counts as moved in time.",
    ]
    told.ok("tell", "1", "dana", "--how", "call")
    told.ok("wait", "1", "--on", "dana")
    told.clock.advance(days=12)
    told.ok("done", "1")
    assert told.ok("promises", "1").splitlines()[-4:] == [
        "  Wed 1 Jul  moved from Fri 10 Jul to Fri 17 Jul, because the lab is late",
        "  Wed 1 Jul  told dana Fri 17 Jul by call",
        "  Mon 13 Jul  done",
        "  It counts as kept after a move, 8 working days of it waiting on them.",
    ]


def test_all_of_them_with_the_rate(told: Cli) -> None:
    answer = told("promises", "@oak")
    assert answer.out == (
        "  1  open  Renew cover  @oak-street  told dana Fri 10 Jul  moved once  dana knows Fri 10 Jul\n"
    )
    assert answer.err == "Kept: 1 still open.\n"
    assert told.ok("promises", "+dana", "--plain") == (
        "task: 1; became: open; title: Renew cover; practice: @oak-street; told: told dana Fri 10 Jul; "
        "moved: moved once; knows: dana knows Fri 10 Jul\n"
    )
    assert told.json("promises", "+marisol") == []


def test_as_json(told: Cli) -> None:
    [one] = told.json("promises")
    assert (one["task"], one["verdict"], one["moves"], one["first_told"]) == (
        1, "open", 1, {"person": "dana", "date": "2026-07-10", "on": "2026-07-01"},
    )  # fmt: skip
    assert one["out_of_step"] == [{"person": "dana", "date": "2026-07-10"}]
    whole = told.json("promises", "1")
    assert {**one, "log": whole["log"]} == whole
    assert [entry["what"] for entry in whole["log"]] == ["promised", "told", "moved"]
    assert whole["log"][2]["because"] == "the lab is late"


def test_what_is_not_there(told: Cli) -> None:
    assert told("promises", "99").code == Exit.NOT_FOUND
    assert told("promises", "@nowhere").code == Exit.NOT_FOUND
    assert told("promises", "+nobody").code == Exit.NOT_FOUND
    told.ok("add", "Untold by 10 jul @oak-street")
    answer = told("promises", "2")
    assert (answer.code, answer.err) == (0, "Nobody was told a date yet.\n")
    assert told.json("promises", "2")["verdict"] is None


def test_a_told_date_does_not_move_without_a_reason(told: Cli) -> None:
    told.ok("tell", "1", "dana", "--how", "call")
    for words in (("promise", "1", "20 jul"), ("promise", "1", "none"), ("edit", "1", "promised=20 jul")):
        refused = told(*words)
        assert refused.code == Exit.REFUSED
        assert "dana was told Fri 17 Jul" in refused.err
    assert told.json("show", "1")["promised_on"] == "2026-07-17"


def test_opening_today_drafts_what_is_due_once(told: Cli) -> None:
    told.ok("tell", "1", "dana", "--how", "call")
    told.clock.advance(days=16)
    for _ in range(2):
        assert "1 draft waits for you (1 heads-up)" in told("today").err
    [draft] = told.json("update", "list")
    assert (draft["kind"], draft["person"], draft["status"]) == ("warning", "dana", "in review")
    told.ok("done", "1")
    told.ok("today", "--json")
    assert told.json("update", "list") == []


def test_listing_updates_drafts_what_is_due_as_well(told: Cli) -> None:
    told.ok("tell", "1", "dana", "--how", "call")
    told.clock.advance(days=16)
    [draft] = told.json("update", "list")
    assert draft["kind"] == "warning", "what is due is no secret until Today is opened"
    told.ok("done", "1")
    assert told.json("update", "list") == []
