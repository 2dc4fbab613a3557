"""A calendar's server is measured when it is set up, doubted when it contradicts that, and measured again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from followthru.actions import probing
from followthru.actions.calendar_details import details
from followthru.actions.calendars import probe_now, set_up
from followthru.actions.own_faults import UnmeasuredError
from followthru.actions.probing import caps_of, measured, why_unmeasured
from followthru.actions.sync import url_of
from followthru.calendars.caps import BELIEVING, CAREFUL, Caps, caps_in
from followthru.calendars.dav.collection import Collection
from followthru.calendars.errors import BusyError, CalendarError
from followthru.calendars.plan import MUCH
from followthru.calendars.scratch import new_uid, scratch
from followthru.config.values import Calendar
from followthru.demo.radicale import Radicale
from followthru.errors import RefusedError
from followthru.store import links
from tests.calendarkit import Booked, Phone, configuration, make_collection
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


def test_what_a_killed_measurement_left_is_removed_by_the_next_which_comes_by_itself(
    booked: Booked, monkeypatch: pytest.MonkeyPatch
) -> None:
    promises = booked.desk.config.calendar("promises")
    before = measured(booked.desk.ctx, promises)

    class Killed(BaseException):
        """Nobody tidies up."""

    async def killed(collection: Collection, _: object, begins: Callable[[], None], **__: object) -> Caps:
        begins()
        uid = new_uid()
        await collection.create(f"{uid}.ics", scratch(uid, "probe"))
        raise Killed

    monkeypatch.setattr(probing, "probe", killed)
    with pytest.raises(Killed):
        probe_now(booked.desk, promises, allowed=False)
    monkeypatch.undo()
    assert len(booked.phone.names()) == 1
    assert booked.sync().quiet
    booked.clock.advance(hours=1)
    assert booked.sync().quiet
    assert booked.phone.names() == {}
    after = measured(booked.desk.ctx, promises)
    assert before is not None
    assert after is not None
    assert (after.at > before.at, after.stale, after.excused) == (True, None, ()), "measured anew, with no doubt left"


def test_one_that_was_asked_for_in_vain_and_wrote_nothing_casts_no_doubt_on_what_is_known(booked: Booked) -> None:
    promises = booked.desk.config.calendar("promises")
    known = measured(booked.desk.ctx, promises)
    gone = booked.url.rstrip("/") + "-gone/"
    booked.reconfigure(
        configuration(booked.server, booked.user, f'[[calendars]]\nname = "promises"\ncollection = "{gone}"\n')
    )
    with booked.desk.ctx.store.writing() as tx:
        tx.run("UPDATE calendar_state SET url = ?", gone)
    with pytest.raises(CalendarError):
        probe_now(booked.desk, booked.desk.config.calendar("promises"), allowed=False)
    assert measured(booked.desk.ctx, promises) == known


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


def by_hand(booked: Booked, radicale: Radicale) -> Calendar:
    """Have the one calendar be one that is named by its address and was never set up."""
    url = make_collection(radicale, booked.user, "byhand")
    tables = f'[[calendars]]\nname = "hand"\ncollection = "{url}"\n'
    booked.reconfigure(configuration(booked.server, booked.user, tables))
    return booked.desk.config.calendar("hand")


def test_a_calendar_named_by_its_address_is_measured_once_nothing_is_to_be_done(
    booked: Booked, radicale: Radicale
) -> None:
    hand = by_hand(booked, radicale)
    assert booked.sync().quiet
    assert measured(booked.desk.ctx, hand) is None  # nobody waits for that with the first sync
    add_task(booked.desk.ctx, "Renew cover by 2026-07-10 @oak-street")
    assert booked.sync().created == 1
    assert measured(booked.desk.ctx, hand) is None
    assert booked.sync().quiet
    found = measured(booked.desk.ctx, hand)
    assert found is not None
    assert found.tokens_hold
    assert booked.sync().quiet


def test_setting_up_a_calendar_of_many_objects_leaves_the_measuring_to_a_later_sync(
    booked: Booked, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_task(booked.desk.ctx, "Renew cover by 2026-07-10 @oak-street")
    booked.sync()
    promises = booked.desk.config.calendar("promises")
    url = url_of(booked.desk, promises)
    with booked.desk.ctx.store.writing() as tx:
        tx.run("DELETE FROM calendar_state")
        tx.run("DELETE FROM link")
    monkeypatch.setattr(probing, "FEW", 0)
    booked.reconfigure(
        configuration(booked.server, booked.user, f'[[calendars]]\nname = "promises"\ncollection = "{url}"\n')
    )
    set_up(booked.desk, booked.desk.config.calendar("promises"))
    assert measured(booked.desk.ctx, promises) is None
    booked.sync()
    assert booked.sync().quiet
    assert measured(booked.desk.ctx, promises) is not None


def test_a_server_that_is_too_busy_to_be_measured_is_left_alone_for_as_long_as_it_says(
    booked: Booked, radicale: Radicale, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = by_hand(booked, radicale)
    booked.sync()

    async def busy(*_: object, **__: object) -> Caps:
        raise BusyError("example", 3600.0)

    monkeypatch.setattr(probing, "probe", busy)
    assert booked.sync().quiet
    until = links.standing(booked.desk.ctx.read, hand.name)
    assert until is not None
    assert until.backoff_until == (booked.clock.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = measured(booked.desk.ctx, hand)
    assert found is not None
    assert found.stale is not None


def test_a_fault_of_our_own_in_a_measurement_is_said_and_stops_no_sync(
    booked: Booked, radicale: Radicale, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = by_hand(booked, radicale)
    booked.sync()
    begun: list[str] = []

    async def stumbling(*_: object, **__: object) -> Caps:
        begun.append("once more")
        raise KeyError("Dr. Reyes")

    monkeypatch.setattr(probing, "probe", stumbling)
    assert booked.sync().quiet
    [found] = details(booked.desk)
    assert found.standing.fault is None
    assert found.unmeasured is not None
    for words in ("KeyError", "test_probing.py", "measurement", "hand"):
        assert words in found.unmeasured
    assert "Reyes" not in found.unmeasured
    assert caps_of(booked.desk.ctx, hand)._replace(at="", stale=None) == CAREFUL
    booked.clock.advance(minutes=59)
    assert booked.sync().quiet
    assert len(begun) == 1, "a server is not measured in vain with every sync"
    monkeypatch.undo()
    booked.clock.advance(minutes=2)
    assert booked.sync().quiet
    [found] = details(booked.desk)
    assert (found.unmeasured, found.server is not None and found.server.tokens_hold) == (None, True)


def test_a_fault_of_our_own_stops_no_set_up_and_is_said_where_a_measurement_was_asked_for(
    booked: Booked, radicale: Radicale, monkeypatch: pytest.MonkeyPatch
) -> None:
    hand = by_hand(booked, radicale)

    async def stumbling(*_: object, **__: object) -> Caps:
        raise KeyError("Dr. Reyes")

    monkeypatch.setattr(probing, "probe", stumbling)
    set_up(booked.desk, hand)
    said = why_unmeasured(booked.desk.ctx.read, hand.name)
    assert said is not None
    assert "KeyError" in said
    with pytest.raises(UnmeasuredError, match="KeyError") as raised:
        probe_now(booked.desk, hand, allowed=True)
    assert "Reyes" not in raised.value.sentences()


def many(booked: Booked) -> int:
    """Add more than is sent with care; return how many tasks there are."""
    for number in range(MUCH + 1):
        add_task(booked.desk.ctx, f"Task {number} by 2026-07-10 @oak-street")
    return MUCH + 1


def test_before_much_is_sent_to_an_empty_calendar_its_server_is_measured(booked: Booked, radicale: Radicale) -> None:
    hand, count = by_hand(booked, radicale), many(booked)
    report = booked.sync()
    assert report.created == count
    found = measured(booked.desk.ctx, hand)
    assert found is not None
    assert found.replace_held
    assert report.requests < 2 * count + 20, "one for each, and a measurement"
    assert len(Phone(url_of(booked.desk, hand), booked.user).events()) == count
    assert booked.sync().quiet


def test_a_fault_of_our_own_before_much_is_sent_stops_nothing(
    booked: Booked, radicale: Radicale, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_hand(booked, radicale)
    count = many(booked)

    async def stumbling(*_: object, **__: object) -> Caps:
        raise KeyError("Dr. Reyes")

    monkeypatch.setattr(probing, "probe", stumbling)
    assert booked.sync().created == count
    [found] = details(booked.desk)
    assert "KeyError" in str(found.unmeasured)


def test_a_calendar_that_holds_something_is_not_measured_before_much_is_sent(booked: Booked) -> None:
    booked.phone.add(1)
    table = f'[[calendars]]\nname = "promises"\ncollection = "{booked.url}"\nshare_existing = true\n'
    booked.reconfigure(configuration(booked.server, booked.user, table))
    with booked.desk.ctx.store.writing() as tx:
        tx.run("DELETE FROM calendar_state")
    count = many(booked)
    report = booked.sync()
    assert (report.created, report.requests > 3 * count) == (count, True)
    assert measured(booked.desk.ctx, booked.desk.config.calendar("promises")) is None
