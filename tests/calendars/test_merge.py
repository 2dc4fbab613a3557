"""The merge as a function of values: what is taken over, what is asked, and what nobody moved."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.calendars.ical.form import Form
from followthru.calendars.ical.read import Remote, read
from followthru.calendars.ical.ticks import NO_TICKS
from followthru.calendars.links import Link, LinkState
from followthru.calendars.merge import Matter, Merged, Move, Question, Value, conceded, merge, values_of
from followthru.calendars.shown import Role, Shown
from tests.calendars.test_plan import FRIDAY, event, linked, text_of

THURSDAY = date(2027, 1, 14)
CANCELLED = Question(Matter.CANCELLED, "event", None, None)


def theirs(link: Link) -> Remote:
    """The text that was agreed on, as read."""
    found = read(link.base or "")
    assert isinstance(found, Remote)
    return found


def asked(shown: Shown, link: Link, remote: Remote) -> tuple[Question, ...]:
    """What is asked; then nothing is taken over."""
    merged = merge(link, shown, remote)
    assert merged.moves == ()
    return merged.questions


def cancelled(link: Link) -> Link:
    """The link as if a cancelled text had been agreed on."""
    return link._replace(base=(link.base or "").replace("END:VEVENT", "STATUS:CANCELLED\r\nEND:VEVENT"))


def test_a_cancelled_event_is_asked_about_once() -> None:
    shown, link = event(), linked(event())
    there = theirs(link)._replace(cancelled=True)
    assert theirs(cancelled(link)).cancelled
    assert asked(shown, link, theirs(link)) == ()
    assert asked(shown, link, there) == (CANCELLED,)
    assert asked(shown, cancelled(link), there) == ()
    assert asked(shown, link._replace(base=None), there) == (CANCELLED,)
    assert asked(shown, link._replace(base="no calendar"), there) == (CANCELLED,)
    assert asked(shown, link._replace(state=LinkState.OURS), there) == ()


@pytest.mark.parametrize(
    ("shown", "question"),
    [
        (event(), None),
        (event(role=Role.DEADLINE), Question(Matter.PROPOSAL, "deadline_on", FRIDAY, THURSDAY)),
        (event()._replace(published=True), Question(Matter.PROPOSAL, "promised_on", FRIDAY, THURSDAY)),
    ],
)
def test_a_day_is_taken_over_unless_it_is_a_deadline_s_or_others_moved_it(
    shown: Shown, question: Question | None
) -> None:
    link = linked(shown)
    merged = merge(link, shown, theirs(link)._replace(start=THURSDAY))
    if question is None:
        assert (merged.moves, merged.questions) == ((Move("promised_on", FRIDAY, THURSDAY),), ())
        assert merged.agreed.on == THURSDAY
        assert merged.held is not None
        assert merged.held.on == THURSDAY
    else:
        assert (merged.moves, merged.questions) == ((), (question,))
        assert merged.agreed.on == FRIDAY


def test_a_deadline_s_title_is_taken_over() -> None:
    shown = event(role=Role.DEADLINE)
    link = linked(shown)
    there = theirs(link)._replace(summary=theirs(link).summary.replace("Renew", "Extend"))
    assert merge(link, shown, there).moves == (Move("title", "Renew cover", "Extend cover"),)


def test_a_date_that_was_taken_off_is_asked_about() -> None:
    shown = event()._replace(form=Form.TODO)
    link = linked(event())._replace(form=Form.TODO)
    there = theirs(link)._replace(start=None, form=Form.TODO)
    assert Question(Matter.PROPOSAL, "promised_on", FRIDAY, None) in merge(link, shown, there).questions


def test_what_was_never_agreed_on_is_a_conflict_and_nothing_is_held() -> None:
    shown = event()
    link = linked(shown)._replace(agreed=None, base=None)
    merged = merge(link, shown, theirs(linked(shown))._replace(start=THURSDAY))
    assert merged.questions == (Question(Matter.CONFLICT, "promised_on", FRIDAY, THURSDAY),)
    assert merged.held is None


def test_a_clock_time_of_an_object_found_again_is_theirs_and_without_a_date_ours() -> None:
    shown = event()._replace(time="09:00", form=Form.TODO)
    found = linked(event())._replace(agreed=None, base=None)
    there = theirs(linked(event()))
    assert merge(found, shown, there).there.time is None
    assert merge(found, shown, there._replace(start=None)).there.time == "09:00"


@pytest.mark.parametrize(("form", "done"), [(Form.TODO, True), (Form.EVENT, False)])
def test_a_todo_found_again_is_done_where_it_is_ticked(form: Form, *, done: bool) -> None:
    shown = event()._replace(form=form)
    found = linked(event())._replace(agreed=None, base=None, form=form)
    there = theirs(linked(event()))._replace(ticks=NO_TICKS._replace(completed=True, percent=True))
    assert merge(found, shown, there).there.done is done


@pytest.mark.parametrize("begins_done", [False, True])
def test_the_done_mark_taken_off_or_put_on_is_a_tick(*, begins_done: bool) -> None:
    shown = event()._replace(done=begins_done)
    link = linked(shown)
    other = shown._replace(done=not begins_done)
    merged: Merged = merge(link, shown, theirs(link)._replace(summary=other.summary))
    assert merged.moves == (Move("done", begins_done, not begins_done),)


@pytest.mark.parametrize(
    ("before", "theirs_says", "title", "done"),
    [
        (event()._replace(done=True), event(title="Renew all cover")._replace(done=True), "Renew all cover", True),
        (event(title="done: Renew cover")._replace(label=""), event()._replace(label=""), "Renew cover", False),
        (event(), event(title="done: Sign"), "done: Sign", False),
    ],
    ids=["a new title is no tick", "nor is a title less its first word", "nor one that begins with it"],
)
def test_a_title_is_theirs_and_ticks_nothing(before: Shown, theirs_says: Shown, title: str, *, done: bool) -> None:
    link = linked(before)
    merged = merge(link, before, theirs(link)._replace(summary=theirs_says.summary))
    assert (merged.there.title, merged.there.done) == (title, done)


def test_a_title_that_both_sides_wrote_alike_is_agreed_on() -> None:
    link, shown = linked(event()), event(title="Renew all cover")._replace(done=True)
    merged = merge(link, shown, theirs(link)._replace(summary=shown.summary))
    assert (merged.moves, merged.questions) == ((), ())
    assert (merged.agreed.title, merged.agreed.done) == ("Renew all cover", True)


def test_a_time_that_they_left_as_it_was_says_what_was_agreed_on() -> None:
    shown = event()._replace(time="10:00")
    link = linked(event()._replace(time="09:00"))._replace(agreed=values_of(shown))
    merged = merge(link, shown, theirs(link))
    assert (merged.there.time, merged.moves, merged.questions) == ("10:00", (), ())


def test_a_time_in_a_zone_in_which_nothing_was_agreed_on_is_meant_in_the_practice_s() -> None:
    shown = event()._replace(time="09:00")
    link = linked(shown)

    def in_berlin(time: str) -> str:
        return text_of(shown._replace(time=time, zone="Europe/Berlin"), link)

    there = read(in_berlin("16:00"))
    assert isinstance(there, Remote)
    link = link._replace(base=in_berlin("15:00"))
    merged = merge(link, shown, there._replace(summary=theirs(link).summary))
    assert merged.moves == (Move("promised_time", "09:00", "10:00"),)


def test_a_concession_is_agreed_on_and_published_anew() -> None:
    link = linked(event())._replace(theirs="their text", published="print")
    values: dict[str, Value] = {"promised_on": THURSDAY, "public_title": "Cover"}
    given = conceded(link, values)
    agreed = values_of(event())._replace(on=THURSDAY, title="Cover")
    assert (given.agreed, given.base, given.published) == (agreed, "their text", None)
    for unknown in (link._replace(agreed=None), link._replace(theirs=None)):
        assert conceded(unknown, values) == unknown
