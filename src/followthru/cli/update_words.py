"""Updates as commands answer with them: as JSON, as a line, and whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from followthru.actions.automatic import AtHour, at_hour
from followthru.actions.redraft import former
from followthru.actions.update_rows import seen
from followthru.actions.wording import book_remarks, points_of
from followthru.cli import terminal
from followthru.cli.mail import came_back_json, line
from followthru.cli.session import Session
from followthru.domain.people import PracticeStatus
from followthru.domain.saying import day_words, left_words
from followthru.store import incoming, outbox, practices
from followthru.store.updates import UpdateRow
from followthru.updates import checks
from followthru.updates.outbox import KIND_WORDS, Phase, UpdateKind, lacks_mail, standing

_SAID = {
    Phase.DRAFTED: "to review",
    Phase.IN_REVIEW: "to review",
    Phase.APPROVED: "approved",
    Phase.CLAIMED: "being sent",
    Phase.DATA_STARTED: "being sent",
    Phase.ACCEPTED: "sent",
    Phase.DEFERRED: "waits for the mail server",
    Phase.REFUSED: "refused by the mail server",
    Phase.UNCERTAIN: "may have arrived",
    Phase.SUPERSEDED: "folded into a newer one",
    Phase.CANCELLED: "discarded",
}


def update_json(session: Session, row: UpdateRow) -> dict[str, object]:
    """Return an update's JSON; absent values are None. `mark` names what it says, for `update approve --mark`."""
    return {
        "id": row.id,
        "uid": row.uid,
        "practice": row.practice,
        "person": row.person,
        "email": row.email,
        "kind": row.kind,
        "period": row.period,
        "status": row.status,
        "phase": str(standing(row.status, row.phase)),
        "subject": row.subject,
        "body": row.body,
        "flags": [
            {"name": str(flag.name), "words": flag.words, "task": flag.task_id} for flag in checks.load(row.flags)
        ],
        "tone": [
            {"kind": str(point.kind), "phrase": point.phrase, "why": point.why, "suggestion": point.suggestion}
            for point in points_of(session.ctx, row)
        ],
        "phrase_book": list(book_remarks(session.ctx, row)),
        "edited": row.edited,
        "former": None if row.former is None else former(row),
        "follows": row.follows_id,
        "mark": seen(row),
        "drafted_at": row.drafted_at,
        "approved_at": row.approved_at,
        "approved_by": row.approved_by,
        "send_after": row.send_after,
        "seconds_left": seconds_left(session, row),
        **_hour_json(session, row),
        "attempts": row.attempts or 0,
        "next_at": row.next_at,
        "code": row.code,
        "answer": row.answer,
        "message_id": row.message_id,
        "accepted_at": _accepted_at(session, row),
        "came_back": [came_back_json(back) for back in incoming.of_update(session.ctx.read, row.id)],
    }


def _hour_json(session: Session, row: UpdateRow) -> dict[str, object]:
    """Return when a digest is due, whether that has passed, and why it does not go by itself; None for others."""
    hour = at_hour(session.desk, row)
    return {
        "due_at": row.due_at,
        "automatic": None if hour is None else not hour.why,
        "late": None if hour is None else hour.late,
        "waits_for": None if hour is None else list(hour.why),
    }


def _accepted_at(session: Session, row: UpdateRow) -> str | None:
    """Return when the mail server took it, or the PM said that it arrived."""
    if standing(row.status, row.phase) != Phase.ACCEPTED:
        return None
    taken = [one.at for one in outbox.attempts(session.ctx.read, row.id) if one.phase == Phase.ACCEPTED]
    return taken[-1] if taken else row.updated_at


def state_words(row: UpdateRow) -> str:
    """Return where an update stands, in words."""
    if row.status == "held":
        return "held"
    if row.kind == UpdateKind.CALL:
        return _SAID_OF_CALLS.get(standing(row.status, row.phase), "to call")
    return _SAID[standing(row.status, row.phase)]


_SAID_OF_CALLS = {Phase.ACCEPTED: "told", Phase.CANCELLED: "discarded"}


def _kind_and_state(row: UpdateRow) -> str:
    """Return where an update stands; of one that is no digest what it is as well."""
    kind = "" if row.kind in (UpdateKind.DIGEST, UpdateKind.CALL) else f"{KIND_WORDS[UpdateKind(row.kind)][0]}, "
    return f"{kind}{state_words(row)}"


def row_of(session: Session, row: UpdateRow) -> tuple[str, ...]:
    """Return an update as the columns of a list."""
    flags = len(checks.load(row.flags))
    looks = f"{flags} to look at" if flags and standing(row.status, row.phase) == Phase.IN_REVIEW else ""
    hour = at_hour(session.desk, row)
    left = seconds_left(session, row)
    goes = "" if left is None else f"leaves in {left_words(left)}"
    if lacks_mail(row.status, row.phase):
        goes = "imported without its mail"
    waits = ", ".join(part for part in ("" if hour is None else hour.short, goes, looks) if part)
    return (
        str(row.id).rjust(3),
        _kind_and_state(row),
        f"to {terminal.clean(row.person)}",
        f"@{row.practice}",
        terminal.clean(row.subject),
        waits,
    )


