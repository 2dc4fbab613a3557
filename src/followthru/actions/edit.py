"""Edit a task's fields by name: checked, through the guards, as one step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from typing import NamedTuple

from followthru.actions import edits, lookup
from followthru.actions.context import Context, Outcome
from followthru.actions.filing import file_under
from followthru.actions.members import MEMBERS, circle
from followthru.actions.promises import NewPromise, out_of_step, promise_fields
from followthru.actions.stored import whole
from followthru.domain.changes import Change, Row, Scalar
from followthru.domain.dateword import DateWord, read_date
from followthru.domain.field_words import called
from followthru.domain.plain import one_line, several_lines
from followthru.domain.repeats import CatchUp
from followthru.domain.saying import count_words
from followthru.domain.spans import minutes
from followthru.domain.task import Area, Audience, Priority, TargetSource
from followthru.errors import RefusedError, UsageError
from followthru.store import parts
from followthru.store.store import Reader, Writer

Values = dict[str, Scalar]


def edit(ctx: Context, task_id: int, given: Mapping[str, str | None], *, because: str | None = None) -> Outcome:
    """Give fields of a task new values; None or an empty text clears a field.

    `tags` and `needs` take words to set, or `+word` and `-word` to add and take away. Raises UsageError for
    an unknown field or a value that cannot be read, RefusedError by a guard, NotFoundError.
    """
    return edit_all(ctx, (task_id,), given, because=because)


def edit_all(
    ctx: Context, task_ids: Sequence[int], given: Mapping[str, str | None], *, because: str | None = None
) -> Outcome:
    """Give fields of several tasks the same new values, as one step. Raises as `edit` does; then none is changed."""
    reason = one_line(because or "") or None
    task_ids = tuple(dict.fromkeys(task_ids))
    with ctx.acting() as tx:
        found = [_edited(ctx, tx, task_id, given, reason) for task_id in task_ids]
        titles = [f"{task_id}: {one.title}" for task_id, one in zip(task_ids, found, strict=True) if one.changes]
        about = titles[0] if len(titles) == 1 else count_words(len(titles), "task")
        words = f"Changed {called(given)} of {about}"
        action_id = edits.record(tx, "edit", words, [change for one in found for change in one.changes], because=reason)
    same = f"Task {task_ids[0]} is like that already." if len(task_ids) == 1 else "They are like that already."
    return Outcome(action_id, task_ids, words if action_id else same)


class _Edited(NamedTuple):
    """What one task is called after an edit, and the changes that make it so."""

    title: str
    changes: list[Change]


def _edited(ctx: Context, tx: Writer, task_id: int, given: Mapping[str, str | None], reason: str | None) -> _Edited:
    values = edits.row(tx, task_id)
    changes: list[Change] = []
    plain: Values = {}
    for name, text in given.items():
        if name in MEMBERS:
            changes += MEMBERS[name](tx, task_id, text or "")
        else:
            plain |= _read(ctx, tx, task_id, {**values, **plain}, _canonical(name), (text or "").strip() or None)
    if "buffer_set_days" in plain and "target_on" not in plain and plain.get("promised_on", values["promised_on"]):
        # Who sets the room wants the target that leaves it, also in place of one that was set by hand.
        plain |= {"target_on": None, "target_source": None}
    if plain:
        changes += edits.changed(tx, task_id, _guarded(tx, task_id, values, plain, reason))
    return _Edited(str(plain.get("title", values["title"])), changes)


def _guarded(tx: Writer, task_id: int, values: Row, plain: Values, because: str | None) -> Values:
    """Let a promise among the new values pass the guard that every promise passes. Raises RefusedError."""
    if plain.keys() & {"promised_on", "target_on"}:
        edits.check_open(values, task_id, "get other dates")
    if "promised_on" not in plain:
        return plain
    on, at = plain["promised_on"], plain.get("promised_time")
    new = NewPromise(
        None if on is None else date.fromisoformat(str(on)), None if at is None else time.fromisoformat(str(at))
    )
    given = because or (str(plain["because"]) if plain.get("because") else None)
    return {**plain, **promise_fields(tx, task_id, values, new, because=given)}


_SHORT = {
    "practice": "practice_id",
    "assignee": "assignee_id",
    "parent": "parent_id",
    "deadline": "deadline_on",
    "promised": "promised_on",
    "target": "target_on",
    "starts": "starts_on",
    "buffer": "buffer_set_days",
    "buffer_days": "buffer_set_days",
    "estimate": "estimate_minutes",
    "follow_up": "follow_up_on",
    "reason": "because",
    "every": "repeats",
    "lead": "lead_days",
    "evidence": "needs_evidence",
    "goal": "goal_id",
}
_CHOICES = {
    "area": frozenset(Area),
    "priority": frozenset(Priority),
    "audience": frozenset(Audience),
    "catch_up": frozenset(CatchUp),
}
_DATES = frozenset(("deadline_on", "starts_on", "follow_up_on", "waiting_by"))
_LINES = frozenset(("title", "public_title", "kind", "waiting_for"))
_TEXTS = frozenset((*_LINES, "notes", "answer"))
_COUNTS = frozenset(("buffer_set_days", "lead_days"))


def _canonical(name: str) -> str:
    field = _SHORT.get(name, name)
    known = _TEXTS | _DATES | _COUNTS | {"estimate_minutes"} | _CHOICES.keys() | _SPECIAL.keys()
    if field not in known:
        from followthru.domain.nearest import did_you_mean

        near = did_you_mean(name, [*known, *_SHORT, *MEMBERS])
        raise UsageError(
            f"A task has no field “{name}” that can be edited. {near}".rstrip(),
            safe="Nothing was changed.",
        )
    return field


def _read(ctx: Context, tx: Writer, task_id: int, values: Row, name: str, text: str | None) -> Values:
    """Return the fields that one given field sets, as stored."""
    if name in _SPECIAL:
        return _SPECIAL[name](ctx, tx, task_id, values, text)
    if text is None:
        if name == "title":
            raise UsageError("A task needs a title.", safe="Nothing was changed.")
        return {name: None}
    if name in _DATES:
        return {name: _day(ctx, tx, values, text).on.isoformat()}
    if name == "estimate_minutes":
        return {name: minutes(text)}
    if name in _COUNTS:
        return {name: _count(name, text)}
    if name in _CHOICES and text not in _CHOICES[name]:
        raise UsageError(f"“{text}” is no {name}.", remedy=f"One of: {', '.join(sorted(_CHOICES[name]))}.")
    return {name: one_line(text) if name in _LINES else several_lines(text)}


def _day(ctx: Context, tx: Reader, values: Row, text: str) -> DateWord:
    return read_date(text, ctx.today_of(tx, values), ctx.order)


def _count(name: str, text: str) -> int:
    digits = text.removesuffix("d")
    if not digits.isdecimal() or len(digits) > 5:
        raise UsageError(f"“{text}” is no number for {name}.", safe="Nothing was changed.")
    return int(digits)


def _assignee(ctx: Context, tx: Writer, task_id: int, values: Row, text: str | None) -> Values:
    if text is None:
        return {"assignee_id": None}
    return {"assignee_id": lookup.member(tx, whole(values["practice_id"]), text).person_id}


def _parent(ctx: Context, tx: Writer, task_id: int, values: Row, text: str | None) -> Values:
    """Make a task a part of another. Raises RefusedError for a circle or another practice."""
    if text is None:
        return {"parent_id": None}
    parent = lookup.task(tx, text)
    if parent.practice_id != values["practice_id"]:
        raise RefusedError(f"Task {parent.id} belongs to another practice.", safe="Nothing was changed.")
    above: int | None = parent.id
    while above is not None:
        if above == task_id:
            raise circle(task_id, parent.id)
        above = parts.whole(tx, above)
    return {"parent_id": parent.id}


def _target(ctx: Context, tx: Writer, task_id: int, values: Row, text: str | None) -> Values:
    if text is None:
        return {"target_on": None, "target_source": None}
    return {"target_on": _day(ctx, tx, values, text).on.isoformat(), "target_source": str(TargetSource.HAND)}


def _promised(ctx: Context, tx: Writer, task_id: int, values: Row, text: str | None) -> Values:
    if text is None:
        return {"promised_on": None, "promised_time": None}
    found = _day(ctx, tx, values, text)
    return {"promised_on": found.on.isoformat(), "promised_time": found.at and found.at.strftime("%H:%M")}


def _because(ctx: Context, tx: Writer, task_id: int, values: Row, text: str | None) -> Values:
    """Give the reason of the last move, which a calendar's move or an undo left missing; or take it away."""
    if text is None:
        return {"because": None, "reason_missing": int(out_of_step(tx, task_id, values["promised_on"]))}
    return {"because": one_line(text), "reason_missing": 0}


