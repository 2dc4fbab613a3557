"""What needs you beside the tasks: updates, calendars' questions, and whatever does not work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from followthru.actions.asking import calls
from followthru.actions.presence import running
from followthru.cli.asking_words import call_words, drafts_words
from followthru.cli.session import Session
from followthru.cli.terminal import clean
from followthru.domain.saying import count_words
from followthru.store import heartbeats, incoming, links, registers, updates
from followthru.store.updates import UpdateRow
from followthru.updates.outbox import KIND_WORDS, Phase, UpdateKind, standing

_TO_REVIEW = frozenset((Phase.DRAFTED, Phase.IN_REVIEW))
_ENDED_BADLY = {Phase.UNCERTAIN: "may or may not have arrived", Phase.REFUSED: "was refused"}


def sentences(session: Session) -> list[str]:
    """Return a sentence for each thing that waits for the user or is degraded; none while all is well."""
    return [
        *_registers(session),
        *_updates(session),
        *call_words(calls(session.ctx)),
        *_mail(session),
        *_questions(session),
        *_calendars(session),
        *_jobs(session),
        *_daemon(session),
    ]


def _registers(session: Session) -> Iterator[str]:
    """Yield what expires and has no task; only who keeps registers loads their words."""
    if registers.longest_lead(session.ctx.read) is None:
        return
    from followthru.actions.renewals import due
    from followthru.cli.register_words import due_words

    yield from due_words(due(session.ctx, session.ctx.read), session.ctx.today())


def _updates(session: Session) -> Iterator[str]:
    waiting = updates.listed(session.ctx.read)
    mails = [row for row in waiting if row.kind != UpdateKind.CALL and standing(row.status, row.phase) in _TO_REVIEW]
    alone = {row.id for row in mails if row.due_at is not None and _goes_by_itself(session, row)}
    words = drafts_words(row for row in mails if row.id not in alone)
    if words:
        yield words
    if alone:
        yield f"By itself at its hour: {count_words(len(alone), 'update')}; `followthru update list` says when."
    for row in waiting:
        yield from _hour(session, row)
        if row.phase == Phase.DEFERRED:
            yield from _behind(session, row)
        ended = _ENDED_BADLY.get(standing(row.status, row.phase))
        if ended:
            what = KIND_WORDS[UpdateKind(row.kind)][0]
            yield f"The {what} to {row.person} at {row.practice} {ended}: `followthru update show {row.id}`."


def _behind(session: Session, row: UpdateRow) -> Iterator[str]:
    """Yield which approved update has been tried in vain for longer than goes unsaid, and why."""
    from followthru.actions.update_rows import due_words, should_have_left

    if row.send_after is None or not should_have_left(session.ctx, row):
        return
    since, what = due_words(session.ctx, datetime.fromisoformat(row.send_after)), KIND_WORDS[UpdateKind(row.kind)][0]
    why = f": {clean(row.answer).rstrip('.')}" if row.answer else ""
    yield (
        f"The {what} to {row.person} at {row.practice} should have left {since} and is tried again{why}. "
        f"`followthru update show {row.id}`."
    )


def _mail(session: Session) -> list[str]:
    """Return what came back by mail; only who waits for something of that sort loads its words."""
    if not incoming.any_unseen(session.ctx.read):
        return []
    from followthru.cli.mail import sentences as came_back

    return came_back(session)


def _goes_by_itself(session: Session, row: UpdateRow) -> bool:
    from followthru.actions.automatic import at_hour

    hour = at_hour(session.desk, row)
    return hour is not None and not hour.why


def _hour(session: Session, row: UpdateRow) -> Iterator[str]:
    """Yield whom to call, and which update let its hour pass."""
    if row.kind == UpdateKind.CALL:
        yield f"Call {row.person} at {row.practice}: `followthru update show {row.id}` has what to say."
        return
    if row.due_at is None or row.due_at > session.ctx.store.now():
        return
    from followthru.actions.automatic import at_hour, late_words

    hour = at_hour(session.desk, row)
    if hour is not None:
        yield f"{late_words(row, hour)} `followthru update show {row.id}`."


def _questions(session: Session) -> Iterator[str]:
    asked = len(links.asking(session.ctx.read))
    if asked:
        yield f"{count_words(asked, 'question')} from calendars: `followthru calendar resolve`."


def _calendars(session: Session) -> Iterator[str]:
    """Yield each fault once, with the calendars that it keeps out of step."""
    out_of_step: dict[str, list[str]] = {}
    for calendar in session.desk.config.calendars:
        at = links.standing(session.ctx.read, calendar.name)
        if at is not None and at.last_error:
            out_of_step.setdefault(at.last_error, []).append(calendar.name)
    for fault, names in out_of_step.items():
        which = f"Calendar {names[0]} is" if len(names) == 1 else f"Calendars {', '.join(names)} are"
        yield f"{which} not in step: {clean(fault)}"


def _jobs(session: Session) -> Iterator[str]:
    """Yield what jobs failed; the sync of an account is told by its calendars that are not in step."""
    read = session.ctx.read
    every = ((one.account, links.standing(read, one.name)) for one in session.desk.config.calendars)
    told = {f"sync {account}" for account, at in every if at is not None and at.last_error}
    for job in heartbeats.all_heartbeats(session.ctx.read):
        if job.fault and job.name not in told:
            yield f"{job.name}: {job.fault}"


def _daemon(session: Session) -> Iterator[str]:
    config = session.desk.config
    if (config.calendars or config.mail) and running(session.desk.home.database) is None:
        yield "The daemon does not run: nothing is synced, drafted or sent. `followthru daemon run` starts it."
