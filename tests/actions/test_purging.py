"""A practice is purged: its events on a real Radicale go or stay as is said, and nothing of others' moves."""

from __future__ import annotations

import pytest

from followthru.actions import purging
from followthru.store import purging as stored
from tests.calendarkit import Booked, configuration
from tests.storekit import add_practice, add_task


@pytest.fixture
def both(booked: Booked) -> Booked:
    """One calendar that shows two practices."""
    add_practice(booked.desk.ctx, "river")
    add_task(booked.desk.ctx, "Renew zqcanary by 2026-07-10 @oak-street")
    add_task(booked.desk.ctx, "Order paper by 2026-07-11 @river")
    assert booked.sync().created == 2
    return booked


def test_events_are_deleted_where_that_is_said(both: Booked) -> None:
    assert purging.preview(both.desk, "oak-street").calendars == {"promises": 1}
    both.desk, done = purging.purge(both.desk, "oak-street", package=None, delete_events=True)
    assert (done.left_on_calendars, done.notes) == (0, ())
    assert set(both.phone.events()) == {"river: Order paper"}
    assert b"zqcanary" not in both.desk.home.database.read_bytes()
    assert both.sync().quiet


def test_events_are_left_where_that_is_said(both: Booked) -> None:
    before = both.phone.events()
    both.desk, done = purging.purge(both.desk, "oak-street", package=None, delete_events=False)
    assert done.left_on_calendars == 0
    assert both.phone.events() == before
    assert b"zqcanary" not in both.desk.home.database.read_bytes()
    both.sync()
    assert both.phone.events() == before, "what was forgotten is somebody else's"


def test_what_cannot_be_deleted_now_is_said_and_tried_at_the_next_sync(both: Booked) -> None:
    right = both.home.config.read_text(encoding="utf-8")
    both.reconfigure(configuration("http://127.0.0.1:9/", both.user))
    both.desk, done = purging.purge(both.desk, "oak-street", package=None, delete_events=True)
    assert done.left_on_calendars == 1
    assert done.notes
    assert b"zqcanary" not in both.home.database.read_bytes(), "what they say is forgotten all the same"
    assert stored.links_by_calendar(both.desk.ctx.read, {1}) == {"promises": 1}
    both.reconfigure(right)
    both.clock.advance(hours=1)
    both.sync()
    assert set(both.phone.events()) == {"river: Order paper"}
