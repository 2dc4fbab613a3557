"""Playbooks as the work of duties: begin one, and bring the next run when its time comes, done or not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from followthru.actions import edits
from followthru.actions.context import Context, Outcome
from followthru.actions.playbook_runs import Ran, Run, check_new, chosen, notes_of, weeks_of
from followthru.actions.playbook_tasks import Site, book_of, made, site, with_occurrence
from followthru.actions.repeating import next_occurrence
from followthru.domain.changes import Action, Actor, Change, Row
from followthru.domain.playbooks import Playbook, offsets
from followthru.domain.repeats import CatchUp, Repeat, anchored, first, following
from followthru.domain.rule_words import read
from followthru.domain.saying import count_words
from followthru.errors import FollowthruError, RefusedError, UsageError
from followthru.store import duties, journal, practices, runs
from followthru.store.duties import DutyRow
from followthru.store.store import Reader

AHEAD = 5
"""Working days before its first step begins at which the next run of a duty with fixed dates is made."""


class NewDuty(NamedTuple):
    """A playbook that comes back: at which practices, by which rule, told what; `anchor` None takes the rule's first.

    `every` None is the rule that the playbook names. `title` None is the playbook's.
    """

    practices: tuple[str, ...]
    run: Run
    every: str | None = None
    anchor: date | None = None
    title: str | None = None
    catch_up: CatchUp | None = None


def begin(ctx: Context, book: Playbook, new: NewDuty, *, dry_run: bool = False) -> Ran:
    """Make a playbook the work of a duty at practices, as one step: at each a task that comes back, and its first run.

    Each practice has its own anchor where none is given. Raises UsageError without a rule, RefusedError for a run
    that is there already, and what a run raises.
    """
    rule = _rule(book, new)
    with ctx.store.writing() if dry_run else ctx.acting() as tx:
        sites: list[Site] = []
        changes: list[Change] = []
        for practice in chosen(tx, new.practices):
            today = ctx.today(practice)
            anchor = new.anchor or first(anchored(rule, today), today, practices.work_calendar(tx, practice.id))
            here = site(tx, book, practice, anchor, new.run.said)
            if not new.run.again:
                check_new(tx, book, here)
            sites.append(here)
            if not dry_run:
                row = _row(book, here, new, str(anchored(rule, anchor)))
                changes += with_occurrence(tx, book, here, tx.new_id("task"), row)
        weeks = weeks_of(ctx, tx, sites)
        where = ", ".join(f"@{one.practice.slug}" for one in sites)
        count = count_words(sum(len(one.plan.tasks) for one in sites), "task")
        words = f"{book.title} comes every {rule} at {where}: {count}"
        notes = tuple(note for one in sites for note in notes_of(one))
        if dry_run:
            seen = Outcome(None, (), f"{words} would be added. Nothing was changed", notes)
            return Ran(seen, tuple(sites), weeks, {}, {})
        action_id = journal.apply(tx, Action("duty add", words, tuple(changes)))
    tasks = tuple(one.id for one in changes if one.entity == "task" and _is_occurrence(one))
    there = {int(one.after["practice_id"] or 0): one.id for one in changes
            if one.entity == "run" and isinstance(one.after, Mapping)}  # fmt: skip
    return Ran(Outcome(action_id, tasks, words, notes), tuple(sites), weeks, made(changes), there)


def _rule(book: Playbook, new: NewDuty) -> Repeat:
    said = new.every or book.every
    if said is None:
        raise UsageError(
            f"{book.name} does not say how often it comes back.",
            safe="Nothing was changed.",
            remedy='Say it: --every "last working day".',
        )
    return read(said)


def _row(book: Playbook, here: Site, new: NewDuty, rule: str) -> Row:
    return {
        "title": new.title or book.title,
        "practice_id": here.practice.id,
        "area": str(book.steps[0].area),
        "kind": book.name,
        "repeats": rule,
        "catch_up": new.catch_up and str(new.catch_up),
    }


def _is_occurrence(change: Change) -> bool:
    return isinstance(change.after, Mapping) and change.after.get("step") is None


class Due(NamedTuple):
    """The next run of a duty: its anchor, and the day from which it is to be made."""

    duty: DutyRow
    anchor: date
    from_: date


def upcoming(ctx: Context, read_: Reader) -> list[Due]:
    """Return, for each duty of fixed dates whose work is a playbook, its next run and when that is to be made."""
    found: list[Due] = []
    for duty in duties.duties(read_):
        if duty.run_id is None or duty.practice_id is None or duty.on is None or duty.paused:
            continue
        rule, practice = read(duty.rule), practices.practice(read_, duty.practice_id)
        if rule.after_done:
            continue
        calendar = practices.work_calendar(read_, practice.id)
        anchor = following(rule, duty.on, ctx.today(practice), calendar, duty.catch_up)
        found.append(Due(duty, anchor, calendar.subtract(anchor, _lead(ctx, read_, duty) + AHEAD)))
    return found


def _lead(ctx: Context, read_: Reader, duty: DutyRow) -> int:
    """Return the working days before its anchor at which the first step of a duty's playbook may begin."""
    there = None if duty.run_id is None else runs.run(read_, duty.run_id)
    if there is None:
        return 0
    try:
        book = ctx.playbooks(there.playbook) or book_of(there)
    except RefusedError:  # said when its time has come
        return 0
    days = offsets(book.steps)
    return max(0, *((step.start_days or 0) - days[step.key] for step in book.steps))


def bring(ctx: Context) -> list[Outcome]:
    """Make every run whose time has come although the one before is not complete, each as a step of the daemon's.

    One that cannot be made keeps no other from coming; its fault is raised at the end.
    """
    done: list[Outcome] = []
    faults: dict[int, FollowthruError] = {}
    for _ in range(_MOST_AT_ONCE):
        due = [one for one in upcoming(ctx, ctx.read) if one.duty.id not in faults and one.from_ <= _today(ctx, one)]
        if not due:
            break
        for one in due:
            try:
                done.append(next_of(ctx, one.duty.id, actor=Actor.DAEMON))
            except FollowthruError as error:
                faults[one.duty.id] = error
    if faults:
        raise next(iter(faults.values()))
    return done


_MOST_AT_ONCE = 24
"""How many missed runs of one duty are made up for at most."""


def _today(ctx: Context, one: Due) -> date:
    return ctx.today_for(ctx.read, one.duty.practice_id)


def next_of(ctx: Context, task_id: int, *, actor: Actor = Actor.ME) -> Outcome:
    """Make the next one of a duty now, though this one is open. Raises RefusedError where it has come already."""
    with ctx.acting() as tx:
        values = edits.row(tx, task_id)
        coming = next_occurrence(ctx, tx, task_id, values, ctx.today_of(tx, values))
        if not coming.changes:
            raise RefusedError(
                f"Nothing comes after task {task_id}: it does not come back, is paused, or its next one is there.",
                safe="Nothing was changed.",
                remedy="`followthru duty list` shows what comes back.",
            )
        words = f"Brought the next of {task_id}: {values['title']}"
        action_id = edits.record(tx, "duty next", words, coming.changes, actor=actor)
    ids = tuple(one.id for one in coming.changes if one.entity == "task" and _is_occurrence(one))
    return Outcome(action_id, ids, words, coming.notes)
