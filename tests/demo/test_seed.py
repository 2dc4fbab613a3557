"""The made-up quarter holds together on any day of the year on which somebody tries it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followthru.actions import agenda
from followthru.actions.context import Context
from followthru.actions.living import seed
from followthru.actions.made_up import STORIES
from followthru.store import tasks
from tests.storekit import FixedClock, memory_store


@settings(max_examples=12)
@given(st.datetimes(datetime(2026, 1, 1), datetime(2031, 12, 31)))  # noqa: DTZ001 -- given its zone below
def test_it_can_be_lived_through_on_any_day(schema: bytes, at: datetime) -> None:
    clock = FixedClock(at.replace(tzinfo=UTC))
    store = memory_store(schema, clock)
    seed(store, clock.now())
    assert tasks.count(store.read, tasks.Query()) == len(STORIES)
    assert store.clock is clock


@pytest.mark.parametrize("day", [23, 25, 28])
def test_every_part_of_today_has_something_in_it(schema: bytes, day: int) -> None:
    clock = FixedClock(datetime(2026, 11, day, 20, tzinfo=UTC))
    store = memory_store(schema, clock)
    seed(store, clock.now())
    sections = agenda.today_sections(Context(store, zone="America/Los_Angeles"), store.read)
    assert {"needs you", "late", "promised today", "in buffer", "follow-ups", "started"} <= {s.name for s in sections}
