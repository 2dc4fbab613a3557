"""Meetings: an agenda of what is open with the people there, minutes taken over once, what was told and decided."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from followthru.actions import (
    call_sheet,
    decisions,
    edit,
    history,
    meetings,
    minutes,
    promises,
    raising,
    registers,
    tasks,
)
from followthru.actions.context import Context
from followthru.actions.decisions import NewDecision
from followthru.actions.meeting_agenda import text_of
from followthru.actions.meetings import NewMeeting
from followthru.actions.minutes import MinutesError
from followthru.actions.promises import NewPromise
from followthru.domain.meetings import Meeting
from followthru.domain.people import RoleName
from followthru.domain.task import How
from followthru.errors import RefusedError, UsageError
from followthru.store import decisions as read_decisions
from followthru.store import meetings as stored
from followthru.store import tasks as read_tasks
from tests.storekit import FixedClock, add_person, add_practice, add_task, task

MINUTES = """Rent is a worry.
decision: We stay with the billing company
  - [ ] Tell the billing company by friday to dana
- [ ] Order shelves +sam
"""


@pytest.fixture
def office(ctx: Context) -> Context:
    """Dana who owns oak-street, Sam on its staff, and another practice with Kim."""
    add_practice(ctx)
    add_practice(ctx, "elm")
    add_person(ctx)
    add_person(ctx, "Sam Ito", RoleName.STAFF)
    add_person(ctx, "Kim Roe", practice="elm")
    return ctx


def meet(ctx: Context, *people: str, on: str = "today") -> Meeting:
    """Plan a meeting at oak-street."""
    found = meetings.add(ctx, "oak-street", NewMeeting(on, None, people)).meeting
    assert found is not None
    return found


def agenda(ctx: Context, meeting: Meeting) -> str:
    """Return a meeting's agenda as it is now."""
    return text_of(ctx, ctx.read, meetings.one(ctx.read, meeting.id))


def minutes_of(ctx: Context, meeting: Meeting) -> str:
    """Return the minutes as they are kept."""
    return meetings.one(ctx.read, meeting.id).minutes or ""


def open_titles(ctx: Context) -> list[str]:
    """Return the titles of open tasks by id."""
    return [row.title for row in sorted(read_tasks.rows(ctx.read))]


