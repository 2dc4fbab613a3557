"""Sync of a real store with a real Radicale, where a phone moves, renames, ticks and deletes."""

from __future__ import annotations

import asyncio
from datetime import date, time, timedelta

import pytest

from followthru.actions import edit, history, practices, promises, syncing, tasks
from followthru.actions.calendar_rest import LOCKED_OUT
from followthru.actions.calendar_standing import standings
from followthru.actions.calendars import set_up
from followthru.actions.promises import NewPromise
from followthru.actions.sync import BeingSyncedError, account_lock, sync_account
from followthru.calendars.errors import AuthRefusedError, BusyError, LossGuardError, UnreachableError
from followthru.calendars.steps import Create
from followthru.demo.radicale import Radicale
from followthru.domain.task import Status
from followthru.errors import NotFoundError, RefusedError
from followthru.secrets import SecretError
from followthru.store import journal
from tests.calendarkit import Booked, another_process_syncing, busy_server, configuration, make_collection, secret
from tests.storekit import add_person, add_practice, add_task, task

TITLE = "oak-street: Renew cover"
FRIDAY, MONDAY = date(2026, 7, 10), date(2026, 7, 13)


def on_collection(url: str, name: str = "promises") -> str:
    """Return the configuration of a calendar on a collection that is there."""
    return f'[[calendars]]\nname = "{name}"\ncollection = "{url}"\n'


def promised(booked: Booked, line: str = "Renew cover by 2026-07-10 @oak-street") -> int:
    """Add a promise and publish it."""
    number = add_task(booked.desk.ctx, line)
    report = booked.sync()
    assert report.created >= 1
    assert report.problems == ()
    return number


def test_a_promise_appears_and_a_second_sync_does_nothing(booked: Booked) -> None:
    promised(booked)
    assert booked.phone.days() == {TITLE: "20260710"}
    assert booked.sync().quiet


def test_a_private_task_without_a_practice_appears_too(booked: Booked) -> None:
    promised(booked, "Call the bank by 2026-07-10 *private")
    assert booked.phone.days() == {"Call the bank": "20260710"}


def test_a_move_on_the_phone_comes_back_as_an_action_of_theon_collection(booked: Booked) -> None:
    number = promised(booked)
    booked.phone.move(TITLE, MONDAY)
    assert booked.sync().pulled == 1
    assert task(booked.desk.ctx, number).promised_on == MONDAY
    newest = journal.newest_undoable(booked.desk.ctx.read)
    assert newest is not None
    assert (newest.actor, newest.verb) == ("calendar", "pull")
    assert booked.sync().quiet


def test_a_told_promise_moved_on_the_phone_lacks_its_reason(booked: Booked) -> None:
    number = promised(booked, "Renew cover by 2026-07-10 to dana @oak-street")
    booked.phone.move(TITLE, MONDAY)
    booked.sync()
    assert task(booked.desk.ctx, number).reason_missing


def test_an_untold_promise_moved_on_the_phone_lacks_nothing(booked: Booked) -> None:
    number = promised(booked)
    booked.phone.move(TITLE, MONDAY)
    booked.sync()
    assert not task(booked.desk.ctx, number).reason_missing


def test_undo_of_a_pulled_move_is_pushed_back(booked: Booked) -> None:
    number = promised(booked, "Renew cover by 2026-07-10 to dana @oak-street ~2d")
    before = task(booked.desk.ctx, number)
    booked.phone.move(TITLE, MONDAY)
    booked.sync()
    history.undo(booked.desk.ctx)
    assert task(booked.desk.ctx, number) == before
    assert booked.sync().updated == 1
    assert booked.phone.days() == {TITLE: "20260710"}
    assert booked.sync().quiet


def test_a_title_changed_on_the_phone_comes_back_without_the_practice(booked: Booked) -> None:
    number = promised(booked)
    booked.phone.retitle(TITLE, "oak-street: Renew all cover")
    booked.sync()
    assert task(booked.desk.ctx, number).title == "Renew all cover"
    assert booked.sync().quiet


