"""The verbs on work that comes back: skip one, move one or all to come, pause, resume, end; and what a year holds."""

from __future__ import annotations

from datetime import date
from itertools import chain
from typing import NamedTuple

from followthru.actions import edits, playbook_moves
from followthru.actions.context import Context, Outcome
from followthru.actions.promises import NewPromise, promise_fields
from followthru.actions.repeating import leading_date, next_occurrence, run_of
from followthru.actions.tasks import NOT_WAITING
from followthru.domain.changes import Change, Row, Scalar
from followthru.domain.dateword import read_date
from followthru.domain.plain import one_line
from followthru.domain.repeats import Kind, Repeat, Unit, anchored, later, series, window_start
from followthru.domain.rule_words import read
from followthru.domain.saying import day_words
from followthru.domain.task import CLOSED, Status, TargetSource
from followthru.domain.workdays import WorkCalendar
from followthru.errors import RefusedError
from followthru.store import duties, practices, runs
from followthru.store.duties import DutyRow
from followthru.store.store import Reader, Writer


class Coming(NamedTuple):
    """One date on which a duty comes: the open occurrence, or one to come if each before it is done on its day."""

    on: date
    duty: DutyRow
    starts_on: date | None
    is_open: bool


def skip(ctx: Context, task_id: int) -> Outcome:
    """Leave one occurrence out: it is dropped, with the open steps of its playbook, and the next one comes.

    Raises NotFoundError, RefusedError for a task that does not come back or is closed.
    """
    with ctx.acting() as tx:
        values = _duty(tx, task_id)
        edits.check_open(values, task_id, "be skipped")
        today = ctx.today_of(tx, values)
        dropped: dict[str, Scalar] = {"status": str(Status.DROPPED), "closed_at": tx.now}
        coming = next_occurrence(ctx, tx, task_id, {**values, "duty_paused": None}, _counted_from(values, today))
        words = f"Skipped {task_id}: {values['title']}"
        run_id = run_of(values)
        steps = [] if run_id is None else runs.steps(tx, run_id)
        away = [edits.changed(tx, one.id, {**dropped, **NOT_WAITING}) for one in steps if one.status not in CLOSED]
        changes = (*edits.changed(tx, task_id, dropped), *chain.from_iterable(away), *coming.changes)
        action_id = edits.record(tx, "duty skip", words, changes)
    return Outcome(action_id, _made(task_id, coming.changes), words, coming.notes)


def _counted_from(values: Row, today: date) -> date:
    """Return the day from which the next one counts when this one is not done: its own, unless that leads nowhere."""
    rule, (_, on) = read(str(values["repeats"])), leading_date(values)
    if not rule.after_done or on is None or later(rule, on) <= today:
        return today
    return on


def move(ctx: Context, task_id: int, given: str, *, all_to_come: bool = False, because: str | None = None) -> Outcome:
    """Move one occurrence, and with `all_to_come` the rule with it, so that those after it follow.

    A date that somebody was told moves only with a reason. Raises UsageError, NotFoundError, RefusedError also for a
    rule that does not follow from a date.
    """
    because = one_line(because or "") or None
    with ctx.acting() as tx:
        values = _duty(tx, task_id)
        edits.check_open(values, task_id, "be moved")
        to = read_date(given, ctx.today_of(tx, values), ctx.order).on
        leading, on = leading_date(values)
        after: dict[str, Scalar] = {"occurs_on": None if on is None else on.isoformat()}
        if all_to_come:
            after = {"occurs_on": None, "repeats": str(_rule_of(read(str(values["repeats"])), to))}
        if (run_id := run_of(values)) is not None:
            return _move_run(tx, run_id, task_id, values, to, after, because)
        after |= _moved(tx, task_id, values, leading, to, because)
        how = "and all after it to" if all_to_come else "this once to"
        words = f"Moved {task_id} {how} {day_words(to)}: {values['title']}"
        action_id = edits.record(tx, "duty move", words, edits.changed(tx, task_id, after), because=because)
    return Outcome(action_id, (task_id,), words)


def _move_run(
    tx: Writer, run_id: int, task_id: int, values: Row, to: date, after: dict[str, Scalar], because: str | None
) -> Outcome:
    """Move an occurrence whose work is a playbook: the anchor of its run, and the open steps with it."""
    run = playbook_moves.one(tx, run_id)
    if after["occurs_on"] is None:
        after["occurs_on"] = to.isoformat()
    changes, steps = playbook_moves.changes_of(tx, run, to, because)
    words = f"Moved {task_id} to {day_words(to)}, its steps with it: {values['title']}"
    own = [one for one in edits.changed(tx, task_id, after) if one.field in after]
    action_id = edits.record(tx, "duty move", words, (*changes, *own), because=because)
    return Outcome(action_id, (task_id,), words, playbook_moves.notes_of([one for one in steps if one.told]))


