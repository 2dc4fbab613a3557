"""What has been sent: found again, shown byte for byte, and written out for one practice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from followthru import durable
from followthru.actions import lookup
from followthru.actions.context import Context
from followthru.actions.update_rows import find
from followthru.errors import FollowthruError, RefusedError
from followthru.exchange import sent_csv
from followthru.store import practices
from followthru.store import sent as store
from followthru.store.sent import Asked, Sent
from followthru.updates.message import sha256
from followthru.updates.outbox import Phase, UpdateStatus

INDEX = "index.csv"


class Span(NamedTuple):
    """Civil days of the PM's zone, both included; None for no bound."""

    first: date | None = None
    last: date | None = None


class Exported(NamedTuple):
    """What was written: one file a mail, and the index; and the numbers of those whose bytes do not fit their hash."""

    files: tuple[Path, ...]
    table: Path
    broken: tuple[int, ...]


def history(
    ctx: Context, *, practice: str | None = None, person: str | None = None, span: Span | None = None, words: str = ""
) -> list[Sent]:
    """Return what was sent, newest first. Raises NotFoundError, UsageError for who or what is not there."""
    read = ctx.read
    at = None if practice is None else lookup.practice(read, practice).id
    who = None if person is None else _person(ctx, at, person)
    return store.sent(read, _within(ctx, span or Span())._replace(practice_id=at, person_id=who, words=words))


def _person(ctx: Context, practice_id: int | None, given: str) -> int:
    if practice_id is not None:
        return lookup.member(ctx.read, practice_id, given).person_id
    handle = lookup.anybody(ctx.read, given)
    return next(one.person_id for one in practices.everybody(ctx.read) if one.handle == handle)


def _within(ctx: Context, span: Span) -> Asked:
    return Asked(since=_midnight(ctx, span.first), until=_midnight(ctx, span.last, later=1))


def _midnight(ctx: Context, on: date | None, later: int = 0) -> str | None:
    """Return the instant at which a day begins where the PM is, or so many days later; None where no calendar has it.

    What no calendar has bounds nothing.
    """
    if on is None:
        return None
    try:
        begins = datetime.combine(on + timedelta(days=later), time(), ZoneInfo(ctx.zone)).astimezone(UTC)
    except OverflowError:
        return None
    return f"{begins.isoformat(timespec='seconds').removesuffix('+00:00')}Z"


def outcome(one: Sent) -> str:
    """Return what became of a mail, in words."""
    if one.returned:
        return "returned"
    if one.phase != Phase.ACCEPTED:
        return "may have arrived"
    return "arrived, you said" if one.status == UpdateStatus.SETTLED else "sent"


def frozen_bytes(ctx: Context, given: str | int) -> bytes:
    """Return the very bytes that an update was approved with.

    Raises NotFoundError; RefusedError where there are none, or where they are not those that were approved.
    """
    row = find(ctx.read, given)
    found = store.frozen_bytes(ctx.read, row.id)
    if found is None:
        raise RefusedError(
            f"Update {row.id} was never approved, so there are no bytes of it.",
            remedy=f"`followthru update show {row.id}` shows its text.",
        )
    if sha256(found[0]) != found[1]:
        raise RefusedError(
            f"The bytes of update {row.id} are not those that were approved: their hash differs.",
            safe="Nothing was changed.",
            remedy="A copy of the store from before may hold the right ones.",
        )
    return found[0]


def export(ctx: Context, practice: str, folder: Path, *, span: Span | None = None, add: bool = False) -> Exported:
    """Write every mail that was sent for one practice into a folder, one file each, and an index of them.

    Raises RefusedError for a folder that holds something, unless with `add`; then nothing that is there is written
    over. Raises NotFoundError, FollowthruError when the folder cannot be written.
    """
    slug = lookup.practice(ctx.read, practice).slug
    found = list(reversed(history(ctx, practice=slug, span=span)))
    try:
        kept = _kept(folder, slug, found, add=add)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _write(ctx, folder, found, kept)
    except OSError as fault:
        raise FollowthruError(
            f"{folder} cannot be written: {fault.strerror}.", safe="What was sent is still in the store."
        ) from None


def file_of(one: Sent) -> str:
    """Return the name of the file that a mail is written to; names sort by time."""
    return f"{one.at.replace('-', '').replace(':', '')}-update-{one.id}.eml"


def _kept(folder: Path, slug: str, found: Sequence[Sent], *, add: bool) -> list[sent_csv.Line]:
    """Return what an index that is there keeps. Raises RefusedError where something would be lost or mixed."""
    if not folder.exists():
        return []
    if not folder.is_dir():
        raise RefusedError(f"{folder} is no folder.", safe="Nothing was written.")
    if not any(folder.iterdir()):
        return []
    if not add:
        raise RefusedError(
            f"{folder} is not empty.", safe="Nothing was written.", remedy="Name another folder, or say --add."
        )
    index = folder / INDEX
    lines = sent_csv.read(index) if index.exists() else []
    if any(line.practice != slug for line in lines):
        raise RefusedError(
            f"{folder} holds mail of another practice.", safe="Nothing was written.", remedy="Name another folder."
        )
    names = {file_of(one) for one in found}
    return [line for line in lines if line.file not in names]


def _write(ctx: Context, folder: Path, found: Sequence[Sent], kept: Sequence[sent_csv.Line]) -> Exported:
    payloads = {one.id: payload for one in found if (payload := store.frozen_bytes(ctx.read, one.id)) is not None}
    for one in found:
        _check_same(folder / file_of(one), payloads[one.id][0])
    broken = tuple(one.id for one in found if sha256(payloads[one.id][0]) != one.sha256)
    for one in found:
        durable.write(folder / file_of(one), payloads[one.id][0])
    lines = [*kept, *(_line(one, intact=one.id not in broken) for one in found)]
    durable.write(folder / INDEX, sent_csv.dump(sorted(lines, key=lambda line: line.file)))
    return Exported(tuple(folder / file_of(one) for one in found), folder / INDEX, broken)


def _check_same(path: Path, payload: bytes) -> None:
    """Raise RefusedError where a file that is there would be written over with something else."""
    if path.exists() and path.read_bytes() != payload:
        raise RefusedError(
            f"{path} is there and holds something else.", safe="Nothing was written.", remedy="Name another folder."
        )


def _line(one: Sent, *, intact: bool) -> sent_csv.Line:
    return sent_csv.Line(
        file=file_of(one),
        when=one.at,
        practice=one.practice,
        person=one.person,
        to=one.recipient,
        kind=one.kind,
        subject=one.subject,
        message_id=one.message_id,
        sha256=one.sha256,
        intact="yes" if intact else "no",
        outcome=outcome(one),
        attempts=str(one.attempts),
    )
