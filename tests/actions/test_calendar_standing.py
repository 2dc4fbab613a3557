"""How calendars stand while nobody asks their server: one that cannot be shown keeps no other from being told of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from followthru.actions.calendar_details import details
from followthru.actions.calendar_standing import standings
from followthru.actions.desk import Desk, open_desk
from followthru.config.places import home_in
from followthru.config.reading import load
from followthru.store import links
from followthru.store.links import CalendarRow
from tests.storekit import FixedClock, copy_database

CONFIG = """
[[accounts]]
name = "home"
url = "http://127.0.0.1:9/"

[[calendars]]
name = "slip"
account = "home"
collection = "http://127.0.0.1:9/slip/"
practices = ["oak-stret"]

[[calendars]]
name = "mine"
account = "home"
collection = "http://127.0.0.1:9/mine/"
"""


@pytest.fixture
def desk(tmp_path: Path, blank_database: Path, clock: FixedClock) -> Iterator[Desk]:
    home = home_in(tmp_path / "home")
    copy_database(blank_database, home.database)
    home.config.write_text(CONFIG, encoding="utf-8")
    opened = open_desk(home, load(home.config), clock)
    yield opened
    opened.ctx.store.close()


def test_a_slip_in_one_calendars_practice_hides_no_other(desk: Desk) -> None:
    found = {one.standing.calendar: one for one in details(desk)}
    assert list(found) == ["slip", "mine"]
    assert (found["slip"].standing.pending, found["slip"].items) == (0, ())


@pytest.mark.parametrize(("until", "rests"), [("2026-07-01T13:00:00Z", True), ("2036-07-01T13:00:00Z", False)])
def test_a_rest_that_a_wrong_clock_wrote_is_none(desk: Desk, until: str, rests: bool) -> None:
    """A sync would not wait for it either: no server may ask to be left alone for years."""
    with desk.ctx.store.writing() as tx:
        links.remember(tx, "mine", CalendarRow("http://127.0.0.1:9/mine/", None, None, None, 0, 0, 0))
        links.rest(tx, "mine", until)
    assert (standings(desk)[1].resting_until is not None) is rests