def _moved(tx: Writer, task_id: int, values: Row, leading: str, to: date, because: str | None) -> dict[str, Scalar]:
    if leading == "promised_on":
        return promise_fields(tx, task_id, values, NewPromise(to), because=because)
    hand = {"target_source": str(TargetSource.HAND)} if leading == "target_on" else {}
    return {leading: to.isoformat(), **hand}


def _rule_of(rule: Repeat, to: date) -> Repeat:
    """Return the rule once its dates are to follow a new one. Raises RefusedError where they cannot."""
    if rule.kind is Kind.INTERVAL:
        return anchored(rule._replace(days=()), to)
    if rule.kind is Kind.WEEKDAYS and len(rule.days) == 1:
        return rule._replace(days=(to.isoweekday(),))
    if rule.kind is Kind.MONTH_DAY:
        return rule._replace(unit=Unit.MONTH, days=(to.day,))
    raise RefusedError(
        f"“every {rule}” does not follow from one date.",
        safe="Nothing was changed.",
        remedy="Give the new rule: `followthru edit ID every=RULE`; without --series only this one moves.",
    )


def pause(ctx: Context, task_id: int) -> Outcome:
    """Let no next one come after this one, until it is resumed. Raises NotFoundError, RefusedError."""
    with ctx.acting() as tx:
        values = _duty(tx, task_id)
        edits.check_open(values, task_id, "be paused")
        words = f"Paused after {task_id}: {values['title']}"
        action_id = edits.record(tx, "duty pause", words, edits.changed(tx, task_id, {"duty_paused": 1}))
    return Outcome(action_id, (task_id,), words if action_id else f"Task {task_id} is paused already.")


def resume(ctx: Context, task_id: int) -> Outcome:
    """Let a paused duty come back; where its last one is done, the next one comes now.

    Raises NotFoundError, RefusedError for one that is not paused.
    """
    with ctx.acting() as tx:
        values = _duty(tx, task_id)
        if not values["duty_paused"]:
            raise RefusedError(f"Task {task_id} is not paused.", safe="Nothing was changed.")
        changes = edits.changed(tx, task_id, {"duty_paused": None})
        notes: tuple[str, ...] = ()
        if values["status"] == Status.DONE:
            since = values["done_on"] if read(str(values["repeats"])).after_done else None
            from_ = date.fromisoformat(str(since)) if since else ctx.today_of(tx, values)
            coming = next_occurrence(ctx, tx, task_id, {**values, "duty_paused": None}, from_)
            changes, notes = (*changes, *coming.changes), coming.notes
        words = f"Resumed {task_id}: {values['title']}"
        action_id = edits.record(tx, "duty resume", words, changes)
    return Outcome(action_id, _made(task_id, changes), words, notes)


def end(ctx: Context, task_id: int) -> Outcome:
    """Let a task come back no more; this one stays. Raises NotFoundError, RefusedError."""
    with ctx.acting() as tx:
        values = _duty(tx, task_id)
        after: dict[str, Scalar] = {"repeats": None, "occurs_on": None, "duty_paused": None}
        words = f"Ended with {task_id}, it came back every {values['repeats']}: {values['title']}"
        action_id = edits.record(tx, "duty end", words, edits.changed(tx, task_id, after))
    return Outcome(action_id, (task_id,), words)


def preview(read_: Reader, until: date, practice_id: int | None = None) -> list[Coming]:
    """Return every date through a day on which a duty comes, by date; paused ones come only if they are open."""
    calendars: dict[int | None, WorkCalendar] = {}
    found: list[Coming] = []
    for one in duties.duties(read_, practice_id):
        if one.practice_id not in calendars:
            calendars[one.practice_id] = practices.work_calendar(read_, one.practice_id)
        if one.leads_on is not None and one.leads_on <= until and one.status is not Status.DONE:
            found.append(Coming(one.leads_on, one, one.starts_on, True))
        if one.on is not None and not one.paused:
            rule = read(one.rule)
            days = series(rule, one.on, until, calendars[one.practice_id])
            found += [Coming(on, one, window_start(rule, on), False) for on in days]
    return sorted(found, key=lambda each: (each.on, each.duty.id))


def _duty(tx: Writer, task_id: int) -> dict[str, Scalar]:
    values = edits.row(tx, task_id)
    if values["repeats"] is None:
        raise RefusedError(
            f"Task {task_id} does not come back.",
            safe="Nothing was changed.",
            remedy=f"Give it a rule: `followthru edit {task_id} every=RULE`.",
        )
    return values


def _made(task_id: int, changes: tuple[Change, ...]) -> tuple[int, ...]:
    """Return the occurrence that a step made, else the one that it was about."""
    return tuple(one.id for one in changes if one.entity == "task" and one.before is None and one.field == "*") or (
        task_id,
    )