def test_the_done_mark_finishes_a_task_on_the_practices_day(booked: Booked) -> None:
    number = promised(booked)
    booked.phone.retitle(TITLE, f"done: {TITLE}")
    booked.sync()
    row = task(booked.desk.ctx, number)
    assert (row.status, row.done_on) == (Status.DONE, booked.clock.today)
    history.undo(booked.desk.ctx)
    booked.sync()
    assert booked.phone.days() == {TITLE: "20260710"}


def test_finishing_marks_the_event_and_a_fortnight_later_it_goes(booked: Booked) -> None:
    number = promised(booked)
    tasks.done(booked.desk.ctx, number)
    booked.sync()
    assert list(booked.phone.days()) == [f"done: {TITLE}"]
    booked.clock.advance(days=14)
    booked.sync()
    assert list(booked.phone.days()) == [f"done: {TITLE}"]
    booked.clock.advance(days=1)
    assert booked.sync().removed == 1
    assert booked.phone.days() == {}


def test_a_dropped_task_leaves_and_a_reopened_one_comes_again(booked: Booked) -> None:
    number = promised(booked)
    tasks.drop(booked.desk.ctx, number)
    assert booked.sync().removed == 1
    assert booked.phone.days() == {}
    tasks.reopen(booked.desk.ctx, number)
    assert booked.sync().created == 1
    assert booked.phone.days() == {TITLE: "20260710"}


def test_what_undo_takes_out_of_the_store_leaves_theon_collection(booked: Booked) -> None:
    promised(booked)
    history.undo(booked.desk.ctx)
    assert booked.sync().removed == 1
    assert booked.phone.days() == {}
    history.redo(booked.desk.ctx)
    assert booked.sync().created == 1


def test_a_task_that_came_with_its_practice_goes_with_it(booked: Booked) -> None:
    add_practice(booked.desk.ctx, "harbor")
    number = promised(booked, "Order paper by 2026-07-10 @harbor")
    history.undo(booked.desk.ctx)
    history.undo(booked.desk.ctx)
    assert booked.sync().removed == 1
    assert number


def test_both_sides_edits_of_different_fields_survive(booked: Booked) -> None:
    number = promised(booked)
    booked.phone.move(TITLE, MONDAY)
    edit.edit(booked.desk.ctx, number, {"title": "Renew all cover"})
    report = booked.sync()
    assert (report.pulled, report.updated, report.asked) == (1, 1, 0)
    assert task(booked.desk.ctx, number).promised_on == MONDAY
    assert booked.phone.days() == {"oak-street: Renew all cover": "20260713"}


def test_a_target_by_hand_later_than_the_pulled_date_follows_its_policy_again(booked: Booked) -> None:
    number = promised(booked, "Renew cover by 2026-07-20 target 2026-07-17 @oak-street ~2d")
    assert task(booked.desk.ctx, number).target_source == "hand"
    booked.phone.move(TITLE, date(2026, 7, 15))
    assert booked.sync().pulled == 1
    row = task(booked.desk.ctx, number)
    assert (row.promised_on, row.target_on, row.target_source) == (date(2026, 7, 15), date(2026, 7, 13), "policy")
    history.undo(booked.desk.ctx)
    row = task(booked.desk.ctx, number)
    assert (row.promised_on, row.target_on, row.target_source) == (date(2026, 7, 20), date(2026, 7, 17), "hand")