class TestAgenda:
    def test_what_is_in_danger_comes_first(self, office: Context, clock: FixedClock) -> None:
        add_task(office, "Steady by 20 Jul to dana @oak-street")
        add_task(office, "Slipping by 10 Jul to dana @oak-street ~5d")
        clock.at = datetime(2026, 7, 9, 12, tzinfo=UTC)
        found = agenda(office, meet(office, "dana"))
        assert found.index("Slipping, Fri 10 Jul: may slip (task 2)") < found.index("Steady, Mon 20 Jul (task 1)")

    def test_who_still_knows_another_date_is_named(self, office: Context) -> None:
        id = add_task(office, "Licence by 10 Jul to dana @oak-street")
        promises.promise(office, id, NewPromise(date(2026, 7, 17)), because="late")
        assert "Licence, Fri 17 Jul: dana still knows Fri 10 Jul (task 1)" in agenda(office, meet(office, "dana"))

    def test_what_waits_and_what_is_asked(self, office: Context) -> None:
        for what, need in (("Bank form", "Which bank?"), ("Lease", "the signed copy")):
            id = add_task(office, f"{what} @oak-street")
            tasks.wait(office, id, tasks.Waiting("dana", need, date(2026, 7, 3)))
        found = agenda(office, meet(office, "dana"))
        assert "## Questions\n\n- Bank form: Which bank? by Fri 3 Jul, from dana (task 1)" in found
        assert "## Waiting for\n\n- Lease: the signed copy by Fri 3 Jul, from dana (task 2)" in found

    def test_what_not_all_may_see_stands_apart(self, office: Context) -> None:
        add_task(office, "Owners' own by 20 Jul to dana @oak-street")
        add_task(office, "Shelves +sam audience:team @oak-street")
        add_task(office, "Private *private +sam @oak-street")
        raising.add(office, "sam", "training hours")
        found = agenda(office, meet(office, "dana", "sam"))
        shared, _, alone = found.partition("## For you alone")
        assert "Shelves" in shared
        assert "Owners' own" not in shared
        assert "training" not in shared
        assert "(task 1; not for Sam Ito)" in alone
        assert "training hours (sam, note 1; not for Dana Reyes)" in alone
        assert "not for Dana Reyes and Sam Ito" in alone
        assert "training hours (sam, note 1)" in agenda(office, meet(office, "sam"))

    def test_what_expires_and_nothing_of_another_practice(self, office: Context) -> None:
        registers.add(office, "licence", "RN licence", "oak-street", {"expires": "2026-08-01", "holder": "dana"})
        registers.add(office, "licence", "Elm licence", "elm", {"expires": "2026-08-01"})
        registers.add(office, "licence", "Far licence", "oak-street", {"expires": "2027-08-01"})
        found = agenda(office, meet(office, "dana"))
        assert "- RN licence of Dana Reyes, Sat 1 Aug (register 1)" in found
        assert "Elm" not in found
        assert "Far" not in found

    def test_the_public_title_is_the_one_that_is_shown(self, office: Context) -> None:
        id = add_task(office, "My own words by 20 Jul to dana @oak-street")
        edit.edit(office, id, {"public_title": "Licence"})
        found = agenda(office, meet(office, "dana"))
        assert "- Licence, Mon 20 Jul" in found
        assert "own words" not in found

    def test_what_came_of_last_time(self, office: Context) -> None:
        first = meet(office, "dana", on="1 jul")
        minutes.take(office, first.id, "- [ ] Rent by 3 jul to dana\n- [ ] Shelves to order to dana by 8 jul to dana")
        tasks.done(office, 1)
        meet(office, "sam", on="2 jul")
        found = agenda(office, meet(office, "dana", on="3 jul"))
        assert "## From last time\n\n- Rent: done Wed 1 Jul (task 1)" in found

    def test_edited_it_stays_so_until_made_afresh(self, office: Context) -> None:
        meeting = meet(office, "dana")
        meetings.agenda(office, meeting.id, "# Mine\n")
        assert agenda(office, meeting) == "# Mine"
        meetings.agenda(office, meeting.id, None)
        assert "Nothing is open with them." in agenda(office, meeting)
        history.undo(office)
        assert agenda(office, meeting) == "# Mine"


