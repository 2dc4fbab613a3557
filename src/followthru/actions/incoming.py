"""Look what came back by mail: replies, absences, reports that a mail did not arrive, and mails that become tasks.

The mailbox is only read. Of mail that belongs to no update of ours nothing is kept and nothing logged; only what
threads it is asked for at all. Every step can be repeated: a mail is known by its Message-ID.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from followthru.actions import edits, mail_tasks
from followthru.actions.context import Context
from followthru.domain.changes import Actor, Change
from followthru.log import event
from followthru.store import incoming as rows
from followthru.store import practices
from followthru.store.incoming import Arrived, Folder, Ours
from followthru.store.store import Writer
from followthru.updates.incoming import headers
from followthru.updates.incoming.headers import SAID, THREAD, Said, Thread
from followthru.updates.incoming.mailbox import Mailbox, TooMuchError, UnreadableError
from followthru.updates.incoming.reports import Fate, Report, read_report
from followthru.updates.incoming.sorts import Sort, sort_of, sort_of_fate, wish
from followthru.updates.outbox import UpdateKind

log = logging.getLogger(__name__)

INBOX = "INBOX"
AT_ONCE = 500
"""Mails that are placed before it is noted how far the look has come."""
NOT_THERE = 0
"""The validity of a folder that was looked for and not found; a server's own is never 0 (RFC 3501 section 2.3.1.1)."""
MOST = 5_000
"""New mails that one look goes through; what is left is for the next."""

UNREADABLE = "There is new mail that the server cannot show; it is passed over."


class Wanted(NamedTuple):
    """What is looked at for one account: its inbox, and the folder of mails that become tasks, None for none."""

    account: str
    tasks: str | None = None


@dataclass
class Looked:
    """What a look came to: how many of what, the tasks made, and remarks for the PM."""

    new: int = 0
    sorts: dict[Sort, int] = field(default_factory=lambda: dict.fromkeys(Sort, 0))
    tasks: list[int] = field(default_factory=list[int])
    notes: list[str] = field(default_factory=list[str])


def look(ctx: Context, wanted: Wanted, mailbox: Mailbox) -> Looked:
    """Look once through an open mailbox. Raises MailboxError, StoreError; what was seen by then is kept."""
    done = Looked()
    _replies(ctx, wanted, mailbox, done)
    if wanted.tasks is not None:
        _tasks(ctx, wanted.account, wanted.tasks, mailbox, done)
    counts = {str(sort): count for sort, count in done.sorts.items() if count}
    if counts or done.tasks:
        event(log, "mailbox.looked", account=wanted.account, tasks=len(done.tasks), **counts)
    return done


def _begin(ctx: Context, account: str, use: str, name: str, mailbox: Mailbox, done: Looked) -> Folder | None:
    """Open a folder and return how far it was looked at; None at the first look, which begins with what comes next.

    An inbox that was made anew is looked through once more: what came in between may be an answer, and what was seen
    before is known. Of a folder of tasks nobody could tell what was left alone in it at first.
    """
    now = mailbox.examine(name)
    known = rows.folder(ctx.read, account, use)
    if known is not None and (known.name, known.validity) == (name, now.validity):
        return known
    if known is not None and (known.name, known.validity) == (name, NOT_THERE):
        return known._replace(validity=now.validity)
    again = known is not None and known.name == name
    begin = Folder(account, use, name, now.validity, 1 if again and use == "inbox" else now.next_uid)
    with ctx.store.writing() as tx:
        rows.put_folder(tx, begin)
    if begin.next_uid == 1 and again:
        done.notes.append(f"{name} was made anew on the server: all of it is looked through once more.")
        return begin
    if again:
        done.notes.append(
            f"{name} was made anew on the server: from now on new mail there is looked at, and what came in between "
            "was not."
        )
    else:
        done.notes.append(f"{name} is looked at from now on; what is in it already is left alone.")
    return None


def _replies(ctx: Context, wanted: Wanted, mailbox: Mailbox, done: Looked) -> None:
    seen = _begin(ctx, wanted.account, "inbox", INBOX, mailbox, done)
    if seen is None:
        return
    uids = mailbox.since(seen.next_uid)[:MOST]
    for start in range(0, len(uids), AT_ONCE):
        part = uids[start : start + AT_ONCE]
        for found in _read(ctx, seen, part, mailbox, THREAD, done):
            _place(ctx, seen, found, mailbox, done)
        _reach(ctx, seen, part[-1])
    done.new += len(uids)