def test_a_target_moved_past_its_promise_is_refused_and_said_until_it_is_mended(booked: Booked) -> None:
    booked.reconfigure(configuration(booked.server, booked.user, on_collection(booked.url) + "targets = true\n"))
    number = promised(booked, "Renew cover by 2026-07-10 @oak-street ~2d")
    target = "oak-street: target: Renew cover"
    booked.phone.move(target, date(2026, 7, 7))
    booked.sync()
    row = task(booked.desk.ctx, number)
    assert (row.target_on, row.target_source) == (date(2026, 7, 7), "hand")
    booked.phone.move(target, MONDAY)
    booked.sync()
    assert task(booked.desk.ctx, number).target_on == date(2026, 7, 7)
    [standing] = standings(booked.desk)
    assert f"Task {number}, target:" in (standing.fault or "")
    booked.phone.move(target, date(2026, 7, 8))
    booked.sync()
    assert task(booked.desk.ctx, number).target_on == date(2026, 7, 8)
    assert standings(booked.desk)[0].fault is None


def test_a_clock_time_goes_out_and_comes_back(booked: Booked) -> None:
    number = add_task(booked.desk.ctx, "Call the board @oak-street")
    promises.promise(booked.desk.ctx, number, NewPromise(FRIDAY, time(14)))
    booked.sync()
    [(title, start)] = booked.phone.days().items()
    assert (title, start) == ("oak-street: Call the board (14:00)", "20260710T140000Z")
    booked.phone.rewrite(title, "T140000", "T160000")
    booked.sync()
    row = task(booked.desk.ctx, number)
    assert (row.promised_on, row.promised_time) == (FRIDAY, "16:00")
    booked.sync()
    assert list(booked.phone.days()) == ["oak-street: Call the board (16:00)"]


def test_what_others_invite_to_is_counted_and_left_alone(booked: Booked) -> None:
    promised(booked)
    booked.phone.add(1, "END:VEVENT", "ATTENDEE:mailto:dana@oak-street.example\r\nEND:VEVENT")
    booked.clock.advance(days=1, hours=1)
    assert booked.sync().foreign == 1
    assert set(booked.phone.days()) == {TITLE, "Somebody else's 1"}
    assert b"Somebody else" not in booked.home.database.read_bytes()


def test_an_emptied_calendar_is_refused_until_confirmed_and_nothing_is_lost(booked: Booked) -> None:
    numbers = [add_task(booked.desk.ctx, f"Task {n} by 2026-07-10 @oak-street") for n in range(6)]
    booked.sync()
    for title in booked.phone.days():
        booked.phone.delete(title)
    booked.clock.advance(days=1, hours=1)
    with pytest.raises(LossGuardError, match="6 of 6"):
        booked.sync()
    [standing] = standings(booked.desk)
    assert "6 of 6" in (standing.fault or "")
    assert all(task(booked.desk.ctx, number).promised_on == FRIDAY for number in numbers)


