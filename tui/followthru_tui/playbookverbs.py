"""What keys do to playbooks and their runs, through the actions, and what they would do, seen before.

On the reader thread; may raise FollowthruError.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from followthru_tui.feed import Said
from followthru_tui.verbs import said

if TYPE_CHECKING:
    from followthru.actions.desk import Desk
    from followthru.actions.playbook_moves import StepMoved
    from followthru.actions.playbook_runs import Added, Ran, Run
    from followthru.domain.playbooks import Playbook


class Asked(NamedTuple):
    """What is typed for a run: practices, the anchor's day, `name=value` pairs, for whom."""

    practices: tuple[str, ...]
    anchor: str
    pairs: Mapping[str, str]
    people: tuple[str, ...]


class Seen(NamedTuple):
    """What a step would do: in a sentence, and in full, line by line."""

    words: str
    lines: tuple[str, ...]


def _book(desk: Desk, name: str) -> Playbook:
    from followthru.exchange.playbooks import named
    from followthru_tui.views.playbooks import own_folder

    return named(own_folder(desk), name)


def _run(desk: Desk, book: Playbook, asked: Asked) -> Run:
    from followthru.actions.playbook_runs import Run

    questions = {one.key for one in book.questions}
    roles = {name: value for name, value in asked.pairs.items() if name not in questions}
    answers = {name: value for name, value in asked.pairs.items() if name in questions}
    return Run(asked.practices, day(desk, asked.anchor), roles, answers, asked.people)


def day(desk: Desk, text: str) -> date:
    """Read a date as the PM's own day would. Raises UsageError."""
    from followthru.domain.dateword import read_date

    return read_date(text, desk.ctx.today(), desk.ctx.order).on


def preview(desk: Desk, name: str, asked: Asked) -> Seen:
    """Return what a run would make: dates, roles, and the load of each week."""
    from followthru.actions import playbook_runs

    book = _book(desk, name)
    found = playbook_runs.preview(desk.ctx, book, _run(desk, book, asked))
    return Seen(found.outcome.words, tuple(_lines(found, desk.ctx.today())))


def run(desk: Desk, name: str, asked: Asked) -> Said:
    """Make the tasks of a playbook as one step."""
    from followthru.actions import playbook_runs

    book = _book(desk, name)
    return said(playbook_runs.run(desk.ctx, book, _run(desk, book, asked)).outcome)


def _lines(found: Ran, today: date) -> Iterator[str]:
    from followthru.domain.saying import day_words

    yield from found.outcome.notes
    for week in found.weeks:
        yield _week_words(week, today)
    for site in found.sites:
        for one in site.plan.tasks:
            role = f" ({one.step.role})" if one.step.role else ""
            person = f": {one.person}" if one.person else ""
            yield f"{day_words(one.on, today)}, {site.practice.slug}: {one.step.title}{person}{role}"


def _week_words(one: Added, today: date) -> str:
    from followthru.domain.saying import count_words, day_words
    from followthru.domain.spans import hours_words

    after = one.week.minutes + one.minutes
    of = "" if one.week.capacity is None else f" of {hours_words(one.week.capacity)}"
    full = ", overfull" if one.week.capacity is not None and after > one.week.capacity else ""
    adds = f"{hours_words(one.minutes)} more in {count_words(one.tasks, 'task')}"
    return f"Week of {day_words(one.week.monday, today)}: {adds}, then {hours_words(after)}{of}{full}"


def preview_move(desk: Desk, id: int, anchor: str, because: str | None) -> Seen:
    """Return which steps of a run would move with its anchor, and which stay because somebody was told."""
    from followthru.actions import playbook_moves

    found = playbook_moves.move(desk.ctx, [id], day(desk, anchor), because=because, dry_run=True)
    today = desk.ctx.today()
    moved = tuple(_moved(one, today) for one in found.moved)
    stay = tuple(f"stays, {', '.join(one.told)} was told: {one.title}" for one in found.stay)
    notes = (note.replace("--because TEXT moves", "a reason after a ; moves") for note in found.outcome.notes)
    return Seen(found.outcome.words, (*notes, *stay, *moved))


def _moved(one: StepMoved, today: date) -> str:
    from followthru.domain.saying import day_words

    was, on = ("no date" if each is None else day_words(each, today) for each in (one.was, one.on))
    return f"{was} to {on}: {one.title}"


def move(desk: Desk, id: int, anchor: str, because: str | None) -> Said:
    """Move the anchor of a run as one step."""
    from followthru.actions import playbook_moves

    return said(playbook_moves.move(desk.ctx, [id], day(desk, anchor), because=because).outcome)


class Answerable(NamedTuple):
    """An answer that a run could be given: `key=answer`, what is asked, and the answer that holds now."""

    pair: str
    ask: str
    now: str


def questions(desk: Desk, id: int) -> list[Answerable]:
    """Return every other answer to every question of a run. Raises NotFoundError."""
    from followthru.actions.playbook_moves import one
    from followthru.actions.playbook_tasks import book_of
    from followthru.domain.playbook_plan import answers

    run = one(desk.ctx.read, id)
    book = book_of(run)
    now = answers(book, run.answers)
    return [
        Answerable(f"{each.key}={given}", each.ask, now[each.key])
        for each in book.questions
        for given in each.answers
        if given != now[each.key]
    ]


def needs(desk: Desk, name: str) -> str:
    """Return the roles and the questions of a playbook, as they are typed. Raises NotFoundError."""
    book = _book(desk, name)
    roles = " ".join(f"{role}=" for role in book.roles)
    asks = " ".join(f"{one.key}={'|'.join(one.answers)}" for one in book.questions)
    return " · ".join(part for part in (f"roles {roles}" if roles else "", f"questions {asks}" if asks else "") if part)


def preview_answer(desk: Desk, id: int, given: Mapping[str, str]) -> Seen:
    """Return which steps of a run would open and which would be dropped with another answer."""
    from followthru.actions import playbook_answers
    from followthru.domain.saying import day_words
    from followthru.store import tasks

    found = playbook_answers.answer(desk.ctx, id, given, dry_run=True)
    today = desk.ctx.today()
    opened = [f"opens, {day_words(one.on, today)}: {one.step.title}" for one in found.opened]
    dropped = [f"is dropped: {one.title}" for one in tasks.by_ids(desk.ctx.read, found.dropped)]
    return Seen(found.outcome.words, (*found.outcome.notes, *opened, *dropped))


def answer(desk: Desk, id: int, given: Mapping[str, str]) -> Said:
    """Answer a question of a run: steps come and go with it."""
    from followthru.actions import playbook_answers

    return said(playbook_answers.answer(desk.ctx, id, given).outcome)