def _reach(ctx: Context, seen: Folder, uid: int) -> None:
    """Note that a folder was looked at up to a mail."""
    with ctx.store.writing() as tx:
        rows.put_folder(tx, seen._replace(next_uid=uid + 1))


def _place(ctx: Context, seen: Folder, found: Mapping[int, bytes], mailbox: Mailbox, done: Looked) -> None:
    """Keep those of some new mails, given by their headers, that belong to updates of ours.

    Raises TooMuchError at a mail that the server cannot show in any reasonable size: the next look begins behind it.
    """
    threads = {uid: headers.read_thread(data) for uid, data in found.items()}
    settled = _settled(ctx, [one.message_id for one in threads.values() if one.message_id])
    for uid, thread in sorted(threads.items()):
        if thread.message_id is None or thread.message_id in settled:
            continue
        try:
            arrived = _report(ctx, uid, thread, mailbox) if thread.is_report else _answer(ctx, uid, thread, mailbox)
        except UnreadableError:
            _pass_over(done)
            continue
        except TooMuchError:
            _reach(ctx, seen, uid)
            raise
        if arrived is not None:
            _keep(ctx, arrived._replace(account=seen.account), done)


def _settled(ctx: Context, message_ids: Sequence[str]) -> set[str]:
    """Return which of some mails are kept already, or are our own: a copy to oneself of a reminder answers nothing."""
    return {*rows.known(ctx.read, message_ids), *(one.message_id for one in rows.ours(ctx.read, message_ids))}


def _read(
    ctx: Context, seen: Folder, uids: Sequence[int], mailbox: Mailbox, names: Sequence[str], done: Looked
) -> Iterator[Mapping[int, bytes]]:
    """Yield headers of mails: all at once, else one by one, so that none keeps another from being read, now or later.

    Raises TooMuchError at a mail whose headers alone are more than is read: the next look begins behind it.
    """
    try:
        found = mailbox.headers(uids, names)
    except UnreadableError:
        yield from _one_by_one(ctx, seen, uids, mailbox, names, done)
    except TooMuchError:  # nobody can tell at which mail
        mailbox.reopen()
        yield from _one_by_one(ctx, seen, uids, mailbox, names, done)
    else:
        yield found


def _one_by_one(
    ctx: Context, seen: Folder, uids: Sequence[int], mailbox: Mailbox, names: Sequence[str], done: Looked
) -> Iterator[Mapping[int, bytes]]:
    for uid in uids:
        try:
            found = mailbox.headers([uid], names)
        except UnreadableError:
            _pass_over(done)
        except TooMuchError:
            _reach(ctx, seen, uid)
            raise
        else:
            yield found


def _pass_over(done: Looked) -> None:
    """Say once that there is mail which cannot be read."""
    if UNREADABLE not in done.notes:
        done.notes.append(UNREADABLE)


def _keep(ctx: Context, arrived: Arrived, done: Looked) -> None:
    with ctx.acting() as tx:
        if not rows.keep(tx, arrived):
            return
        done.sorts[Sort(arrived.kind)] += 1
        if arrived.kind == Sort.BOUNCE and arrived.person_id is not None:
            _take_back(tx, arrived)


def _take_back(tx: Writer, returned: Arrived) -> None:
    """Take back what a mail told that was returned: its reader was never told."""
    changes = [Change("telling", id, "retracted", 0, 1) for id in rows.tellings(tx, returned.update_id)]
    words = f"Took back what was told by mail: update {returned.update_id} was returned"
    edits.record(tx, "update returned", words, changes, actor=Actor.DAEMON)


def _matched(ctx: Context, message_ids: Sequence[str]) -> list[Ours]:
    """Return the mails of ours that are referred to, the nearest first."""
    found = {one.message_id: one for one in rows.ours(ctx.read, message_ids)} if message_ids else {}
    return [found[message_id] for message_id in message_ids if message_id in found]


