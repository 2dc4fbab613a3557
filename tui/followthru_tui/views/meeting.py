"""One meeting: its agenda, its minutes, what came of them, what was told and decided there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from followthru.actions import meeting_agenda
from followthru.domain.meetings import Meeting, Topic, names
from followthru.domain.saying import day_words
from followthru.store import decisions, tasks
from followthru.store import meetings as stored
from followthru_tui import rowstate
from followthru_tui.feed import Line, Section
from followthru_tui.views.meetings import decision_line, meeting_line
from followthru_tui.views.shape import At, Shape, section

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def meeting(at: At) -> Shape:
    """Return one meeting whole."""
    one = stored.one(at.read, int(at.where.name))
    if one is None:
        return Shape("Meeting", [])
    decided = decisions.decisions(at.read, meeting_id=one.id, retracted=True)
    sections = [
        section("meeting", "", (meeting_line(at, one),)),
        section("minutes", "Minutes", _text("minute", _COMMENT.sub("", one.minutes or ""), one.practice)),
        section("items", "Came of it", _items(at, one)),
        section("decided", "Decided", (decision_line(at, each) for each in decided)),
        section("told", "Told there", _told(at, one)),
        *_agenda(at, one),
    ]
    title = f"{one.called} @{one.practice}, {day_words(one.held_on, at.today(one.practice))}"
    # The meeting itself stands under no heading and is not counted.
    return Shape(title, [each for each in sections if each.total], total=sum(each.total for each in sections[1:]))


def _agenda(at: At, one: Meeting) -> Iterator[Section]:
    """Yield an agenda as it was written, else made from what is open; of a meeting with minutes only as written."""
    if one.agenda:
        yield section("agenda", "Agenda", _text("agenda", one.agenda, one.practice))
    elif not one.minutes:
        number = 0
        for part in meeting_agenda.parts(at.ctx, at.read, one):
            lines = [_topic(number + more, topic, one.practice) for more, topic in enumerate(part.topics)]
            number += len(lines)
            yield section(f"agenda:{part.heading}", f"Agenda: {part.heading}", lines)


def _topic(number: int, topic: Topic, practice: str) -> Line:
    sort, _, id = topic.key.partition(":")
    hidden = f" (not for {names(topic.hidden_from)})" if topic.hidden_from else ""
    words = f"{topic.words}{hidden}"
    return Line(
        f"topic:{number}" if sort in ("", "task") else topic.key,
        "- yours alone" if hidden else ". to discuss",
        words,
        practice,
        None,
        task=int(id) if sort == "task" else None,
        facts=(("Topic", words), ("About", topic.behind)),
    )


def _text(sort: str, text: str, practice: str) -> Iterator[Line]:
    """Yield the lines of a text that are not empty; each is read in full once it is opened."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            yield Line(f"{sort}:{number}", "", line.rstrip(), practice, None, facts=(("", line.strip()),))


def _items(at: At, one: Meeting) -> Iterator[Line]:
    today = at.today(one.practice)
    for row in tasks.by_ids(at.read, [each.task_id for each in stored.items(at.read, one.id)]):
        yield Line(
            f"item:{row.id}",
            rowstate.state(row, today).text,
            f"{row.title}{f' +{row.assignee}' if row.assignee else ''}",
            row.practice,
            row.promised_on,
            when=rowstate.when(row, today, short=True),
            task=row.id,
        )


def _told(at: At, one: Meeting) -> Iterator[Line]:
    today = at.today(one.practice)
    for number, each in enumerate(stored.told(at.read, one)):
        said = f"{each.title}: {day_words(each.promised_on, today)}"
        yield Line(f"told:{number}", f". {each.person}", said, one.practice, None, task=each.task_id)
