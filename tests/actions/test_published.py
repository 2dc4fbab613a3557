"""Calendars that owners and a team read: what they show, and what comes back from them. Real store, real Radicale."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.actions import calendar_questions, edit, history, people, promises, tasks
from followthru.actions.calendar_questions import Choice, OpenQuestion
from followthru.actions.calendar_standing import CalendarStanding, standings
from followthru.actions.calendars import set_up
from followthru.actions.promises import NewPromise
from followthru.calendars.links import LinkState
from followthru.calendars.merge import Matter, Question
from followthru.domain.changes import Action, create
from followthru.domain.people import RoleName
from followthru.domain.task import How, Status
from followthru.errors import NotFoundError
from followthru.store import journal
from tests.calendarkit import Booked, Phone, configuration
from tests.storekit import add_person, add_task, task

SEEN = "Malpractice cover renewed"
MINE = "oak-street: Renew cover"
FRIDAY, MONDAY, TUESDAY, NEXT = date(2026, 7, 10), date(2026, 7, 13), date(2026, 7, 14), date(2026, 7, 17)
CALENDARS = """[[calendars]]
name = "promises"
create = true
[[calendars]]
name = "owners"
create = true
practices = ["oak-street"]
audience = "owners"
[[calendars]]
name = "team"
create = true
practices = ["oak-street"]
audience = "team"
"""


class Shared:
    """Three calendars of one desk: the PM's own, the owners' and the team's, and somebody with a phone on each."""

    def __init__(self, booked: Booked, tables: str = CALENDARS) -> None:
        self.booked = booked
        booked.reconfigure(configuration(booked.server, booked.user, tables))
        self.mine, self.owners, self.team = (
            Phone(set_up(booked.desk, one), booked.user) for one in booked.desk.config.calendars
        )
        self.ctx = booked.desk.ctx
        add_person(self.ctx, "Sam Ito", RoleName.STAFF)

    def sync(self) -> None:
        """Sync all three, which must go well."""
        for one in self.booked.reports():
            if one.fault is not None:
                raise one.fault

    def quiet(self) -> bool:
        """Sync, and return whether nothing was left to do."""
        return all(one.report is not None and one.report.quiet for one in self.booked.reports())

    def add(self, line: str = "Renew cover by 2026-07-10 to dana @oak-street", title: str | None = SEEN) -> int:
        """Add a task that Dana, an owner, was told of, with a public title, and sync."""
        number = add_task(self.ctx, line)
        if title is not None:
            edit.edit(self.ctx, number, {"public_title": title})
        self.sync()
        return number

    def accepted(self) -> int:
        """Add a task whose date an owner moves to Monday, which the PM accepts; return its number."""
        number = self.add()
        self.owners.move(SEEN, MONDAY)
        self.asked()
        self.answer(Choice.THEIRS)
        return number

    def asked(self) -> OpenQuestion:
        """Sync, and return the one question that is open then."""
        self.sync()
        [question] = calendar_questions.open_questions(self.ctx)
        return question

    def answer(self, choice: Choice) -> None:
        """Answer the one open question and sync; then both sides are in step and nothing is asked."""
        [question] = calendar_questions.open_questions(self.ctx)
        calendar_questions.answer(self.ctx, question.link_id, choice)
        self.sync()
        assert calendar_questions.open_questions(self.ctx) == []
        assert self.quiet()

    def told(self, number: int) -> list[tuple[str, date, str]]:
        """Return who was told which date last, and how."""
        newest = promises.newest_tellings(self.ctx.read, number).values()
        return [(one.person, one.promised_on, one.how) for one in newest]

    def standing(self, name: str) -> CalendarStanding:
        """Return how a calendar stands."""
        return next(one for one in standings(self.booked.desk) if one.calendar == name)


@pytest.fixture
def shared(booked: Booked) -> Shared:
    """The three calendars, empty."""
    return Shared(booked)


