"""Dates and people in a capture line: when a keyword counts, what stays, what is said about it."""

from __future__ import annotations

import pytest

from followthru.domain.capture import KnownPerson, Span, parse
from followthru.domain.dateword import DateOrder
from tests.domain.capture.world import found, known, read, said

APART_ANA = ("info", "to ana", "“to ana” stands apart from its date: write it right behind, “by fri to ana”")


def test_the_line_of_the_reference() -> None:
    line = "Renew malpractice cover by 15 Jan to dana @oak-street +marisol #insurance !high ~5d"
    assert found(line) == {
        "title": "Renew malpractice cover",
        "practice": "oak-street",
        "assignee": "marisol",
        "tags": ("insurance",),
        "priority": "high",
        "buffer_days": 5,
        "promised_on": "2027-01-15",
        "told": "dana",
    }
    assert read(line).spans == (
        Span(24, 33, "promise", "2027-01-15"),
        Span(34, 41, "told", "dana"),
        Span(42, 53, "practice", "oak-street"),
        Span(54, 62, "assignee", "marisol"),
        Span(63, 73, "tag", "insurance"),
        Span(74, 79, "priority", "high"),
        Span(80, 83, "buffer", "5"),
    )
    assert said(line) == []


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("x by fri", {"promised_on": "2026-12-04"}),
        ("x BY FRI", {"promised_on": "2026-12-04"}),
        ("by fri @elm x", {"promised_on": "2026-12-04", "practice": "elm"}),
        ("x by Friday, #a", {"promised_on": "2026-12-04", "tags": ("a",)}),
        ("x by 15 Jan.", {"promised_on": "2027-01-15"}),
        ("x by Friday!", {"promised_on": "2026-12-04"}),
        ("x by fri 3pm", {"promised_on": "2026-12-04", "promised_time": "15:00:00"}),
        ("x by fri at 14:30.", {"promised_on": "2026-12-04", "promised_time": "14:30:00"}),
        ("x deadline 15 jan", {"deadline_on": "2027-01-15"}),
        ("Deadline eom, @elm x", {"deadline_on": "2026-12-31", "practice": "elm"}),
        ("x target in 2 weeks", {"target_on": "2026-12-16"}),
        ("x from next fri", {"starts_on": "2026-12-11"}),
        (
            "x from mon target wed by thu deadline fri",
            {
                "starts_on": "2026-12-07",
                "target_on": "2026-12-09",
                "promised_on": "2026-12-03",
                "deadline_on": "2026-12-04",
            },
        ),
        ("x by fri by Friday", {"promised_on": "2026-12-04"}),
        ("x wait kim @elm", {"waiting_on": "kim", "practice": "elm"}),
        ("@elm wait kim x", {"waiting_on": "kim", "practice": "elm"}),
        ("x wait ki @elm", {"waiting_on": "kim", "practice": "elm"}),
        ("by fri wait kim @elm x", {"promised_on": "2026-12-04", "waiting_on": "kim", "practice": "elm"}),
        ("x by fri to kim @elm", {"promised_on": "2026-12-04", "told": "kim", "practice": "elm"}),
        ("@elm by fri to Kim, x", {"promised_on": "2026-12-04", "told": "kim", "practice": "elm"}),
        ("x by fri to kim@elm.example @elm", {"promised_on": "2026-12-04", "told": "kim", "practice": "elm"}),
        ("x by fri to ki @elm", {"promised_on": "2026-12-04", "told": "kim", "practice": "elm"}),
        (
            "x by fri noon to kim *private @elm",
            {
                "promised_on": "2026-12-04",
                "promised_time": "12:00:00",
                "told": "kim",
                "audience": "me",
                "practice": "elm",
            },
        ),
    ],
)
def test_counts(line: str, fields: dict[str, object]) -> None:
    assert found(line) == {"title": "x", **fields}


@pytest.mark.parametrize(
    "line",
    [
        "Pay by card", "from March meeting", "Go from A to B", "Notes from Monday meeting", "Send by Friday the report",
        "by Friday, then call", "from Monday to Friday", "by fri \\#x", "by fri “now”", "x by Friday's mail",
        "by march", "by 15 jan 27", "by 3pm", "by noon", "target 5", "x by soon", "by the book", "deadline day",
        "from 9 to 5", "deadline fri 3pm sharp", "by fri midnight sharp",
    ],
)  # fmt: skip
def test_a_keyword_needs_nothing_but_a_date_up_to_the_next_marker(line: str) -> None:
    assert found(line) == {"title": line.replace("\\", "")}


