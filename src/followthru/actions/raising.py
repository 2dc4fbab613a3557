"""The verbs on what is to be raised with somebody: note it, change it, tick it, take it away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from followthru.actions import edits, lookup
from followthru.actions.context import Context, Outcome
from followthru.actions.numbered import numbered
from followthru.domain.changes import Action, Change, Row, Scalar, create, delete, differences
from followthru.domain.people import Member
from followthru.domain.plain import one_line
from followthru.domain.raising import RaiseNote
from followthru.domain.saying import count_words
from followthru.errors import RefusedError, UsageError
from followthru.store import journal, practices, raising
from followthru.store.store import Reader


class Raised(NamedTuple):
    """What a verb did, and the notes as they are now; those that it took away are left out."""

    outcome: Outcome
    notes: tuple[RaiseNote, ...]


def add(ctx: Context, person: str, words: str, *, practice: str | None = None, task: str | None = None) -> Raised:
    """Note something to raise with a person. Without a practice it is the task's, or the only one where they are.

    Raises UsageError without words, or where they are at several practices; NotFoundError.
    """
    words = one_line(words)
    if not words:
        raise UsageError("There is nothing to raise.", safe="Nothing was stored.", remedy="Say what to raise.")
    with ctx.acting() as tx:
        about = None if task is None else lookup.task(tx, task)
        slug = practice or (None if about is None else about.practice)
        member = who(tx, person, slug)
        if about is not None and about.practice_id != member.practice_id:
            raise RefusedError(
                f"Task {about.id} is not one of {member.practice}.",
                safe="Nothing was stored.",
                remedy="Leave out --practice or --task.",
            )
        note_id = tx.new_id("raise_note")
        row: dict[str, Scalar] = {
            "practice_id": member.practice_id,
            "person_id": member.person_id,
            "words": words,
            "task_id": None if about is None else about.id,
            "created_at": tx.now,
        }
        said = f"To raise with {member.name} at {member.practice}: {words}"
        action_id = journal.apply(tx, Action("raise add", said, (create("raise_note", note_id, row),)))
    return _answer(ctx, action_id, said, [note_id])


def who(read: Reader, person: str, practice: str | None) -> Member:
    """Return a person in their role at a practice, or at the only one where they have any.

    Raises NotFoundError; UsageError where they are at several and none is named.
    """
    if practice is not None:
        return lookup.member(read, lookup.practice(read, practice).id, person)
    handle = lookup.anybody(read, person)
    roles = [one for one in practices.everybody(read) if one.handle == handle]
    if len(roles) == 1:
        return roles[0]
    raise UsageError(
        f"{roles[0].name} is at {', '.join(one.practice for one in roles)}.",
        safe="Nothing was changed.",
        remedy="Say at which with --practice SLUG.",
    )


def edit(ctx: Context, note_id: int, words: str) -> Raised:
    """Give a note other words. Raises UsageError without any, NotFoundError."""
    words = one_line(words)
    if not words:
        raise UsageError("There is nothing to raise.", safe="Nothing was changed.", remedy="Say what to raise.")
    return _change(ctx, [note_id], {"words": words}, "raise edit", "Changed what to raise with {name}: " + words)


def done(ctx: Context, note_ids: Sequence[int]) -> Raised:
    """Note that things were raised today, each on its practice's day, as one step. Raises NotFoundError."""
    with ctx.acting() as tx:
        found = [one(tx, id) for id in dict.fromkeys(note_ids)]
        changes: list[Change] = []
        for note in found:
            if note.raised_on is None:
                today = ctx.today_for(tx, note.practice_id).isoformat()
                changes.append(Change("raise_note", note.id, "raised_on", None, today))
        words = _words("Raised", found)
        action_id = edits.record(tx, "raise done", words, changes)
    return _answer(ctx, action_id, words if action_id else "Raised already.", note_ids)


def reopen(ctx: Context, note_id: int) -> Raised:
    """Note that something is still to be raised. Raises NotFoundError."""
    return _change(ctx, [note_id], {"raised_on": None}, "raise reopen", "Still to raise with {name}: {words}")


def remove(ctx: Context, note_id: int) -> Raised:
    """Take a note away. Raises NotFoundError."""
    with ctx.acting() as tx:
        note = one(tx, note_id)
        row = journal.row_of(tx, "raise_note", note_id) or {}
        words = f"Took away what to raise with {note.name}: {note.words}"
        action_id = journal.apply(tx, Action("raise remove", words, (delete("raise_note", note_id, row),)))
    return _answer(ctx, action_id, words, [])


def one(read: Reader, given: str | int) -> RaiseNote:
    """Return the note with this number. Raises NotFoundError."""
    return numbered(read, given, raising.one, "note to raise", "raise list")


def _change(ctx: Context, note_ids: Sequence[int], after: Row, verb: str, said: str) -> Raised:
    changes: list[Change] = []
    words = ""
    with ctx.acting() as tx:
        for id in note_ids:
            note = one(tx, id)
            words = said.replace("{name}", note.name).replace("{words}", note.words)
            changes += differences("raise_note", id, journal.row_of(tx, "raise_note", id) or {}, after)
        action_id = edits.record(tx, verb, words, changes)
    return _answer(ctx, action_id, words if action_id else "It is like that already.", note_ids)


def _words(verb: str, found: Sequence[RaiseNote]) -> str:
    if len(found) == 1:
        return f"{verb} with {found[0].name}: {found[0].words}"
    return f"{verb} {count_words(len(found), 'thing')}"


def _answer(ctx: Context, action_id: int | None, words: str, ids: Sequence[int]) -> Raised:
    every = (raising.one(ctx.read, id) for id in dict.fromkeys(ids))
    notes = tuple(note for note in every if note is not None)
    tasks = tuple(note.task_id for note in notes if note.task_id is not None)
    return Raised(Outcome(action_id, tasks, words), notes)