class TestTrouble:
    def test_a_wrong_password_rests_for_a_day_unless_somebody_asks(self, booked: Booked) -> None:
        promised(booked)
        secret(booked.home.config.parent, "wrong")
        [report] = booked.reports()
        assert isinstance(report.fault, AuthRefusedError)
        assert "refused the user name or password" in (standings(booked.desk)[0].fault or "")
        secret(booked.home.config.parent)
        assert booked.reports() == [], "not tried again by itself"
        booked.clock.at += LOCKED_OUT - timedelta(seconds=1)
        assert booked.reports() == []
        [report] = booked.reports(asked=True)
        assert report.fault is None
        assert standings(booked.desk)[0].fault is None
        assert len(booked.reports()) == 1

    def test_a_rest_ends_by_itself(self, booked: Booked) -> None:
        secret(booked.home.config.parent, "wrong")
        booked.reports()
        secret(booked.home.config.parent)
        booked.clock.at += LOCKED_OUT
        [report] = booked.reports()
        assert report.fault is None

    def test_nobody_there_is_said_in_words(self, booked: Booked) -> None:
        promised(booked)
        good = standings(booked.desk)[0].last_good_at
        booked.clock.advance(hours=3)
        booked.reconfigure(configuration("http://127.0.0.1:9/", "pm", on_collection("http://127.0.0.1:9/pm/x/")))
        for _ in range(2):
            [report] = booked.reports(asked=True)
            assert isinstance(report.fault, UnreachableError)
        booked.reconfigure(configuration("http://127.0.0.1:9/", "pm"))
        [standing] = standings(booked.desk)
        assert "cannot be reached" in (standing.fault or "")
        assert good is not None

    def test_a_secret_that_cannot_be_read_shows_on_theon_collection(self, booked: Booked) -> None:
        (booked.home.config.parent / "password").unlink()
        with pytest.raises(SecretError):
            booked.reports()
        assert "cannot be read" in (standings(booked.desk)[0].fault or "")
        secret(booked.home.config.parent)
        booked.sync()
        assert standings(booked.desk)[0].fault is None

    def test_the_same_fault_twice_is_one_commit(self, booked: Booked) -> None:
        (booked.home.config.parent / "password").unlink()
        with pytest.raises(SecretError):
            booked.reports()
        before = booked.home.database.read_bytes()
        with pytest.raises(SecretError):
            booked.reports()
        assert booked.home.database.read_bytes() == before

    def test_one_bad_calendar_stops_no_other(self, booked: Booked, radicale: Radicale, user: str) -> None:
        calendars = on_collection(f"{radicale.url}{user}/nothing/", "broken") + on_collection(booked.url)
        booked.reconfigure(configuration(radicale.url, user, calendars))
        add_task(booked.desk.ctx, "Renew cover by 2026-07-10 @oak-street")
        broken, good = booked.reports()
        assert broken.fault is not None
        assert good.report is not None
        assert good.report.created == 1

    def test_a_calendar_that_was_not_set_up_says_so(self, booked: Booked, radicale: Radicale, user: str) -> None:
        more = '[[calendars]]\nname = "promises"\ncreate = true\n[[calendars]]\nname = "other"\ncreate = true\n'
        booked.reconfigure(configuration(radicale.url, user, more))
        _, other = booked.reports()
        assert isinstance(other.fault, RefusedError)
        assert "calendar setup" in other.fault.sentences()


def test_a_busy_server_is_left_alone_for_as_long_as_it_asks(booked: Booked) -> None:
    with busy_server(retry_after=120) as url:
        booked.reconfigure(configuration(url, "pm", on_collection(f"{url}pm/x/")))
        [report] = booked.reports()
        assert isinstance(report.fault, BusyError)
        [standing] = standings(booked.desk)
        assert standing.resting_until == "2026-07-01T12:02:00Z"
        booked.clock.advance(seconds=119)
        assert booked.reports() == []
        booked.clock.advance(seconds=1)
        assert len(booked.reports()) == 1


def test_a_second_sync_of_an_account_is_refused_while_one_is_under_way(booked: Booked) -> None:
    with another_process_syncing(booked.home.database.with_name(f"{booked.home.database.name}.sync-home")):
        with pytest.raises(BeingSyncedError, match="just now"):
            booked.reports()
        assert standings(booked.desk)[0].fault is None, "that is no fault of the calendar"
    assert booked.sync().quiet


def test_a_sync_that_is_asked_for_waits_for_the_one_under_way(booked: Booked) -> None:
    add_task(booked.desk.ctx, "Renew cover by 2026-07-10 @oak-street")

    async def both() -> None:
        account = booked.desk.config.accounts[0]
        lock = account_lock(booked.desk, account)
        lock.__enter__()
        asyncio.get_running_loop().call_later(0.2, lambda: lock.__exit__(None, None, None))
        with pytest.raises(BeingSyncedError):
            await sync_account(booked.desk, account)
        found = await syncing.sync_patiently(booked.desk, account)
        assert [one.report.created for one in found if one.report] == [1]

    asyncio.run(both())


def test_a_rehearsal_says_what_a_sync_would_do_and_does_nothing(booked: Booked) -> None:
    number = add_task(booked.desk.ctx, "Renew cover by 2026-07-10 @oak-street")
    before = booked.home.database.read_bytes()
    [found] = syncing.rehearse(booked.desk)
    [step] = found.steps
    assert isinstance(step, Create)
    assert (step.link.task_id, step.agreed.on) == (number, FRIDAY)
    assert booked.phone.events() == {}
    assert booked.home.database.read_bytes() == before


