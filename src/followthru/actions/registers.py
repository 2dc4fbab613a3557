"""The verbs on registers: add, edit and retire what expires or needs service."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import NamedTuple

from followthru.actions import edits, lookup
from followthru.actions.context import Context, Outcome
from followthru.actions.numbered import numbered
from followthru.domain.changes import Action, Change, Row, Scalar, create, differences
from followthru.domain.dateword import read_date
from followthru.domain.nearest import did_you_mean
from followthru.domain.plain import one_line, several_lines
from followthru.domain.registers import RegisterItem, RegisterKind, interval, next_expiry
from followthru.domain.saying import day_words
from followthru.domain.task import Audience
from followthru.errors import NotFoundError, RefusedError, UsageError
from followthru.store import journal, practices, registers
from followthru.store.store import Reader, Writer

Values = dict[str, Scalar]

_LINES = {"identifier": "identifier", "vendor": "vendor", "contact": "contact", "cost": "cost", "title": "title"}
_DATES = {"issued": "issued_on", "issued_on": "issued_on", "expires": "expires_on", "expires_on": "expires_on"}
_FIELDS = (
    "title", "holder", "identifier", "issued", "expires", "every", "lead", "vendor", "contact", "cost", "documents",
    "notes", "audience",
)  # fmt: skip
_OF_ITS_TASK = {"expires_on": "deadline_on", "lead_days": "lead_days"}
_LONGEST_LEAD = 999


class Kept(NamedTuple):
    """What a verb did, and the item as it is now."""

    outcome: Outcome
    item: RegisterItem


def add(ctx: Context, kind: str, title: str, slug: str, given: Mapping[str, str | None]) -> Kept:
    """Add an item of a kind to a practice's register. Fields that are left out are the kind's usual ones.

    Raises UsageError for a kind, field or value that cannot be read, NotFoundError.
    """
    sort = ctx.kinds.named(kind)
    with ctx.acting() as tx:
        practice = lookup.practice(tx, slug)
        row, notes = new_row(ctx, tx, sort, practice.id, {"title": title, **given})
        item_id = tx.new_id("register_item")
        words = f"Added register item {item_id}: {row['title']} @{practice.slug}"
        action_id = journal.apply(tx, Action("register add", words, (create("register_item", item_id, row),)))
    return Kept(Outcome(action_id, (), words, (*notes, *_asked(sort, row))), one(ctx.read, item_id))


def new_row(
    ctx: Context, tx: Writer, sort: RegisterKind, practice_id: int, given: Mapping[str, str | None]
) -> tuple[Values, tuple[str, ...]]:
    """Return a new item of a kind as stored, and what its user should know. Raises UsageError, NotFoundError."""
    row: Values = {
        "practice_id": practice_id,
        "kind": sort.name,
        "lead_days": sort.lead_days,
        "service_every": sort.every,
        "created_at": tx.now,
    }
    read, notes = _read(ctx, tx, practice_id, given)
    row |= read
    if row.get("expires_on") is None and row.get("issued_on") and row.get("service_every"):
        row["expires_on"] = next_expiry(str(row["service_every"]), _day(row["issued_on"])).isoformat()
    _check(row)
    return row, notes


def edit(ctx: Context, item_id: int, given: Mapping[str, str | None]) -> Kept:
    """Give fields of an item new values; None or an empty text clears a field.

    The deadline of the open task that renews it follows its date, and the steps of that with it, but for those whose
    day somebody was told. Raises UsageError, NotFoundError.
    """
    with ctx.acting() as tx:
        item = one(tx, item_id)
        before = journal.row_of(tx, "register_item", item_id) or {}
        read, notes = _read(ctx, tx, item.practice_id, given)
        after: Row = {**before, **read}
        _check(after)
        changes = list(differences("register_item", item_id, before, after))
        followed = {_OF_ITS_TASK[one.field]: after[one.field] for one in changes if one.field in _OF_ITS_TASK}
        if item.task_id is not None and followed:
            changes += edits.changed(tx, item.task_id, followed)
            if followed.get("deadline_on"):
                moved, stayed = _steps_follow(tx, item.task_id, _day(followed["deadline_on"]))
                changes, notes = [*changes, *moved], (*notes, *stayed)
        words = f"Changed {', '.join(given)} of register item {item_id}: {after['title']}"
        action_id = edits.record(tx, "register edit", words, changes)
    said = words if action_id else f"Register item {item_id} is like that already."
    return Kept(Outcome(action_id, (), said, notes), one(ctx.read, item_id))


def _steps_follow(tx: Writer, task_id: int, to: date) -> tuple[list[Change], tuple[str, ...]]:
    """Return the changes that move the anchor of a renewal's run, if it has one, and what should be known of it."""
    from followthru.actions import playbook_moves

    run_id = edits.row(tx, task_id)["run_id"]
    if run_id is None:
        return [], ()
    changes, steps = playbook_moves.changes_of(tx, playbook_moves.one(tx, int(run_id)), to, None)
    return changes, playbook_moves.notes_of([step for step in steps if step.told])


