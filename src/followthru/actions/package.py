"""What a successor needs to take a practice over: one folder or archive that can be read without this program.

Everything in it is of one practice, and nothing is private unless that is asked for; what stayed behind is said.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from followthru.actions import lookup
from followthru.actions.context import Context
from followthru.actions.export_scope import Scope, Wanted
from followthru.actions.exporting import scope_lines
from followthru.actions.listings import KINDS, Lists
from followthru.actions.todos import todos_of
from followthru.calendars.todo_file import todo_lines
from followthru.domain.people import Practice
from followthru.errors import FollowthruError, RefusedError
from followthru.exchange.listing import csv_lines
from followthru.exchange.package_text import Facts, index_text
from followthru.store import tasks
from followthru.store.store import Reader

INDEX = "README.md"
SUMS = "SHA256SUMS"
LINES = "followthru.jsonl"


class Packed(NamedTuple):
    """What was written: where, the files by name with their hashes, and what stayed behind with how much of it."""

    path: Path
    practice: str
    files: dict[str, str]
    left_out: dict[str, int]


def pack(ctx: Context, slug: str, path: Path, *, private: bool = False) -> Packed:
    """Write the package of a practice: into a new or empty folder, or into a `.zip` that is not there yet.

    Raises NotFoundError, RefusedError for a place that holds something, FollowthruError where it cannot be written.
    """
    _check_free(path)
    with ctx.store.snapshot() as read:
        practice = lookup.practice(read, slug)
        scope = Scope(read, Wanted(frozenset((practice.id,)), private=private))
        contents = dict(_contents(ctx, read, practice, scope, private=private))
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in contents.items()}
    contents[SUMS] = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items())).encode()
    _write(path, contents)
    return Packed(path, practice.slug, sums, _left(scope))


def _contents(
    ctx: Context, read: Reader, practice: Practice, scope: Scope, *, private: bool
) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a package by name."""
    lists = Lists(ctx, read, scope, private=private)
    listings = {kind: lists.of(kind) for kind in KINDS}
    lines = "".join(f"{line}\n" for line in scope_lines(read, scope))
    for listing in listings.values():
        yield f"{listing.name}.csv", "".join(f"{line}\r\n" for line in csv_lines(listing)).encode()
    rows = tasks.by_ids(read, sorted(scope.ids("task")))
    todos = todos_of(ctx, read, [row for row in rows if not row.closed], scope, private=private)
    yield "tasks.ics", "".join(todo_lines(todos, practice.name, ctx.store.clock.now())).encode()
    yield LINES, lines.encode()
    facts = Facts(practice, ctx.today(practice), ctx.my_name, _left(scope), private)
    yield INDEX, index_text(facts, listings, rows).encode()


def _left(scope: Scope) -> dict[str, int]:
    return {what: count for what, count in sorted(scope.left_out.items()) if count}


def _check_free(path: Path) -> None:
    there = path.exists() if path.suffix == ".zip" else path.is_file() or (path.is_dir() and any(path.iterdir()))
    if there:
        raise RefusedError(
            f"{path} holds something already.", safe="Nothing was written.", remedy="Name a new folder or a new .zip."
        )


def _write(path: Path, contents: dict[str, bytes]) -> None:
    try:
        if path.suffix == ".zip":
            _put(path, _archive(contents, path.stem))
            return
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, data in contents.items():
            _put(path / name, data)
    except OSError as error:
        raise FollowthruError(
            f"{path} cannot be written: {error.strerror or error}.", safe="The store is as it was."
        ) from None


def _archive(contents: dict[str, bytes], folder: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(contents.items()):
            # Without a clock time, so that the same practice gives the same bytes.
            archive.writestr(zipfile.ZipInfo(f"{folder}/{name}"), content, zipfile.ZIP_DEFLATED)
    return data.getvalue()


def _put(path: Path, data: bytes) -> None:
    """Write a file that is open to its owner alone."""
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(data)
