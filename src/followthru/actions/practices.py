"""The verbs on practices: add, edit, closure days, pause."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from followthru.actions import holidays, lookup, targets
from followthru.actions.context import Context, Outcome
from followthru.domain.buffers import parse_policy
from followthru.domain.changes import Action, Change, Scalar, create, delete, differences
from followthru.domain.clock import check_timezone
from followthru.domain.nearest import did_you_mean
from followthru.domain.people import Practice, PracticeStatus
from followthru.domain.plain import one_line
from followthru.domain.sample import is_sample
from followthru.domain.saying import count_words
from followthru.domain.spans import minutes
from followthru.domain.workdays import Roll, parse_half_weekdays, parse_weekdays, weekdays_text
from followthru.errors import RefusedError, UsageError
from followthru.store import derived, journal, practices, tasks
from followthru.store.frozen import calendar_of
from followthru.store.store import Writer

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_OF_HOURS = ("retainer", "report_hours")
_EDITABLE = ("name", "timezone", "weekdays", "holidays", "buffer_policy", "status", "roll", "capacity", *_OF_HOURS)
_OPTIONAL = frozenset(("holidays", "roll", "capacity", *_OF_HOURS))


class NewPractice(NamedTuple):
    """A practice to add. `weekdays` are ISO digits, `holidays` a code such as `US-CA` or None."""

    slug: str
    timezone: str
    name: str | None = None
    holidays: str | None = None
    weekdays: str = "12345"
    buffer_policy: str = "fixed:0"


def add(ctx: Context, new: NewPractice, *, sample: bool = False) -> tuple[Outcome, Practice]:
    """Add a practice. Raises UsageError for values that cannot be read, RefusedError for a slug in use.

    The slugs of the sample data are for it alone: nothing of such a practice ever leaves.
    """
    check_slug(new.slug)
    if is_sample(new.slug) and not sample:
        raise RefusedError(
            f"{new.slug} is kept for the sample data, of which nothing is ever sent.",
            safe="Nothing was changed.",
            remedy="Choose another slug.",
        )
    row = checked(
        {
            "slug": new.slug,
            "name": new.name or new.slug.replace("-", " ").title(),
            "timezone": new.timezone,
            "weekdays": new.weekdays,
            "holidays": new.holidays,
            "buffer_policy": new.buffer_policy,
            "status": str(PracticeStatus.ACTIVE),
        }
    )
    with ctx.acting() as tx:
        if any(one.slug == new.slug for one in practices.all_practices(tx)):
            raise RefusedError(
                f"There is a practice {new.slug} already.", safe="Nothing was changed.", remedy="Choose another slug."
            )
        practice_id = tx.new_id("practice")
        _cover(ctx, tx, row["holidays"])
        change = create("practice", practice_id, {**row, "created_at": tx.now})
        words = f"Added practice {new.slug}"
        action_id = journal.apply(tx, Action("practice add", words, (change,)))
        return Outcome(action_id, (), words), practices.practice(tx, practice_id)


def check_slug(slug: str) -> None:
    """Raise UsageError for what cannot be a practice's slug."""
    if not _SLUG.fullmatch(slug):
        raise UsageError(
            f"“{slug}” cannot be a slug.",
            safe="Nothing was stored.",
            remedy="Use lower-case letters, digits and single hyphens, such as oak-street.",
        )


def edit(ctx: Context, given: str, values: Mapping[str, Scalar]) -> tuple[Outcome, Practice]:
    """Change a practice; what follows from its working days and buffer policy follows at once.

    Raises UsageError, NotFoundError, RefusedError (a slug never changes).
    """
    if "slug" in values:
        raise RefusedError("A practice keeps its slug for ever.", safe="Nothing was changed.")
    wanted = checked(values)
    with ctx.acting() as tx:
        before = lookup.practice(tx, given)
        row = journal.row_of(tx, "practice", before.id) or {}
        if "holidays" in wanted:
            _cover(ctx, tx, wanted["holidays"])
        changes = differences("practice", before.id, row, {**row, **wanted})
        words = f"Changed practice {before.slug}"
        action_id = apply_with_targets(tx, before.id, "practice edit", words, changes)
        return Outcome(action_id, (), words), practices.practice(tx, before.id)