def _repeats(ctx: Context, tx: Writer, task_id: int, values: Row, text: str | None) -> Values:
    from followthru.actions.repeating import leading_date
    from followthru.domain.repeats import Kind, anchored
    from followthru.domain.rule_words import read

    if text is None:
        return {"repeats": None, "occurs_on": None}
    rule = read(text)
    if rule.kind is Kind.RRULE:
        today = ctx.today_of(tx, values)
        rule = anchored(rule, leading_date(values)[1] or today)
    return {"repeats": str(rule), "occurs_on": None}


def _goal(ctx: Context, tx: Writer, task_id: int, values: Row, text: str | None) -> Values:
    """Let a task serve a goal of its practice."""
    from followthru.actions import goals

    return {"goal_id": None if text is None else goals.to_serve(tx, whole(values["practice_id"]), text).id}


def _evidence(ctx: Context, tx: Writer, task_id: int, values: Row, text: str | None) -> Values:
    """Say whether a task closes only with something to show."""
    said = (text or "no").casefold()
    if said not in ("yes", "no"):
        raise UsageError(f"“{text}” is neither yes nor no.", safe="Nothing was changed.")
    return {"needs_evidence": 1 if said == "yes" else None}


_SPECIAL: dict[str, Callable[[Context, Writer, int, Row, str | None], Values]] = {
    "practice_id": file_under,
    "assignee_id": _assignee,
    "parent_id": _parent,
    "promised_on": _promised,
    "target_on": _target,
    "because": _because,
    "repeats": _repeats,
    "needs_evidence": _evidence,
    "goal_id": _goal,
}
