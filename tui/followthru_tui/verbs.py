"""What keys do to the store, through the actions.

Every function runs on the reader thread and may raise FollowthruError. Actions are loaded there by the first key
that needs them, so that the first frame does not wait for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import TYPE_CHECKING

from followthru.actions.context import Outcome
from followthru_tui.feed import Said

if TYPE_CHECKING:
    from followthru.actions.desk import Desk
    from followthru.domain.task import How

_MOST = 200
"""Letters of what was done: more than some lines of the status line nobody reads."""


def said(done: Outcome, *, select: bool = False, hint: bool = True) -> Said:
    """Return an action's words, its notes, and that u takes it back; `select` the task, where it is one alone."""
    changed = done.action_id is not None
    words = " ".join((_sentence(_short(done.words)), *(_sentence(note) for note in done.notes)))
    if changed and hint:
        words = f"{words} u undoes it."
    alone = len(done.task_ids) == 1
    return Said(words, done.task_ids[0] if select and alone else None, changed)


def _short(words: str) -> str:
    """Return words that name many things at once cut, so that what comes behind them is seen."""
    return words if len(words) <= _MOST else f"{words[:_MOST].rstrip()}…"


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def capture(desk: Desk, line: str) -> Said:
    """Store a capture line."""
    from followthru.actions import tasks
    from followthru.actions.known import known
    from followthru.domain.capture import parse

    return said(tasks.add(desk.ctx, parse(line, known(desk.ctx, desk.ctx.read))), select=True)


def capture_all(desk: Desk, lines: Sequence[str]) -> Said:
    """Store several capture lines, as one step."""
    from followthru.actions import pasted
    from followthru.actions.known import known
    from followthru.domain.capture import parse

    knows = known(desk.ctx, desk.ctx.read)
    return said(pasted.add_all(desk.ctx, [parse(line, knows) for line in lines]))


def done(desk: Desk, ids: Sequence[int]) -> Said:
    """Close tasks as done."""
    from followthru.actions import tasks

    return said(tasks.done(desk.ctx, *ids))


def start(desk: Desk, ids: Sequence[int]) -> Said:
    """Begin tasks."""
    from followthru.actions import tasks

    return said(tasks.start(desk.ctx, *ids))


def drop(desk: Desk, ids: Sequence[int]) -> Said:
    """Close tasks as not to be done."""
    from followthru.actions import tasks

    return said(tasks.drop(desk.ctx, *ids))


def reopen(desk: Desk, ids: Sequence[int]) -> Said:
    """Open closed tasks again."""
    from followthru.actions import tasks

    return said(tasks.reopen(desk.ctx, *ids))


def promise(desk: Desk, id: int, on: date | None, at: time | None, because: str | None) -> Said:
    """Promise a date, move it or (None) take it back."""
    from followthru.actions import promises

    return said(promises.promise(desk.ctx, id, promises.NewPromise(on, at), because=because))


def tell(desk: Desk, id: int, person: str, how: How) -> Said:
    """Record that a person was told the promised date."""
    from followthru.actions import promises

    return said(promises.tell(desk.ctx, id, person, how=how))


def target(desk: Desk, id: int, on: date | None) -> Said:
    """Set the target by hand, or let it follow the promise again."""
    from followthru.actions import promises

    return said(promises.target(desk.ctx, id, on))


def defer(desk: Desk, ids: Sequence[int], to: date | None, by_days: int | None) -> Said:
    """Set when tasks start."""
    from followthru.actions import tasks

    return said(tasks.defer(desk.ctx, ids, to=to, by_days=by_days))


def wait(desk: Desk, id: int, person: str, what: str | None, by: date | None, follow_up: date | None) -> Said:
    """Note whom a task waits for."""
    from followthru.actions import tasks

    return said(tasks.wait(desk.ctx, id, tasks.Waiting(person, what, by, follow_up)))


def answered(desk: Desk, id: int, text: str) -> Said:
    """Note what came back."""
    from followthru.actions import tasks

    return said(tasks.answered(desk.ctx, id, text))


def edit(desk: Desk, ids: Sequence[int], values: Mapping[str, str]) -> Said:
    """Give fields of tasks new values, as one step; a `because` is the reason of a moved promise as well."""
    from followthru.actions import edit as edits

    return said(edits.edit_all(desk.ctx, ids, values, because=values.get("because")))


