"""Meetings: who meets when, and the topics of an agenda as Markdown. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from followthru.domain.decisions import There
from followthru.domain.saying import day_words


class Meeting(NamedTuple):
    """A meeting with people of a practice. `held_time` is `HH:MM` on the practice's clock.

    `agenda` is None while it is made from what is open; `minutes` are None before any were written.
    """

    id: int
    practice_id: int
    practice: str
    held_on: date
    held_time: str | None
    title: str | None
    agenda: str | None
    minutes: str | None
    created_at: str
    there: tuple[There, ...] = ()

    @property
    def called(self) -> str:
        """What it is called: its title, or with whom it is."""
        if self.title:
            return self.title
        return f"Meeting with {names(one.called for one in self.there)}" if self.there else "Meeting"


class ActionItem(NamedTuple):
    """A line of the minutes of a meeting that became a task, and how that stands: its title and status."""

    meeting_id: int
    task_id: int
    line: str
    title: str
    status: str


class Topic(NamedTuple):
    """One thing to speak about. `behind` is for the PM: which task it is. `hidden_from` are those who may not know.

    `key` names what it is of: `task:12`, `raise:3`, `register:4`, `goal:5`.
    """

    words: str
    behind: str = ""
    hidden_from: tuple[str, ...] = ()
    key: str = ""


class Part(NamedTuple):
    """Topics of one sort under their heading."""

    heading: str
    topics: tuple[Topic, ...]


ALONE = "For you alone"
"""The heading of what not everybody there may see."""


def names(every: Iterator[str] | Sequence[str]) -> str:
    """Return names as a list in words: `Dana`, `Dana and Sam`, `Dana, Sam and Lee`."""
    *first, last = tuple(every) or ("",)
    return f"{', '.join(first)} and {last}" if first else last


def page(meeting: Meeting, parts: Sequence[Part]) -> str:
    """Return an agenda as Markdown: what everybody there may see, then under a heading of its own what not all may."""
    lines = [*_head(meeting)]
    alone: list[str] = []
    for part in parts:
        shown = [topic for topic in part.topics if not topic.hidden_from]
        if shown:
            lines += [f"## {part.heading}", "", *(f"- {_line(topic)}" for topic in shown), ""]
        alone += [f"- {part.heading}: {_line(topic)}" for topic in part.topics if topic.hidden_from]
    if alone:
        lines += [f"## {ALONE}", "", *alone, ""]
    if len(lines) == len(_head(meeting)):
        lines += ["Nothing is open with them.", ""]
    return "\n".join(lines)


def _head(meeting: Meeting) -> list[str]:
    at = f" at {meeting.held_time}" if meeting.held_time else ""
    return [f"# {meeting.called}", "", f"{day_words(meeting.held_on)}{at}{_there(meeting)}", ""]


def _there(meeting: Meeting) -> str:
    return f", with {names(one.called for one in meeting.there)}" if meeting.there else ""


def _line(topic: Topic) -> str:
    hidden = f"not for {names(topic.hidden_from)}" if topic.hidden_from else ""
    behind = "; ".join(part for part in (topic.behind, hidden) if part)
    return f"{topic.words} ({behind})" if behind else topic.words


def blank_minutes(meeting: Meeting, agenda: str) -> str:
    """Return what minutes begin with: the meeting, and as a comment how they are read and what the agenda was."""
    hints = (
        "Lines such as these are taken over, each once:",
        "  - [ ] Renew malpractice cover by 15 Jan to dana +marisol",
        "  decision: We stay with the present billing company",
        "An action item that stands indented under a decision follows from it. All else is yours alone.",
    )
    about = agenda.replace("-->", "->").strip()
    return "\n".join([*_head(meeting), "<!--", *hints, "", about, "-->", ""])
