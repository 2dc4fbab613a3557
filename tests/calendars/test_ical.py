"""Event text: written, read, edited in place; checked against icalendar as an independent reader."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import cast
from zoneinfo import ZoneInfo, available_timezones

import icalendar
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from followthru.calendars.ical.clean import squash
from followthru.calendars.ical.lines import content_lines, escape, fold, parameters, unescape, write
from followthru.calendars.ical.read import Remote, read, semantic
from followthru.calendars.ical.scan import Bad
from followthru.calendars.ical.when import When
from followthru.calendars.ical.write import Entry, build, patch
from followthru.calendars.ical.zone import vtimezone

NOW = datetime(2027, 1, 4, 15, 0, tzinfo=UTC)
LATER = datetime(2027, 1, 5, 9, 0, tzinfo=UTC)
FRIDAY = date(2027, 1, 15)
ZONES = sorted(available_timezones() - {"localtime", "posixrules", "Factory"})

titles = st.text(max_size=120)
days = st.dates(date(1971, 1, 1), date(2200, 1, 1))
times = st.one_of(st.none(), st.times().map(lambda value: f"{value:%H:%M}"))
zones = st.sampled_from(ZONES)


def event(summary: str = "Renew cover", when: When | None = None) -> Entry:
    return Entry("u-1", summary, when or When(FRIDAY), "oak-street", "task-1", "promise")


def remote(text: str) -> Remote:
    found = read(text)
    assert isinstance(found, Remote), found
    return found


@given(titles, days, times, zones)
@example("dtstart:x\r\nATTENDEE:mailto:a@example.com", FRIDAY, "02:30", "America/New_York")
@example("a" * 73 + "é" * 40, FRIDAY, None, "UTC")
def test_what_is_built_reads_back_the_same_here_and_elsewhere(
    title: str, on: date, time: str | None, zone: str
) -> None:
    text = build(event(squash(title), When(on, time, zone)), NOW)
    found = remote(text)
    assert found.summary == squash(title)
    assert found.when(zone) == When(on, time, zone)
    [component] = icalendar.Calendar.from_ical(text).events
    assert str(component["SUMMARY"]) == squash(title)
    start = component.start
    assert (start.date() if isinstance(start, datetime) else start) == on
    assert isinstance(start, datetime) == (time is not None)
    assert "ATTENDEE" not in component
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert "\n" not in text.replace("\r\n", "")


@given(st.text(), st.text())
def test_no_value_becomes_a_second_content_line(value: str, params: str) -> None:
    assert len(list(content_lines(write("SUMMARY", escape(value))))) == 1
    try:
        line = write("X-A", value, f";P={params}")
    except ValueError:
        return
    assert len(list(content_lines(line))) == 1


def test_no_line_can_be_injected_without_assertions_either() -> None:
    code = (
        "from followthru.calendars.ical.lines import escape, write\n"
        "from followthru.calendars.ical.write import Entry, build\n"
        "from followthru.calendars.ical.when import When\n"
        "from datetime import UTC, date, datetime\n"
        "assert False, 'assertions are on'\n"
        "bad = 'x\\r\\nATTENDEE:mailto:a@example.com\\nX:\\u2028y\\x85z'\n"
        "text = build(Entry(bad, bad, When(date(2027, 1, 15)), bad, bad, bad), datetime(2027, 1, 4, tzinfo=UTC))\n"
        "print(sum(line.startswith(('ATTENDEE', 'X:')) for line in text.splitlines()))\n"
        "for name, value, params in (('X', bad, ''), ('X', 'v', ';P=a\\nB:c'), ('X\\nY', 'v', '')):\n"
        "    try:\n"
        "        write(name, value, params)\n"
        "    except ValueError:\n"
        "        print('refused')\n"
    )
    done = subprocess.run([sys.executable, "-O", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0", "refused", "refused", "refused"]


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=300))
def test_folding_keeps_characters_whole_and_unfolds_to_the_same(text: str) -> None:
    line = "SUMMARY:" + text.replace("\u2028", "").replace("\u2029", "")
    folded = fold(line)
    assert folded.replace("\r\n ", "") == line + "\r\n"
    for piece in folded.split("\r\n"):
        assert len(piece.encode()) <= 75


@given(st.text())
def test_escaping_is_undone_by_unescaping(text: str) -> None:
    assert unescape(escape(text)) == squash(text)


@given(st.text())
def test_squashed_text_is_one_line_without_controls_and_stays_as_it_is(text: str) -> None:
    clean = squash(text)
    assert squash(clean) == clean
    assert clean == " ".join(clean.split())
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", clean)


def test_long_text_is_cut_with_a_mark() -> None:
    assert squash("x" * 300, 200) == "x" * 199 + "…"


FOREIGN = (
    "BEGIN:VCALENDAR\r\nX-WR-CALNAME:Theirs\r\nVERSION:2.0\r\nPRODID:-//other//EN\r\n"
    'BEGIN:VEVENT\r\nX-Before;X-P="a;b:c":kept as it is\\, really\r\nDTSTAMP:20270101T000000Z\r\n'
    "UID:u-1\r\nDTSTART;VALUE=DATE:20270115\r\nX-EMPTY:\r\n"
    "summary;LANGUAGE=en:Renew\r\n  cover\r\nDTEND;VALUE=DATE:20270118\r\nSEQUENCE:4\r\n"
    "DESCRIPTION:a very long description that goes on and on and on and on and on an\r\n d on\r\n"
    "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15H\r\nSUMMARY:alarm\r\nEND:VALARM\r\n"
    "X-AFTER:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
OWNED = {"SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DURATION", "X-FOLLOWTHRU-REVISION"}


def foreign_lines(text: str, owned: Collection[str] = frozenset(OWNED)) -> list[str]:
    """Return everything that is not ours, exactly, with alarms whole."""
    kept: list[str] = []
    depth = 0
    for line in content_lines(text):
        depth += (line.name == "BEGIN") - (line.name == "END")
        if depth != 2 or line.name not in owned:
            kept.append(text[line.start : line.end])
    return kept


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_everything_foreign_survives_a_hundred_edits_byte_for_byte(ending: str) -> None:
    text = FOREIGN.replace("\r\n", ending)
    before = foreign_lines(text)
    for number in range(100):
        when = When(FRIDAY + timedelta(days=number))
        text = patch(text, NOW + timedelta(days=number), summary=f"Title {number}", when=when)
        assert remote(text).when("UTC") == when
    assert foreign_lines(text) == before
    found = remote(text)
    assert found.summary == "Title 99"
    assert found.span == timedelta(days=3), "an event that lasts longer keeps its length"
    assert found.sequence == 4 + 99, "the first edit did not move it"
    assert text.count("LANGUAGE=en") == 1
    assert (ending == "\n") == ("\r" not in text)


def test_an_edit_that_says_nothing_new_changes_no_byte() -> None:
    assert patch(FOREIGN, NOW, summary="Renew cover", when=When(FRIDAY)) == FOREIGN


def test_a_title_edit_touches_neither_dates_nor_sequence() -> None:
    text = patch(FOREIGN, LATER, summary="Other")
    assert "SEQUENCE:4\r\n" in text
    assert "DTSTART;VALUE=DATE:20270115\r\n" in text
    assert "DTSTAMP:20270105T090000Z\r\n" in text
    assert "LAST-MODIFIED:20270105T090000Z\r\nX-FOLLOWTHRU-REVISION:" in text
    assert text.index("X-FOLLOWTHRU-REVISION") < text.index("BEGIN:VALARM")


def test_doubled_lines_of_ours_become_one_and_a_duration_becomes_an_end() -> None:
    text = FOREIGN.replace("DTEND;VALUE=DATE:20270118", "DURATION:P2D\r\nDTSTART;VALUE=DATE:20270116")
    edited = patch(text, NOW, when=When(date(2027, 2, 1)))
    assert edited.count("DTSTART") == 1
    assert "DURATION" not in edited
    assert "DTEND;VALUE=DATE:20270203" in edited


def test_a_day_becomes_a_clock_time_with_its_zone_and_a_day_again() -> None:
    timed = patch(FOREIGN, NOW, when=When(FRIDAY, "14:00", "Europe/Berlin"))
    assert timed.count("BEGIN:VTIMEZONE") == 1
    assert "DTEND;TZID=Europe/Berlin:20270115T143000" in timed
    again = patch(timed, LATER, when=When(FRIDAY, "15:00", "Europe/Berlin"))
    assert again.count("BEGIN:VTIMEZONE") == 1
    day = patch(again, LATER, when=When(FRIDAY))
    assert "DTSTART;VALUE=DATE:20270115" in day
    assert "DTEND;VALUE=DATE:20270116" in day


@given(zones, days, st.integers(0, 23), st.integers(0, 59))
@example("Pacific/Kiritimati", date(2027, 3, 14), 2, 30)
@example("Etc/GMT+12", date(2028, 2, 29), 0, 0)
@example("America/New_York", date(2027, 11, 7), 1, 30)
@example("Africa/Casablanca", date(2027, 2, 7), 2, 30)
def test_dates_and_times_survive_a_hundred_round_trips_in_every_zone(
    zone: str, on: date, hour: int, minute: int
) -> None:
    for when in (When(on, None, zone), When(on, f"{hour:02}:{minute:02}", zone)):
        text = build(event(when=When(FRIDAY, None, zone)), NOW)
        for turn in range(5):
            text = patch(text, NOW, when=when)
            assert remote(text).when(zone) == when
            text = patch(text, NOW, when=When(on + timedelta(days=turn + 1), None, zone))
    for _ in range(100):
        text = patch(text, NOW, when=remote(text).when(zone))


@given(zones, st.dates(date(2000, 1, 1), date(2035, 1, 1)), st.integers(0, 23), st.integers(0, 59))
def test_the_small_vtimezone_means_the_same_instants(zone: str, on: date, hour: int, minute: int) -> None:
    wall = datetime(on.year, on.month, on.day, hour, minute)  # noqa: DTZ001
    expected = wall.replace(tzinfo=ZoneInfo(zone)).utcoffset()
    gap = wall.replace(tzinfo=ZoneInfo(zone), fold=1).utcoffset() != expected
    text = f"BEGIN:VCALENDAR\r\n{vtimezone(zone, on)}END:VCALENDAR\r\n".replace(f"TZID:{zone}", "TZID:X-Custom")
    [definition] = icalendar.Calendar.from_ical(text).timezones
    if not gap:
        own = cast("tzinfo", definition.to_tz(lookup_tzid=False))
        assert wall.replace(tzinfo=own).utcoffset() == expected


def test_a_foreign_zone_name_is_understood_by_its_last_parts_or_by_its_own_definition() -> None:
    text = build(event(when=When(FRIDAY, "14:00", "Europe/Berlin")), NOW)
    for name in ("/example.org/20270101/Europe/Berlin", "W. Europe Standard Time", "Home"):
        renamed = text.replace("Europe/Berlin", name)
        assert remote(renamed).when("Europe/Berlin") == When(FRIDAY, "14:00", "Europe/Berlin"), name
        assert remote(renamed).when("America/New_York") == When(FRIDAY, "08:00", "America/New_York")


BAD = {
    "": "holds neither an event nor a todo",
    "hello": "outside of the calendar",
    FOREIGN.replace("END:VCALENDAR\r\n", ""): "cut off",
    FOREIGN[: FOREIGN.index("END:VALARM")]: "cut off",
    FOREIGN.replace("VEVENT", "VJOURNAL"): "something else",
    FOREIGN.replace("END:VEVENT\r\n", "END:VEVENT\r\nBEGIN:VTODO\r\nEND:VTODO\r\n"): "something else",
    FOREIGN.replace("UID:u-1\r\n", ""): "no UID",
    FOREIGN.replace("DTSTART;VALUE=DATE:20270115\r\n", ""): "no start",
    FOREIGN.replace("20270115", "20270231"): "no date",
    FOREIGN.replace("20270115", "00010101"): "out of range",
    FOREIGN.replace("20270115", "soon"): "cannot be read",
    FOREIGN.replace("DTEND;VALUE=DATE:20270118", "DTEND:20270118T100000Z"): "do not fit",
    FOREIGN.replace("DTSTART;VALUE=DATE:20270115", "DTSTART;TZID=Nowhere:20270115T100000"): "not known",
    FOREIGN.replace("BEGIN:VALARM", "END:VALARM"): "not closed in order",
    FOREIGN.replace("END:VEVENT\r\n", "END:VEVENT\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\n"): "something else",
    FOREIGN + FOREIGN: "not one calendar",
    FOREIGN.replace("Theirs", "x" * 1_100_000): "larger than",
    FOREIGN.replace("Theirs", "\udcff"): "not UTF-8",
}


@pytest.mark.parametrize("text", BAD, ids=BAD.values())
def test_what_cannot_be_understood_wholly_is_bad_with_a_reason(text: str) -> None:
    found = read(text)
    assert isinstance(found, Bad)
    assert BAD[text] in found.reason


@given(st.text(max_size=300))
def test_no_text_at_all_makes_the_reader_stumble(text: str) -> None:
    assert isinstance(read(text), Remote | Bad)
    assert isinstance(read(FOREIGN.replace("kept as it is", text)), Remote | Bad)
    semantic(text)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("RRULE:FREQ=DAILY", "repeats"),
        ("ATTENDEE:mailto:a@example.com", "invited"),
        ("RECURRENCE-ID:20270115", "repeats"),
    ],
)
def test_repeating_events_and_meetings_are_not_to_be_written(line: str, reason: str) -> None:
    found = remote(FOREIGN.replace("SEQUENCE:4", line))
    assert reason in (found.untouchable or "")


def test_an_alarm_is_no_part_of_what_the_event_says() -> None:
    found = remote(FOREIGN)
    assert (found.summary, found.uid, found.cancelled, found.untouchable) == ("Renew cover", "u-1", False, None)
    assert remote(FOREIGN.replace("SEQUENCE:4", "STATUS:Cancelled")).cancelled


def test_meaning_ignores_stamps_order_folding_quoting_and_line_ends() -> None:
    same = FOREIGN.replace("\r\n", "\n").replace("Renew\n  cover", "Renew cover").replace("SEQUENCE:4", "SEQUENCE:9")
    same = same.replace("-//other//EN", "-//another//EN").replace("20270101T000000Z", "20270909T000000Z")
    same = same.replace("UID:u-1\n", "").replace("X-EMPTY:\n", "X-EMPTY:\nUID:u-1\n").replace("summary;", "SUMMARY;")
    assert semantic(same) == semantic(FOREIGN)
    for old, new in (("20270115", "20270116"), ("Renew", "Review"), ("-PT15H", "-PT16H"), ("=en", "=de")):
        assert semantic(FOREIGN.replace(old, new)) != semantic(FOREIGN)


def test_parameters_are_read_with_their_quotes_respected() -> None:
    [line] = content_lines('X-A;P="a;b:c";q=d:value:with:colons\r\n')
    assert list(parameters(line.params)) == [("P", "a;b:c"), ("Q", "d")]
    assert line.value == "value:with:colons"
    assert (line.param("Q"), line.param("Z")) == ("d", None)


@pytest.mark.parametrize(
    "turns",
    [
        "RRULE:FREQ=SECONDLY\r\n",
        "RRULE:FREQ=HOURLY;BYMONTH=3\r\n",
        "RRULE:FREQ=YEARLY;BYHOUR=1,2,3;BYSECOND=1,2,3\r\n",
    ],
)
def test_a_zone_that_turns_all_the_time_is_not_counted_through(turns: str) -> None:
    def part(kind: str, before: str, after: str) -> str:
        offsets = f"TZOFFSETFROM:{before}\r\nTZOFFSETTO:{after}\r\n"
        return f"BEGIN:{kind}\r\nDTSTART:19700101T000000\r\n{turns}{offsets}END:{kind}\r\n"

    zone = part("STANDARD", "+0100", "+0200") + part("DAYLIGHT", "+0200", "+0100")
    text = (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:Odd\r\n{zone}END:VTIMEZONE\r\nBEGIN:VEVENT\r\n"
        "UID:u\r\nSUMMARY:x\r\nDTSTART;TZID=Odd:20270115T100000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    assert read(text) == Bad("its time zone cannot be read")
    yearly = read(text.replace(turns, "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n"))
    assert isinstance(yearly, Remote)
    assert yearly.when("Europe/Berlin") is not None