def _answer(ctx: Context, uid: int, thread: Thread, mailbox: Mailbox) -> Arrived | None:
    matched = _matched(ctx, thread.refers_to)
    if not matched:
        return None
    said = headers.read_said(mailbox.headers([uid], SAID).get(uid, b""))
    sort, nearest = sort_of(said), matched[0]
    is_reader = said.sender.address != "" and said.sender.address in _addresses(ctx, nearest)
    asks = None
    if sort is Sort.REPLY and is_reader and nearest.kind == UpdateKind.DIGEST:
        asks = wish(said.subject, _first_line(uid, mailbox))
    return _arrived(thread, sort, matched, said, is_reader, ctx.store.clock.now())._replace(
        asks=None if asks is None else str(asks)
    )


def _first_line(uid: int, mailbox: Mailbox) -> str:
    """Return how a reply begins; one whose text cannot be read is a reply all the same."""
    try:
        return mailbox.first_line(uid)
    except (UnreadableError, TooMuchError):
        return ""


def _addresses(ctx: Context, one: Ours) -> set[str]:
    """Return the addresses that are the reader's: the one written to, and theirs now."""
    now = next(
        (each.email for each in practices.members(ctx.read, one.practice_id) if each.person_id == one.person_id), None
    )
    return {address.casefold() for address in (one.recipient, now) if address}


def _report(ctx: Context, uid: int, thread: Thread, mailbox: Mailbox) -> Arrived | None:
    report: Report = read_report(*mailbox.report(uid))
    matched = _matched(ctx, (*report.quotes, *thread.refers_to))
    if not matched:
        return None
    found = report.of(matched[0].recipient)
    if found is None:
        return None
    reported, own = found
    said = headers.read_said(mailbox.headers([uid], SAID).get(uid, b""))
    sort = sort_of_fate(reported.fate)
    arrived = _arrived(thread, sort, matched[:1], said, own, ctx.store.clock.now())
    # What was given up after days of trying did not arrive, and says nothing against the address.
    address = matched[0].recipient if own and reported.fate is not Fate.GIVEN_UP else None
    return arrived._replace(address=address, code=reported.code, detail=reported.detail or None)


def _arrived(thread: Thread, sort: Sort, matched: Sequence[Ours], said: Said, own: bool, now: datetime) -> Arrived:
    nearest = matched[0]
    # A date is the sender's word: one that lies ahead would stay on top for ever.
    at = min(said.at or now, now)
    return Arrived(
        account="",
        message_id=thread.message_id or "",
        kind=str(sort),
        update_id=nearest.update_id,
        practice_id=nearest.practice_id,
        person_id=nearest.person_id if own else None,
        about=tuple(dict.fromkeys(one.update_id for one in matched if one.person_id == nearest.person_id)),
        sender=said.sender.address if own else said.sender.domain,
        subject=said.subject,
        at=at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    )


def _note_missing(ctx: Context, account: str, name: str) -> None:
    """Note that a folder was never there, so that whatever is in it once it is made is new."""
    known = rows.folder(ctx.read, account, "tasks")
    if known is None or known.name != name:
        with ctx.store.writing() as tx:
            rows.put_folder(tx, Folder(account, "tasks", name, NOT_THERE, 1))


def _tasks(ctx: Context, account: str, name: str, mailbox: Mailbox, done: Looked) -> None:
    if not mailbox.has(name):
        done.notes.append(f"There is no folder {name} in this mailbox yet: make it there, and move mails into it.")
        _note_missing(ctx, account, name)
        return
    seen = _begin(ctx, account, "tasks", name, mailbox, done)
    if seen is None:
        return
    uids = mailbox.since(seen.next_uid)[:MOST]
    for found in _read(ctx, seen, uids, mailbox, (*THREAD[:1], *SAID), done):
        for uid, data in sorted(found.items()):
            linked = headers.read_thread(data).message_id
            own = linked or f"<{seen.validity}.{uid}@{account}>"
            task_id = mail_tasks.take(ctx, own, headers.read_said(data), linked=linked)
            done.tasks += [] if task_id is None else [task_id]
            _reach(ctx, seen, uid)
    if uids:
        _reach(ctx, seen, uids[-1])
