"""The verbs on practices: add, edit, closure days, pause."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from followthru.actions import lookup, targets
from followthru.actions.context import Context, Outcome
from followthru.domain.buffers import parse_policy
from followthru.domain.changes import Action, Change, Scalar, create, delete, differences
from followthru.domain.clock import check_timezone
from followthru.domain.people import Practice, PracticeStatus
from followthru.domain.saying import count_words
from followthru.domain.workdays import parse_weekdays
from followthru.errors import RefusedError, UsageError
from followthru.store import derived, journal, practices
from followthru.store.store import Reader, Writer

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
YEARS_BACK, YEARS_AHEAD = 1, 6


class NewPractice(NamedTuple):
    """A practice to add. `weekdays` are ISO digits, `holidays` a code such as `US-CA` or None."""

    slug: str
    timezone: str
    name: str | None = None
    holidays: str | None = None
    weekdays: str = "12345"
    buffer_policy: str = "fixed:0"


def add(ctx: Context, new: NewPractice) -> tuple[Outcome, Practice]:
    """Add a practice. Raises UsageError for values that cannot be read, RefusedError for a slug in use."""
    if not _SLUG.fullmatch(new.slug):
        raise UsageError(
            f"“{new.slug}” cannot be a slug.",
            safe="Nothing was stored.",
            remedy="Use lower-case letters, digits and single hyphens, such as oak-street.",
        )
    row = _checked(
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
    holidays = _holidays(ctx, new.holidays)
    with ctx.acting() as tx:
        if tx.value("SELECT 1 FROM practice WHERE slug = ?", new.slug):
            raise RefusedError(
                f"There is a practice {new.slug} already.", safe="Nothing was changed.", remedy="Choose another slug."
            )
        practice_id = tx.new_id("practice")
        practices.store_holidays(tx, practice_id, *holidays)
        change = create("practice", practice_id, {**row, "created_at": tx.now})
        words = f"Added practice {new.slug}"
        action_id = journal.apply(tx, Action("practice add", words, (change,)))
        return Outcome(action_id, (), words), practices.practice(tx, practice_id)


def edit(ctx: Context, given: str, values: Mapping[str, Scalar]) -> tuple[Outcome, Practice]:
    """Change a practice; what follows from its working days and buffer policy follows at once.

    Raises UsageError, NotFoundError, RefusedError (a slug never changes).
    """
    if "slug" in values:
        raise RefusedError("A practice keeps its slug for ever.", safe="Nothing was changed.")
    checked = _checked(values)
    holidays = _holidays(ctx, str(values["holidays"])) if values.get("holidays") else None
    with ctx.acting() as tx:
        before = lookup.practice(tx, given)
        row = journal.row_of(tx, "practice", before.id) or {}
        unknown = checked.keys() - row.keys()
        if unknown:
            raise UsageError(f"A practice has no field {', '.join(sorted(unknown))}.")
        if holidays is not None:
            practices.store_holidays(tx, before.id, *holidays)
        changes = differences("practice", before.id, row, {**row, **checked})
        words = f"Changed practice {before.slug}"
        action_id = _apply_with_targets(tx, before.id, "practice edit", words, changes)
        return Outcome(action_id, (), words), practices.practice(tx, before.id)


def close(ctx: Context, given: str, days: Sequence[date], *, open_again: bool = False) -> Outcome:
    """Close a practice on some days, or open it again on them, as one step. Raises NotFoundError."""
    with ctx.acting() as tx:
        practice = lookup.practice(tx, given)
        known = {
            day: int(tx.value("SELECT id FROM closure WHERE practice_id = ? AND closed_on = ?", practice.id, day) or 0)
            for day in sorted({day.isoformat() for day in days})
        }
        rows = {day: {"practice_id": practice.id, "closed_on": day} for day in known}
        changes: list[Change] = []
        for day, closure_id in known.items():
            if open_again and closure_id:
                changes.append(delete("closure", closure_id, rows[day]))
            elif not open_again and not closure_id:
                changes.append(create("closure", tx.new_id("closure"), rows[day]))
        words = f"{practice.slug} {'open again' if open_again else 'closed'} on {count_words(len(changes), 'day')}"
        action_id = _apply_with_targets(tx, practice.id, "practice close", words, changes)
    return Outcome(action_id, (), words)


def set_status(ctx: Context, given: str, status: PracticeStatus) -> tuple[Outcome, Practice]:
    """Pause a practice (nothing is sent for it) or make it active again."""
    return edit(ctx, given, {"status": str(status)})


def _apply_with_targets(tx: Writer, practice_id: int, verb: str, words: str, changes: Iterable[Change]) -> int | None:
    """Apply changes to a practice, then move the targets that follow its policy, all as one action."""
    own = tuple(changes)
    if not own:
        return None
    moved: list[Change] = []
    with _rehearsal(tx, verb, own):
        for (task_id,) in tx.rows(
            "SELECT id FROM task WHERE practice_id = ? AND target_source = 'policy' "
            "AND status NOT IN ('done', 'dropped')",
            practice_id,
        ):
            row = journal.row_of(tx, "task", task_id) or {}
            moved += differences("task", task_id, row, targets.settled(tx, row))
    return journal.apply(tx, Action(verb, words, (*own, *moved)))


class _rehearsal:  # noqa: N801 -- a context manager that reads as a word
    """Apply changes inside a savepoint, so that what follows from them can be read, and take them back."""

    def __init__(self, tx: Writer, verb: str, changes: tuple[Change, ...]) -> None:
        self._tx, self._action = tx, Action(verb, "", changes)

    def __enter__(self) -> None:
        self._tx.run("SAVEPOINT rehearsal")
        journal.apply(self._tx, self._action)

    def __exit__(self, *_: object) -> None:
        self._tx.run("ROLLBACK TO rehearsal")
        self._tx.run("RELEASE rehearsal")


def _checked(values: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Return values as they are stored. Raises UsageError for those that cannot be read."""
    row = dict(values)
    if row.get("timezone"):
        row["timezone"] = check_timezone(str(row["timezone"]))
    if row.get("weekdays"):
        row["weekdays"] = "".join(str(day) for day in sorted(parse_weekdays(str(row["weekdays"]))))
    if row.get("buffer_policy"):
        row["buffer_policy"] = str(parse_policy(str(row["buffer_policy"])))
    if row.get("holidays"):
        from followthru.domain.public_holidays import check_code

        row["holidays"] = check_code(str(row["holidays"]))
    if "status" in row and row["status"] not in set(PracticeStatus):
        raise UsageError(f"{row['status']} is no status of a practice.", remedy="active or paused.")
    return row