class TestMinutes:
    def test_lines_become_tasks_and_decisions_as_one_step(self, office: Context) -> None:
        meeting = meet(office, "dana")
        done = minutes.take(office, meeting.id, MINUTES)
        assert done.outcome.words == "Minutes of meeting 1: 2 tasks and 1 decision"
        tell, order = (task(office, id) for id in done.outcome.task_ids)
        assert (tell.title, tell.practice, tell.promised_on) == (
            "Tell the billing company",
            "oak-street",
            date(2026, 7, 3),
        )
        assert (order.title, order.assignee) == ("Order shelves", "sam")
        [telling] = read_tasks.tellings(office.read, [tell.id])[tell.id]
        assert (telling.person, telling.how) == ("dana", How.MEETING)
        [decision] = read_decisions.decisions(office.read)
        assert (decision.words, [one.handle for one in decision.there]) == (
            "We stay with the billing company",
            ["dana"],
        )
        assert [one.task_id for one in decision.follows] == [tell.id]
        history.undo(office)
        assert (open_titles(office), read_decisions.decisions(office.read), minutes_of(office, meeting)) == ([], [], "")
        history.redo(office)
        assert open_titles(office) == ["Tell the billing company", "Order shelves"]

    def test_no_line_is_taken_twice(self, office: Context) -> None:
        meeting = meet(office, "dana")
        minutes.take(office, meeting.id, MINUTES)
        kept = minutes_of(office, meeting)
        assert minutes.take(office, meeting.id, kept).outcome.action_id is None
        # Marks gone, and words changed behind a mark: neither is new.
        unmarked = kept.replace(" → task 2", "").replace(" → decision 1", "")
        reworded = unmarked.replace("Tell the billing company by friday", "Tell them soon")
        minutes.take(office, meeting.id, reworded + "\n- [ ] Third")
        assert open_titles(office) == ["Tell the billing company", "Order shelves", "Third"]
        assert len(read_decisions.decisions(office.read)) == 1
        assert "Order shelves +sam → task 2" in minutes_of(office, meeting)

    def test_a_later_line_may_follow_from_an_earlier_decision(self, office: Context) -> None:
        meeting = meet(office, "dana")
        minutes.take(office, meeting.id, "decision: We stay")
        minutes.take(office, meeting.id, minutes_of(office, meeting) + "\n  - [ ] Tell them")
        [decision] = read_decisions.decisions(office.read)
        assert [one.task_id for one in decision.follows] == [1]

    def test_a_line_of_another_practice_stops_all(self, office: Context) -> None:
        meeting = meet(office, "dana")
        with pytest.raises(MinutesError, match=r"Line 5: .*another practice"):
            minutes.take(office, meeting.id, f"{MINUTES}- [ ] Elm's own @elm")
        with pytest.raises(MinutesError, match="Line 1: a private task cannot be told"):
            minutes.take(office, meeting.id, "- [ ] Mine *private by friday to dana")
        assert (open_titles(office), minutes_of(office, meeting)) == ([], "")

    def test_words_about_another_practice_name_none(self, office: Context) -> None:
        meeting = meet(office, "dana")
        line = "Every month another practice sends a list"
        minutes.take(office, meeting.id, f"- [ ] {line}")
        call_sheet.capture(office, line, "oak-street", "dana")
        assert open_titles(office) == [line, line]

    def test_dates_are_those_of_the_meeting(self, office: Context, clock: FixedClock) -> None:
        meeting = meet(office, "dana")
        clock.advance(days=6)
        id = minutes.take(office, meeting.id, "- [ ] Rent by friday to dana").outcome.task_ids[0]
        assert task(office, id).promised_on == date(2026, 7, 3)
        assert read_tasks.tellings(office.read, [id])[id][0].told_on == date(2026, 7, 1)

    def test_private_decisions_are_for_nobody_else(self, office: Context) -> None:
        meeting = meet(office, "dana")
        minutes.take(office, meeting.id, "decision: *private Let the lease run out")
        [decision] = read_decisions.decisions(office.read)
        assert (decision.words, decisions.readers(office.read, decision)) == ("Let the lease run out", [])

    def test_what_was_changed_meanwhile_is_not_overwritten(self, office: Context) -> None:
        meeting = meet(office, "dana")
        minutes.take(office, meeting.id, "first")
        with pytest.raises(UsageError, match="changed meanwhile"):
            minutes.take(office, meeting.id, "second", before=None, check=True)

    def test_found_by_words_in_minutes(self, office: Context) -> None:
        meeting = meet(office, "dana")
        minutes.take(office, meeting.id, MINUTES)
        assert [one.id for one in stored.meetings(office.read, words="worry")] == [meeting.id]
        assert read_decisions.decisions(office.read, words="billing stay") != []
        history.undo(office)
        assert stored.meetings(office.read, words="worry") == []