def close(ctx: Context, given: str, days: Sequence[date], *, open_again: bool = False, half: bool = False) -> Outcome:
    """Close a practice on some days, or for half of each, or open it again on them, as one step.

    Raises NotFoundError.
    """
    with ctx.acting() as tx:
        practice = lookup.practice(tx, given)
        changes: list[Change] = []
        for day in sorted({day.isoformat() for day in days}):
            wanted: dict[str, Scalar] = {"practice_id": practice.id, "closed_on": day, "half": int(half) or None}
            closure_id = practices.closure_id(tx, practice.id, day)
            row = journal.row_of(tx, "closure", closure_id)
            if row is None and not open_again:
                changes.append(create("closure", tx.new_id("closure"), wanted))
            elif row is not None and open_again:
                changes.append(delete("closure", closure_id, row))
            elif row is not None:
                changes += differences("closure", closure_id, row, wanted)
        how = "open again" if open_again else "closed for half of the day" if half else "closed"
        words = f"{practice.slug} {how} on {count_words(len(changes), 'day')}"
        action_id = apply_with_targets(tx, practice.id, "practice close", words, changes)
    return Outcome(action_id, (), words)


def set_status(ctx: Context, given: str, status: PracticeStatus) -> tuple[Outcome, Practice]:
    """Pause a practice (nothing is sent for it) or make it active again."""
    return edit(ctx, given, {"status": str(status)})


def apply_with_targets(tx: Writer, practice_id: int, verb: str, words: str, changes: Iterable[Change]) -> int | None:
    """Apply changes to a practice, then move the targets and start-bys that follow, all as one action.

    What was told stays counted in the working days of its telling.
    """
    own = tuple(changes)
    if not own:
        return None
    moved: list[Change] = []
    with journal.rehearsal(tx, verb, own):
        for task_id in tasks.with_dates_that_follow(tx, practice_id):
            row = journal.row_of(tx, "task", task_id) or {}
            calendar = calendar_of(tx, task_id, practice_id)
            moved += differences("task", task_id, row, targets.with_start_by(tx, targets.settled(tx, row, calendar)))
    return journal.apply(tx, Action(verb, words, (*own, *moved)))


def checked(values: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Return values of a practice's fields as they are stored. Raises UsageError for those that cannot be read."""
    row: dict[str, Scalar] = {}
    for name, value in values.items():
        if name != "slug" and name not in _EDITABLE:
            raise UsageError(
                f"A practice has no field {name} that can be edited. {did_you_mean(name, _EDITABLE)}".rstrip(),
                safe="Nothing was changed.",
            )
        text = "" if value is None else one_line(str(value))
        if not text and name not in _OPTIONAL:
            raise UsageError(f"A practice needs a {name.replace('_', ' ')}.", safe="Nothing was changed.")
        row[_STORED.get(name, name)] = _READ[name](text) if text else None
    return row


def _status(text: str) -> str:
    if text not in set(PracticeStatus):
        raise UsageError(f"{text} is no status of a practice.", remedy="active or paused.")
    return text


def _weekdays(text: str) -> str:
    return weekdays_text(parse_weekdays(text), parse_half_weekdays(text))


def _code(text: str) -> str:
    from followthru.domain.public_holidays import check_code

    return check_code(text)


def _roll(text: str) -> str:
    if text not in set(Roll):
        raise UsageError(f"{text} is no rule for a date on a closed day.", remedy="before, after or none.")
    return text


def _yes(text: str) -> int | None:
    if text.casefold() not in ("yes", "no"):
        raise UsageError(f"“{text}” is neither yes nor no.", safe="Nothing was changed.")
    return 1 if text.casefold() == "yes" else None


_STORED = {"capacity": "capacity_minutes", "retainer": "retainer_minutes"}
_READ: dict[str, Callable[[str], Scalar]] = {
    "slug": str,
    "name": str,
    "timezone": check_timezone,
    "weekdays": _weekdays,
    "holidays": _code,
    "buffer_policy": lambda text: str(parse_policy(text)),
    "status": _status,
    "roll": _roll,
    "capacity": minutes,
    "retainer": minutes,
    "report_hours": _yes,
}


def _cover(ctx: Context, tx: Writer, code: Scalar) -> None:
    if code is not None:
        holidays.cover(tx, str(code), *holidays.around(ctx.today()))


def extend_holidays(ctx: Context) -> int:
    """Store holidays for the years around today; return how many practices lacked some.

    Targets stay, health follows.
    """
    first, last = holidays.around(ctx.today())
    short = 0
    with ctx.store.writing() as tx:
        codes = {one.holidays for one in practices.all_practices(tx)} - {None}
        extended = {code for code in codes if code is not None and holidays.cover(tx, code, first, last)}
        for one in practices.all_practices(tx):
            if one.holidays in extended:
                short += 1
                derived.recount(tx, tasks.of_practice(tx, one.id))
    return short