def test_the_next_marker_may_be_one_that_is_not_known() -> None:
    assert found("x by fri @nowhere +nobody y") == {"title": "x @nowhere +nobody y", "promised_on": "2026-12-04"}
    assert found("x by fri by 31 feb") == {"title": "x by 31 feb", "promised_on": "2026-12-04"}
    assert found("x by fri every 9 mon") == {"title": "x every 9 mon", "promised_on": "2026-12-04"}
    assert found("x by fri wait who") == {"title": "x by fri wait who"}


@pytest.mark.parametrize(
    ("line", "title", "kind", "about", "part"),
    [
        ("x by 31 feb", "x by 31 feb", "warning", "by 31 feb", "there is no 31 Feb"),
        ("x by 2027-02-30 #a", "x by 2027-02-30", "warning", "by 2027-02-30", "there is no 30 Feb"),
        ("x by fri 25:00", "x by fri 25:00", "warning", "by fri 25:00", "there is no time 25:00"),
        ("x by thu 15 jan", "x by thu 15 jan", "warning", "by thu 15 jan", "is a Fri, not a Thu"),
        ("x by 15 mar 2026", "x", "warning", "by 15 mar 2026", "15 Mar 2026 is in the past"),
        ("x by sat", "x", "info", "by sat", "Sat 5 Dec is a weekend"),
        ("x target sun", "x", "info", "target sun", "Sun 6 Dec is a weekend"),
        ("x by 3/12", "x", "ambiguous", "by 3/12", "3/12 read as 3 Dec"),
        ("x by 1/15", "x", "ambiguous", "by 1/15", "1/15 read as 15 Jan 2027"),
        ("x by fri y", "x by fri y", "ambiguous", "by fri", "more words follow"),
        ("x by 3pm", "x by 3pm", "info", "by 3pm", "write “by today 3pm”"),
        ("x deadline fri 3pm", "x 3pm", "warning", "3pm", "a deadline date has no clock time"),
        ("x from fri at noon, #a", "x at noon,", "warning", "at noon,", "a from date has no clock time"),
        ("x by fri midnight", "x midnight", "warning", "midnight", "either end of the day"),
        ("x by fri at midnight", "x at midnight", "warning", "at midnight", "either end of the day"),
        ("x by fri by mon", "x by mon", "ambiguous", "by mon", "another promise counts"),
        ("x every 2 cards", "x every 2 cards", "info", "every 2 cards", "no rule that is known"),
        ("x every mon,now", "x every mon,now", "info", "every mon,now", "no rule that is known"),
        ("x every mon y #a", "x every mon y", "info", "every mon y", "no rule that is known"),
        (
            "x every rrule:freq=hourly rolled after",
            "x every rrule:freq=hourly rolled after",
            "info",
            "every rrule:freq=hourly rolled after",
            "FREQ is DAILY",
        ),
        ("x every mon every tue", "x every tue", "ambiguous", "every tue", "another repeat counts"),
        ("x by fri to the bank", "x to the bank", "unknown", "to the", "not known without a @practice"),
        ("x by fri to", "x to", "unknown", "to", "“to” stays in the title: nobody is named"),
        ("x wait", "x wait", "unknown", "wait", "“wait” stays in the title: nobody is named"),
        ("x wait #a", "x wait", "unknown", "wait", "“wait” stays in the title: nobody is named"),
        (
            "x wait “kim” y z",
            "x wait “kim” y z",
            "unknown",
            "wait “kim”",
            "“wait “kim”” stays in the title: not a person",
        ),
    ],
)
def test_notes(line: str, title: str, kind: str, about: str, part: str) -> None:
    assert read(line).title == title
    assert [(noted, where) for noted, where, _ in said(line)] == [(kind, about)]
    assert part in said(line)[0][2]


@pytest.mark.parametrize(
    ("line", "title", "note"),
    [
        ("x by fri to ,", "x to ,", ("unknown", "to ,", "nobody called “” at oak-street; nearest: ana")),
        ("x by fri to bob", "x to bob", ("unknown", "to bob", "nobody called “bob” at oak-street")),
        (
            "x by fri to danna",
            "x to danna",
            ("unknown", "to danna", "nobody called “danna” at oak-street; nearest: dana"),
        ),
        ("x by fri to mar", "x to mar", ("ambiguous", "to mar", "“mar” may be mara, marisol")),
        (
            "x by fri to an auditor",
            "x to an auditor",
            ("unknown", "to an", "nobody called “an” at oak-street; nearest: ana"),
        ),
        (
            "x wait an hour",
            "x wait an hour",
            ("unknown", "wait an", "nobody called “an” at oak-street; nearest: ana"),
        ),
        ("x wait mara for it", "x for it", None),
        ("x by fri to ana for it", "x for it", None),
        ("x by fri \\to ana", "x to ana", None),
        ("x by fri to mari", "x", ("info", "to mari", "“mari” read as marisol (Marisol Vega)")),
        ("x to dana", "x to dana", None),
        ("x to dana by fri", "x to dana", None),
        ("x by fri #a \\to dana", "x to dana", None),
        ("x by fri #a to the bank", "x to the bank", None),
        ("x by fri #a to mar", "x to mar", None),
        ("x by fri #a to ana for it", "x to ana for it", APART_ANA),
        ("x by fri #a to an hour", "x to an hour", None),
        (
            "x from fri to dana",
            "x from fri to dana",
            ("ambiguous", "from fri", "“from fri” stays in the title: more words follow it"),
        ),
    ],
)  # fmt: skip
def test_people_after_to_and_wait(line: str, title: str, note: tuple[str, str, str] | None) -> None:
    line = f"{line} @oak-street"
    assert read(line).title == title
    assert said(line) == ([] if note is None else [note])
    assert read(line).promised_on is None or "by fri" in line