class TestWhatIsShown:
    def test_the_told_date_under_the_public_title_and_nothing_else(self, shared: Shared) -> None:
        shared.add("Renew cover by 2026-07-10 to dana deadline 2026-07-20 #legal !high @oak-street")
        assert shared.owners.days() == {SEEN: "20260710"}
        text = shared.owners.events()[SEEN]
        names = [line.partition(":")[0].partition(";")[0] for line in text.splitlines()]
        assert sorted(set(names)) == [
            "BEGIN", "CATEGORIES", "CLASS", "CREATED", "DTEND", "DTSTAMP", "DTSTART", "END", "LAST-MODIFIED", "PRODID",
            "SEQUENCE", "SUMMARY", "TRANSP", "UID", "VERSION", "X-FOLLOWTHRU-ID", "X-FOLLOWTHRU-REVISION",
            "X-FOLLOWTHRU-ROLE",
        ]  # fmt: skip
        assert "CLASS:PUBLIC" in text
        assert "CATEGORIES:followthru\r\n" in text

    def test_the_event_names_no_task_of_the_store(self, shared: Shared) -> None:
        number = shared.add()
        assert task(shared.ctx, number).uid not in shared.owners.events()[SEEN]
        assert task(shared.ctx, number).uid in shared.mine.events()[MINE]

    def test_a_promise_told_to_nobody_of_the_audience_is_not_shown(self, shared: Shared) -> None:
        untold = add_task(shared.ctx, "Renew cover by 2026-07-10 @oak-street")
        edit.edit(shared.ctx, untold, {"public_title": SEEN})
        shared.sync()
        assert shared.owners.days() == {}
        promises.tell(shared.ctx, untold, "sam", how=How.CALL)
        shared.sync()
        assert shared.owners.days() == {}, "sam is staff: the owners' calendar shows what owners were told"

    def test_the_team_sees_what_is_for_the_team(self, shared: Shared) -> None:
        number = shared.add()
        assert shared.team.days() == {}
        edit.edit(shared.ctx, number, {"audience": "team"})
        shared.sync()
        assert shared.team.days() == {SEEN: "20260710"} == shared.owners.days()
        promises.promise(shared.ctx, number, NewPromise(MONDAY), because="The insurer is late")
        promises.tell(shared.ctx, number, "sam", how=How.MEETING)
        shared.sync()
        assert shared.team.days() == {SEEN: "20260713"}
        assert shared.owners.days() == {SEEN: "20260710"}, "no owner was told the new date yet"

    def test_a_move_appears_once_it_is_told(self, shared: Shared) -> None:
        number = shared.add()
        promises.promise(shared.ctx, number, NewPromise(MONDAY), because="The insurer is late")
        shared.sync()
        assert shared.owners.days() == {SEEN: "20260710"}
        assert shared.mine.days() == {MINE: "20260713"}
        promises.tell(shared.ctx, number, "dana", how=How.CALL)
        shared.sync()
        assert shared.owners.days() == {SEEN: "20260713"}

    def test_a_clock_time_is_shown_with_the_date_it_belongs_to_only(self, shared: Shared) -> None:
        number = shared.add("Renew cover by 2026-07-10 14:00 to dana @oak-street")
        assert shared.owners.days() == {f"{SEEN} (14:00)": "20260710T140000Z"}
        edit.edit(shared.ctx, number, {"promised": "2026-07-13 16:00"}, because="The insurer is late")
        shared.sync()
        assert shared.owners.days() == {SEEN: "20260710"}

    def test_what_is_done_is_marked_for_a_fortnight(self, shared: Shared) -> None:
        number = shared.add()
        tasks.done(shared.ctx, number)
        shared.sync()
        assert shared.owners.days() == {f"done: {SEEN}": "20260710"}
        shared.booked.clock.advance(days=15)
        shared.sync()
        assert shared.owners.days() == {}

    def test_an_ending_that_was_private_stays_so(self, shared: Shared) -> None:
        number = shared.add()
        edit.edit(shared.ctx, number, {"audience": "me"})
        tasks.done(shared.ctx, number)
        edit.edit(shared.ctx, number, {"audience": "owners"})
        shared.sync()
        assert shared.owners.days() == {}

    @pytest.mark.parametrize("how", ["narrowed", "retracted", "dropped", "untitled", "role", "taken back"])
    def test_what_may_not_be_seen_any_more_is_removed(self, shared: Shared, how: str) -> None:
        number = shared.add("Renew cover by 2026-07-10 @oak-street")
        promises.tell(shared.ctx, number, "dana", how=How.CALL)
        shared.sync()
        assert shared.owners.days() == {SEEN: "20260710"}
        no_longer(shared, number, how)
        shared.sync()
        assert shared.owners.days() == {}
        assert shared.quiet()

    def test_whom_it_is_about_sees_it_only_when_told(self, shared: Shared) -> None:
        number = shared.add()
        add_person(shared.ctx, "Ola Berg")
        make_about(shared, number, "ola")
        shared.sync()
        assert shared.owners.days() == {}
        promises.tell(shared.ctx, number, "ola", how=How.CALL)
        shared.sync()
        assert shared.owners.days() == {SEEN: "20260710"}
        history.undo(shared.ctx)
        shared.sync()
        assert shared.owners.days() == {}, "it was told by mistake"

    def test_whom_it_is_about_elsewhere_does_not_hide_it(self, shared: Shared) -> None:
        number = shared.add()
        make_about(shared, number, "sam")
        shared.sync()
        assert shared.owners.days() == {SEEN: "20260710"}

    def test_promises_without_a_public_title_wait_and_are_counted(self, shared: Shared) -> None:
        number = shared.add(title=None)
        blank = shared.add("Pay the rent by 2026-07-10 to dana @oak-street", title="   ")
        assert shared.owners.days() == {}
        assert shared.standing("owners").untitled == (number, blank)
        assert shared.standing("team").untitled == ()
        assert shared.standing("promises").untitled == ()
        edit.edit(shared.ctx, number, {"public_title": SEEN})
        shared.sync()
        assert shared.owners.days() == {SEEN: "20260710"}
        assert shared.standing("owners").untitled == (blank,)


