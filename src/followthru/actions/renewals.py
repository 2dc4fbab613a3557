"""What becomes due in the registers: the expiry board, the task that renews an item, and its renewal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from followthru.actions import compliance, edits, holidays
from followthru.actions.context import Context, Outcome
from followthru.actions.playbook_tasks import Said, made, site, with_occurrence
from followthru.actions.registers import Kept, one
from followthru.actions.stored import iso
from followthru.actions.tasks import moved
from followthru.domain.changes import Action, Change, Row, Scalar, create, differences
from followthru.domain.dateword import read_date
from followthru.domain.evidence import NOTHING, Shown
from followthru.domain.playbooks import Playbook
from followthru.domain.registers import Expiring, RegisterItem, RegisterKind, board_order, expiring, next_expiry
from followthru.domain.saying import count_words, day_words
from followthru.domain.task import Status
from followthru.domain.workdays import WorkCalendar
from followthru.errors import RefusedError, UsageError
from followthru.store import journal, practices, registers
from followthru.store.store import Reader, Writer

_WEEKS = 3
"""Calendar days looked ahead for each working day of lead: more than any practice's calendar needs for long."""


class Renewal(NamedTuple):
    """Until when an item holds by now, and from when; None where its interval and today say so. And what shows it."""

    expires: str | None = None
    issued: str | None = None
    shown: Shown = NOTHING


def board(
    ctx: Context, read: Reader, *, within: int, practice_id: int | None = None, person_id: int | None = None
) -> list[Expiring]:
    """Return what has expired or will within some calendar days, by band, practice, holder and date."""
    found = registers.items(read, practice_id=practice_id, person_id=person_id)
    lines = [one for one in _standing(ctx, read, found) if one.days_left <= within]
    bands = ("expired", *dict.fromkeys(one.band for one in sorted(lines, key=lambda one: one.days_left)))
    return sorted(lines, key=lambda one: (bands.index(one.band), board_order(one)))


def due(ctx: Context, read: Reader) -> list[Expiring]:
    """Return what expires inside its lead time without an open task, soonest first."""
    longest = registers.longest_lead(read)
    if longest is None:
        return []
    ahead = ctx.today() + timedelta(days=1 + 7 + _WEEKS * longest)
    return [one for one in _standing(ctx, read, registers.without_task(read, ahead)) if one.due]


def _standing(ctx: Context, read: Reader, found: list[RegisterItem]) -> Iterator[Expiring]:
    known: dict[int, tuple[date, WorkCalendar]] = {}
    for item in found:
        if item.practice_id not in known:
            practice = practices.practice(read, item.practice_id)
            known[practice.id] = ctx.today(practice), practices.work_calendar(read, practice.id)
        stands = expiring(item, *known[item.practice_id])
        if stands is not None:
            yield stands


class InSteps(NamedTuple):
    """How renewals come in the steps of a playbook: `alone` without them, else `roles` say who does them."""

    alone: bool = False
    roles: Mapping[str, str] = {}


IN_STEPS = InSteps()


def make_task(ctx: Context, item_id: int, how: InSteps = IN_STEPS) -> tuple[Outcome, RegisterItem]:
    """Add the task that renews an item, and return the item as well. Raises as `make_tasks` does."""
    return make_tasks(ctx, (item_id,), how), one(ctx.read, item_id)


def make_tasks(ctx: Context, item_ids: Sequence[int], how: InSteps) -> Outcome:
    """Add the tasks that renew items, as one step; the deadline of each is the day on which its item expires.

    Where an item's kind names a playbook, its steps come with it, as a run for that day. Each is about the item's
    holder, who sees it only when told. Raises NotFoundError, RefusedError without a date, for a retired item, or while
    there is such a task; then none is added.
    """
    with ctx.acting() as tx:
        added = [_made(ctx, tx, item_id, how) for item_id in dict.fromkeys(item_ids)]
        ids = tuple(one.task_id for one in added)
        changes = tuple(change for one in added for change in one.changes)
        steps = len(made(changes))
        parts = f", in {count_words(steps, 'step')}" if steps else ""
        words = f"Added {ids[0]}: {added[0].title}" if len(added) == 1 else f"Added {count_words(len(added), 'task')}"
        action_id = journal.apply(tx, Action("register task", f"{words}{parts}", changes))
    return Outcome(action_id, ids, f"{words}{parts}")


class _Made(NamedTuple):
    """A task that is added, and the changes that add it."""

    task_id: int
    title: str
    changes: tuple[Change, ...]


def _made(ctx: Context, tx: Writer, item_id: int, how: InSteps) -> _Made:
    item = one(tx, item_id)
    _check_renewable(item)
    if item.expires_on is not None:
        holidays.cover_day(tx, practices.practice(tx, item.practice_id), item.expires_on)
    task_id = tx.new_id("task")
    kind = ctx.kinds.named(item.kind)
    row = edits.new_task(tx, _row(item, kind))
    book = None if how.alone or kind.playbook is None else ctx.playbooks(kind.playbook)
    changes = [create("task", task_id, row)] if book is None else _in_steps(tx, item, book, how.roles, task_id, row)
    if item.holder_id is not None:
        about: dict[str, Scalar] = {"task_id": task_id, "person_id": item.holder_id}
        changes.append(create("about", tx.new_id("about"), about))
    return _Made(task_id, str(row["title"]), tuple(changes))


