"""Todo text: due on its day, begun before it or not at all, ticked in whatever way, foreign lines untouched."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo, available_timezones

import icalendar
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from followthru.calendars.ical.clean import squash
from followthru.calendars.ical.dates import KEPT, Kept
from followthru.calendars.ical.form import Form
from followthru.calendars.ical.read import Remote, read, semantic
from followthru.calendars.ical.scan import Bad
from followthru.calendars.ical.ticks import Progress, Ticks, done_there
from followthru.calendars.ical.when import When
from followthru.calendars.ical.write import Entry, build, patch
from tests.calendars.test_ical import foreign_lines

if TYPE_CHECKING:
    from icalendar.prop import vDDDTypes

NOW = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)
LATER = datetime(2027, 1, 5, 9, 0, tzinfo=UTC)
FRIDAY = date(2027, 1, 15)
ZONES = sorted(available_timezones() - {"localtime", "posixrules", "Factory"})

MOMENTS = datetime(1972, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001

days = st.dates(date(1972, 1, 1), date(2200, 1, 1))
times = st.one_of(st.none(), st.times().map(lambda value: f"{value:%H:%M}"))
zones = st.sampled_from(ZONES)
steps = st.sampled_from(Progress)
ahead = st.one_of(st.none(), st.integers(-3, 30).map(lambda number: timedelta(days=number)))


def todo(when: When | None = None, begins: date | None = None, progress: Progress = Progress.OPEN) -> Entry:
    return Entry("u-1", "Renew cover", when or When(FRIDAY), "oak", "task-1", "promise", Form.TODO, progress, begins)


def remote(text: str) -> Remote:
    found = read(text)
    assert isinstance(found, Remote), found
    return found


def check_dates(text: str) -> icalendar.Todo:
    """Hold a text against the rules for dates of RFC 5545, as another reader understands it."""
    [component] = icalendar.Calendar.from_ical(text).todos
    begins, due = value_of(component, "DTSTART"), value_of(component, "DUE")
    assert component.get("DURATION") is None or due is None
    if isinstance(begins, datetime) and isinstance(due, datetime):
        assert begins.astimezone(UTC) < due.astimezone(UTC)
    elif begins is not None and due is not None:
        assert not isinstance(begins, datetime)
        assert not isinstance(due, datetime)
        assert begins < due
    return component


def value_of(component: icalendar.Event | icalendar.Todo, name: str) -> date | datetime | None:
    """Return a date of a component as another reader understands it."""
    found = cast("vDDDTypes | None", component.get(name))
    return None if found is None else cast("date | datetime", found.dt)


@given(st.text(max_size=120), days, times, zones, ahead, steps)
@example("dtstart:x\r\nDUE:20270101", FRIDAY, "02:30", "America/New_York", timedelta(days=1), Progress.OPEN)
@example("x", date(2011, 12, 31), "10:00", "Pacific/Apia", timedelta(days=1), Progress.STARTED)
@example("x", date(2028, 2, 29), None, "Pacific/Kiritimati", timedelta(days=365), Progress.DONE)
def test_what_is_built_reads_back_the_same_here_and_elsewhere(
    title: str, on: date, time: str | None, zone: str, before: timedelta | None, progress: Progress
) -> None:
    begins = None if before is None else on - before
    text = build(todo(When(on, time, zone), begins, progress)._replace(summary=squash(title)), NOW)
    found = remote(text)
    assert (found.form, found.summary, found.when(zone)) == (Form.TODO, squash(title), When(on, time, zone))
    assert found.ticks.done == (progress is Progress.DONE)
    component = check_dates(text)
    assert str(component["SUMMARY"]) == squash(title)
    due = value_of(component, "DUE")
    assert (due.date() if isinstance(due, datetime) else due) == on
    assert isinstance(due, datetime) == (time is not None)
    if begins is None or begins >= on:
        assert "DTSTART" not in component
    elif time is None:
        assert value_of(component, "DTSTART") == begins
    assert str(component["STATUS"]) == progress
    assert ("COMPLETED" in component, str(component.get("PERCENT-COMPLETE")) == "100") == (found.ticks.done,) * 2
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "TRANSP" not in component
    assert "DTEND" not in component


def test_a_todo_says_the_day_it_is_due_through() -> None:
    text = build(todo(begins=date(2027, 1, 12)), NOW)
    assert "DUE;VALUE=DATE:20270115\r\n" in text
    assert "DTSTART;VALUE=DATE:20270112\r\n" in text
    timed = build(todo(When(FRIDAY, "14:00", "Europe/Berlin"), date(2027, 1, 12)), NOW)
    assert "DUE;TZID=Europe/Berlin:20270115T140000\r\n" in timed
    assert "DTSTART;TZID=Europe/Berlin:20270112T140000\r\n" in timed
    assert timed.count("BEGIN:VTIMEZONE") == 1
    for same_day in (FRIDAY, date(2027, 1, 20)):
        assert "DTSTART:" not in build(todo(begins=same_day), NOW).replace("DTSTART;", "DTSTART:")


FOREIGN = (
    "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Theirs\r\nVERSION:2.0\r\nPRODID:-//other//EN\r\n"
    'BEGIN:VTODO\r\nX-Before;X-P="a;b:c":kept as it is\\, really\r\nDTSTAMP:20270101T000000Z\r\n'
    "UID:u-1\r\nDUE;VALUE=DATE:20270115\r\nRELATED-TO;RELTYPE=PARENT:u-0\r\nX-EMPTY:\r\n"
    "summary;LANGUAGE=en:Renew\r\n  cover\r\nPRIORITY:1\r\nSEQUENCE:4\r\nSTATUS:NEEDS-ACTION\r\n"
    "X-APPLE-SORT-ORDER:657331200\r\nDESCRIPTION:a very long description that goes on and on and\r\n  on\r\n"
    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER;RELATED=END:-PT15H\r\nDESCRIPTION:alarm\r\nEND:VALARM\r\n"
    "X-AFTER:1\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
)
OWNED = {
    *("SUMMARY", "DTSTART", "DUE", "DURATION", "STATUS", "COMPLETED", "PERCENT-COMPLETE"),
    *("DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "X-FOLLOWTHRU-REVISION"),
}


@given(
    st.lists(st.tuples(days, times, ahead, steps), min_size=1, max_size=4),
    zones,
    st.sampled_from(["\r\n", "\n"]),
)
@settings(max_examples=25)
def test_everything_foreign_survives_a_hundred_edits_byte_for_byte(
    rounds: list[tuple[date, str | None, timedelta | None, Progress]], zone: str, ending: str
) -> None:
    text = FOREIGN.replace("\r\n", ending)
    before = foreign_lines(text, OWNED)
    for number in range(100):
        on, time, early, progress = rounds[number % len(rounds)]
        when = When(on + timedelta(days=number // len(rounds)), time, zone)
        begins = None if early is None else when.on - early
        text = patch(text, NOW, summary=f"Title {number}", when=when, progress=progress, begins=begins)
        found = remote(text)
        assert found.when(zone) == when
        assert found.ticks.done == (progress is Progress.DONE)
    check_dates(text)
    without = [line for line in foreign_lines(text, OWNED) if not line.startswith("BEGIN:VTIMEZONE")]
    zone_lines = "".join(foreign_lines(text, OWNED)).partition("BEGIN:VTIMEZONE")[2]
    if not zone_lines:
        assert without == before
    else:
        assert [line for line in before if line not in without] == []
    assert (ending == "\n") == ("\r" not in text)
    again = [(patch(text, LATER, when=remote(text).when(zone)), number) for number in range(2)]
    assert all(one == text for one, _ in again), "what it says already changes no byte"


def test_an_edit_that_says_nothing_new_changes_no_byte() -> None:
    said = patch(FOREIGN, NOW, summary="Renew cover", when=When(FRIDAY), progress=Progress.OPEN, begins=None)
    assert said == FOREIGN
    assert patch(FOREIGN, NOW, begins=KEPT) == FOREIGN


@given(days, times, zones, st.one_of(days, st.datetimes(*MOMENTS)), times, days)
def test_no_beginning_of_theirs_is_ever_sent_on_the_day_or_later_or_in_another_form(
    on: date, time: str | None, zone: str, theirs: date | datetime, new_time: str | None, new_day: date
) -> None:
    there = (
        f"DTSTART:{theirs:%Y%m%dT%H%M%SZ}" if isinstance(theirs, datetime) else f"DTSTART;VALUE=DATE:{theirs:%Y%m%d}"
    )
    text = build(todo(When(on, time, zone)), NOW).replace("STATUS:", f"{there}\r\nSTATUS:")
    check_dates(patch(text, LATER, when=When(new_day, new_time, zone), summary="Moved"))
    check_dates(patch(text, LATER, when=When(new_day, new_time, zone), begins=new_day - timedelta(days=1)))
    check_dates(patch(text, LATER, summary="Other"))
    check_dates(patch(text, LATER, progress=Progress.DONE))


def test_a_beginning_of_theirs_stays_as_they_wrote_it_while_it_may() -> None:
    theirs = FOREIGN.replace("DUE;", "DTSTART;X-P=1;VALUE=DATE:20270110\r\nDUE;")
    assert "DTSTART;X-P=1;VALUE=DATE:20270110\r\n" in patch(theirs, NOW, when=When(date(2027, 1, 20)))
    assert "DTSTART" not in patch(theirs, NOW, when=When(date(2027, 1, 10)))
    timed = patch(theirs, NOW, when=When(FRIDAY, "14:00", "Europe/Berlin"))
    assert "DTSTART;TZID=Europe/Berlin:20270110T140000\r\n" in timed


def test_a_duration_is_understood_and_gives_way_to_a_day() -> None:
    text = FOREIGN.replace("DUE;VALUE=DATE:20270115", "DTSTART;VALUE=DATE:20270110\r\nDURATION:P5D")
    assert remote(text).when("UTC") == When(FRIDAY)
    named = patch(text, NOW, summary="Other")
    assert "DURATION:P5D\r\n" in named
    moved = patch(text, NOW, when=When(date(2027, 1, 20)))
    assert "DURATION" not in moved
    assert "DUE;VALUE=DATE:20270120\r\n" in moved
    begun = patch(text, NOW, when=When(FRIDAY), begins=date(2027, 1, 12))
    assert remote(begun).when("UTC") == When(FRIDAY), "another beginning moves no day"
    assert "DTSTART;VALUE=DATE:20270112\r\n" in check_dates(begun).to_ical().decode()
    hours = FOREIGN.replace("DUE;VALUE=DATE:20270115", "DTSTART:20270115T120000Z\r\nDURATION:PT2H")
    assert remote(hours).when("Europe/Berlin") == When(FRIDAY, "15:00", "Europe/Berlin")


def test_a_todo_without_a_date_says_so_and_can_be_given_one() -> None:
    text = FOREIGN.replace("DUE;VALUE=DATE:20270115\r\n", "")
    assert remote(text).when("UTC") is None
    assert remote(patch(text, NOW, summary="Other")).when("UTC") is None
    assert remote(patch(text, NOW, when=When(FRIDAY))).when("UTC") == When(FRIDAY)


TICKED = ("STATUS:COMPLETED", "COMPLETED:20270105T090000Z", "PERCENT-COMPLETE:100", "status:completed")


@pytest.mark.parametrize("line", TICKED)
def test_a_todo_is_done_in_whatever_way_it_was_ticked(line: str) -> None:
    bare = FOREIGN.replace("STATUS:NEEDS-ACTION", line)
    assert remote(bare).ticks.done
    assert patch(bare, NOW, progress=Progress.DONE) == bare
    undone = patch(bare, LATER, progress=Progress.OPEN)
    assert not remote(undone).ticks.done
    assert "STATUS:NEEDS-ACTION\r\n" in undone
    assert "COMPLETED" not in undone
    assert "PERCENT" not in undone


@pytest.mark.parametrize(
    ("before", "now", "known", "done"),
    [
        (Ticks("NEEDS-ACTION", False, False), Ticks("NEEDS-ACTION", True, False), False, True),
        (Ticks("NEEDS-ACTION", False, False), Ticks("NEEDS-ACTION", False, True), False, True),
        (Ticks("NEEDS-ACTION", False, False), Ticks("COMPLETED", False, False), False, True),
        (Ticks("NEEDS-ACTION", False, False), Ticks("IN-PROCESS", False, False), False, False),
        (Ticks("COMPLETED", True, True), Ticks("NEEDS-ACTION", True, True), True, False),
        (Ticks("COMPLETED", True, True), Ticks("NEEDS-ACTION", False, False), True, False),
        (Ticks("COMPLETED", True, True), Ticks("COMPLETED", False, True), True, True),
        (Ticks("COMPLETED", True, True), Ticks(None, False, False), True, False),
        (Ticks("NEEDS-ACTION", True, False), Ticks("NEEDS-ACTION", False, False), True, False),
        (Ticks("NEEDS-ACTION", True, False), Ticks("NEEDS-ACTION", True, False), True, True),
        (Ticks("COMPLETED", True, True), Ticks("CANCELLED", True, True), True, True),
        (Ticks("NEEDS-ACTION", False, False), Ticks("CANCELLED", False, False), False, False),
    ],
)
def test_what_changed_decides_whether_it_was_ticked_or_unticked(
    before: Ticks, now: Ticks, known: bool, done: bool
) -> None:
    assert done_there(now, before, known) is done


def test_ticking_writes_all_three_and_a_status_of_ours_is_no_edit_of_a_title() -> None:
    done = patch(FOREIGN, LATER, progress=Progress.DONE)
    for line in (
        "STATUS:COMPLETED\r\n",
        "COMPLETED:20270105T090000Z\r\n",
        "PERCENT-COMPLETE:100\r\n",
        "SEQUENCE:5\r\n",
    ):
        assert line in done
    assert "SEQUENCE:4\r\n" in patch(FOREIGN, LATER, summary="Other")
    cancelled = FOREIGN.replace("NEEDS-ACTION", "Cancelled")
    assert remote(cancelled).cancelled
    assert "STATUS:IN-PROCESS\r\n" in patch(cancelled, NOW, progress=Progress.STARTED)


BAD = {
    FOREIGN.replace("20270115", "soon"): "cannot be read",
    FOREIGN.replace("20270115", "20270231"): "no date",
    FOREIGN.replace("20270115", "00010101"): "out of range",
    FOREIGN.replace("DUE;VALUE=DATE:20270115", "DUE;TZID=Nowhere:20270115T100000"): "not known",
    FOREIGN.replace("DUE;", "DTSTART:whenever\r\nDUE;"): "cannot be read",
    FOREIGN.replace("DUE;VALUE=DATE:20270115", "DTSTART;VALUE=DATE:20270115\r\nDURATION:soon"): "cannot be read",
    FOREIGN.replace("DUE;VALUE=DATE:20270115", "DURATION:P1D"): "do not fit",
    FOREIGN.replace("END:VTODO\r\n", "END:VTODO\r\nBEGIN:VTODO\r\nEND:VTODO\r\n"): "something else",
}


@pytest.mark.parametrize("text", BAD, ids=BAD.values())
def test_what_cannot_be_understood_wholly_is_bad_with_a_reason(text: str) -> None:
    found = read(text)
    assert isinstance(found, Bad)
    assert BAD[text] in found.reason


@pytest.mark.parametrize("line", ["RRULE:FREQ=DAILY", "ATTENDEE:mailto:a@example.com"])
def test_repeating_and_shared_todos_are_not_to_be_written(line: str) -> None:
    assert remote(FOREIGN.replace("SEQUENCE:4", line)).untouchable


@given(st.text(max_size=300))
def test_no_text_at_all_makes_the_reader_stumble(text: str) -> None:
    assert isinstance(read(FOREIGN.replace("kept as it is", text)), Remote | Bad)
    assert isinstance(read(FOREIGN.replace("20270115", text)), Remote | Bad)
    semantic(text)


def test_meaning_holds_the_tick_and_the_day() -> None:
    for old, new in (("20270115", "20270116"), ("NEEDS-ACTION", "COMPLETED"), ("PARENT:u-0", "PARENT:u-2")):
        assert semantic(FOREIGN.replace(old, new)) != semantic(FOREIGN)


@given(zones, days, st.integers(0, 23), st.integers(0, 59), st.sampled_from(Form), st.integers(1, 400))
@example("Pacific/Kiritimati", date(2027, 3, 14), 2, 30, Form.TODO, 1)
@example("Etc/GMT+12", date(2028, 2, 29), 0, 0, Form.TODO, 1)
@example("Etc/GMT-14", date(2028, 2, 29), 23, 59, Form.EVENT, 1)
@example("America/New_York", date(2027, 3, 14), 2, 30, Form.TODO, 1)
@example("America/New_York", date(2027, 11, 7), 1, 30, Form.EVENT, 1)
@example("Australia/Lord_Howe", date(2027, 4, 4), 1, 45, Form.TODO, 1)
@example("Africa/Casablanca", date(2027, 2, 7), 2, 30, Form.TODO, 1)
@example("Pacific/Apia", date(2011, 12, 30), 12, 0, Form.TODO, 1)
@settings(max_examples=30)
def test_dates_and_times_survive_a_hundred_round_trips_in_every_zone(
    zone: str, on: date, hour: int, minute: int, form: Form, early: int
) -> None:
    text = build(todo(When(FRIDAY, None, zone))._replace(form=form), NOW)
    begins: date | Kept | None = on - timedelta(days=early)
    for turn in range(100):
        when = When(on + timedelta(days=turn % 2), None if turn % 4 < 2 else f"{hour:02}:{minute:02}", zone)
        text = patch(text, NOW, when=when, begins=begins)
        assert remote(text).when(zone) == when
        assert patch(text, LATER, when=remote(text).when(zone)) == text
    component = icalendar.Calendar.from_ical(text)
    [other] = [*component.events, *component.todos]
    day = value_of(other, "DTSTART" if form is Form.EVENT else "DUE")
    assert isinstance(day, datetime)
    assert day.replace(tzinfo=None) == datetime.combine(on + timedelta(days=1), datetime.min.time()).replace(
        hour=hour, minute=minute
    )
    if form is Form.TODO:
        check_dates(text)


@pytest.mark.parametrize("form", Form)
def test_a_day_is_the_same_day_in_every_zone(form: Form) -> None:
    leap = date(2028, 2, 29)
    for zone in ZONES:
        text = build(todo(When(leap, None, zone))._replace(form=form), NOW)
        assert all(remote(text).when(other) == When(leap, None, other) for other in (zone, "Etc/GMT+12", "Etc/GMT-14"))
        timed = build(todo(When(leap, "23:30", zone))._replace(form=form), NOW)
        assert remote(timed).when(zone) == When(leap, "23:30", zone)
        instant = datetime(2028, 2, 29, 23, 30, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        moved = timed.replace(f";TZID={zone}:20280229T233000", f":{instant:%Y%m%dT%H%M%SZ}")
        assert remote(moved).when(zone) == When(leap, "23:30", zone), "told in UTC it is the same moment"
