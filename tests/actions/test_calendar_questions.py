"""What a calendar asks, and what each answer does on both sides: a real store and a real Radicale."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.actions import calendar_questions, edit, history, promises, tasks
from followthru.actions.calendar_questions import Choice, OpenQuestion
from followthru.actions.calendar_standing import standings
from followthru.actions.promises import NewPromise
from followthru.calendars.errors import LossGuardError
from followthru.calendars.links import LinkState
from followthru.calendars.merge import Matter, Question
from followthru.domain.task import Status
from followthru.errors import NotFoundError, RefusedError
from followthru.store import links
from tests.calendarkit import Booked
from tests.storekit import add_task, task

TITLE = "oak-street: Renew cover"
FRIDAY, MONDAY, TUESDAY = date(2026, 7, 10), date(2026, 7, 13), date(2026, 7, 14)


def promised(booked: Booked, line: str = "Renew cover by 2026-07-10 @oak-street") -> int:
    """Add a promise and publish it."""
    number = add_task(booked.desk.ctx, line)
    booked.sync()
    return number


def asked(booked: Booked) -> OpenQuestion:
    """Sync, and return the one question that is open then."""
    booked.sync()
    [question] = calendar_questions.open_questions(booked.desk.ctx)
    assert standings(booked.desk)[0].questions == 1
    return question


def answer(booked: Booked, question: OpenQuestion, choice: Choice) -> None:
    """Answer and sync; then nothing may be open, and both sides in step."""
    calendar_questions.answer(booked.desk.ctx, question.link_id, choice)
    assert calendar_questions.open_questions(booked.desk.ctx) == []
    booked.sync()
    assert calendar_questions.open_questions(booked.desk.ctx) == []
    assert booked.sync().quiet


def test_nothing_is_asked_without_need(booked: Booked) -> None:
    promised(booked)
    assert calendar_questions.open_questions(booked.desk.ctx) == []
    assert standings(booked.desk)[0].questions == 0


class TestDeletedThere:
    def test_it_is_unlinked_and_asked_about_and_the_task_stands(self, booked: Booked) -> None:
        number = promised(booked)
        booked.phone.delete(TITLE)
        question = asked(booked)
        assert (question.state, question.task_id) == (LinkState.UNLINKED, number)
        assert question.questions == (Question(Matter.DELETED, "event", FRIDAY, None),)
        assert task(booked.desk.ctx, number).promised_on == FRIDAY
        assert booked.sync().quiet
        assert booked.phone.days() == {}, "not made again without an answer"

    def test_ours_makes_it_again_as_another_event(self, booked: Booked) -> None:
        promised(booked)
        before = booked.phone.events()[TITLE]
        booked.phone.delete(TITLE)
        answer(booked, asked(booked), Choice.OURS)
        assert booked.phone.days() == {TITLE: "20260710"}
        assert _uid(booked.phone.events()[TITLE]) != _uid(before)
        assert [link.generation for link in links.links(booked.desk.ctx.read, "promises")] == [1, 2]

    def test_theirs_leaves_it_off_even_when_the_promise_moves(self, booked: Booked) -> None:
        number = promised(booked)
        booked.phone.delete(TITLE)
        answer(booked, asked(booked), Choice.THEIRS)
        promises.promise(booked.desk.ctx, number, NewPromise(MONDAY))
        assert booked.sync().quiet
        assert booked.phone.days() == {}

    def test_a_closed_task_deleted_there_asks_nothing(self, booked: Booked) -> None:
        number = promised(booked)
        tasks.drop(booked.desk.ctx, number)
        booked.phone.delete(TITLE)
        booked.sync()
        assert calendar_questions.open_questions(booked.desk.ctx) == []


class TestMovedOnBothSides:
    def test_it_waits_with_both_values_and_nothing_is_overwritten(self, booked: Booked) -> None:
        number = promised(booked)
        booked.phone.move(TITLE, MONDAY)
        promises.promise(booked.desk.ctx, number, NewPromise(TUESDAY))
        question = asked(booked)
        assert question.questions == (Question(Matter.CONFLICT, "promised_on", TUESDAY, MONDAY),)
        assert booked.sync().quiet
        assert task(booked.desk.ctx, number).promised_on == TUESDAY
        assert booked.phone.days() == {TITLE: "20260713"}

    @pytest.mark.parametrize("choice", list(Choice))
    def test_an_answer_brings_both_in_step(self, booked: Booked, choice: Choice) -> None:
        number = promised(booked)
        booked.phone.move(TITLE, MONDAY)
        promises.promise(booked.desk.ctx, number, NewPromise(TUESDAY))
        answer(booked, asked(booked), choice)
        on = TUESDAY if choice is Choice.OURS else MONDAY
        assert task(booked.desk.ctx, number).promised_on == on
        assert booked.phone.days() == {TITLE: f"{on:%Y%m%d}"}

    def test_what_is_taken_from_the_calendar_can_be_undone(self, booked: Booked) -> None:
        number = promised(booked)
        booked.phone.move(TITLE, MONDAY)
        promises.promise(booked.desk.ctx, number, NewPromise(TUESDAY))
        answer(booked, asked(booked), Choice.THEIRS)
        history.undo(booked.desk.ctx)
        assert task(booked.desk.ctx, number).promised_on == TUESDAY
        booked.sync()
        assert booked.phone.days() == {TITLE: "20260714"}

    @pytest.mark.parametrize("here", [True, False], ids=["here", "there"])
    def test_whoever_edits_what_was_just_taken_over_has_seen_it(self, booked: Booked, here: bool) -> None:
        number = promised(booked)
        booked.phone.move(TITLE, MONDAY)
        promises.promise(booked.desk.ctx, number, NewPromise(TUESDAY))
        calendar_questions.answer(booked.desk.ctx, asked(booked).link_id, Choice.THEIRS)
        assert task(booked.desk.ctx, number).promised_on == MONDAY
        if here:
            promises.promise(booked.desk.ctx, number, NewPromise(date(2026, 7, 16)))
        else:
            booked.phone.move(TITLE, date(2026, 7, 16))
        booked.sync()
        assert calendar_questions.open_questions(booked.desk.ctx) == []
        assert task(booked.desk.ctx, number).promised_on == date(2026, 7, 16)
        assert booked.phone.days() == {TITLE: "20260716"}
        assert booked.sync().quiet

    def test_what_is_not_in_question_is_taken_over_meanwhile(self, booked: Booked) -> None:
        number = promised(booked)
        booked.phone.move(TITLE, MONDAY)
        booked.phone.retitle(TITLE, "oak-street: Renew all cover")
        promises.promise(booked.desk.ctx, number, NewPromise(TUESDAY))
        answer(booked, asked(booked), Choice.OURS)
        assert task(booked.desk.ctx, number).title == "Renew all cover"
        assert booked.phone.days() == {"oak-street: Renew all cover": "20260714"}

    @pytest.mark.parametrize("choice", list(Choice))
    def test_our_side_of_a_question_is_what_we_say_now(self, booked: Booked, choice: Choice) -> None:
        number = promised(booked)
        booked.phone.move(TITLE, MONDAY)
        promises.promise(booked.desk.ctx, number, NewPromise(TUESDAY))
        asked(booked)
        promises.promise(booked.desk.ctx, number, NewPromise(date(2026, 7, 15)))
        [question] = calendar_questions.open_questions(booked.desk.ctx)
        assert question.questions == (Question(Matter.CONFLICT, "promised_on", date(2026, 7, 15), MONDAY),)
        answer(booked, question, choice)
        on = date(2026, 7, 15) if choice is Choice.OURS else MONDAY
        assert task(booked.desk.ctx, number).promised_on == on
        assert booked.phone.days() == {TITLE: f"{on:%Y%m%d}"}

    def test_agreeing_by_hand_settles_it(self, booked: Booked) -> None:
        number = promised(booked)
        booked.phone.move(TITLE, MONDAY)
        promises.promise(booked.desk.ctx, number, NewPromise(TUESDAY))
        asked(booked)
        promises.promise(booked.desk.ctx, number, NewPromise(MONDAY))
        booked.sync()
        assert calendar_questions.open_questions(booked.desk.ctx) == []

    def test_a_reason_given_for_ours_stands_for_theirs(self, booked: Booked) -> None:
        number = promised(booked, "Renew cover by 2026-07-10 to dana @oak-street")
        booked.phone.move(TITLE, MONDAY)
        promises.promise(booked.desk.ctx, number, NewPromise(TUESDAY), because="a form")
        answer(booked, asked(booked), Choice.THEIRS)
        row = task(booked.desk.ctx, number)
        assert (row.promised_on, row.because, row.reason_missing) == (MONDAY, "a form", False)

    def test_another_move_there_before_ours_is_published_is_not_overwritten(self, booked: Booked) -> None:
        number = promised(booked)
        booked.phone.move(TITLE, MONDAY)
        promises.promise(booked.desk.ctx, number, NewPromise(TUESDAY))
        question = asked(booked)
        calendar_questions.answer(booked.desk.ctx, question.link_id, Choice.OURS)
        booked.phone.move(TITLE, date(2026, 7, 16))
        [again] = asked(booked).questions
        assert (again.ours, again.theirs) == (TUESDAY, date(2026, 7, 16))
        assert number


class TestDeadline:
    LINE = "File the return deadline 2026-07-10 @oak-street"
    TITLE = "oak-street: deadline: File the return"

    def test_moved_there_it_is_proposed_and_not_taken_over(self, booked: Booked) -> None:
        number = promised(booked, self.LINE)
        booked.phone.move(self.TITLE, MONDAY)
        assert asked(booked).questions == (Question(Matter.PROPOSAL, "deadline_on", FRIDAY, MONDAY),)
        assert task(booked.desk.ctx, number).deadline_on == FRIDAY
        assert booked.sync().quiet

    @pytest.mark.parametrize("choice", list(Choice))
    def test_an_answer_brings_both_in_step(self, booked: Booked, choice: Choice) -> None:
        number = promised(booked, self.LINE)
        booked.phone.move(self.TITLE, MONDAY)
        answer(booked, asked(booked), choice)
        on = FRIDAY if choice is Choice.OURS else MONDAY
        assert task(booked.desk.ctx, number).deadline_on == on
        assert booked.phone.days() == {self.TITLE: f"{on:%Y%m%d}"}

    def test_its_promise_is_another_event_that_moves_freely(self, booked: Booked) -> None:
        number = promised(booked, "File the return deadline 2026-07-24 by 2026-07-10 @oak-street")
        assert set(booked.phone.days()) == {"oak-street: File the return", self.TITLE}
        booked.phone.move("oak-street: File the return", MONDAY)
        booked.sync()
        row = task(booked.desk.ctx, number)
        assert (row.promised_on, row.deadline_on) == (MONDAY, date(2026, 7, 24))

    def test_done_on_either_event_finishes_the_task_and_marks_both(self, booked: Booked) -> None:
        number = promised(booked, "File the return deadline 2026-07-24 by 2026-07-10 @oak-street")
        booked.phone.retitle(self.TITLE, f"done: {self.TITLE}")
        booked.sync()
        assert task(booked.desk.ctx, number).status is Status.DONE
        booked.sync()
        assert set(booked.phone.days()) == {"done: oak-street: File the return", f"done: {self.TITLE}"}
        assert booked.sync().quiet


class TestCancelledThere:
    @pytest.mark.parametrize("choice", list(Choice))
    def test_it_is_asked_about(self, booked: Booked, choice: Choice) -> None:
        number = promised(booked)
        booked.phone.rewrite(TITLE, "END:VEVENT", "STATUS:CANCELLED\r\nEND:VEVENT")
        question = asked(booked)
        assert [one.matter for one in question.questions] == [Matter.CANCELLED]
        calendar_questions.answer(booked.desk.ctx, question.link_id, choice)
        assert calendar_questions.open_questions(booked.desk.ctx) == []
        booked.sync()
        assert calendar_questions.open_questions(booked.desk.ctx) == []
        assert task(booked.desk.ctx, number).promised_on == FRIDAY


class TestLeftAlone:
    def test_what_cannot_be_read_is_named_and_the_rest_goes_on(self, booked: Booked) -> None:
        promised(booked)
        other = promised(booked, "Order paper by 2026-07-10 @oak-street")
        booked.phone.rewrite(TITLE, "END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT")
        booked.phone.move("oak-street: Order paper", MONDAY)
        question = asked(booked)
        assert question.state is LinkState.QUARANTINED
        assert question.reason
        assert task(booked.desk.ctx, other).promised_on == MONDAY

    def test_it_goes_on_by_itself_once_it_can_be_read(self, booked: Booked) -> None:
        number = promised(booked)
        booked.phone.rewrite(TITLE, "END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT")
        asked(booked)
        booked.phone.rewrite(TITLE, "RRULE:FREQ=DAILY\r\n", "")
        booked.phone.move(TITLE, MONDAY)
        booked.sync()
        assert calendar_questions.open_questions(booked.desk.ctx) == []
        assert task(booked.desk.ctx, number).promised_on == MONDAY

    def test_theirs_leaves_it_for_good(self, booked: Booked) -> None:
        number = promised(booked)
        booked.phone.rewrite(TITLE, "END:VEVENT", "RRULE:FREQ=DAILY\r\nEND:VEVENT")
        question = asked(booked)
        before = booked.phone.events()
        answer(booked, question, Choice.THEIRS)
        promises.promise(booked.desk.ctx, number, NewPromise(MONDAY))
        assert booked.sync().quiet
        assert booked.phone.events() == before


class TestMuchMissing:
    def test_confirmed_it_is_taken_as_deleted_and_asked_about(self, booked: Booked) -> None:
        numbers = [promised(booked, f"Task {n} by 2026-07-10 @oak-street") for n in range(5)]
        for title in booked.phone.days():
            booked.phone.delete(title)
        with pytest.raises(LossGuardError):
            booked.sync()
        calendar_questions.confirm(booked.desk.ctx, "promises")
        booked.sync()
        questions = calendar_questions.open_questions(booked.desk.ctx)
        assert sorted(one.task_id for one in questions) == numbers
        assert {one.state for one in questions} == {LinkState.UNLINKED}

    def test_a_confirmation_holds_once(self, booked: Booked) -> None:
        for n in range(5):
            promised(booked, f"Task {n} by 2026-07-10 @oak-street")
        self.wiped(booked)
        calendar_questions.confirm(booked.desk.ctx, "promises")
        booked.sync()
        for one in calendar_questions.open_questions(booked.desk.ctx):
            calendar_questions.answer(booked.desk.ctx, one.link_id, Choice.OURS)
        booked.sync()
        assert len(booked.phone.days()) == 5
        self.wiped(booked)

    def test_without_a_loss_there_is_nothing_to_confirm(self, booked: Booked) -> None:
        for n in range(5):
            promised(booked, f"Task {n} by 2026-07-10 @oak-street")
        with pytest.raises(RefusedError, match="waits for a confirmation"):
            calendar_questions.confirm(booked.desk.ctx, "promises")
        self.wiped(booked)
        calendar_questions.confirm(booked.desk.ctx, "promises")
        booked.sync()
        with pytest.raises(RefusedError, match="waits for a confirmation"):
            calendar_questions.confirm(booked.desk.ctx, "promises")

    @staticmethod
    def wiped(booked: Booked) -> None:
        """Have all events deleted on the server, which a sync then refuses to take for deleted."""
        for title in booked.phone.days():
            booked.phone.delete(title)
        with pytest.raises(LossGuardError):
            booked.sync()

    def test_a_calendar_that_is_not_there_is_named(self, booked: Booked) -> None:
        with pytest.raises(NotFoundError):
            calendar_questions.confirm(booked.desk.ctx, "nothing")


def test_a_question_that_is_not_there_is_named(booked: Booked) -> None:
    with pytest.raises(NotFoundError, match="no open question 7"):
        calendar_questions.answer(booked.desk.ctx, 7, Choice.OURS)


def test_a_question_about_a_task_that_undo_took_away_can_be_answered(booked: Booked) -> None:
    promised(booked)
    booked.phone.delete(TITLE)
    asked(booked)
    history.undo(booked.desk.ctx)
    booked.sync()
    assert calendar_questions.open_questions(booked.desk.ctx) == []


def test_an_edit_of_the_title_there_while_ours_changed_too_is_a_conflict_of_titles(booked: Booked) -> None:
    number = promised(booked)
    booked.phone.retitle(TITLE, "oak-street: Theirs")
    edit.edit(booked.desk.ctx, number, {"title": "Ours"})
    assert asked(booked).questions == (Question(Matter.CONFLICT, "title", "Ours", "Theirs"),)


def _uid(text: str) -> str:
    [line] = [line for line in text.splitlines() if line.startswith("UID:")]
    return line