def _in_steps(
    tx: Writer, item: RegisterItem, book: Playbook, roles: Mapping[str, str], task_id: int, row: Row
) -> list[Change]:
    """Return the changes that make a renewal and its steps: a run of the kind's playbook for the day of expiry.

    Each person's steps are for whoever holds the item. Nobody is given a step who is not named: they would see it.
    """
    here = {one.handle for one in practices.members(tx, item.practice_id)}
    holder = (item.holder,) if item.holder in here and item.holder else ()
    practice = practices.practice(tx, item.practice_id)
    plan = site(tx, book, practice, item.expires_on or date.max, Said(roles, {}, holder))
    return with_occurrence(tx, book, plan, task_id, row, item.holder_id)


def _check_renewable(item: RegisterItem) -> None:
    if item.task_id is not None:
        raise RefusedError(f"Task {item.task_id} is there to renew {item.title}.", safe="Nothing was changed.")
    if item.retired_on is not None:
        raise RefusedError(f"{item.title} is retired.", safe="Nothing was changed.")
    if item.expires_on is None:
        raise RefusedError(
            f"{item.title} says nowhere when it expires.",
            safe="Nothing was changed.",
            remedy=f"Say it first: `followthru register edit {item.id} expires=DATE`.",
        )


def _row(item: RegisterItem, sort: RegisterKind) -> dict[str, Scalar]:
    title = sort.task.format(title=item.title, holder=item.holder_words or "")
    return {
        "title": title.removesuffix(" for ").removesuffix(" of "),
        # Of what a register holds nothing reaches a reader: they read the sort of work until the PM writes more.
        "public_title": sort.public,
        "practice_id": item.practice_id,
        "kind": sort.task_kind,
        "area": sort.area,
        "audience": item.audience,
        "deadline_on": iso(item.expires_on),
        "lead_days": item.lead_days,
        "register_item_id": item.id,
        "needs_evidence": int(sort.evidence) or None,
    }


def renew(ctx: Context, item_id: int, new: Renewal) -> Kept:
    """Close the task that renews an item, if there is one, and give the item its new dates, as one step.

    Raises UsageError without a date that can be read or computed, NotFoundError, RefusedError for a retired item and
    for one whose kind wants something to show when nothing is.
    """
    with ctx.acting() as tx:
        item = one(tx, item_id)
        if item.retired_on is not None:
            raise RefusedError(f"{item.title} is retired.", safe="Nothing was changed.")
        issued, expires = _dates(ctx, tx, item, new)
        before = journal.row_of(tx, "register_item", item_id) or {}
        after = {**before, "issued_on": issued.isoformat(), "expires_on": expires.isoformat()}
        changes: list[Change] = list(differences("register_item", item_id, before, after))
        notes: tuple[str, ...] = ()
        if item.task_id is None:
            _check_shown(item, ctx.kinds.named(item.kind), new.shown)
            changes += compliance.kept(tx, new.shown, ctx.today_for(tx, item.practice_id), None, item.id)
        else:
            values = edits.row(tx, item.task_id)
            closing = moved(ctx, tx, item.task_id, values, Status.DONE, new.shown)
            changes += closing.changes
            notes = (f"Task {item.task_id} is done", *closing.notes)
        words = f"Renewed register item {item_id} until {day_words(expires)}: {item.title}"
        action_id = edits.record(tx, "register renew", words, changes)
    tasks = () if item.task_id is None else (item.task_id,)
    return Kept(Outcome(action_id, tasks, words, notes), one(ctx.read, item_id))


def _check_shown(item: RegisterItem, sort: RegisterKind, shown: Shown) -> None:
    """Raise RefusedError where such an item is renewed only with something to show, and nothing is."""
    if sort.evidence and not shown.pieces:
        raise RefusedError(
            f"{item.title} is renewed only with something to show.",
            safe="Nothing was changed.",
            remedy=f"`followthru register renew {item.id} --evidence …` takes a note, an address or a file.",
        )


def _dates(ctx: Context, tx: Writer, item: RegisterItem, new: Renewal) -> tuple[date, date]:
    """Return from when and until when an item holds. Raises UsageError."""
    today = ctx.today_for(tx, item.practice_id)
    issued = read_date(new.issued, today, ctx.order).on if new.issued else today
    if new.expires:
        expires = read_date(new.expires, today, ctx.order).on
    elif item.service_every:
        expires = next_expiry(item.service_every, issued)
    else:
        raise UsageError(
            f"{item.title} does not say how long it holds.", safe="Nothing was changed.", remedy="Say --expires DATE."
        )
    if expires <= issued:
        raise UsageError(
            f"It would expire {day_words(expires)}, on or before {day_words(issued)} from which it holds.",
            safe="Nothing was changed.",
            remedy="Give dates with their year: 2027-01-15.",
        )
    return issued, expires
