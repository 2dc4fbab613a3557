"""The verbs on people: somebody new, another role for somebody known, changes to either."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping
from typing import NamedTuple

from followthru.actions import lookup
from followthru.actions.context import Context, Outcome
from followthru.domain.changes import Action, Change, Scalar, create, differences
from followthru.domain.clock import check_timezone
from followthru.domain.nearest import did_you_mean
from followthru.domain.people import Channel, Member, Practice, RoleName
from followthru.domain.plain import one_line
from followthru.errors import RefusedError, UsageError
from followthru.store import journal, people
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


def with_cadence(new: NewPerson, usual: str | None) -> NewPerson:
    """Return a new person with a cadence where none was said: the usual one, for who sees updates and is told things.

    `none` is none. Vendors are told nothing by themselves, nor is whose channel is none.
    """
    if new.cadence is not None:
        return new._replace(cadence=None) if new.cadence.strip().casefold() == "none" else new
    hears = new.role is not RoleName.VENDOR and new.channel is not Channel.NONE
    return new._replace(cadence=usual) if hears else new


def add(ctx: Context, practice: str, new: NewPerson) -> tuple[Outcome, Member]:
    """Add a person to a practice; a known e-mail adds a role to the same person.

    Raises UsageError for an address or cadence that cannot be read, RefusedError for a second role at the
    same practice, NotFoundError.
    """
    new = new._replace(name=one_line(new.name), address=one_line(new.address or "") or None)
    if not new.name:
        raise UsageError("A person needs a name.", safe="Nothing was stored.")
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
        return Outcome(action_id, (), words), lookup.member(tx, at.id, people.handle(tx, person_id))


def _known_or_new(tx: Writer, new: NewPerson) -> tuple[int, list[Change]]:
    if new.email:
        known = people.by_email(tx, new.email.casefold())
        if known is not None:
            return known[0], []
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
    return handle_for(name, people.handles(read))


def handle_for(name: str, taken: Container[str]) -> str:
    """Return the first name in lower case, numbered when it is taken."""
    words = [word for word in name.casefold().split() if not word.endswith(".")] or ["person"]
    base = re.sub(r"[^\w-]", "", words[0]) or "person"
    number = 1
    handle = base
    while handle in taken:
        number += 1
        handle = f"{base}{number}"
    return handle


def _check_new_role(read: Reader, person_id: int, at: Practice) -> None:
    role = people.role(read, person_id, at.id)
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
        checked = {name: _checked(name, value) for name, value in values.items()}
        _check_free(tx, member, checked.get("email"))
        own = {name: value for name, value in checked.items() if name in _PERSON_FIELDS}
        role = {name: value for name, value in checked.items() if name not in _PERSON_FIELDS}
        changes = (
            *_changed(tx, "person", member.person_id, own),
            *_changed(tx, "role", member.role_id, role),
        )
        words = f"Changed {member.name}"
        action_id = journal.apply(tx, Action("person edit", words, changes)) if changes else None
        return Outcome(action_id, (), words), lookup.member(tx, at.id, member.handle)


def _checked(name: str, value: Scalar) -> Scalar:
    """Return a value as it is stored; an empty one clears what may be empty. Raises UsageError."""
    if name not in _READ:
        raise UsageError(
            f"A person has no field {name} that can be edited. {did_you_mean(name, _READ)}".rstrip(),
            safe="Nothing was changed.",
        )
    text = "" if value is None else one_line(str(value))
    if text:
        return _READ[name](text)
    if name in _OPTIONAL:
        return None
    raise UsageError(f"A person needs a {name}.", safe="Nothing was changed.")


def read_field(name: str, text: str) -> Scalar:
    """Return one field of a person or their role as it is stored. Raises UsageError, KeyError for no such field."""
    return _READ[name](one_line(text))


def _choice(kind: type[RoleName] | type[Channel]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in set(kind):
            raise UsageError(f"{text} is none of {', '.join(kind)}.", safe="Nothing was changed.")
        return text

    return read


def _flag(text: str) -> int:
    if text.casefold() not in _FLAGS:
        raise UsageError(f"“{text}” is neither yes nor no.", safe="Nothing was changed.")
    return _FLAGS[text.casefold()]


def _email(text: str) -> str:
    check_email(text)
    return text.casefold()


def _cadence(text: str) -> str:
    check_cadence(text)
    return text


_FLAGS = {"yes": 1, "true": 1, "on": 1, "1": 1, "no": 0, "false": 0, "off": 0, "0": 0}
_READ: dict[str, Callable[[str], Scalar]] = {
    "name": str,
    "address": str,
    "email": _email,
    "channel": _choice(Channel),
    "timezone": check_timezone,
    "role": _choice(RoleName),
    "cadence": _cadence,
    "review": _flag,
}
_OPTIONAL = frozenset(("address", "email", "timezone", "cadence"))


def _check_free(read: Reader, member: Member, email: Scalar) -> None:
    """Raise RefusedError when an address is somebody else's."""
    other = people.by_email(read, email)
    if other is not None and other[0] != member.person_id:
        raise RefusedError(
            f"{email} is the address of {other[1]}.",
            safe="Nothing was changed.",
            remedy="One address belongs to one person; `followthru person add` gives a known one another role.",
        )


def _changed(read: Reader, entity: str, id: int, values: Mapping[str, Scalar]) -> tuple[Change, ...]:
    before = journal.row_of(read, entity, id)
    if before is None or not values:
        return ()
    return differences(entity, id, before, {**before, **values})


def check_email(email: str | None) -> None:
    """Raise UsageError for what is not one plain address."""
    if email is not None and not (email.isprintable() and _ADDRESS.fullmatch(email)):
        raise UsageError(f"“{email}” is not an e-mail address.", safe="Nothing was changed.")


def check_cadence(cadence: str | None) -> None:
    """Raise UsageError for a cadence that cannot be read."""
    if cadence is not None:
        from followthru.updates.cadence import parse

        parse(cadence)
