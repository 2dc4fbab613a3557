"""The verbs on people: somebody new, another role for somebody known, changes to either."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from followthru.actions import lookup
from followthru.actions.context import Context, Outcome
from followthru.domain.changes import Action, Change, Scalar, create, differences
from followthru.domain.people import Channel, Member, Practice, RoleName
from followthru.errors import RefusedError, UsageError
from followthru.store import journal
from followthru.store.store import Reader, Writer

_ADDRESS = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+\.[^\s@<>,;:\"()]+")
_PERSON_FIELDS = frozenset(("name", "address", "email", "channel", "timezone"))


class NewPerson(NamedTuple):
    """Somebody to add to a practice, in a role. `cadence` is text such as `weekly:fri@16:00`."""

    name: str
    email: str | None
    role: RoleName
    address: str | None = None
    cadence: str | None = None
    channel: Channel = Channel.MAIL


def add(ctx: Context, practice: str, new: NewPerson) -> tuple[Outcome, Member]:
    """Add a person to a practice; a known e-mail adds a role to the same person.

    Raises UsageError for an address or cadence that cannot be read, RefusedError for a second role at the
    same practice, NotFoundError.
    """
    check_email(new.email)
    check_cadence(new.cadence)
    with ctx.acting() as tx:
        at = lookup.practice(tx, practice)
        person_id, changes = _known_or_new(tx, new)
        _check_new_role(tx, person_id, at)
        role = {
            "person_id": person_id,
            "practice_id": at.id,
            "role": str(new.role),
            "cadence": new.cadence,
            "review": 0,
        }
        changes.append(create("role", tx.new_id("role"), role))
        words = f"Added {new.name}, {new.role} at {at.name}"
        action_id = journal.apply(tx, Action("person add", words, tuple(changes)))
        handle = str(tx.value("SELECT handle FROM person WHERE id = ?", person_id))
        return Outcome(action_id, (), words), lookup.member(tx, at.id, handle)


def _known_or_new(tx: Writer, new: NewPerson) -> tuple[int, list[Change]]:
    if new.email:
        known = tx.value("SELECT id FROM person WHERE email = ?", new.email.casefold())
        if known is not None:
            return int(known), []
    person_id = tx.new_id("person")
    row: dict[str, Scalar] = {
        "handle": _free_handle(tx, new.name),
        "name": new.name,
        "address": new.address,
        "email": new.email.casefold() if new.email else None,
        "channel": str(new.channel if new.email else Channel.CALL),
        "created_at": tx.now,
    }
    return person_id, [create("person", person_id, row)]


def _free_handle(read: Reader, name: str) -> str:
    """Return the first name in lower case, numbered when it is taken."""
    words = [word for word in name.casefold().split() if not word.endswith(".")] or ["person"]
    base = re.sub(r"[^\w-]", "", words[0]) or "person"
    taken = {row[0] for row in read.rows("SELECT handle FROM person")}
    number = 1
    handle = base
    while handle in taken:
        number += 1
        handle = f"{base}{number}"
    return handle


def _check_new_role(read: Reader, person_id: int, at: Practice) -> None:
    role = read.value("SELECT role FROM role WHERE person_id = ? AND practice_id = ?", person_id, at.id)
    if role is not None:
        raise RefusedError(
            f"This person is {role} at {at.slug} already.",
            safe="Nothing was changed.",
            remedy="`followthru person edit HANDLE --practice SLUG role=…` changes a role.",
        )


def edit(ctx: Context, practice: str, person: str, values: Mapping[str, Scalar]) -> tuple[Outcome, Member]:
    """Change a person's own fields or their role at one practice, as one step. Raises UsageError, NotFoundError."""
    with ctx.acting() as tx:
        at = lookup.practice(tx, practice)
        member = lookup.member(tx, at.id, person)
        own = {name: value for name, value in values.items() if name in _PERSON_FIELDS}
        role = {name: value for name, value in values.items() if name not in _PERSON_FIELDS}
        _check_values(values)
        changes = (
            *_changed(tx, "person", member.person_id, own),
            *_changed(tx, "role", member.role_id, role),
        )
        words = f"Changed {member.name}"
        action_id = journal.apply(tx, Action("person edit", words, changes)) if changes else None
        return Outcome(action_id, (), words), lookup.member(tx, at.id, member.handle)


def _check_values(values: Mapping[str, Scalar]) -> None:
    unknown = values.keys() - _PERSON_FIELDS - {"role", "cadence", "review"}
    if unknown:
        raise UsageError(f"A person has no field {', '.join(sorted(unknown))} that can be edited.")
    if "email" in values:
        check_email(None if values["email"] is None else str(values["email"]))
    if "cadence" in values:
        check_cadence(None if values["cadence"] is None else str(values["cadence"]))
    for name, kind in (("role", RoleName), ("channel", Channel)):
        if name in values and values[name] not in set(kind):
            raise UsageError(f"{values[name]} is no {name}.", remedy=f"One of: {', '.join(kind)}.")


def _changed(read: Reader, entity: str, id: int, values: Mapping[str, Scalar]) -> tuple[Change, ...]:
    before = journal.row_of(read, entity, id)
    if before is None or not values:
        return ()
    return differences(entity, id, before, {**before, **values})


def check_email(email: str | None) -> None:
    """Raise UsageError for what is not one plain address."""
    if email is not None and not _ADDRESS.fullmatch(email):
        raise UsageError(f"“{email}” is not an e-mail address.", safe="Nothing was changed.")


def check_cadence(cadence: str | None) -> None:
    """Raise UsageError for a cadence that cannot be read."""
    if cadence is not None:
        from followthru.updates.cadence import parse

        parse(cadence)