def test_a_calendar_of_mine_that_becomes_the_owners_is_made_anew(shared: Shared) -> None:
    shared.add("Renew cover by 2026-07-10 to dana deadline 2026-07-20 @oak-street")
    shared.mine.rewrite(MINE, "TRANSP:", "DESCRIPTION:my own words\r\nTRANSP:")
    shared.sync()
    before = shared.mine.events()[MINE]
    theirs = CALENDARS.replace('"promises"\n', '"promises"\npractices = ["oak-street"]\naudience = "owners"\n')
    shared.booked.reconfigure(configuration(shared.booked.server, shared.booked.user, theirs))
    shared.sync()
    shared.sync()
    [(title, text)] = shared.mine.events().items()
    assert title == SEEN
    assert "my own words" not in text
    assert task(shared.ctx, 1).uid in before
    assert task(shared.ctx, 1).uid not in text
    assert shared.quiet()


def test_a_slip_in_the_configuration_empties_no_calendar(shared: Shared) -> None:
    shared.add()
    slip = CALENDARS.replace('"oak-street"', '"oak-stret"')
    shared.booked.reconfigure(configuration(shared.booked.server, shared.booked.user, slip))
    faults = [one.fault for one in shared.booked.reports() if one.fault is not None]
    assert [isinstance(one, NotFoundError) for one in faults] == [True, True]
    assert "There is no practice oak-stret" in faults[0].message
    assert shared.owners.days() == {SEEN: "20260710"}
    standing = shared.standing("owners")
    assert (standing.pending, standing.untitled) == (0, ())
    assert "oak-stret" in (standing.fault or "")