def split(desk: Desk, id: int, titles: Sequence[str]) -> Said:
    """Cut a task into parts."""
    from followthru.actions import splitting

    return said(splitting.split(desk.ctx, id, titles))


def undo(desk: Desk) -> Said:
    """Take the last step back."""
    from followthru.actions import history

    found = said(history.undo(desk.ctx), select=True, hint=False)
    return _open_only(desk, found._replace(words=f"{found.words} U does it again."))


def redo(desk: Desk) -> Said:
    """Do again what was undone."""
    from followthru.actions import history

    return _open_only(desk, said(history.redo(desk.ctx), select=True))


def _open_only(desk: Desk, found: Said) -> Said:
    """Select only a task that lists show: one that is gone by now, or closed, would be looked for in vain."""
    from followthru.store import tasks

    task = None if found.select is None else tasks.one(desk.ctx.read, found.select)
    return found if task is not None and not task.closed else found._replace(select=None)


def add_practice(desk: Desk, given: Mapping[str, str]) -> Said:
    """Add a practice from the words of `practice add`: slug, name, timezone, holidays, buffer-policy."""
    from followthru.actions import practices

    new = practices.NewPractice(
        given["slug"],
        given.get("timezone") or desk.ctx.zone,
        name=given.get("name"),
        holidays=given.get("holidays"),
        weekdays=given.get("weekdays", "12345"),
        buffer_policy=given.get("buffer-policy", "fixed:0"),
    )
    return said(practices.add(desk.ctx, new)[0])


def add_sample(desk: Desk) -> Said:
    """Put the sample data in."""
    from followthru.actions import sample

    return said(sample.add(desk.ctx))


def remove_sample(desk: Desk) -> Said:
    """Take the sample data out."""
    from followthru.actions import sample

    return said(sample.remove(desk.ctx))


def add_person(desk: Desk, given: Mapping[str, str]) -> Said:
    """Add a person, or a role for somebody known, from the words of `person add`."""
    from followthru.actions import people
    from followthru.domain.people import Channel, RoleName
    from followthru.errors import UsageError

    role = given.get("role", RoleName.OWNER)
    if role not in set(RoleName):
        raise UsageError(f"“{role}” is no role.", remedy=f"One of: {', '.join(RoleName)}.")
    email = given.get("email")
    channel = Channel.MAIL if email else Channel.CALL
    new = people.NewPerson(given["name"], email, RoleName(role), cadence=given.get("cadence"), channel=channel)
    new = people.with_cadence(new, desk.config.updates.default_cadence)
    outcome, member = people.add(desk.ctx, given["practice"], new)
    return said(outcome._replace(words=f"{outcome.words}, called {member.handle}"))


def belongs(desk: Desk, ids: Sequence[int], slug: str) -> Said:
    """Put tasks at a practice, as one step."""
    from followthru.actions import edit as edits

    done = edits.edit_all(desk.ctx, ids, {"practice": slug})
    return said(done._replace(words=f"{len(ids)} tasks belong to {slug} now") if len(ids) > 1 else done)


def mail_seen(desk: Desk, id: int) -> Said:
    """Note that what came back by mail was read."""
    from followthru.actions import came_back

    return Said(came_back.see(desk.ctx, [came_back.find(desk.ctx, str(id))]), None, changed=False)


def log_hours(desk: Desk, what: str, span: str, on: str | None, note: str | None) -> Said:
    """Note time worked on a task (its number) or for a practice (`@slug`)."""
    from followthru.actions import hours_log
    from followthru.domain.worked import total_words

    done = hours_log.log(desk.ctx, what, span, on, note)
    return said(done.outcome._replace(notes=(*done.outcome.notes, f"This month there: {total_words(done.month)}")))


def edit_hours(desk: Desk, id: int, values: Mapping[str, str]) -> Said:
    """Correct an entry of the hours log."""
    from followthru.actions import hours_log

    return said(hours_log.edit(desk.ctx, id, values).outcome)


def remove_hours(desk: Desk, id: int) -> Said:
    """Take an entry of the hours log away."""
    from followthru.actions import hours_log

    return said(hours_log.remove(desk.ctx, id).outcome)
