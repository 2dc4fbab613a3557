"""Objects of ours under another name, twice, on another calendar, or changed beyond what we write: on real servers."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from followthru.actions import calendar_questions, promises, tasks
from followthru.actions.calendar_questions import Choice
from followthru.actions.calendar_standing import standings
from followthru.actions.calendars import set_up
from followthru.actions.promises import NewPromise
from followthru.actions.sync import sync_account
from followthru.calendars.cycle import Report
from followthru.calendars.links import LinkState
from followthru.calendars.merge import Matter
from followthru.demo.radicale import Radicale
from followthru.store import links
from tests.calendarkit import Booked, Phone, configuration
from tests.storekit import add_practice, add_task, task

TITLE = "oak-street: Renew cover"
FRIDAY, MONDAY = date(2026, 7, 10), date(2026, 7, 13)
SECOND = '[[calendars]]\nname = "second"\npractices = ["harbor"]\ncreate = true\n'
TWO = f'[[calendars]]\nname = "promises"\ncreate = true\n{SECOND}'


def promised(booked: Booked) -> int:
    """Add a promise and publish it."""
    number = add_task(booked.desk.ctx, "Renew cover by 2026-07-10 @oak-street")
    assert booked.sync().created == 1
    return number


def kinds(booked: Booked, calendar: int = 0) -> list[str]:
    """Return the kinds of what is left alone."""
    return [one.kind for one in standings(booked.desk)[calendar].others]


def rename(phone: Phone, title: str, name: str) -> None:
    """Upload an event under another name as some programs do: the old one goes first."""
    [(old, text)] = [(old, text) for old, text in phone.names().items() if f"SUMMARY:{title}\r\n" in text]
    phone.remove(old)
    phone.put(name, text)


class TestAnotherName:
    def test_a_renamed_object_is_followed_and_nothing_is_asked(self, booked_on_each: Booked) -> None:
        booked = booked_on_each
        number = promised(booked)
        rename(booked.phone, TITLE, "0815.ics")
        booked.phone.move(TITLE, MONDAY)
        report = booked.sync()
        assert (report.asked, report.pulled, report.created) == (0, 1, 0)
        assert task(booked.desk.ctx, number).promised_on == MONDAY
        promises.promise(booked.desk.ctx, number, NewPromise(date(2026, 7, 15)))
        assert booked.sync().updated == 1
        assert list(booked.phone.names()) == ["0815.ics"]
        assert booked.sync().quiet

    def test_what_was_asked_about_is_withdrawn_when_it_comes_back_elsewhere(self, booked: Booked) -> None:
        promised(booked)
        [(name, text)] = booked.phone.names().items()
        booked.phone.remove(name)
        assert booked.sync().asked == 1
        booked.phone.put("0815.ics", text)
        booked.sync()
        assert calendar_questions.open_questions(booked.desk.ctx) == []
        assert booked.sync().quiet

    def test_the_mark_tells_a_copy_that_a_program_gave_a_uid_of_its_own(self, booked_on_each: Booked) -> None:
        booked = booked_on_each
        number = promised(booked)
        [text] = booked.phone.names().values()
        [uid] = [line for line in text.splitlines() if line.startswith("UID:")]
        booked.phone.put("copy.ics", text.replace(uid, "UID:copied"))
        report = booked.sync()
        assert (report.taken, report.foreign) == (0, 1)
        [left] = standings(booked.desk)[0].others
        assert (left.kind, left.reason) == ("copy", f"a copy of an event of task {number}")
        tasks.drop(booked.desk.ctx, number)
        booked.sync()
        assert list(booked.phone.names()) == ["copy.ics"], "what somebody copied is theirs"
        assert booked.sync().quiet

    def test_a_promise_finished_long_ago_leaves_under_its_new_name(self, booked: Booked) -> None:
        number = promised(booked)
        rename(booked.phone, TITLE, "0815.ics")
        tasks.drop(booked.desk.ctx, number)
        booked.sync()
        assert booked.phone.names() == {}


class TestAnotherCalendar:
    @pytest.fixture
    def second(self, booked: Booked) -> Phone:
        """Another calendar of the same account."""
        add_practice(booked.desk.ctx, "harbor")
        booked.reconfigure(configuration(booked.server, booked.user, TWO))
        return Phone(set_up(booked.desk, booked.desk.config.calendar("second")), booked.user)

    @staticmethod
    def sync(booked: Booked) -> list[Report]:
        """Sync both."""
        return [one.report for one in booked.reports() if one.report is not None]

    def drag(self, booked: Booked, second: Phone) -> int:
        """Drag a promise from one calendar to the other."""
        number = add_task(booked.desk.ctx, "Renew cover by 2026-07-10 @oak-street")
        self.sync(booked)
        self.sync(booked)
        [(name, text)] = booked.phone.names().items()
        booked.phone.remove(name)
        second.put(name, text)
        return number

    def test_it_is_asked_about_once_where_it_was_with_where_it_is(self, booked: Booked, second: Phone) -> None:
        number = self.drag(booked, second)
        assert [one.asked for one in self.sync(booked)] == [1, 0]
        [question] = calendar_questions.open_questions(booked.desk.ctx)
        assert (question.calendar, question.task_id, question.moved_to) == ("promises", number, "second")
        assert [one.matter for one in question.questions] == [Matter.DELETED]
        [left] = standings(booked.desk)[1].others
        assert (left.kind, left.reason) == ("moved", f"the event of task {number} on calendar promises")
        assert all(one.quiet for one in self.sync(booked))

    def test_ours_brings_it_back_and_removes_the_stray(self, booked: Booked, second: Phone) -> None:
        self.drag(booked, second)
        self.sync(booked)
        [question] = calendar_questions.open_questions(booked.desk.ctx)
        calendar_questions.answer(booked.desk.ctx, question.link_id, Choice.OURS)
        first, other = self.sync(booked)
        assert (first.created, other.removed) == (1, 1)
        assert list(booked.phone.days()) == [TITLE]
        assert second.names() == {}
        assert kinds(booked, 1) == []
        assert all(one.quiet for one in self.sync(booked))

    def test_a_stray_that_was_edited_after_the_answer_is_not_removed(self, booked: Booked, second: Phone) -> None:
        self.drag(booked, second)
        self.sync(booked)
        [question] = calendar_questions.open_questions(booked.desk.ctx)
        calendar_questions.answer(booked.desk.ctx, question.link_id, Choice.OURS)
        second.move(TITLE, MONDAY)
        self.sync(booked)
        assert second.days() == {TITLE: "20260713"}
        assert kinds(booked, 1) == ["moved"]
        assert all(one.quiet for one in self.sync(booked))

    def test_theirs_leaves_it_there_and_off_here(self, booked: Booked, second: Phone) -> None:
        number = self.drag(booked, second)
        self.sync(booked)
        [question] = calendar_questions.open_questions(booked.desk.ctx)
        calendar_questions.answer(booked.desk.ctx, question.link_id, Choice.THEIRS)
        promises.promise(booked.desk.ctx, number, NewPromise(MONDAY))
        assert all(one.quiet for one in self.sync(booked))
        assert booked.phone.names() == {}
        assert list(second.days()) == [TITLE]

    def test_dragged_back_it_goes_on_and_nothing_is_asked(self, booked: Booked, second: Phone) -> None:
        number = self.drag(booked, second)
        self.sync(booked)
        [(name, text)] = second.names().items()
        second.remove(name)
        booked.phone.put(name, text)
        booked.phone.move(TITLE, MONDAY)
        self.sync(booked)
        assert calendar_questions.open_questions(booked.desk.ctx) == []
        assert task(booked.desk.ctx, number).promised_on == MONDAY
        assert kinds(booked, 1) == []


def test_across_two_accounts_it_is_the_same(booked: Booked, radicale: Radicale) -> None:
    other = "pm399"
    text = configuration(booked.server, booked.user)
    away = configuration(
        booked.server, other, '[[calendars]]\nname = "second"\npractices = ["harbor"]\ncreate = true\n'
    )
    more = away[away.index("[[accounts]]") :].replace('"home"', '"away"')
    add_practice(booked.desk.ctx, "harbor")
    booked.reconfigure(text + more)
    second = Phone(set_up(booked.desk, booked.desk.config.calendar("second")), other)

    def sync() -> None:
        for account in booked.desk.config.accounts:
            for one in asyncio.run(sync_account(booked.desk, account)):
                assert one.fault is None

    add_task(booked.desk.ctx, "Renew cover by 2026-07-10 @oak-street")
    sync()
    sync()
    [(name, body)] = booked.phone.names().items()
    booked.phone.remove(name)
    second.put(name, body)
    sync()
    [question] = calendar_questions.open_questions(booked.desk.ctx)
    assert question.moved_to == "second"
    calendar_questions.answer(booked.desk.ctx, question.link_id, Choice.OURS)
    sync()
    assert second.names() == {}
    assert list(booked.phone.days()) == [TITLE]


MADE_THEIRS = ["RRULE:FREQ=DAILY", "ATTENDEE:mailto:dana@oak-street.example"]


class TestMadeRepeatingOrInvitedTo:
    @pytest.mark.parametrize("line", MADE_THEIRS)
    @pytest.mark.parametrize("ending", ["done", "drop"])
    def test_nothing_of_it_is_deleted_whatever_becomes_of_the_task(
        self, booked: Booked, line: str, ending: str
    ) -> None:
        number = promised(booked)
        booked.phone.rewrite(TITLE, "END:VEVENT", f"{line}\r\nEND:VEVENT")
        before = booked.phone.names()
        booked.sync()
        [question] = calendar_questions.open_questions(booked.desk.ctx)
        assert question.state is LinkState.QUARANTINED
        getattr(tasks, ending)(booked.desk.ctx, number)
        for days in (0, 1, 20):
            booked.clock.advance(days=days)
            booked.sync()
        assert booked.phone.names() == before

    def test_ours_puts_another_beside_it_that_goes_its_own_way(self, booked_on_each: Booked) -> None:
        booked = booked_on_each
        number = promised(booked)
        booked.phone.rewrite(TITLE, "END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT")
        before = booked.phone.names()
        booked.sync()
        [question] = calendar_questions.open_questions(booked.desk.ctx)
        calendar_questions.answer(booked.desk.ctx, question.link_id, Choice.OURS)
        assert booked.sync().created == 1
        assert calendar_questions.open_questions(booked.desk.ctx) == []
        assert len(booked.phone.names()) == 2
        [left] = standings(booked.desk)[0].others
        assert left.reason == f"once the event of task {number}: it repeats on the calendar"
        assert booked.sync().quiet
        booked.clock.advance(days=1, hours=1)
        booked.sync()
        assert kinds(booked) == ["former"], "still told of after everything was listed again"
        tasks.drop(booked.desk.ctx, number)
        booked.sync()
        assert booked.phone.names() == before

    def test_made_plain_again_it_goes_on(self, booked: Booked) -> None:
        number = promised(booked)
        booked.phone.rewrite(TITLE, "END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT")
        booked.sync()
        booked.phone.rewrite(TITLE, "RRULE:FREQ=DAILY\r\n", "")
        booked.phone.move(TITLE, MONDAY)
        booked.sync()
        assert calendar_questions.open_questions(booked.desk.ctx) == []
        assert task(booked.desk.ctx, number).promised_on == MONDAY


def test_what_comes_back_again_and_again_is_removed_twice_and_then_left(booked_on_each: Booked) -> None:
    booked = booked_on_each
    number = promised(booked)
    [(name, text)] = booked.phone.names().items()
    tasks.drop(booked.desk.ctx, number)
    booked.sync()
    removed: list[int] = []
    for _ in range(5):
        if name not in booked.phone.names():
            booked.phone.put(name, text)
        # A token that names the collection's content is the old one again when the old content is: a listing tells.
        booked.clock.advance(days=1, hours=1)
        removed.append(booked.sync().removed)
    assert removed == [1, 1, 0, 0, 0]
    assert kinds(booked) == ["returned"]
    assert booked.sync().quiet
    booked.phone.remove(name)
    booked.sync()
    assert kinds(booked) == []
    assert [one.returned for one in links.links(booked.desk.ctx.read, "promises")] == [2]
