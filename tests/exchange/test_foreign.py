"""Files of other programs, as those write them: what each row says arrives, and what has no place is a note."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followthru.actions import foreign_ics
from followthru.calendars.entries import NoCalendarError, entries
from followthru.calendars.rrule import rule_of
from followthru.domain.dateword import DateOrder
from followthru.domain.task import Status
from followthru.errors import UsageError
from followthru.exchange import sniffing, taskwarrior, todotxt
from followthru.exchange.foreign import Foreign, Found, in_order
from followthru.exchange.sniffing import How
from followthru.exchange.sources import Source, UnreadableError
from followthru.exchange.when_words import read_span, read_when

ZONE = "America/New_York"
TODAY = date(2026, 7, 1)
TODOIST = (
    "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE,DURATION,DURATION_UNIT,"
    "DEADLINE,DEADLINE_LANG"
)


def found(text: str, name: str = "list.csv", dates: DateOrder | None = None) -> Found:
    """Read a text in the format that is found for it."""
    source = Source(name, text, "utf-8")
    format = sniffing.sniff(source)
    return foreign_ics.read(source, ZONE) if format == "ics" else sniffing.read(source, format, How(ZONE, dates))


def by_title(text: str, name: str = "list.csv") -> dict[str, Foreign]:
    """Return the tasks of a text by their titles."""
    return {task.title: task for task in found(text, name).tasks}


def test_todoist_rows_of_every_type_find_their_place() -> None:
    rows = (
        TODOIST,
        "meta,view_style=list,,,,,,,,,,,,",
        "note,About the project,,,,PM (1),,,,,,,,",
        'task,"Renew the lease @legal @Client-Work","Landlord, slow",1,1,PM (1),Dana Reyes (77),Jan 15 2027,en,,,,,',
        "task,Get quotes,,3,2,PM (1),,,en,,30,minute,Feb 3 2027,en",
        "task,Ask Bo,,4,3,PM (1),,,en,,,,,",
        "note,Two so far,,,,PM (1),,,,,,,,",
        'note,"[[file {""file_name"": ""plan.pdf"", ""file_url"": ""https://x.example/1""}]]",,,,PM (1),,,,,,,,',
        ",,,,,,,,,,,,,",
        "section,Month End,,,,,,,,,,,,",
        "task,* Payroll,,4,1,PM (1),,every month,en,,,,,",
        "task,Get quotes,,4,1,PM (1),,,en,,,,,",
        "task,,,4,1,PM (1),,,en,,,,,",
        "chapter,x,,,,,,,,,,,,",
    )
    there = found("\r\n".join(rows), "backup/Oak Street [2203306141].csv")
    lease, quotes, ask, payroll, again = there.tasks
    assert (there.format, {task.project for task in there.tasks}) == ("todoist", {"Oak Street"})
    assert (lease.tags, lease.priority, lease.assignee, lease.notes) == (
        ("legal", "Client-Work"), "high", "Dana Reyes", ("Landlord, slow",),
    )  # fmt: skip
    assert (quotes.parent, quotes.priority, quotes.notes, quotes.estimate_minutes, quotes.more) == (
        lease.key, None, ("Priority: p3",), 30, {"deadline": "Feb 3 2027"},
    )  # fmt: skip
    assert (ask.parent, ask.notes) == (quotes.key, ("Comment: Two so far", "File: plan.pdf"))
    assert (payroll.title, payroll.section, payroll.when) == ("Payroll", "Month End", "every month")
    assert again.key != quotes.key
    assert [fault.line for fault in there.faults] == [13, 14]
    assert "About the project" in there.warnings[0]


ASANA = (
    "Task ID,Created At,Completed At,Last Modified,Name,Section/Column,Assignee,Assignee Email,Start Date,Due Date,"
    'Tags,Notes,Projects,Parent task,Blocked By (Dependencies),Blocking (Dependencies),Priority,Cost centre\r\n'
    '1001,2026-01-05,,2026-02-01,"Permit, county",Facilities,Dana Reyes,dana@oak.example,2026-08-01,2026-08-15,'
    '"site,city","Line one\nLine two","Oak Street,Both",,"Ask the city, again",,Medium,CC-7\r\n'
    "1002,2026-01-05,2026-02-02,2026-02-02,Fill the form,,,,,,,,,\"Permit, county\",,,High,\r\n"
    '1003,2026-01-05,,2026-02-01,"Ask the city, again",Facilities,,,,,,,Oak Street,,,"Permit, county",,\r\n'
    ",2026-01-05,,,No id,,,,,,,,,,,,,\r\n"
)  # fmt: skip


def test_asana_ties_tasks_by_their_words_and_keeps_what_has_no_place() -> None:
    there = found(ASANA)
    permit, form, city = there.tasks
    assert (there.format, permit.key, permit.project, permit.section) == ("asana", "1001", "Oak Street", "Facilities")
    assert (permit.starts_on, permit.target_on) == (date(2026, 8, 1), date(2026, 8, 15))
    assert (permit.tags, permit.assignee, permit.needs) == (("site", "city"), "dana@oak.example", ("1003",))
    assert permit.notes == (
        "Line one\nLine two", "Cost centre: CC-7", "Also in: Both", "Priority: Medium", "Created: 2026-01-05",
    )  # fmt: skip
    assert (form.parent, form.status, form.done_on, form.priority) == ("1001", Status.DONE, date(2026, 2, 2), "high")
    assert form.project == "Oak Street"
    assert city.needs == ()
    assert [(fault.line, fault.key) for fault in there.faults] == [(6, "Task ID")]


def taskwarrior_text(*tasks: Mapping[str, object], lines: bool = False) -> str:
    """Return what `task export` writes."""
    rows = [json.dumps(task) for task in tasks]
    return "\n".join(rows) if lines else "[\n" + ",\n".join(rows) + "\n]\n"


TW = (
    {"id": 1, "uuid": "aa", "description": "Renew \x1b[31mpermit\u202e", "status": "pending", "due": "20270115T050000Z",
     "wait": "20270101T050000Z", "entry": "20260105T150000Z", "project": "Oak.billing", "priority": "H",
     "tags": ["city", "next"], "depends": ["bb"], "urgency": 12.3, "ticket": "INC-9",
     "annotations": [{"entry": "20260106T150000Z", "description": "They called"}]},
    {"uuid": "bb", "description": "Get the form", "status": "completed", "end": "20260202T030000Z", "depends": "cc"},
    {"uuid": "cc", "description": "Old idea", "status": "deleted", "end": "20260202T030000Z", "priority": "M"},
    {"uuid": "t", "description": "Pay rent", "status": "recurring", "recur": "monthly", "due": "20260901T040000Z",
     "mask": "+-"},
    {"uuid": "c0", "description": "Pay rent", "status": "completed", "recur": "monthly", "parent": "t", "imask": 0,
     "due": "20260901T040000Z", "end": "20260901T150000Z"},
    {"uuid": "c1", "description": "Pay rent now", "status": "pending", "recur": "monthly", "parent": "t", "imask": 1,
     "due": "20261001T040000Z", "start": "20260930T040000Z"},
    {"uuid": "u", "description": "Water plants", "status": "recurring", "recur": "P10D", "due": "20261001T040000Z"},
    {"uuid": "aa", "description": "Twice", "status": "pending"},
    {"uuid": "x", "description": "Bad day", "status": "pending", "due": "soon"},
    {"uuid": "y", "status": "pending"},
)  # fmt: skip


@pytest.mark.parametrize("lines", [False, True])
def test_taskwarrior_gives_the_rule_to_the_newest_instance_and_its_own_fields_to_notes(lines: bool) -> None:
    there = found(taskwarrior_text(*TW, lines=lines), "tasks.json")
    permit, form, idea, paid, rent, plants = there.tasks
    assert (permit.title, permit.target_on, permit.starts_on) == (
        "Renew [31mpermit", date(2027, 1, 15), date(2027, 1, 1),
    )  # fmt: skip
    assert (permit.project, permit.section, permit.priority, permit.needs) == ("Oak", "billing", "high", ("bb",))
    assert permit.notes == ("2026-01-06: They called", "created: 2026-01-05", "ticket: INC-9")
    assert (form.status, form.done_on, form.needs) == (Status.DONE, date(2026, 2, 1), ("cc",))
    assert (idea.status, idea.done_on, idea.notes) == (Status.DROPPED, None, ("Priority: M",))
    assert (paid.key, paid.repeats, paid.status) == ("c0", None, Status.DONE)
    assert (rent.key, rent.repeats, rent.status, rent.target_on) == ("t", "month", Status.STARTED, date(2026, 10, 1))
    assert (plants.key, plants.repeats) == ("u", "10 days")
    lead = 1 if lines else 2
    assert sorted(fault.line for fault in there.faults) == [lead + at for at in (7, 8, 9)]


def test_taskwarrior_tasks_on_one_line_are_counted_one_by_one() -> None:
    """As a program writes them that saves space; half a character is none."""
    said = [{"uuid": uuid, "description": f"Task {uuid} \ud800", "entry": "x"} for uuid in ("a", "b", "a", "\ud800")]
    there = found(json.dumps([*said, {"uuid": "c"}]), "tasks.json")
    assert [(one.line, one.key, one.title) for one in there.tasks] == [
        (1, "a", "Task a ?"), (2, "b", "Task b ?"), (4, "?", "Task ? ?"),
    ]  # fmt: skip
    assert [(fault.line, fault.words) for fault in sorted(there.faults)] == [
        (3, "is the same task as in line 1"),
        (5, "description is missing: a task needs a title"),
    ]
    assert there.rejects is not None
    assert json.loads(there.rejects({5: "bad"})) == [{"uuid": "c"}]


def test_a_broken_or_bottomless_export_is_told_with_its_line() -> None:
    with pytest.raises(UnreadableError, match=r"t\.json:3: this is not JSON"):
        taskwarrior.read(Source("t.json", '[\n{"description": "a"},\n{"description": oops}\n]', "utf-8"), ZONE)
    deep = '{"description":' + '{"a":' * 100_000 + "1" + "}" * 100_001
    with pytest.raises(UnreadableError, match="nested too deep"):
        taskwarrior.read(Source("t.json", deep, "utf-8"), ZONE)
    assert taskwarrior.read(Source("t.json", "[" * 100_000, "utf-8"), ZONE).tasks == []


def test_todotxt_lines_are_read_as_the_format_says() -> None:
    tasks = by_title(
        "(A) 2026-06-16 Call Bo +Oak-Street @phone due:2026-07-15 t:2026-07-10 ref:INC-9 rec:+1m\n"
        "x 2026-06-20 2026-06-01 Send numbers +Oak-Street +Both pri:B\r\n"
        "(C) Read http://x.example/a:b rec:3d\n"
        "xylophone lesson +Home\n"
        "x (A) Done without a day\n",
        "todo.txt",
    )
    bo = tasks["Call Bo ref:INC-9"]
    assert (bo.project, bo.tags, bo.priority, bo.repeats) == ("Oak-Street", ("phone",), "high", "month")
    assert (bo.target_on, bo.starts_on, bo.notes) == (date(2026, 7, 15), date(2026, 7, 10), ("Created: 2026-06-16",))
    sent = tasks["Send numbers"]
    assert (sent.status, sent.done_on) == (Status.DONE, date(2026, 6, 20))
    assert sent.notes == ("Priority: B", "Also in: Both", "Created: 2026-06-01")
    assert tasks["Read http://x.example/a:b"].repeats == "3 days after done"
    assert (tasks["xylophone lesson"].status, tasks["Done without a day"].status) == (None, Status.DONE)


def test_todotxt_faults_are_told_by_line() -> None:
    there = todotxt.read(Source("todo.txt", f"ok\n+Oak @x\nPay due:2026-02-31\n{'x' * 20_000}\n", "utf-8"))
    assert [task.title for task in there.tasks] == ["ok"]
    assert [fault.line for fault in there.faults] == [2, 3, 4]
    assert there.rejects is not None
    assert there.rejects({2: "no words"}) == "+Oak @x\n"


ICS = """BEGIN:VCALENDAR
VERSION:2.0
X-WR-CALNAME:Oak Street
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
END:STANDARD
END:VTIMEZONE
BEGIN:VTODO
UID:1
SUMMARY:Renew permit\\, county
DESCRIPTION:Long wo
 rds\\nand more