def _holidays(ctx: Context, code: str | None) -> tuple[int, int, tuple[date, ...]]:
    """Return the first year, the last year and the holidays between, around today."""
    year = ctx.today().year
    return _holidays_of(code, year - YEARS_BACK, year + YEARS_AHEAD)


def _holidays_of(code: str | None, first: int, last: int) -> tuple[int, int, tuple[date, ...]]:
    if code is None:
        return first, last, ()
    from followthru.domain.public_holidays import holiday_dates

    return first, last, holiday_dates(code, range(first, last + 1))


def extend_holidays(ctx: Context) -> int:
    """Compute holidays anew for practices whose stored years run out; return how many there were.

    Machine state: nothing is journalled, targets stay, health follows.
    """
    wanted = ctx.today().year + YEARS_AHEAD - 1
    with ctx.store.writing() as tx:
        short = [one for one in practices.all_practices(tx) if _last_year(tx, one) < wanted]
        for one in short:
            practices.store_holidays(tx, one.id, *_holidays(ctx, one.holidays))
            derived.refresh(tx, [row[0] for row in tx.rows("SELECT id FROM task WHERE practice_id = ?", one.id)])
    return len(short)


def _last_year(read: Reader, practice: Practice) -> int:
    horizon = practices.holiday_horizon(read, practice.id)
    return horizon[1] if horizon else 0
