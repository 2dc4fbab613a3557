"""What keys do to meetings, decisions and what is to be raised, through the actions; and minutes in a file meanwhile.

On the reader thread; may raise FollowthruError.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from followthru_tui.feed import Said
from followthru_tui.verbs import said

if TYPE_CHECKING:
    from followthru.actions.desk import Desk
    from followthru.domain.meetings import Meeting

_MEANWHILE = "written elsewhere meanwhile, and taken over there:"


class Laid(NamedTuple):
    """A file of minutes or of an agenda to be edited. `left_over` is whether it holds what was not stored before."""

    title: str
    file: Path
    left_over: bool


class Brings(NamedTuple):
    """What minutes would bring, in a sentence, and line by line; without lines there is nothing to take over."""

    words: str
    lines: tuple[str, ...]


def add(desk: Desk, given: Mapping[str, str]) -> Said:
    """Plan a meeting from `practice`, `date` and, where they are given, `time`, `with`, `title`."""
    from followthru.actions import meetings

    people = given.get("with", "").replace(",", " ").replace("+", " ").split()
    new = meetings.NewMeeting(given["date"], given.get("time") or None, people, given.get("title"))
    return said(meetings.add(desk.ctx, given["practice"].lstrip("@"), new).outcome)


def edit(desk: Desk, id: int, given: Mapping[str, str]) -> Said:
    """Give fields of a meeting new values."""
    from followthru.actions import meetings

    return said(meetings.edit(desk.ctx, id, given).outcome)


def remove(desk: Desk, id: int) -> Said:
    """Take a meeting away."""
    from followthru.actions import meetings

    return said(meetings.remove(desk.ctx, id).outcome)


# What is written in a file


def lay_out_minutes(desk: Desk, id: int) -> Laid:
    """Put minutes, or what they begin with, into a file; one that was left from before stays as it is."""
    from followthru.actions import meetings

    one = meetings.one(desk.ctx.read, id)
    file = _minutes_file(desk, id)
    return _laid(desk, f"Minutes of {one.called}", file, _begun(desk, one), one.minutes)


def lay_out_agenda(desk: Desk, id: int) -> Laid:
    """Put an agenda into a file; one that was left from before stays as it is."""
    from followthru.actions import meetings
    from followthru.actions.meeting_agenda import text_of

    one = meetings.one(desk.ctx.read, id)
    text = text_of(desk.ctx, desk.ctx.read, one)
    return _laid(desk, f"Agenda of {one.called}", _agenda_file(desk, id), text, text)


def _minutes_file(desk: Desk, id: int) -> Path:
    # The command line keeps them there as well: what one of them left, the other opens again.
    return desk.home.database.with_name(f"minutes-{id}.md")


def _agenda_file(desk: Desk, id: int) -> Path:
    return desk.home.database.with_name(f"agenda-{id}.md")


def _before_file(file: Path) -> Path:
    """Return where it is kept what was stored when a file was laid out."""
    return file.with_suffix(".before.md")


def _begun(desk: Desk, one: Meeting) -> str:
    from followthru.actions.meeting_agenda import text_of
    from followthru.domain.meetings import blank_minutes

    return one.minutes or blank_minutes(one, text_of(desk.ctx, desk.ctx.read, one))


def _laid(desk: Desk, title: str, file: Path, text: str, stored: str | None) -> Laid:
    desk.home.prepare()
    if file.exists():
        return Laid(title, file, left_over=True)
    before = _before_file(file)
    for path, words in ((before, stored or ""), (file, text)):
        path.touch(mode=0o600)
        path.write_text(words, encoding="utf-8")
    return Laid(title, file, left_over=False)


def _done_with(file: Path) -> None:
    file.unlink(missing_ok=True)
    _before_file(file).unlink(missing_ok=True)


def _written(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace")


def brings(desk: Desk, id: int) -> Brings:
    """Return what the minutes in the file would bring. Raises MinutesError; the file stays then."""
    from followthru.actions import meetings, minutes
    from followthru.actions.minutes_said import plan_lines
    from followthru.domain.saying import count_words

    one = meetings.one(desk.ctx.read, id)
    found = minutes.plan(desk.ctx, desk.ctx.read, one, _written(_minutes_file(desk, id)))
    counts = ((len(found.tasks), "task"), (len(found.decisions), "decision"))
    words = " and ".join(count_words(count, what) for count, what in counts if count)
    lines = tuple(plan_lines(found, desk.ctx.today())) if words else ()
    return Brings(f"The minutes bring {words}", lines)


def take_minutes(desk: Desk, id: int) -> Said:
    """Store the minutes that are in the file, with all that they bring, as one step, and remove the file.

    What was written elsewhere meanwhile is kept below them as a comment: what it brought was taken over there.
    """
    from followthru.actions import meetings, minutes

    file = _minutes_file(desk, id)
    one = meetings.one(desk.ctx.read, id)
    text, before = _written(file), _before_file(file)
    if one.minutes is None and text.strip() == _begun(desk, one).strip():
        _done_with(file)
        return Said("No minutes were written.", None, changed=False)
    stored = _written(before) if before.exists() else ""
    now = one.minutes or ""
    if now.strip() not in (stored.strip(), text.strip()):
        kept = now.replace("-->", "->").strip()
        text = f"{text.rstrip()}\n\n<!-- {_MEANWHILE}\n{kept}\n-->\n"
    done = minutes.take(desk.ctx, id, text, before=one.minutes, check=True)
    _done_with(file)
    return said(done.outcome)


def take_agenda(desk: Desk, id: int) -> Said:
    """Store the agenda that is in the file, and remove it; an empty one is made from what is open again."""
    from followthru.actions import meetings

    file = _agenda_file(desk, id)
    text, before = _written(file), _before_file(file)
    if before.exists() and text.strip() == _written(before).strip():
        _done_with(file)
        return Said("The agenda is as it was.", None, changed=False)
    done = meetings.agenda(desk.ctx, id, text if text.strip() else None)
    _done_with(file)
    return said(done.outcome)


# Decisions


def decide(desk: Desk, practice: str, meeting_id: int | None, words: str) -> Said:
    """Write down what was decided at a practice, at a meeting where one is given."""
    from followthru.actions import decisions

    new = decisions.NewDecision(words, meeting=None if meeting_id is None else str(meeting_id))
    return said(decisions.add(desk.ctx, practice, new).outcome)


def edit_decision(desk: Desk, id: int, given: Mapping[str, str]) -> Said:
    """Give fields of a decision new values."""
    from followthru.actions import decisions

    return said(decisions.edit(desk.ctx, id, given).outcome)


def retract(desk: Desk, id: int) -> Said:
    """Take a decision back."""
    from followthru.actions import decisions

    return said(decisions.retract(desk.ctx, id).outcome)


def restore(desk: Desk, id: int) -> Said:
    """Let a decision hold again."""
    from followthru.actions import decisions

    return said(decisions.restore(desk.ctx, id).outcome)


def forget_note(desk: Desk, id: int) -> Said:
    """Take away what was to be raised."""
    from followthru.actions import raising

    return said(raising.remove(desk.ctx, id).outcome)


def note_words(desk: Desk, id: int) -> str:
    """Return what is to be raised. Raises NotFoundError."""
    from followthru.actions import raising

    return raising.one(desk.ctx.read, id).words
