"""How one calendar stands, in words and as JSON."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from followthru.cli import terminal
from followthru.cli.session import Session
from followthru.domain.saying import ago_words, count_words, moment_words

if TYPE_CHECKING:
    from followthru.actions.calendar_standing import CalendarStanding

_MANY = 12


def standing_lines(session: Session, one: CalendarStanding, said: dict[str, str]) -> list[str]:
    """Return how a calendar stands, first in one line.

    `said` are faults that were told in full before, each with its calendar; a new one is added.
    """
    waits = [
        f"{count_words(one.pending, 'change')} to publish" if one.pending else "",
        f"{count_words(one.questions, 'question')} for you: `followthru calendar resolve`" if one.questions else "",
    ]
    stands = ("not in step" if one.fault else "", good_words(session, one), *waits)
    lines = [f"{one.calendar} ({one.account}): {'; '.join(filter(None, stands))}."]
    if one.untitled:
        lines.append(f"  {untitled_words(one.untitled)}")
    if one.fault:
        before = said.setdefault(one.fault, one.calendar)
        lines.append(
            f"  {terminal.clean(one.fault)}" if before == one.calendar else f"  Stopped by the same as {before}."
        )
    if one.resting_until:
        until = moment(session, one.resting_until)
        lines.append(f"  Left alone until {until}; `followthru sync {one.account}` tries it now.")
    return [*lines, *(f"  {terminal.clean(words)}" for words in left_alone_words(one))]


def moment(session: Session, at: str) -> str:
    """Return an instant (ISO text) as the PM's own wall clock shows it."""
    from followthru.domain.clock import zone

    return moment_words(datetime.fromisoformat(at), session.clock.now(), zone(session.ctx.zone))


def standing_json(one: CalendarStanding) -> dict[str, object]:
    """Return how a calendar stands as JSON."""
    return {**one._asdict(), "others": [each._asdict() for each in one.others]}


def left_alone_words(one: CalendarStanding) -> list[str]:
    """Return what is left alone on a calendar of ours by reason, the most frequent first."""
    counted = Counter(each.reason for each in one.others).most_common()
    return [f"{count_words(count, 'item')} left alone: {reason}" for reason, count in counted]


def untitled_words(ids: tuple[int, ...]) -> str:
    """Return which promises wait for a public title, and how one is given."""
    waiting = f"{count_words(len(ids), 'promise')} {'waits' if len(ids) == 1 else 'wait'} for a public title"
    give = f'`followthru edit {ids[0]} public_title="…"` gives {"it" if len(ids) == 1 else "the first"} one.'
    return f"{waiting}: {'task' if len(ids) == 1 else 'tasks'} {_listed(ids)}. {give}"


def _listed(ids: tuple[int, ...]) -> str:
    named = ", ".join(str(id) for id in ids[:_MANY])
    return named if len(ids) <= _MANY else f"{named} and {len(ids) - _MANY} more"


def good_words(session: Session, one: CalendarStanding) -> str:
    """Return when a calendar was last in step, in words."""
    if one.url is None:
        return "not set up yet: `followthru calendar setup`"
    if one.last_good_at is None:
        return "never synced yet"
    return f"last good sync {ago_words(datetime.fromisoformat(one.last_good_at), session.clock.now())}"