def test_an_account_that_is_not_there_is_named(booked: Booked) -> None:
    with pytest.raises(NotFoundError, match="Did you mean home"):
        syncing.sync_now(booked.desk, "homme")


class TestAnotherCollection:
    def test_a_calendar_pointed_elsewhere_begins_anew_and_asks_nothing(
        self, booked: Booked, radicale: Radicale, user: str
    ) -> None:
        for n in range(6):
            add_task(booked.desk.ctx, f"Task {n} by 2026-07-10 @oak-street")
        booked.sync()
        other = make_collection(radicale, user, "other")
        booked.reconfigure(configuration(radicale.url, user, on_collection(other)))
        report = booked.sync()
        assert (report.created, report.asked) == (6, 0)
        assert len(booked.phone.events()) == 6, "what was there stays there"

    def test_and_back_again_its_own_events_are_found(self, booked: Booked, radicale: Radicale, user: str) -> None:
        number = promised(booked)
        other = make_collection(radicale, user, "other")
        booked.reconfigure(configuration(radicale.url, user, on_collection(other)))
        booked.sync()
        booked.reconfigure(configuration(radicale.url, user, on_collection(booked.url.rstrip("/"))))
        report = booked.sync()
        assert (report.created, report.updated, report.asked) == (0, 0, 0)
        booked.phone.move(TITLE, MONDAY)
        assert booked.sync().pulled == 1
        assert task(booked.desk.ctx, number).promised_on == MONDAY


def test_what_waits_to_be_published_is_counted_without_asking_the_server(booked: Booked) -> None:
    def waiting() -> tuple[int, int]:
        [standing] = standings(booked.desk)
        return standing.pending, standing.shown

    assert waiting() == (0, 0)
    number = add_task(booked.desk.ctx, "Renew cover by 2026-07-10 @oak-street")
    assert waiting() == (1, 0)
    booked.sync()
    assert waiting() == (0, 1)
    promises.promise(booked.desk.ctx, number, NewPromise(MONDAY))
    assert waiting() == (1, 1)
    booked.sync()
    tasks.drop(booked.desk.ctx, number)
    assert waiting() == (1, 1)
    booked.sync()
    assert waiting() == (0, 0)


def test_calendars_of_one_practice_show_that_practice(booked: Booked, radicale: Radicale, user: str) -> None:
    add_practice(booked.desk.ctx, "harbor")
    add_person(booked.desk.ctx, "Sam Ito", practice="harbor")
    one = '[[calendars]]\nname = "harbor"\npractices = ["harbor"]\ncreate = true\n'
    booked.reconfigure(configuration(radicale.url, user, one))
    url = set_up(booked.desk, booked.desk.config.calendar("harbor"))
    add_task(booked.desk.ctx, "Order paper by 2026-07-10 @harbor")
    add_task(booked.desk.ctx, "Renew cover by 2026-07-10 @oak-street")
    booked.sync()
    booked.phone.url = url
    assert booked.phone.days() == {"Order paper": "20260710"}


def test_a_closed_practice_day_changes_no_event(booked: Booked) -> None:
    promised(booked, "Renew cover by 2026-07-10 @oak-street ~2d")
    practices.close(booked.desk.ctx, "oak-street", [date(2026, 7, 9)])
    assert booked.sync().quiet


def test_a_slip_in_the_configuration_empties_no_calendar_of_mine(booked: Booked) -> None:
    add_task(booked.desk.ctx, "Renew cover by 10 jul @oak-street")
    booked.sync()
    named = '[[calendars]]\nname = "promises"\ncreate = true\npractices = ["oak-stret"]\n'
    booked.reconfigure(configuration(booked.server, booked.user, named))
    [one] = booked.reports()
    assert "There is no practice oak-stret" in str(one.fault)
    assert len(booked.phone.events()) == 1
