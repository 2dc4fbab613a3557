"""A calendar's server is measured when it is set up, doubted when it contradicts that, and measured again."""

from __future__ import annotations

import pytest

from followthru.actions.calendars import probe_now, set_up
from followthru.actions.probing import caps_of, measured
from followthru.calendars.caps import BELIEVING, caps_in
from followthru.demo.radicale import Radicale
from followthru.errors import RefusedError
from followthru.store import links
from tests.calendarkit import Booked, configuration, make_collection
from tests.storekit import add_task

DOUBT = "a token of its own was not taken"


def caps(booked: Booked) -> str | None:
    """Return what contradicted the measurement."""
    found = measured(booked.desk.ctx, booked.desk.config.calendar("promises"))
    assert found is not None
    return found.stale


def bewildered(booked: Booked) -> None:
    """Have the server refuse the token that is remembered, while something changed there."""
    with booked.desk.ctx.store.writing() as tx:
        tx.run("UPDATE calendar_state SET sync_token = 'followthru:never-given'")
    booked.phone.rewrite("oak-street: Renew cover", "TRANSP:TRANSPARENT", "LOCATION:Here\r\nTRANSP:TRANSPARENT")


def test_setting_up_measures_and_leaves_nothing(booked: Booked) -> None:
    found = measured(booked.desk.ctx, booked.desk.config.calendar("promises"))
    assert found is not None
    assert found.tokens_hold
    assert found.replace_held
    assert caps_in(links.caps(booked.desk.ctx.read, "promises")) == found
    assert booked.phone.events() == {}


def test_what_contradicts_it_is_noted_and_measured_again_after_an_hour(booked: Booked) -> None:
    add_task(booked.desk.ctx, "Renew cover by 2026-07-10 @oak-street")
    booked.sync()
    bewildered(booked)
    booked.sync()
    assert caps(booked) == DOUBT
    booked.clock.advance(minutes=59)
    booked.sync()
    assert caps(booked) == DOUBT
    booked.clock.advance(minutes=2)
    booked.sync()
    assert caps(booked) is None
    assert booked.sync().problems == ()


def test_a_calendar_shared_with_other_things_is_measured_only_when_allowed(booked: Booked, radicale: Radicale) -> None:
    url = make_collection(radicale, booked.user, "diary")
    tables = f'[[calendars]]\nname = "diary"\ncollection = "{url}"\nshare_existing = true\n'
    booked.reconfigure(configuration(booked.server, booked.user, tables))
    diary = booked.desk.config.calendar("diary")
    set_up(booked.desk, diary)
    add_task(booked.desk.ctx, "Renew cover by 2026-07-10 @oak-street")
    booked.sync()
    assert measured(booked.desk.ctx, diary) is None
    assert caps_of(booked.desk.ctx, diary) == BELIEVING
    with pytest.raises(RefusedError, match="shared with other things"):
        probe_now(booked.desk, diary, allowed=False)
    _, found = probe_now(booked.desk, diary, allowed=True)
    assert measured(booked.desk.ctx, diary) == found


def test_a_calendar_named_by_its_address_is_measured_after_its_first_good_sync(
    booked: Booked, radicale: Radicale
) -> None:
    url = make_collection(radicale, booked.user, "byhand")
    booked.reconfigure(
        configuration(booked.server, booked.user, f'[[calendars]]\nname = "hand"\ncollection = "{url}"\n')
    )
    hand = booked.desk.config.calendar("hand")
    assert measured(booked.desk.ctx, hand) is None
    add_task(booked.desk.ctx, "Renew cover by 2026-07-10 @oak-street")
    assert booked.sync().created == 1
    found = measured(booked.desk.ctx, hand)
    assert found is not None
    assert found.tokens_hold
    assert booked.sync().quiet