DUE;TZID=Europe/Berlin:20270115T233000
DTSTART;VALUE=DATE:20270110
PRIORITY:2
CATEGORIES:City Hall,site
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:not a note
TRIGGER:-PT1H
END:VALARM
END:VTODO
BEGIN:VTODO
UID:2
SUMMARY:Fill the form
STATUS:COMPLETED
COMPLETED:20260202T030000Z
RELATED-TO:1
END:VTODO
BEGIN:VEVENT
UID:3
SUMMARY:Staff meeting
DTSTART;TZID="America/New_York":20260907T090000
DTEND;TZID=America/New_York:20260907T100000
RRULE:FREQ=MONTHLY;BYDAY=1MO
LOCATION:Room 2
ATTENDEE;CN="Bo: the second":mailto:bo@x.example
END:VEVENT
BEGIN:VEVENT
UID:3
SUMMARY:Staff meeting
RECURRENCE-ID:20261005T090000
DTSTART:20261006T090000
END:VEVENT
BEGIN:VEVENT
UID:4
SUMMARY:Conference
DTSTART;VALUE=DATE:20261102
DTEND;VALUE=DATE:20261105
STATUS:CANCELLED
END:VEVENT
BEGIN:VTODO
UID:5
DUE:20261399
SUMMARY:Bad day
END:VTODO
BEGIN:VTODO
UID:6
END:VTODO
END:VCALENDAR
"""


def test_todos_and_events_become_tasks_on_their_civil_day() -> None:
    there = found(ICS, "x.ics")
    permit, form, meeting, conference = there.tasks
    assert (permit.title, permit.project, permit.priority) == ("Renew permit, county", "Oak Street", "high")
    assert (permit.target_on, permit.starts_on) == (date(2027, 1, 15), date(2027, 1, 10))
    assert (permit.tags, permit.notes) == (("City-Hall", "site"), ("Long words\nand more",))
    assert (form.parent, form.status, form.done_on) == ("1", Status.DONE, date(2026, 2, 1))
    assert (meeting.target_on, meeting.repeats) == (date(2026, 9, 7), "first mon")
    assert meeting.notes == ("Starts at: 09:00", "Location: Room 2", "Attendee: mailto:bo@x.example")
    assert (conference.status, conference.notes) == (Status.DROPPED, ("Until: 2026-11-04",))
    assert [fault.line for fault in there.faults] == [41, 54, 59]


@pytest.mark.parametrize(
    "text",
    ["BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:x\n", "BEGIN:VCALENDAR\nEND:VTODO\n", "BEGIN:X\n" * 50,
     "BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:" + "x" * 300_000 + "\nEND:VTODO\nEND:VCALENDAR\n"],
)  # fmt: skip
def test_a_broken_calendar_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(UnreadableError, match=r"x\.ics:\d+: "):
        foreign_ics.read(Source("x.ics", text, "utf-8"), ZONE)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("FREQ=MONTHLY", "month"), ("FREQ=WEEKLY;INTERVAL=2", "2 weeks"), ("FREQ=WEEKLY", "fri"),
        ("FREQ=WEEKLY;BYDAY=MO,WE", "mon,wed"), ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "weekday"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "last day"), ("FREQ=MONTHLY;BYMONTHDAY=15", "month on 15"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "last fri"), ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2", "second tue"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "last working day"), ("FREQ=YEARLY", "year"),
        ("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=15", "year"), ("FREQ=YEARLY;BYMONTH=2", None), ("FREQ=HOURLY", None),
        ("FREQ=MONTHLY;BYDAY=5MO", None), ("nonsense", None),
    ],
)  # fmt: skip
def test_rules_of_calendars_that_are_rules_here(text: str, rule: str | None) -> None:
    from followthru.domain.rule_words import read

    found_, kept = rule_of(text, date(2027, 1, 15))
    assert found_ == (None if rule is None else str(read(rule)))
    assert (kept is None) == (rule is not None)


@pytest.mark.parametrize(
    ("words", "on", "repeats"),
    [
        ("Jan 15 2027", date(2027, 1, 15), None), ("2027-01-15", date(2027, 1, 15), None),
        ("15 jan 2027 at 9am", date(2027, 1, 15), None), ("tomorrow 18:00", date(2026, 7, 2), None),
        ("every month", None, "month"), ("every 15th", None, "month on 15"), ("daily", None, "day"),
        ("every! 2 weeks", None, "2 weeks after done"), ("every 3rd fri", None, "third fri"),
        ("every last day", None, "last day"), ("every mon, wed and fri at 9am", None, "mon,wed,fri"),
        ("every other week", None, "2 weeks"), ("every weekday", None, "weekday"), ("quarterly", None, "quarter"),
        ("every quarter starting Jan 1", None, "quarter"), ("every jan 27", None, None), ("blue moon", None, None),
        ("every 20 minutes", None, None), ("", None, None),
    ],
)  # fmt: skip
def test_words_for_when_are_read_or_kept(words: str, on: date | None, repeats: str | None) -> None:
    from followthru.domain.rule_words import read

    when = read_when(words, TODAY, DateOrder.DMY)
    assert (when.on, when.repeats) == (on, None if repeats is None else str(read(repeats)))
    assert bool(when.rest) == (
        bool(words) and on is None and (repeats is None or "starting" in words or " at " in words)
    )


@pytest.mark.parametrize(("text", "rule"), [("2w", "2 weeks"), ("weekly", "week"), ("P1M", "month"), ("0d", None)])
def test_spans_are_read_as_rules(text: str, rule: str | None) -> None:
    assert read_span(text) == rule


def test_what_comes_before_is_placed_before_and_a_circle_is_opened() -> None:
    tasks = [
        Foreign(1, "a", "A", needs=("b",)),
        Foreign(2, "b", "B", parent="c", needs=("gone",)),
        Foreign(3, "c", "C", needs=("a",)),
    ]
    ordered, faults = in_order(tasks)
    place = {task.key: at for at, task in enumerate(ordered)}
    assert sorted(place) == ["a", "b", "c"]
    assert all(place[key] < place[task.key] for task in ordered for key in (task.parent, *task.needs) if key in place)
    assert len(faults) == 1
    assert any("Tied to:" in note for task in ordered for note in task.notes)


def test_a_chain_as_long_as_a_file_is_placed_without_recursion() -> None:
    chain = [Foreign(at, str(at), "x", needs=(str(at + 1),)) for at in range(5_000)]
    ordered, faults = in_order(chain)
    assert [task.key for task in ordered[:2]] == ["4999", "4998"]
    assert faults == []


@pytest.mark.parametrize(
    ("text", "name", "format"),
    [
        (ICS, "x", "ics"), (ASANA, "x", "asana"), (f"{TODOIST}\n", "x", "todoist"),
        ("Task;Due\na;b\n", "x.txt", "csv"),
        ('{"type": "followthru", "format": 1}\n', "x", "lines"), ('{"title": "a", "type": "task"}', "x", "lines"),
        ('[{"description":"a","uuid":"b"}]', "x", "taskwarrior"),
        ('{"description":"a","entry":"b"}', "x", "taskwarrior"),
        ("(A) Call +Oak @phone\nx done\n", "x", "todotxt"), ("plain\nx 2026-01-01 a, b\n", "x.txt", "todotxt"),
    ],
)  # fmt: skip
def test_a_format_is_found_from_what_a_file_holds(text: str, name: str, format: str) -> None:
    assert sniffing.sniff(Source(name, text, "utf-8")) == format


@given(st.text(st.sampled_from('abcBEGIN:VTODO\n"=,;[]{}@+x(A) 2026-07-15due:\\\t'), max_size=120))
def test_whatever_a_file_holds_it_is_read_or_refused_by_name(text: str) -> None:
    for name in ("x.csv", "x"):
        with suppress(UnreadableError, UsageError):
            if sniffing.sniff(Source(name, text, "utf-8")) not in ("csv", "lines"):
                assert all(task.title for task in found(text, name).tasks)
    with suppress(NoCalendarError):
        list(entries(text, ZoneInfo(ZONE)))
