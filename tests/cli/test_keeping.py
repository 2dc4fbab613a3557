"""The promise log through its verbs: told, slipped, moved with a reason, announced, kept; and undone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from followthru.errors import RefusedError
from tests.clikit import Cli


@pytest.fixture
def promised(office: Cli) -> Cli:
    """Task 1 told to Dana for a Friday nine days on, with two days of room."""
    office.ok("add", "Renew cover by in 9 days to dana @oak-street")
    return office


def rate(cli: Cli) -> tuple[int, int, int, int, int]:
    """Return kept, of how many, kept and missed after a move, open."""
    found = cli.json("practice", "show", "oak")["promises"]
    after = (found["kept_after_a_move"], found["missed_after_a_move"])
    return found["kept"], found["of"], *after, found["open"]


def test_done_by_the_day_is_kept_and_undo_takes_it_back(promised: Cli) -> None:
    assert rate(promised) == (0, 0, 0, 0, 1)
    promised.clock.advance(days=9)
    promised.ok("done", "1")
    assert rate(promised) == (1, 1, 0, 0, 0)
    assert "kept:          1 of 1 (100 %, between 21 and 100)" in promised.ok("practice", "show", "oak")
    promised.ok("undo")
    assert rate(promised) == (0, 0, 0, 0, 1)
    promised.clock.advance(days=1)
    assert rate(promised) == (0, 1, 0, 0, 0)


def test_a_slip_that_is_told_in_time_is_counted_apart(promised: Cli) -> None:
    refused = promised("promise", "1", "in 16 days")
    assert refused.code == RefusedError.exit_code
    assert "dana was told" in refused.err
    promised.ok("promise", "1", "in 16 days", "--because", "the insurer asked for another form")
    assert rate(promised) == (0, 0, 0, 0, 1), "moved and not yet told"
    promised.ok("tell", "1", "dana", "--how", "call")
    promised.clock.advance(days=12)
    assert rate(promised) == (0, 0, 0, 0, 1), "the first date has passed, the one that was told has not"
    promised.ok("done", "1")
    assert rate(promised) == (0, 0, 1, 0, 0)
    people = {one["handle"]: one["promises"] for one in promised.json("practice", "show", "oak")["people"]}
    assert people["dana"]["kept_after_a_move"] == 1
    assert people["marisol"]["of"] == 0


def test_a_slip_that_is_told_too_late_is_missed(promised: Cli) -> None:
    promised.clock.advance(days=9)
    promised.ok("promise", "1", "in 7 days", "--because", "the insurer was slow")
    promised.ok("tell", "1", "dana", "--how", "call")
    promised.clock.advance(days=1)
    promised.ok("done", "1")
    assert rate(promised) == (0, 1, 0, 0, 0)


def test_a_day_that_is_closed_later_does_not_make_a_move_too_late(promised: Cli) -> None:
    promised.ok("practice", "edit", "oak", "buffer_policy=fixed:4")
    told = promised.json("add", "File taxes by in 16 days to dana @oak-street")
    promised.ok("promise", "2", "in 23 days", "--because", "the insurer was slow")
    promised.clock.advance(days=12)
    promised.ok("tell", "2", "dana", "--how", "call")
    first = date.fromisoformat(told["promised_on"])
    until = promised.json("promises", "2")["verdict"]
    closed = [str(first - timedelta(days=days)) for days in (3, 2, 1)]
    promised.ok("practice", "close", "oak", *closed)
    promised.clock.advance(days=5)
    assert (until, promised.json("promises", "2")["verdict"]) == ("open", "open")
    promised.ok("done", "2")
    assert promised.json("promises", "2")["verdict"] == "kept after a move"


def test_a_telling_taken_back_is_no_promise(promised: Cli) -> None:
    promised.ok("add", "Send numbers @oak-street")
    promised.ok("promise", "2", "in 2 days")
    promised.ok("tell", "2", "dana", "--how", "mail")
    assert rate(promised) == (0, 0, 0, 0, 2)
    promised.ok("undo")
    assert rate(promised) == (0, 0, 0, 0, 1)


def test_the_room_there_was_when_it_was_told_decides(promised: Cli) -> None:
    """Two days of room want one day's notice; room that is taken away afterwards changes nothing."""
    promised.ok("practice", "edit", "oak", "buffer_policy=fixed:9")
    promised.clock.advance(days=7)
    promised.ok("promise", "1", "in 9 days", "--because", "the form is new")
    promised.ok("tell", "1", "dana", "--how", "call")
    promised.clock.advance(days=5)
    promised.ok("done", "1")
    assert rate(promised) == (0, 0, 1, 0, 0)


def test_days_of_waiting_on_the_client_stand_apart(promised: Cli) -> None:
    promised.ok("wait", "1", "--on", "dana", "--for", "the signed form")
    promised.clock.advance(days=6)
    promised.ok("answered", "1", "here it is")
    promised.clock.advance(days=4)
    promised.ok("done", "1")
    found = promised.json("practice", "show", "oak")
    assert found["promises"]["days_waiting_on_client"] == 4
    people = {one["handle"]: one["promises"]["days_waiting_on_client"] for one in found["people"]}
    assert people == {"dana": 4, "marisol": 0}
    assert rate(promised) == (0, 1, 0, 0, 0), "they excuse nothing"
    assert "4 working days waiting on them" in promised.ok("practice", "show", "oak")
