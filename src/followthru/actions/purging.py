"""Purge a practice: a client has left, and nothing of theirs is to stay. It cannot be undone.

What goes is shown before; a package of all of it is written first; its events on calendars are left or deleted, as is
said; backups that still hold it are named, and removed if that is wanted.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from followthru.actions import backing_up, lookup
from followthru.actions.desk import Desk
from followthru.actions.package import pack
from followthru.domain.people import Practice
from followthru.domain.saying import count_words
from followthru.errors import FollowthruError, RefusedError
from followthru.store import backups, damage, purging, restoring
from followthru.store.backups import Backup
from followthru.store.purging import Scope
from followthru.store.store import Store

_SAID = (
    ("task", "task"),
    ("person", "person"),
    ("update", "update"),
    ("telling", "telling"),
    ("register_item", "register item"),
    ("goal", "goal"),
    ("reading", "reading"),
    ("run", "playbook run"),
    ("meeting", "meeting"),
    ("decision", "decision"),
    ("raise_note", "note to raise"),
    ("hours_entry", "hours entry"),
    ("evidence", "piece of evidence"),
    ("past_case", "past case"),
)
_PLURALS = {"person": "people", "hours entry": "hours entries", "piece of evidence": "pieces of evidence",
            "note to raise": "notes to raise"}  # fmt: skip


class Preview(NamedTuple):
    """What a purge takes and what it leaves: counts, people who stay, objects by calendar, and where copies are.

    `own` are calendars that show this practice alone; `settings` are what config.toml still names it in.
    """

    practice: Practice
    goes: tuple[str, ...]
    counts: dict[str, int]
    stays: tuple[str, ...]
    calendars: dict[str, int]
    own: tuple[str, ...]
    backups: tuple[Backup, ...]
    copies: tuple[Path, ...]
    files: tuple[Path, ...]
    settings: tuple[str, ...]


class Purged(NamedTuple):
    """What was done: the words of the step, the package, events still on calendars, backups and copies removed."""

    words: str
    package: Path | None
    left_on_calendars: int
    removed: tuple[Path, ...]
    kept: tuple[Path, ...]
    notes: tuple[str, ...]


def preview(desk: Desk, slug: str) -> Preview:
    """Return what purging a practice would take. Nothing is changed. Raises NotFoundError."""
    with desk.ctx.store.snapshot() as read:
        practice = lookup.practice(read, slug)
        found = purging.scope(read, practice.id)
        counts = {entity: len(ids) for entity, ids in found.there.items() if ids}
        objects = purging.links_by_calendar(read, found.ever["task"])
        stays = tuple(purging.handles(read, found.stays))
    own = tuple(one.name for one in desk.config.calendars if one.practices == (practice.slug,))
    return Preview(
        practice,
        _goes(found),
        counts,
        stays,
        objects,
        own,
        tuple(backing_up.all_backups(desk)),
        tuple(_copies(desk)),
        tuple(_files(desk, practice)),
        tuple(_settings(desk, practice, own)),
    )


def _goes(found: Scope) -> tuple[str, ...]:
    counts = [(words, found.count(entity)) for entity, words in _SAID]
    return tuple(count_words(count, words, _PLURALS.get(words, f"{words}s")) for words, count in counts if count)


def _words(found: Scope) -> str:
    return f"Purged a practice: {', '.join(_goes(found)) or 'it held nothing'}"


def _copies(desk: Desk) -> list[Path]:
    """Return older copies beside the store, which hold what it held."""
    drilled = [file for folder in backing_up.left_of_drills() for file in folder.iterdir()]
    return drilled + restoring.left_over(desk.home.database)


def _files(desk: Desk, practice: Practice) -> list[Path]:
    """Return files of the practice's own: its words for updates, and its calendar files."""
    book = desk.ctx.books.path(practice.slug)
    shown = [one.path for one in desk.config.calendar_files if one.practice == practice.slug]
    return [path for path in (book, *shown) if path.exists()]