class TestTold:
    def test_all_there_are_told_as_one_step(self, office: Context) -> None:
        id = add_task(office, "Licence by 10 Jul @oak-street")
        meeting = meet(office, "dana", "sam")
        meetings.tell(office, meeting.id, id, ())
        assert [(one.person, one.promised_on) for one in stored.told(office.read, meeting)] == [
            ("dana", date(2026, 7, 10)),
            ("sam", date(2026, 7, 10)),
        ]
        history.undo(office)
        assert stored.told(office.read, meeting) == []

    def test_a_missing_reason_ends_once_all_were_told(self, office: Context) -> None:
        id = add_task(office, "Licence by 10 Jul @oak-street")
        meeting = meet(office, "dana", "sam")
        meetings.tell(office, meeting.id, id, ())
        promises.promise(office, id, NewPromise(date(2026, 7, 17)), because="x")
        history.undo(office)
        edit.edit(office, id, {"promised": "2026-07-17"}, because="late")
        history.undo(office)
        history.redo(office)
        assert task(office, id).reason_missing
        meetings.tell(office, meeting.id, id, ())
        assert not task(office, id).reason_missing

    def test_not_before_it_was_nor_after_they_heard_more(self, office: Context, clock: FixedClock) -> None:
        id = add_task(office, "Licence by 10 Jul @oak-street")
        coming = meet(office, "dana", on="3 jul")
        with pytest.raises(RefusedError, match="nobody was told there yet"):
            meetings.tell(office, coming.id, id, ())
        clock.advance(days=5)
        promises.tell(office, id, "dana", how=How.CALL)
        with pytest.raises(RefusedError, match="after the meeting"):
            meetings.tell(office, coming.id, id, ())


class TestDecisions:
    def test_a_move_is_the_one_of_the_promise_log(self, office: Context) -> None:
        id = add_task(office, "Licence by 10 Jul to dana @oak-street")
        with pytest.raises(RefusedError, match="never moved"):
            decisions.add(office, "oak-street", NewDecision("Wait", moved=[str(id)]))
        promises.promise(office, id, NewPromise(date(2026, 7, 17)), because="late")
        decision = decisions.add(office, "oak-street", NewDecision("Wait", moved=[str(id)])).decision
        assert [(one.was_on, one.now_on) for one in decision.moved] == [(date(2026, 7, 10), date(2026, 7, 17))]
        after = decisions.edit(office, decision.id, {"moved": f"-{id}", "follows": f"+{id}", "with": "+sam"}).decision
        assert ([one.task_id for one in after.follows], after.moved) == ([id], ())
        assert [one.handle for one in decisions.readers(office.read, after)] == ["dana", "sam"]

    def test_taken_back_and_held_again(self, office: Context) -> None:
        decision = decisions.add(office, "oak-street", NewDecision("Wait")).decision
        decisions.retract(office, decision.id)
        assert read_decisions.decisions(office.read) == []
        with pytest.raises(RefusedError, match="taken back already"):
            decisions.retract(office, decision.id)
        assert decisions.restore(office, decision.id).decision.retracted_on is None

    def test_tasks_and_meetings_elsewhere_are_refused(self, office: Context) -> None:
        id = add_task(office, "Elm's own @elm")
        with pytest.raises(RefusedError, match="not one of oak-street"):
            decisions.add(office, "oak-street", NewDecision("Wait", follows=[str(id)]))
        meeting = meet(office, "dana")
        with pytest.raises(RefusedError, match="was not at elm"):
            decisions.add(office, "elm", NewDecision("Wait", meeting=str(meeting.id)))

    def test_a_meeting_with_decisions_stays(self, office: Context) -> None:
        meeting = meet(office, "dana")
        minutes.take(office, meeting.id, "- [ ] Rent\ndecision: Wait")
        with pytest.raises(RefusedError, match="Something was decided"):
            meetings.remove(office, meeting.id)
        other = meet(office, "sam")
        minutes.take(office, other.id, "- [ ] Keys")
        meetings.remove(office, other.id)
        assert "Keys" in open_titles(office)
        history.undo(office)
        assert [one.handle for one in meetings.one(office.read, other.id).there] == ["sam"]


def test_who_is_there_is_changed_by_signs(office: Context) -> None:
    meeting = meet(office, "dana")
    meetings.edit(office, meeting.id, {"with": "+sam -dana", "time": "9:30", "title": "Rent"})
    after = meetings.one(office.read, meeting.id)
    assert ([one.handle for one in after.there], after.held_time, after.called) == (["sam"], "09:30", "Rent")
    meetings.edit(office, meeting.id, {"with": "dana, sam"})
    assert {one.handle for one in meetings.one(office.read, meeting.id).there} == {"dana", "sam"}
    with pytest.raises(UsageError, match="no field tilte"):
        meetings.edit(office, meeting.id, {"tilte": "x"})