def no_longer(shared: Shared, number: int, how: str) -> None:
    """Take away what lets the owners see a task."""
    ctx = shared.ctx
    if how == "narrowed":
        edit.edit(ctx, number, {"audience": "me"})
    elif how == "retracted":
        history.undo(ctx)
    elif how == "dropped":
        tasks.drop(ctx, number)
    elif how == "untitled":
        edit.edit(ctx, number, {"public_title": ""})
    elif how == "role":
        people.edit(ctx, "oak-street", "dana", {"role": "vendor"})
    else:
        promises.promise(ctx, number, NewPromise(None), because="It is not needed any more")


def make_about(shared: Shared, number: int, handle: str) -> None:
    """Note that a task is about a person."""
    person = shared.ctx.read.value("SELECT id FROM person WHERE handle = ?", handle)
    with shared.ctx.store.writing() as tx:
        about = create("about", tx.new_id("about"), {"task_id": number, "person_id": person})
        journal.apply(tx, Action("edit", "About", (about,)))


class TestWhatComesBack:
    def test_a_move_is_a_proposal_and_changes_nothing(self, shared: Shared) -> None:
        number = shared.add()
        shared.owners.move(SEEN, MONDAY)
        question = shared.asked()
        assert (question.calendar, question.task_id, question.state) == ("owners", number, LinkState.ASKED)
        assert question.questions == (Question(Matter.PROPOSAL, "promised_on", FRIDAY, MONDAY),)
        assert task(shared.ctx, number).promised_on == FRIDAY
        assert shared.mine.days() == {MINE: "20260710"}
        assert shared.quiet()

    def test_accepted_it_is_the_pms_own_step_flagged_and_undoable(self, shared: Shared) -> None:
        number = shared.accepted()
        row = task(shared.ctx, number)
        assert (row.promised_on, row.reason_missing) == (MONDAY, False), "whoever moved it needs no reason"
        assert shared.told(number) == [("dana", MONDAY, How.CALENDAR)]
        assert shared.ctx.read.value("SELECT actor FROM action ORDER BY id DESC LIMIT 1") == "me"
        assert shared.owners.days() == {SEEN: "20260713"}, "it does not go back to what they were told before"
        assert shared.mine.days() == {MINE: "20260713"}
        history.undo(shared.ctx)
        shared.sync()
        row = task(shared.ctx, number)
        assert (row.promised_on, row.reason_missing) == (FRIDAY, False)
        assert shared.told(number) == [("dana", FRIDAY, How.UNSPECIFIED)]
        assert shared.owners.days() == {SEEN: "20260710"}
        history.redo(shared.ctx)
        shared.sync()
        assert shared.owners.days() == {SEEN: "20260713"}
        assert shared.told(number) == [("dana", MONDAY, How.CALENDAR)]
        assert not task(shared.ctx, number).reason_missing
        assert shared.quiet()

    def test_an_accepted_date_stays_until_another_is_told(self, shared: Shared) -> None:
        number = shared.accepted()
        promises.promise(shared.ctx, number, NewPromise(NEXT), because="The insurer is late")
        shared.sync()
        assert shared.owners.days() == {SEEN: "20260713"}
        promises.tell(shared.ctx, number, "dana", how=How.CALL)
        shared.sync()
        assert shared.owners.days() == {SEEN: "20260717"}
        assert calendar_questions.open_questions(shared.ctx) == []

    def test_declined_our_text_is_published_again(self, shared: Shared) -> None:
        number = shared.add()
        shared.owners.move(SEEN, MONDAY)
        shared.asked()
        shared.answer(Choice.OURS)
        assert shared.owners.days() == {SEEN: "20260710"}
        assert task(shared.ctx, number).promised_on == FRIDAY

    def test_a_proposal_of_the_date_that_holds_already_is_accepted_without_a_bounce(self, shared: Shared) -> None:
        number = shared.add()
        promises.promise(shared.ctx, number, NewPromise(MONDAY), because="The insurer is late")
        shared.owners.move(SEEN, MONDAY)
        shared.asked()
        shared.answer(Choice.THEIRS)
        assert shared.owners.days() == {SEEN: "20260713"}
        assert task(shared.ctx, number).promised_on == MONDAY

    @pytest.mark.parametrize("choice", list(Choice))
    def test_a_new_title_is_a_proposal_of_the_public_one(self, shared: Shared, choice: Choice) -> None:
        number = shared.add()
        shared.owners.retitle(SEEN, "Cover renewed")
        question = shared.asked()
        assert question.questions == (Question(Matter.PROPOSAL, "public_title", SEEN, "Cover renewed"),)
        shared.answer(choice)
        row = task(shared.ctx, number)
        seen = SEEN if choice is Choice.OURS else "Cover renewed"
        assert (row.title, row.public_title) == ("Renew cover", seen)
        assert shared.owners.days() == {seen: "20260710"}

    @pytest.mark.parametrize("choice", list(Choice))
    def test_a_tick_is_a_proposal(self, shared: Shared, choice: Choice) -> None:
        number = shared.add()
        shared.owners.retitle(SEEN, f"done: {SEEN}")
        question = shared.asked()
        assert question.questions == (Question(Matter.PROPOSAL, "done", False, True),)
        assert task(shared.ctx, number).status is Status.OPEN
        shared.answer(choice)
        done = choice is Choice.THEIRS
        assert task(shared.ctx, number).status is (Status.DONE if done else Status.OPEN)
        assert shared.owners.days() == {f"{'done: ' if done else ''}{SEEN}": "20260710"}

    def test_everything_changed_at_once_is_one_question(self, shared: Shared) -> None:
        number = shared.add()
        shared.owners.move(SEEN, MONDAY)
        shared.owners.retitle(SEEN, "Cover renewed")
        question = shared.asked()
        assert {one.field for one in question.questions} == {"promised_on", "public_title"}
        shared.answer(Choice.THEIRS)
        row = task(shared.ctx, number)
        assert (row.promised_on, row.public_title) == (MONDAY, "Cover renewed")
        history.undo(shared.ctx)
        row = task(shared.ctx, number)
        assert (row.promised_on, row.public_title) == (FRIDAY, SEEN)

    @pytest.mark.parametrize("choice", list(Choice))
    def test_a_deletion_is_asked_about(self, shared: Shared, choice: Choice) -> None:
        number = shared.add()
        shared.owners.delete(SEEN)
        question = shared.asked()
        assert question.questions[0].matter is Matter.DELETED
        shared.answer(choice)
        assert task(shared.ctx, number).status is Status.OPEN
        assert shared.owners.days() == ({SEEN: "20260710"} if choice is Choice.OURS else {})

    def test_a_cancellation_is_asked_about(self, shared: Shared) -> None:
        number = shared.add()
        shared.owners.rewrite(SEEN, "TRANSP:", "STATUS:CANCELLED\r\nTRANSP:")
        question = shared.asked()
        assert question.questions == (Question(Matter.CANCELLED, "event", None, None),)
        assert task(shared.ctx, number).status is Status.OPEN

    def test_a_proposal_goes_when_the_task_is_not_theirs_to_see_any_more(self, shared: Shared) -> None:
        number = shared.add()
        shared.owners.move(SEEN, MONDAY)
        shared.asked()
        edit.edit(shared.ctx, number, {"audience": "me"})
        shared.sync()
        assert calendar_questions.open_questions(shared.ctx) == []
        assert shared.owners.days() == {}

    def test_a_telling_recorded_meanwhile_is_a_conflict_with_both_values(self, shared: Shared) -> None:
        number = shared.add()
        shared.owners.move(SEEN, MONDAY)
        promises.promise(shared.ctx, number, NewPromise(TUESDAY), because="The insurer is late")
        promises.tell(shared.ctx, number, "dana", how=How.CALL)
        question = shared.asked()
        assert question.questions == (Question(Matter.CONFLICT, "promised_on", TUESDAY, MONDAY),)
        shared.answer(Choice.OURS)
        assert shared.owners.days() == {SEEN: "20260714"}