def retire(ctx: Context, item_id: int) -> Kept:
    """Note that an item is not kept up any more: it stays in the register, and expires nowhere.

    Raises NotFoundError, RefusedError while a task renews it or when it is retired already.
    """
    with ctx.acting() as tx:
        item = one(tx, item_id)
        if item.retired_on is not None:
            raise RefusedError(f"{item.title} is retired already.", safe="Nothing was changed.")
        if item.task_id is not None:
            raise RefusedError(
                f"Task {item.task_id} is there to renew {item.title}.",
                safe="Nothing was changed.",
                remedy=f"Drop it first: `followthru drop {item.task_id}`.",
            )
        today = ctx.today_for(tx, item.practice_id).isoformat()
        row = journal.row_of(tx, "register_item", item_id) or {}
        words = f"Retired register item {item_id}: {item.title}"
        changes = differences("register_item", item_id, row, {**row, "retired_on": today})
        action_id = edits.record(tx, "register retire", words, changes)
    return Kept(Outcome(action_id, (), words), one(ctx.read, item_id))


def one(read: Reader, given: str | int) -> RegisterItem:
    """Return the item with this number. Raises NotFoundError."""
    return numbered(read, given, registers.one, "register item", "register list")


def _read(
    ctx: Context, tx: Writer, practice_id: int, given: Mapping[str, str | None]
) -> tuple[Values, tuple[str, ...]]:
    """Return the fields that words set, as stored, and what their user should know."""
    values: Values = {}
    notes: list[str] = []
    for name, text in given.items():
        said = (text or "").strip()
        if name == "holder":
            read, note = _holder(tx, practice_id, one_line(said))
            values |= read
            notes += note
        elif name in _DATES:
            today = ctx.today_for(tx, practice_id)
            values[_DATES[name]] = read_date(said, today, ctx.order).on.isoformat() if said else None
        elif name in _LINES:
            values[name] = one_line(said) or None
        elif name in _READ:
            field, reads = _READ[name]
            values[field] = reads(said) if said else None
        else:
            raise UsageError(
                f"A register item has no field {name}. {did_you_mean(name, _FIELDS)}".rstrip(),
                safe="Nothing was changed.",
                remedy=f"There are {', '.join(_FIELDS)}.",
            )
    return values, tuple(notes)


def _holder(tx: Writer, practice_id: int, said: str) -> tuple[Values, list[str]]:
    """Return who holds an item: a person of the practice, else the words as they are, and a note of that."""
    if not said:
        return {"holder_id": None, "holder_name": None}, []
    try:
        found = lookup.member(tx, practice_id, said)
    except NotFoundError:
        if said.startswith("+"):
            raise
        slug = practices.practice(tx, practice_id).slug
        return {"holder_id": None, "holder_name": said}, [f"{said} is nobody known at {slug}; kept as a name"]
    return {"holder_id": found.person_id, "holder_name": None}, []


def _check(row: Row) -> None:
    """Raise UsageError for what cannot be."""
    if not row.get("title"):
        raise UsageError("A register item needs a title.", safe="Nothing was changed.")
    issued, expires = row.get("issued_on"), row.get("expires_on")
    if issued is not None and expires is not None and str(expires) < str(issued):
        raise UsageError(
            f"It would expire {day_words(_day(expires))}, before it was issued {day_words(_day(issued))}.",
            safe="Nothing was changed.",
            remedy="Give dates with their year: 2026-01-15.",
        )


def _asked(sort: RegisterKind, row: Row) -> tuple[str, ...]:
    """Return the note that names what such an item usually says and this one does not."""
    stored = {"holder": ("holder_id", "holder_name"), "every": ("service_every",)}
    missing = [ask for ask in sort.asks if not any(row.get(name) for name in stored.get(ask, (_DATES.get(ask, ask),)))]
    return (f"Still to say of it: {', '.join(missing)}",) if missing else ()


def _every(text: str) -> str:
    return str(interval(text))


def _lead(text: str) -> int:
    digits = text.removesuffix("d")
    if not digits.isdecimal() or len(digits) > 4 or int(digits) > _LONGEST_LEAD:
        raise UsageError(
            f"“{text}” is no lead time.", safe="Nothing was changed.", remedy="Give working days from 0 to 999."
        )
    return int(digits)


def _documents(text: str) -> str | None:
    parts = [one_line(part) for part in text.replace("\n", ";").split(";")]
    return json.dumps([part for part in parts if part], ensure_ascii=False) if any(parts) else None


def _audience(text: str) -> str:
    if text not in set(Audience):
        raise UsageError(f"“{text}” is no audience.", safe="Nothing was changed.", remedy="me, owners or team.")
    return text


_READ: Mapping[str, tuple[str, Callable[[str], Scalar]]] = {
    "every": ("service_every", _every),
    "service_every": ("service_every", _every),
    "lead": ("lead_days", _lead),
    "lead_days": ("lead_days", _lead),
    "documents": ("documents", _documents),
    "notes": ("notes", several_lines),
    "audience": ("audience", _audience),
}


def _day(value: Scalar) -> date:
    return date.fromisoformat(str(value))
