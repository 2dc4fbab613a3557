"""What holds for every line: nothing is lost, nothing overlaps, and a capture survives being written out."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from followthru.domain.capture import Capture, parse, render
from followthru.domain.plain import OBEYED
from tests.domain.capture.world import OAK, known, meaning, read

PIECES = (
    "by", "By", "deadline", "target", "from", "wait", "every", "to", "at", "in", "next", "the", "on",
    "fri", "Friday,", "15", "jan", "Jan.", "2027", "2027-01-15", "31", "feb", "3/4", "1/15", "eom", "3 days", "2 weeks",
    "3pm", "noon", "14:00", "25:00", "midnight", "today", "end of month",
    "dana", "mari", "an", "ana", "bob", "kim", "@elm", "@oak-street", "@oak-street,", "@oak", "+dana", "+mar", "+x",
    "#tag", "#Tag", "#4471", "!high", "!low", "~5d", "~3d", "~ 300", "*private", "audience:team", "tag:x", "pri:low",
    "pri:no", "buffer:2d", "\\", "\\\\", "\\by", "\\\\by", "\\@elm", "\\#x", "\\to", "\\tag:x", "\"", "\"by fri\"",
    "“", "”", "\"#a", "b\"", "don't", "wow!", "C#", ",", "x", "cover", "\x00", "\u202e", "é", "\udc80", "month", "mon",
)  # fmt: skip
SPACES = st.sampled_from([" ", " ", " ", " ", "  ", "\t", "\n", "\u00a0", ""])
LINES = st.lists(st.tuples(st.sampled_from(PIECES) | st.text(max_size=6), SPACES), max_size=14).map(
    lambda parts: "".join(piece + space for piece, space in parts)
)
_DATES = st.none() | st.dates(date(1, 1, 1), date(9999, 12, 31))


def _visible(text: str) -> str:
    """Return what a line says to a reader: no white space, no control characters, no halves of surrogate pairs."""
    kept = [
        "\ufffd" if "\ud800" <= char <= "\udfff" else char
        for char in text
        if not (char.isspace() or char < " " or "\x7f" <= char < "\xa0") and not OBEYED.match(char)
    ]
    return "".join(kept)


@given(line=LINES)
@example(line="by fri by mon \\\\@elm \"by fri\" '@elm'")
def test_nothing_typed_is_lost(line: str) -> None:
    capture = read(line)
    taken = [span for span in capture.spans if span.kind != "quoted"]
    left, at = "", 0
    for span in taken:
        left += line[at : span.start]
        at = span.end
    assert _visible(left + line[at:]) == _visible(capture.title)


@given(line=LINES)
def test_spans_are_sorted_and_apart_and_inside(line: str) -> None:
    capture = read(line)
    ends = [0]
    for span in capture.spans:
        assert ends[-1] <= span.start < span.end <= len(line)
        assert line[span.start : span.end].strip() == line[span.start : span.end]
        ends.append(span.end)
    for note in capture.notes:
        assert 0 <= note.start < note.end <= len(line)
        assert note.words


@given(line=LINES)
@example(line='x \\by fri " \\#a " \\\\@elm')
def test_what_was_read_is_read_again_from_its_own_line(line: str) -> None:
    capture = read(line)
    again = read(render(capture))
    assert meaning(again) == meaning(capture)
    assert render(again) == render(capture)


@st.composite
def _captures(draw: st.DrawFn) -> Capture:
    person = st.none() | st.sampled_from([person.handle for person in OAK])
    practice = draw(st.sampled_from([None, "oak-street"]))
    people = person if practice else st.none()
    promised_on = draw(_DATES)
    title = parse(f"{draw(LINES)}", known()._replace(practices={})).title
    tags = st.text("abcXYZé-_/09", max_size=5).map(lambda rest: f"t{rest}")
    return Capture(
        title=title,
        practice=practice,
        assignee=draw(people),
        tags=tuple(draw(st.lists(tags, max_size=3, unique_by=str.casefold))),
        priority=draw(st.sampled_from([None, "high", "low"])),
        buffer_days=draw(st.none() | st.integers(0, 999)),
        kind=draw(st.none() | st.sampled_from(["licence-renewal", "Report", "k2"])),
        audience=draw(st.sampled_from([None, "me", "owners", "team"])),
        promised_on=promised_on,
        promised_time=draw(st.none() | st.times().map(lambda at: time(at.hour, at.minute))) if promised_on else None,
        told=draw(people) if promised_on else None,
        deadline_on=draw(_DATES),
        target_on=draw(_DATES),
        starts_on=draw(_DATES),
        waiting_on=draw(people),
        repeats=draw(
            st.sampled_from([None, "mon,thu", "2 weeks", "month on 15", "last working day", "week after done"])
        ),
    )


@given(capture=_captures())
def test_a_rendered_capture_reads_as_itself(capture: Capture) -> None:
    assert meaning(read(render(capture))) == meaning(capture)


@given(title=st.text() | LINES)
def test_any_title_survives_in_words(title: str) -> None:
    """A title from elsewhere comes back as it is, but for white space and control characters."""
    capture = read(render(Capture(title=title, practice="oak-street")))
    assert _visible(capture.title) == _visible(title)
    assert meaning(capture) == Capture(title=capture.title, practice="oak-street")


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("Pay by card", "Pay by card @elm"),
        ("Send by Friday", "Send \\by Friday @elm"),
        ("24/7 C# #4471 wow!", "24/7 C# #4471 wow! @elm"),
        ("#tag", "\\#tag @elm"),
        ("wait kim", "\\wait kim @elm"),
        ("Water the plants every 2 weeks", "Water the plants \\every 2 weeks @elm"),
        ("Ask every owner", "Ask every owner @elm"),
        ("Ask every", "Ask every @elm"),
        ("Water every day", "Water \\every day @elm"),
        ('say "by Friday"', 'say "by Friday" @elm'),
        ("\\#tag \\server", "\\\\#tag \\server @elm"),
    ],
)
def test_only_what_would_be_read_is_escaped(title: str, line: str) -> None:
    assert render(Capture(title=title, practice="elm")) == line


def test_without_a_practice_wait_is_an_ordinary_word() -> None:
    assert render(Capture(title="Patients wait too long")) == "Patients wait too long"


@pytest.mark.parametrize(
    "capture",
    [
        Capture("x", practice="elm", told="kim"),
        Capture("x", promised_time=time(9)),
        Capture("x", assignee="kim"),
        Capture("x", waiting_on="kim"),
        Capture("x", promised_on=date(2027, 1, 15), told="kim"),
    ],
)
def test_what_no_line_can_say_is_refused(capture: Capture) -> None:
    with pytest.raises(ValueError, match="needs a"):
        render(capture)


@given(line=st.text())
def test_any_text_is_read(line: str) -> None:
    assert read(line).raw == line


@pytest.mark.parametrize(
    "piece",
    ['"', "“", "\\", "\\\\by ", "by ", "by fri ", "by fri to an ", "wait an ", "every mon ", "@oak ", "@" + "a" * 50,
     "+mar ", "in 3 ", "end of ", "9", "#", "#a ", "a", " ", "\x00", "3/4/", "\"\" ", "pri:no "],
)  # fmt: skip
def test_a_hostile_line_is_read_in_work_that_grows_with_its_length(piece: str) -> None:
    """Steps are counted, not seconds: eight times the line may cost little more than eight times the steps."""
    assert _steps(piece * (8 * 4000 // len(piece))) <= 10 * _steps(piece * (4000 // len(piece))) + 2000


def _steps(line: str) -> int:
    import sys

    steps = 0

    def count(*_: object) -> None:
        nonlocal steps
        steps += 1

    sys.setprofile(count)
    try:
        read(line)
    finally:
        sys.setprofile(None)
    return steps