class TestAsTodos:
    @pytest.fixture
    def shared(self, booked: Booked) -> Shared:
        """The same calendars, the owners' one a list of todos."""
        return Shared(booked, CALENDARS.replace('name = "owners"\n', 'name = "owners"\nas = "tasks"\n'))

    def test_a_todo_says_what_was_told_and_no_more(self, shared: Shared) -> None:
        number = shared.add("Renew cover by 2026-07-10 to dana deadline 2026-07-20 ~2d @oak-street")
        tasks.start(shared.ctx, number)
        shared.sync()
        [text] = shared.owners.todos().values()
        assert f"SUMMARY:{SEEN}\r\n" in text
        assert "DUE;VALUE=DATE:20260710" in text
        assert "STATUS:NEEDS-ACTION" in text, "that work has begun was told to nobody"
        assert "CLASS:PUBLIC" in text
        assert "DTSTART" not in text
        assert task(shared.ctx, number).uid not in text
        assert shared.quiet()

    @pytest.mark.parametrize("choice", list(Choice))
    def test_a_tick_is_a_proposal_there_too(self, shared: Shared, choice: Choice) -> None:
        number = shared.add()
        shared.owners.rewrite(SEEN, "STATUS:NEEDS-ACTION", "STATUS:COMPLETED")
        question = shared.asked()
        assert question.questions == (Question(Matter.PROPOSAL, "done", False, True),)
        assert task(shared.ctx, number).status is Status.OPEN
        shared.answer(choice)
        done = choice is Choice.THEIRS
        assert task(shared.ctx, number).status is (Status.DONE if done else Status.OPEN)
        assert f"STATUS:{'COMPLETED' if done else 'NEEDS-ACTION'}" in shared.owners.todos()[SEEN]

    def test_an_accepted_day_stays(self, shared: Shared) -> None:
        number = shared.add()
        shared.owners.rewrite(SEEN, "20260710", "20260713")
        shared.asked()
        shared.answer(Choice.THEIRS)
        assert task(shared.ctx, number).promised_on == MONDAY
        assert "DUE;VALUE=DATE:20260713" in shared.owners.todos()[SEEN]

    def test_a_day_taken_off_and_accepted_takes_the_promise_back(self, shared: Shared) -> None:
        number = shared.add()
        shared.owners.rewrite(SEEN, "DUE;VALUE=DATE:20260710\r\n", "")
        shared.asked()
        shared.answer(Choice.THEIRS)
        assert task(shared.ctx, number).promised_on is None
        assert shared.owners.todos() == {}


class TestTwoCalendars:
    def test_moved_on_mine_and_otherwise_on_the_owners_is_one_move_and_one_question(self, shared: Shared) -> None:
        number = shared.add()
        shared.mine.move(MINE, TUESDAY)
        shared.owners.move(SEEN, MONDAY)
        question = shared.asked()
        assert task(shared.ctx, number).promised_on == TUESDAY
        assert question.calendar == "owners"
        assert question.questions == (Question(Matter.PROPOSAL, "promised_on", TUESDAY, MONDAY),)
        pulls = "SELECT count(*) FROM action WHERE verb = 'pull'"
        assert shared.ctx.read.value(pulls) == 1
        shared.answer(Choice.THEIRS)
        assert shared.ctx.read.value(pulls) == 2
        assert shared.mine.days() == {MINE: "20260713"}
        assert shared.owners.days() == {SEEN: "20260713"}
