"""Meetings as they are called, agendas as pages, and with what minutes begin."""

from __future__ import annotations

from datetime import date

import pytest

from followthru.domain.decisions import There
from followthru.domain.meetings import Meeting, Part, Topic, blank_minutes, names, page

DANA, SAM = There(1, "dana", "Dana Lee", "Dana"), There(2, "sam", "Sam Poe", None)
PLAIN = Meeting(1, 1, "oak", date(2027, 1, 15), None, None, None, None, "", (DANA, SAM))


@pytest.mark.parametrize(
    ("every", "words"),
    [([], ""), (["Dana"], "Dana"), (["Dana", "Sam"], "Dana and Sam"), (["Dana", "Sam", "Lee"], "Dana, Sam and Lee")],
)
def test_names_are_a_list_in_words(every: list[str], words: str) -> None:
    assert names(every) == words
    assert names(iter(every)) == words


@pytest.mark.parametrize(
    ("meeting", "called"),
    [
        (PLAIN._replace(title="Budget"), "Budget"),
        (PLAIN, "Meeting with Dana and Sam Poe"),
        (PLAIN._replace(there=()), "Meeting"),
    ],
)
def test_a_meeting_is_called_by_its_title_or_by_who_is_there(meeting: Meeting, called: str) -> None:
    assert meeting.called == called


def test_what_not_everybody_may_see_stands_apart_and_says_for_whom_it_is_not() -> None:
    parts = [
        Part("Promises", (Topic("Cover by 15 Jan", "task 3"), Topic("Raise", hidden_from=("Sam",)), Topic("Lease"))),
        Part("Waiting", (Topic("Bank", "task 4", ("Dana", "Sam")),)),
        Part("Goals", ()),
    ]
    assert page(PLAIN._replace(held_time="09:30"), parts).split("\n") == [
        "# Meeting with Dana and Sam Poe",
        "",
        "Fri 15 Jan 2027 at 09:30, with Dana and Sam Poe",
        "",
        "## Promises",
        "",
        "- Cover by 15 Jan (task 3)",
        "- Lease",
        "",
        "## For you alone",
        "",
        "- Promises: Raise (not for Sam)",
        "- Waiting: Bank (task 4; not for Dana and Sam)",
        "",
    ]


def test_an_agenda_of_nothing_says_so() -> None:
    nothing = ["# Meeting", "", "Fri 15 Jan 2027", "", "Nothing is open with them.", ""]
    alone = PLAIN._replace(there=())
    assert page(alone, []).split("\n") == nothing
    assert page(alone, [Part("Promises", ())]).split("\n") == nothing


def test_blank_minutes_hold_the_agenda_in_a_comment_that_it_cannot_end() -> None:
    lines = blank_minutes(PLAIN._replace(title="Budget"), "\n- Cover --> now\n- Lease\n\n").split("\n")
    assert lines[:5] == ["# Budget", "", "Fri 15 Jan 2027, with Dana and Sam Poe", "", "<!--"]
    assert lines[-5:] == ["", "- Cover -> now", "- Lease", "-->", ""]
    assert "\n".join(lines).count("-->") == 1
    assert "  - [ ] Renew malpractice cover by 15 Jan to dana +marisol" in lines