@pytest.mark.parametrize(
    ("line", "title", "words"),
    [
        ("Call the payer by fri @oak-street to dana ~2d", "Call the payer to dana", ("to dana", "by fri to dana")),
        ("x by fri 3pm, @oak-street To dana.", "x To dana.", ("To dana", "by fri 3pm To dana")),
        ("x by fri @oak-street to mari", "x to mari", ("to mari", "by fri to mari")),
        ("x by fri @oak-street #a to dana and to ana", "x to dana and to ana", ("to dana", "by fri to dana")),
    ],
)
def test_a_telling_that_stands_apart_from_its_date_is_said(line: str, title: str, words: tuple[str, str]) -> None:
    capture = read(line)
    assert (capture.title, capture.told, str(capture.promised_on)) == (title, None, "2026-12-04")
    apart, whole = words
    hint = f"“{apart}” stands apart from its date: write it right behind, “{whole}”"
    assert [(kind, said) for kind, said, *_ in capture.notes] == [("info", hint)]


@pytest.mark.parametrize("line", ["x by fri #a to dana", "x by fri to ana @oak-street to dana"])
def test_nothing_stands_apart_where_nobody_is_known_or_somebody_was_told(line: str) -> None:
    assert read(line).notes == ()


def test_a_word_that_begins_a_marker_or_is_escaped_names_nobody() -> None:
    world = known()._replace(practices={"elm": (KnownPerson("by", "By Hand", None),)})
    promised = parse("@elm x wait by fri", world)
    assert (promised.title, str(promised.promised_on), promised.waiting_on) == ("x wait", "2026-12-04", None)
    assert parse("@elm x wait \\by", world).waiting_on is None
    assert parse("@elm x wait by", world).waiting_on == "by"


def test_an_unknown_name_never_costs_the_date() -> None:
    assert found("x by fri to bob @elm") == {"title": "x to bob", "promised_on": "2026-12-04", "practice": "elm"}


def test_a_promise_that_does_not_count_takes_its_telling_along() -> None:
    assert found("x by fri by mon to kim @elm") == {
        "title": "x by mon to kim",
        "promised_on": "2026-12-04",
        "practice": "elm",
    }
    assert {where for _, where, _ in said("x by fri by mon to kim @elm")} == {"by mon"}
    assert found("x by fri to dana by fri to ana @oak-street") == {
        "title": "x to ana",
        "promised_on": "2026-12-04",
        "told": "dana",
        "practice": "oak-street",
    }


def test_today_and_working_days_are_the_practices() -> None:
    assert found("x by tomorrow")["promised_on"] == "2026-12-03"
    assert found("x by tomorrow @elm")["promised_on"] == "2026-12-04"
    assert [words for _, _, words in said("x by mon @elm")] == ["Mon 7 Dec is not a working day"]
    assert said("x by sat @elm") == []


def test_the_order_is_the_users() -> None:
    assert str(read("x by 3/4", DateOrder.MDY).promised_on) == "2027-03-04"
    assert str(read("x by 3/4", DateOrder.DMY).promised_on) == "2027-04-03"


@pytest.mark.parametrize(
    ("line", "repeats"),
    [
        ("x every mon", "mon"),
        ("x every mon, thu by fri", "mon,thu"),
        ("x by fri every 2 weeks", "2 weeks"),
        ("every month on the 15th x", None),
        ("x every last working day #a", "last working day"),
        ("x every 120 days after done @elm", "120 days after done"),
        ("x \\every mon", None),
        ('x "every mon"', None),
        ("see every patient", None),
    ],
)
def test_a_rule_for_work_that_comes_back(line: str, repeats: str | None) -> None:
    capture = read(line)
    assert capture.repeats == repeats
    assert ("every" in capture.title) is (repeats is None)
