"""What others put into a collection of our own: a real store, a real server, and another calendar program on it."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.actions import history, practices, tasks
from followthru.actions.calendar_standing import standings
from followthru.actions.practices import NewPractice
from followthru.calendars.errors import ForeignItemsError
from followthru.domain.task import Status
from followthru.store import journal
from tests.calendarkit import Booked, configuration
from tests.storekit import add_task, task

TITLE = "oak-street: Renew cover"
THEIRS = "Somebody else's 1"
DAY = date(2026, 7, 20)


def in_step(booked: Booked) -> None:
    """Publish a promise, and sync until nothing is left to do: all that is there is ours."""
    add_task(booked.desk.ctx, "Renew cover by 2026-07-10 @oak-street")
    booked.sync()
    booked.sync()


def newest(booked: Booked) -> int:
    """Return the task that came last."""
    return int(booked.desk.ctx.read.value("SELECT max(id) FROM task"))


def reasons(booked: Booked) -> list[str]:
    """Return the kinds of what is left alone."""
    return [one.kind for one in standings(booked.desk)[0].others]


class TestANewItem:
    def test_it_becomes_a_task_of_its_day_and_stays_the_object_it_is(self, booked_on_each: Booked) -> None:
        booked = booked_on_each
        in_step(booked)
        booked.phone.add()
        before = booked.phone.names()
        report = booked.sync()
        assert (report.taken, report.foreign) == (1, 0)
        row = task(booked.desk.ctx, newest(booked))
        assert (row.title, row.promised_on, row.status, row.told) == (THEIRS, DAY, Status.INBOX, 0)
        entry = journal.newest_undoable(booked.desk.ctx.read)
        assert entry is not None
        assert (entry.actor, entry.verb) == ("calendar", "add")
        assert booked.sync().quiet
        assert booked.phone.names() == before, "nothing of theirs is written over"

    def test_both_sides_stay_in_step_afterwards(self, booked_on_each: Booked) -> None:
        booked = booked_on_each
        in_step(booked)
        booked.phone.add()
        booked.sync()
        number = newest(booked)
        booked.phone.move(THEIRS, date(2026, 7, 23))
        assert booked.sync().pulled == 1
        assert task(booked.desk.ctx, number).promised_on == date(2026, 7, 23)
        tasks.done(booked.desk.ctx, number)
        booked.sync()
        assert f"done: {THEIRS}" in booked.phone.days()
        booked.clock.advance(days=30)
        booked.sync()
        assert f"done: {THEIRS}" not in booked.phone.days()

    def test_a_clock_time_holds_in_the_calendars_one_practice(self, booked: Booked) -> None:
        practices.add(booked.desk.ctx, NewPractice("harbor", "America/New_York"))
        one = '[[calendars]]\nname = "promises"\ncreate = true\npractices = ["harbor"]\n'
        booked.reconfigure(configuration(booked.server, booked.user, one))
        in_step(booked)
        booked.phone.add(1, "DTSTART;VALUE=DATE:20260720\r\nDTEND;VALUE=DATE:20260721", "DTSTART:20260720T140000Z")
        booked.sync()
        row = task(booked.desk.ctx, newest(booked))
        assert (row.practice, row.promised_on, row.promised_time) == ("harbor", DAY, "10:00")
        before = booked.phone.names()
        assert booked.sync().quiet
        assert booked.phone.names() == before, "its title is not written over to hold the time"

    def test_an_item_of_many_days_counts_from_its_first_and_keeps_its_length(self, booked: Booked) -> None:
        in_step(booked)
        booked.phone.add(1, "DTEND;VALUE=DATE:20260721", "DTEND;VALUE=DATE:20260724")
        booked.sync()
        number = newest(booked)
        assert task(booked.desk.ctx, number).promised_on == DAY
        from followthru.actions import promises

        promises.promise(booked.desk.ctx, number, promises.NewPromise(date(2026, 7, 27)))
        booked.sync()
        [text] = [text for text in booked.phone.names().values() if THEIRS in text]
        assert "DTEND;VALUE=DATE:20260731" in text

    def test_its_notes_and_place_are_not_kept_as_a_tasks_text(self, booked: Booked) -> None:
        in_step(booked)
        booked.phone.add(1, "END:VEVENT", "DESCRIPTION:patient words\r\nLOCATION:a place\r\nEND:VEVENT")
        booked.sync()
        stored = journal.row_of(booked.desk.ctx.read, "task", newest(booked)) or {}
        assert "patient words" not in str(stored)
        assert "a place" not in str(stored)

    def test_undo_leaves_it_on_the_calendar_and_redo_takes_it_up_again(self, booked_on_each: Booked) -> None:
        booked = booked_on_each
        in_step(booked)
        booked.phone.add()
        booked.sync()
        number, before = newest(booked), booked.phone.names()
        history.undo(booked.desk.ctx)
        assert booked.sync().removed == 0
        assert booked.phone.names() == before, "it was theirs before it was a task"
        [left] = standings(booked.desk)[0].others
        assert (left.kind, left.reason) == ("undone", f"it was task {number}, which was undone")
        assert booked.sync().quiet
        history.redo(booked.desk.ctx)
        booked.sync()
        booked.sync()
        assert reasons(booked) == []
        booked.phone.move(THEIRS, date(2026, 7, 23))
        booked.sync()
        assert task(booked.desk.ctx, number).promised_on == date(2026, 7, 23)
        assert len(booked.phone.names()) == 2

    def test_what_was_undone_and_then_deleted_there_asks_nothing(self, booked: Booked) -> None:
        in_step(booked)
        booked.phone.add()
        booked.sync()
        history.undo(booked.desk.ctx)
        booked.sync()
        booked.phone.delete(THEIRS)
        assert booked.sync().asked == 0
        assert reasons(booked) == []

    def test_a_dropped_one_leaves_as_any_of_ours(self, booked: Booked) -> None:
        in_step(booked)
        booked.phone.add()
        booked.sync()
        tasks.drop(booked.desk.ctx, newest(booked))
        assert booked.sync().removed == 1
        assert set(booked.phone.days()) == {TITLE}

    def test_a_calendar_of_two_practices_keeps_it_before_it_is_sorted(self, booked: Booked) -> None:
        practices.add(booked.desk.ctx, NewPractice("harbor", "UTC"))
        two = '[[calendars]]\nname = "promises"\ncreate = true\npractices = ["harbor", "oak-street"]\n'
        booked.reconfigure(configuration(booked.server, booked.user, two))
        in_step(booked)
        booked.phone.add()
        before = booked.phone.names().keys() | {"foreign-1.ics"}
        booked.sync()
        assert task(booked.desk.ctx, newest(booked)).practice is None
        assert booked.sync().quiet
        assert booked.phone.names().keys() == before

    def test_a_rehearsal_tells_of_it_and_does_nothing(self, booked: Booked) -> None:
        from followthru.actions import syncing
        from followthru.cli.sync_words import step_json, step_words

        in_step(booked)
        booked.phone.add()
        booked.phone.add(2, "END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT")
        before = booked.home.database.read_bytes()
        [found] = syncing.rehearse(booked.desk)
        assert [step_words(one) for one in found.steps] == [
            "make a task of a new item: Mon 20 Jul 2026, Somebody else's 1",
            "leave an item alone: it repeats on the calendar",
        ]
        assert [step_json(one)["do"] for one in found.steps] == ["take", "leave"]
        assert booked.home.database.read_bytes() == before


REFUSED = [
    ("repeats", "END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT"),
    ("invited", "END:VEVENT", "ATTENDEE:mailto:a@b.example\r\nEND:VEVENT"),
    ("invited", "END:VEVENT", "ORGANIZER:mailto:a@b.example\r\nEND:VEVENT"),
    ("unknown", "END:VEVENT", "X-FOLLOWTHRU-ID:of-another-store\r\nEND:VEVENT"),
    ("cancelled", "END:VEVENT", "STATUS:CANCELLED\r\nEND:VEVENT"),
    ("empty", "SUMMARY:Somebody else's 1", "SUMMARY:"),
    ("past", "20260720\r\nDTEND;VALUE=DATE:20260721", "20260601\r\nDTEND;VALUE=DATE:20260602"),
    ("unreadable", "20260720\r\nDTEND;VALUE=DATE:20260721", "19600720\r\nDTEND;VALUE=DATE:19600721"),
]


class TestWhatIsNotTakenOver:
    @pytest.mark.parametrize(("kind", "old", "new"), REFUSED)
    def test_it_is_left_alone_with_a_reason_and_its_text_is_not_kept(
        self, booked: Booked, kind: str, old: str, new: str
    ) -> None:
        in_step(booked)
        booked.phone.add(1, old, new)
        before, last = booked.phone.names(), newest(booked)
        report = booked.sync()
        assert (report.taken, report.foreign) == (0, 1)
        assert reasons(booked) == [kind]
        assert newest(booked) == last
        assert b"Somebody else" not in booked.home.database.read_bytes()
        assert booked.sync().quiet
        assert booked.phone.names() == before

    def test_made_plain_it_is_taken_over_and_gone_it_is_forgotten(self, booked_on_each: Booked) -> None:
        booked = booked_on_each
        in_step(booked)
        booked.phone.add(1, "END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT")
        booked.phone.add(2, "END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT")
        booked.sync()
        assert reasons(booked) == ["repeats", "repeats"]
        booked.phone.rewrite(THEIRS, "RRULE:FREQ=DAILY\r\n", "")
        booked.phone.remove("foreign-2.ics")
        assert booked.sync().taken == 1
        assert reasons(booked) == []

    def test_a_diary_moved_here_is_not_swallowed(self, booked: Booked) -> None:
        in_step(booked)
        for number in range(26):
            booked.phone.add(number)
        last = newest(booked)
        assert booked.sync().foreign == 26
        assert newest(booked) == last
        assert set(reasons(booked)) == {"many"}

    def test_a_collection_that_was_shared_is_not_ours_by_a_word_in_the_configuration(self, booked: Booked) -> None:
        shared = f'[[calendars]]\nname = "promises"\ncollection = "{booked.url}"\n'
        booked.reconfigure(configuration(booked.server, booked.user, shared + "share_existing = true\n"))
        in_step(booked)
        booked.phone.add()
        booked.sync()
        booked.reconfigure(configuration(booked.server, booked.user, shared))
        for _ in range(2):
            with pytest.raises(ForeignItemsError):
                booked.sync()
        booked.phone.remove("foreign-1.ics")
        booked.sync()
        booked.phone.add()
        assert booked.sync().taken == 1


def test_status_names_each_reason(booked: Booked) -> None:
    from followthru.cli.standing_words import left_alone_words

    in_step(booked)
    booked.phone.add(1, "END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT")
    booked.phone.add(2, "END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT")
    booked.phone.add(3, "END:VEVENT", "ATTENDEE:mailto:a@b.example\r\nEND:VEVENT")
    booked.sync()
    assert left_alone_words(standings(booked.desk)[0]) == [
        "2 items left alone: it repeats on the calendar",
        "1 item left alone: somebody is invited to it",
    ]
