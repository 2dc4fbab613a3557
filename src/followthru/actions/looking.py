"""What an update looks like to its reader, and what it says that the last one that arrived did not."""

from __future__ import annotations

from typing import NamedTuple

from followthru.store import outbox, updates
from followthru.store.store import Reader
from followthru.store.updates import UpdateRow
from followthru.updates.difference import Turned, changes
from followthru.updates.outbox import KIND_WORDS, TO_REVIEW, UpdateKind


class Bodies(NamedTuple):
    """A mail as it is read: as plain text and as HTML."""

    text: str
    html: str


class Against(NamedTuple):
    """What is held against what: the earlier update (None without any), what turned, and words where there is none."""

    before: UpdateRow | None
    turned: tuple[Turned, ...]
    words: str


def bodies(read: Reader, row: UpdateRow) -> Bodies:
    """Return text and HTML as they leave: of an approved update those that are frozen, else as they would be now."""
    from followthru.updates.finish import rendered
    from followthru.updates.mail_reading import texts

    delivery = None if row.status in TO_REVIEW else outbox.one(read, row.id)
    return Bodies(*(rendered(row.subject, row.body) if delivery is None else texts(delivery.frozen.payload)))


def page_beside(read: Reader, row: UpdateRow) -> str | None:
    """Return the page that goes along, as it is frozen or as it would be now; None where none does."""
    from followthru.actions.report_writing import page_of
    from followthru.updates.mail_reading import page

    delivery = None if row.status in TO_REVIEW else outbox.one(read, row.id)
    found = page_of(row) if delivery is None else page(delivery.frozen.payload)
    return None if found is None else found.html


def against(read: Reader, row: UpdateRow) -> Against:
    """Return what is new in an update and what fell away, against what its reader was sent before.

    A regular update is held against the last one that arrived, one in a thread against the one that it answers.
    """
    if row.kind in (UpdateKind.DIGEST, UpdateKind.CALL):
        before, none = updates.arrived_before(read, row), "Nothing like it arrived before: all of it is new."
    else:
        before = None if row.follows_id is None else updates.one(read, row.follows_id)
        none = f"No earlier {KIND_WORDS[UpdateKind(row.kind)][0]} is like this one: it stands for itself."
    if before is None:
        return Against(None, (), none)
    turned = tuple(changes(before.body, row.body))
    return Against(before, turned, "" if turned else f"It says the same as update {before.id}.")