def _settings(desk: Desk, practice: Practice, own: tuple[str, ...]) -> list[str]:
    named = [f"calendar {one.name}" for one in desk.config.calendars if practice.slug in one.practices]
    named += [f"mail account {one.name}" for one in desk.config.mail if practice.slug in one.practices]
    named += [f"calendar file {one.path.name}" for one in desk.config.calendar_files if one.practice == practice.slug]
    return [one for one in named if one not in {f"calendar {name}" for name in own}]


def purge(
    desk: Desk, slug: str, *, package: Path | None, delete_events: bool, remove_backups: bool = False
) -> tuple[Desk, Purged]:
    """Take everything of a practice away; return the desk as it is configured then. Blocking.

    `package` is where all of it is written first, private notes included. With `delete_events` its events are deleted
    on the calendars, else they are left there and forgotten. Raises NotFoundError, RefusedError while an update of it
    is under way, FollowthruError; where that is before the step, nothing was changed.
    """
    seen = preview(desk, slug)
    practice = seen.practice
    _refuse_what_is_under_way(desk, practice)
    if package is not None:
        pack(desk.ctx, practice.slug, package, private=True)
    desk = _leave_own_calendars(desk, seen, delete=delete_events)
    store = desk.ctx.store
    found = purging.purge(store, practice.id, _words, keep_links=delete_events)
    desk.ctx.wake()
    notes: list[str] = []
    left = _events_gone(desk, found, notes) if delete_events else 0
    notes += _cleared_away(store, seen)
    removed = _without_copies(desk, seen) if remove_backups else ()
    kept = tuple(path for path in (*(one.path for one in seen.backups), *seen.copies) if path not in removed)
    return desk, Purged(_words(found), package, left, removed, kept, tuple(notes))


def _cleared_away(store: Store, seen: Preview) -> Iterator[str]:
    """Remove the practice's own files and write the store's anew; yield what could not be: the practice is gone."""
    for path in seen.files:
        try:
            path.unlink(missing_ok=True)
        except OSError as fault:
            yield f"{path} could not be removed ({fault.strerror}): remove it yourself."
    try:
        purging.sweep(store)
    except FollowthruError as fault:
        yield (
            "The store's file could not be written anew: what was taken out now is overwritten, but what was deleted "
            f"before may stand in unused parts of it. {fault.message}"
        )


def _refuse_what_is_under_way(desk: Desk, practice: Practice) -> None:
    if purging.is_being_sent(desk.ctx.read, practice.id):
        raise RefusedError(
            "An update of this practice is being sent just now.",
            safe="Nothing was changed.",
            remedy="Try again in a minute.",
        )
    if damage.noted(desk.home.database) is not None:
        raise RefusedError(
            "The store is damaged.", safe="Nothing was changed.", remedy="`followthru doctor` says more."
        )


def _leave_own_calendars(desk: Desk, seen: Preview, *, delete: bool) -> Desk:
    """Take calendars that show this practice alone out of the configuration, with their objects or without."""
    from followthru.actions.removal import delete_calendar, leave_calendar

    for name in seen.own:
        desk, _ = delete_calendar(desk, name) if delete else leave_calendar(desk, name)
    return desk


def _events_gone(desk: Desk, found: Scope, notes: list[str]) -> int:
    """Have the events deleted on calendars that show others as well; return how many are still there."""
    from followthru.actions.syncing import sync_now

    tasks = found.ever["task"]
    if purging.links_left(desk.ctx.read, tasks):
        try:
            notes += [one.fault.message for one in sync_now(desk) if one.fault is not None]
        except FollowthruError as fault:
            notes.append(fault.message)
        with desk.ctx.store.writing() as tx:
            purging.forget_links_that_are_gone(tx, tasks)
    return purging.links_left(desk.ctx.read, tasks)


def _without_copies(desk: Desk, seen: Preview) -> tuple[Path, ...]:
    """Make a new backup and remove every older copy of the store. Raises StoreError; then the older ones are kept."""
    made = backing_up.back_up(desk)
    removed = [gone.path for one in made for gone in backups.remove(one.path.parent, one.path)]
    for path in seen.copies:
        path.unlink(missing_ok=True)
    return (*removed, *seen.copies)