def seconds_left(session: Session, row: UpdateRow) -> int | None:
    """Return for how many seconds an approved update can still be recalled for certain; None for any other."""
    if standing(row.status, row.phase) != Phase.APPROVED or row.send_after is None:
        return None
    if lacks_mail(row.status, row.phase):
        return None
    left = (datetime.fromisoformat(row.send_after) - session.clock.now()).total_seconds()
    return int(left) if left > 0 else None


def lines(session: Session, row: UpdateRow) -> Iterator[str]:
    """Yield an update whole: where it stands, why it waits, and the text as its reader gets it."""
    for label, value in _labelled(session, row):
        gap = " " if session.plain else " " * (9 - len(label))
        yield f"{label}:{gap}{terminal.clean(value)}"
    yield ""
    yield from (terminal.clean(line) for line in row.body.rstrip().splitlines())


def _labelled(session: Session, row: UpdateRow) -> Iterator[tuple[str, str]]:
    yield "update", f"{row.id}, {_kind_and_state(row)}{', edited by you' if row.edited else ''}"
    how = "by call" if row.kind == UpdateKind.CALL else f"<{row.email or 'no address'}>"
    yield "to", f"{row.person} at {row.practice} {how}"
    if row.follows_id is not None:
        yield "thread", f"of update {row.follows_id}, as an answer to it"
    yield "subject", row.subject
    hour = at_hour(session.desk, row)
    if hour is not None:
        yield "due", _due(row, hour)
    for flag in checks.load(row.flags):
        yield "look at", flag.words
    for point in points_of(session.ctx, row):
        yield "tone", point.words
    for remark in book_remarks(session.ctx, row):
        yield "words", remark
    if row.former is not None:
        yield "before", f"your words from before it was written anew: `followthru update redraft {row.id} --print`"
    yield from _way(session, row)
    for back in incoming.of_update(session.ctx.read, row.id):
        yield "back", line(session, back)


def _due(row: UpdateRow, hour: AtHour) -> str:
    """Return when a digest goes out by itself, or why it does not."""
    if not hour.why:
        return hour.short if hour.late else f"{hour.short}; until then `followthru update hold {row.id}`"
    flagged = " ".join(flag.words for flag in checks.load(row.flags))
    besides = [one for one in hour.why if one not in flagged]
    return " ".join((f"{hour.short}, and waits for you.", *besides))


def _way(session: Session, row: UpdateRow) -> Iterator[tuple[str, str]]:
    """Yield how far its delivery came."""
    phase = standing(row.status, row.phase)
    if phase == Phase.APPROVED and row.send_after is not None:
        yield "leaves", _leaves(session, row, row.send_after)
    accepted = _accepted_at(session, row)
    if accepted is not None:
        yield "sent", clock(session, accepted)
    if row.answer:
        yield "answer", f"{row.code} {row.answer}" if row.code else row.answer
    if phase == Phase.DEFERRED:
        yield "again", clock(session, row.next_at) if row.next_at else f"`followthru update settle {row.id} resend`"
    if phase == Phase.UNCERTAIN:
        yield "settle", f"`followthru update settle {row.id} arrived` or `resend`"


def _leaves(session: Session, row: UpdateRow, send_after: str) -> str:
    """Return when an approved update leaves, or what keeps it; until then it can be recalled."""
    if lacks_mail(row.status, row.phase):
        return "not from here: it was imported without its mail, which may have been sent before"
    recall = f"until then `followthru update recall {row.id}`"
    if practices.practice(session.ctx.read, row.practice_id).status == PracticeStatus.PAUSED:
        return f"when {row.practice} is no longer paused; {recall}"
    delivery = outbox.one(session.ctx.read, row.id)
    held_by = [] if delivery is None else outbox.holding_up(session.ctx.read, delivery.frozen.account)
    if held_by:
        why = f"`followthru update show {held_by[0].frozen.update_id}` says why"
        return f"once mail account {held_by[0].frozen.account} works again ({why}); {recall}"
    left = seconds_left(session, row)
    when = clock(session, send_after) if left is None else f"{clock(session, send_after)}, in {left_words(left)}"
    return f"from {when}; {recall}"


def clock(session: Session, at: str) -> str:
    """Return an instant (UTC ISO text) as day and time where the PM is."""
    zone = ZoneInfo(session.ctx.zone)
    local = datetime.fromisoformat(at).astimezone(UTC).astimezone(zone)
    today = session.clock.now().astimezone(zone).date()
    return f"{day_words(local.date(), today)} {local:%H:%M:%S}"
