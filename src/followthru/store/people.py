"""Read persons apart from their roles: who has an address, which handles are taken."""

from __future__ import annotations

from followthru.store.store import Reader


def by_email(read: Reader, email: object) -> tuple[int, str] | None:
    """Return the id and handle of the person with an address, None when nobody has it."""
    row = read.row("SELECT id, handle FROM person WHERE email = ?", email)
    return None if row is None else (int(row[0]), str(row[1]))


def handle(read: Reader, person_id: int) -> str:
    """Return a person's handle."""
    return str(read.value("SELECT handle FROM person WHERE id = ?", person_id))


def handles(read: Reader) -> frozenset[str]:
    """Return every handle that is taken."""
    return frozenset(row[0] for row in read.rows("SELECT handle FROM person"))


def role(read: Reader, person_id: int, practice_id: int) -> str | None:
    """Return what a person is to a practice, None when they are nothing to it."""
    return read.value("SELECT role FROM role WHERE person_id = ? AND practice_id = ?", person_id, practice_id)
