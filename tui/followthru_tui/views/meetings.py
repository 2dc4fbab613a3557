"""Meetings: those to come and those that were, what is to be raised with whom, and what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

from followthru.domain.decisions import Decision
from followthru.domain.meetings import Meeting, names
from followthru.domain.raising import RaiseNote
from followthru.domain.saying import day_words
from followthru.store import decisions, raising
from followthru.store import meetings as stored
from followthru_tui.feed import Line, Place, Section, Where
from followthru_tui.views.shape import MOST, At, Shape, narrow, section

_LATELY = 3
"""Meetings that were, and decisions, that a practice shows at once; the rest is one key away."""


def meetings(at: At) -> Shape:
    """Return the meetings to come, what is to be raised, the meetings that were, and what was decided."""
    wanted = narrow(at.text)
    found = [one for one in stored.meetings(at.read) if _fits(at.text, one)]
    coming, past = _apart(at, found)
    notes = [one for one in raising.notes(at.read) if wanted.fits(f"{one.words} {one.name}", one.practice, one.person)]
    decided = [one for one in decisions.decisions(at.read, retracted=True) if _fits_decision(at.text, one)]
    sections = [
        section("meetings:coming", "Coming up", (meeting_line(at, one) for one in coming)),
        *_by_person(notes),
        section("meetings:past", "Meetings that were", (meeting_line(at, one) for one in past)),
        section("decisions", "Decided", (decision_line(at, one) for one in decided)),
    ]
    return Shape("Meetings", [one for one in sections if one.total], total=len(found))


def _fits(text: str, one: Meeting) -> bool:
    there = " ".join(f"{each.name} {each.handle}" for each in one.there)
    said = f"{one.called} {there} {one.minutes or ''}"
    return _any_person(text, said, one.practice, [each.handle for each in one.there])


def _fits_decision(text: str, one: Decision) -> bool:
    return _any_person(text, one.words, one.practice, [each.handle for each in one.there])


def _any_person(text: str, said: str, practice: str, people: Sequence[str]) -> bool:
    """Whether something with these words belongs to what is narrowed to, by any of the people who are there."""
    wanted = narrow(text)
    return any(wanted.fits(said, practice, each) for each in people or ("",))


def _apart(at: At, found: Iterable[Meeting]) -> tuple[list[Meeting], list[Meeting]]:
    """Return the meetings from today on, the next one first, and those before, the last one first."""
    coming, past = list[Meeting](), list[Meeting]()
    for one in found:
        (coming if one.held_on >= at.today(one.practice) else past).append(one)
    coming.sort(key=lambda one: (one.held_on, one.held_time or "", one.id))
    return coming, past


def _by_person(notes: Sequence[RaiseNote]) -> Iterator[Section]:
    for (handle, slug), each in groupby(notes, key=lambda one: (one.person, one.practice)):
        mine = list(each)
        yield section(f"raise:{handle}:{slug}", f"To raise with {mine[0].name}", map(note_line, mine))


def meeting_line(at: At, one: Meeting) -> Line:
    """Return the line of a meeting."""
    today = at.today(one.practice)
    state = "x minutes" if one.minutes else "+ planned" if one.held_on >= today else ". no minutes"
    at_time = f"{one.held_time} " if one.held_time else ""
    there = names(each.called for each in one.there)
    also = f", with {there}" if one.title and there else ""
    return Line(
        f"meeting:{one.id}",
        state,
        f"{at_time}{one.called}{also}",
        one.practice,
        one.held_on,
        facts=_facts(one, today, there),
    )


def _facts(one: Meeting, today: date, there: str) -> tuple[tuple[str, str], ...]:
    when = day_words(one.held_on, today)
    said = (
        ("When", f"{when} at {one.held_time}" if one.held_time else when),
        ("With", there),
        ("Agenda", "as you wrote it" if one.agenda else "made from what is open; Enter shows it"),
        ("Minutes", "Enter shows them" if one.minutes else "none yet: e writes them"),
    )
    return tuple((name, value) for name, value in said if value)


def note_line(one: RaiseNote) -> Line:
    """Return the line of something to raise."""
    facts = (("With", f"{one.name} at {one.practice}"), ("Raise", one.words), ("Task", _about(one)))
    return Line(
        f"raise:{one.id}",
        "^ to raise",
        one.words,
        one.practice,
        None,
        when=f"about #{one.task_id}" if one.task_id else "",
        facts=tuple((name, value) for name, value in facts if value),
    )


def _about(one: RaiseNote) -> str:
    return f"#{one.task_id} {one.task}" if one.task_id else ""


def decision_line(at: At, one: Decision) -> Line:
    """Return the line of a decision."""
    return Line(
        f"decision:{one.id}",
        "- taken back" if one.retracted_on else ". decided",
        one.words,
        one.practice,
        one.decided_on,
        facts=_decided(one, at.today(one.practice)),
    )


def _decided(one: Decision, today: date) -> tuple[tuple[str, str], ...]:
    said = [
        ("Decided", day_words(one.decided_on, today)),
        ("With", names(each.called for each in one.there)),
        ("What", one.words),
        *(("Follows", f"#{each.task_id} {each.title}") for each in one.follows),
        *(
            ("Moved", f"#{each.task_id} {each.title}: {_day(each.was_on, today)} to {_day(each.now_on, today)}")
            for each in one.moved
        ),
        ("Seen by", "me alone" if one.audience == "me" else str(one.audience)),
        ("Taken back", "" if one.retracted_on is None else day_words(one.retracted_on, today)),
        ("Notes", one.notes or ""),
    ]
    return tuple((name, value) for name, value in said if value)


def _day(on: date | None, today: date) -> str:
    return "no date" if on is None else day_words(on, today)


def of_practice(at: At, practice_id: int) -> list[Section]:
    """Return a practice's meetings to come and the last ones, and what was decided last."""
    coming, past = _apart(at, stored.meetings(at.read, practice_id=practice_id))
    lately = [*coming, *past[:_LATELY]]
    decided = decisions.decisions(at.read, practice_id=practice_id)
    whole = Where(Place.MEETINGS)
    return [
        Section(
            "meetings",
            "Meetings",
            (),
            len(coming) + len(past),
            tuple(meeting_line(at, one) for one in lately[:MOST]),
            whole,
        ),
        Section(
            "decisions", "Decided", (), len(decided), tuple(decision_line(at, one) for one in decided[:_LATELY]), whole
        ),
    ]
