"""Random work: any sequence of verbs on a small made-up world, each step drawn as a handful of small numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, time, timedelta
from typing import NamedTuple

from hypothesis import strategies as st

from followthru.actions import (
    away,
    duties,
    duty_runs,
    edit,
    goals,
    history,
    hours_log,
    people,
    playbook_answers,
    playbook_moves,
    playbook_runs,
    practices,
    promises,
    registers,
    renewals,
    seasons,
    tasks,
)
from followthru.actions.context import Context
from followthru.domain.capture import Capture
from followthru.domain.changes import Actor, Scalar
from followthru.domain.evidence import NOTHING, Form, Piece, Shown
from followthru.domain.people import PracticeStatus, RoleName
from followthru.domain.task import How
from followthru.errors import FollowthruError
from followthru.exchange.playbooks import understood
from followthru.store import practices as read_practices
from tests.storekit import FixedClock

SLUGS = ("oak-street", "harbor-view")
NAMES = ("Dana Reyes", "Sam Ito", "Dana Blum")
ZONES = ("UTC", "Pacific/Auckland", "America/Los_Angeles")
HOLIDAYS = (None, "US", "NZ")
ANCHOR = date(2026, 7, 1)


class Step(NamedTuple):
    """One verb by name and the numbers that choose what it does."""

    verb: str
    a: int
    b: int
    c: int


Verb = Callable[[Context, int, int, int], object]


def _task(ctx: Context, number: int) -> int:
    ids = [int(row[0]) for row in ctx.read.rows("SELECT id FROM task ORDER BY id")]
    return ids[number % len(ids)] if ids else 1


def _day(number: int) -> date:
    return ANCHOR + timedelta(days=number % 40 - 8)


def _maybe(number: int, every: int) -> date | None:
    return _day(number) if number % every else None


def _slug(ctx: Context, number: int) -> str | None:
    found = [one.slug for one in read_practices.all_practices(ctx.read)]
    return found[number % len(found)] if found and number % 5 else None


def _handles(ctx: Context, slug: str | None) -> list[str]:
    return [one.handle for one in read_practices.everybody(ctx.read) if one.practice == slug]


def _handle(ctx: Context, slug: str | None, number: int) -> str | None:
    found = _handles(ctx, slug)
    return found[number % len(found)] if found else None


def _handle_for(ctx: Context, task_id: int, number: int) -> str:
    slug = ctx.read.value("SELECT practice FROM task_row WHERE id = ?", task_id)
    return _handle(ctx, slug, number) or "nobody"


def _add_practice(ctx: Context, a: int, b: int, c: int) -> object:
    new = practices.NewPractice(
        SLUGS[a % 2], ZONES[b % 3], holidays=HOLIDAYS[c % 3], buffer_policy=f"fixed:{a % 4}", weekdays="12345"
    )
    return practices.add(ctx, new)


def _add_person(ctx: Context, a: int, b: int, c: int) -> object:
    name = NAMES[a % 3]
    email = f"{name.casefold().replace(' ', '.')}@example.org" if c % 4 else None
    return people.add(ctx, SLUGS[b % 2], people.NewPerson(name, email, tuple(RoleName)[c % 4]))


def _add(ctx: Context, a: int, b: int, c: int) -> object:
    slug = _slug(ctx, a)
    promised = _maybe(b, 3)
    target = promised - timedelta(days=c % 9) if promised and not c % 4 else None
    line = Capture(
        f"Task {a}",
        practice=slug,
        tags=("billing",) if a % 2 else (),
        buffer_days=c % 5 if c % 3 == 0 else None,
        audience="me" if not c % 7 else None,
        promised_on=promised,
        promised_time=time(15) if promised and not b % 4 else None,
        told=_handle(ctx, slug, b) if promised and a % 2 and c % 7 else None,
        deadline_on=_maybe(c, 2),
        target_on=target,
        starts_on=_day(a) if not a % 6 else None,
        waiting_on=_handle(ctx, slug, c) if not b % 5 else None,
    )
    return tasks.add(ctx, line)


def _promise(ctx: Context, a: int, b: int, c: int, actor: Actor = Actor.ME) -> object:
    new = promises.NewPromise(_maybe(b, 9), time(9, 30) if not b % 4 else None)
    return promises.promise(ctx, _task(ctx, a), new, because=f"Reason {c}" if c % 2 else None, actor=actor)


def _moved_by_calendar(ctx: Context, a: int, b: int, c: int) -> object:
    return _promise(ctx, a, b, 0, Actor.CALENDAR)


def _tell(ctx: Context, a: int, b: int, c: int, actor: Actor = Actor.ME) -> object:
    task_id = _task(ctx, a)
    on = _day(b) if b % 3 == 0 else None
    return promises.tell(ctx, task_id, _handle_for(ctx, task_id, c), on, how=How.CALL, actor=actor)


def _told_by_daemon(ctx: Context, a: int, b: int, c: int) -> object:
    return _tell(ctx, a, b, c, Actor.DAEMON)


def _target(ctx: Context, a: int, b: int, c: int) -> object:
    return promises.target(ctx, _task(ctx, a), _maybe(b, 4))


def _defer(ctx: Context, a: int, b: int, c: int) -> object:
    return tasks.defer(
        ctx, [_task(ctx, a), _task(ctx, c)], to=_day(b) if b % 2 else None, by_days=None if b % 2 else b % 12
    )


def _move(ctx: Context, a: int, b: int, c: int) -> object:
    if not c % 4:
        return tasks.done(ctx, _task(ctx, a), shown=_SHOWN)
    verb = (tasks.start, tasks.done, tasks.drop, tasks.reopen)[b % 4]
    return verb(ctx, _task(ctx, a))


def _done_by_daemon(ctx: Context, a: int, b: int, c: int) -> object:
    return tasks.done(ctx, _task(ctx, a), actor=Actor.DAEMON)


def _wait(ctx: Context, a: int, b: int, c: int) -> object:
    task_id = _task(ctx, a)
    return tasks.wait(ctx, task_id, tasks.Waiting(_handle_for(ctx, task_id, b), "the form", _maybe(b, 2), _maybe(c, 2)))


def _answered(ctx: Context, a: int, b: int, c: int) -> object:
    return tasks.answered(ctx, _task(ctx, a), f"Answer {b}")


def _edit(ctx: Context, a: int, b: int, c: int) -> object:
    task_id = _task(ctx, a)
    other = _task(ctx, c)
    given: Sequence[Mapping[str, str | None]] = (
        {"title": f"Title {b}", "tags": f"+t{b % 3} -billing"},
        {"needs": f"+{other}"},
        {"needs": None},
        {"checklist": "; ".join(f"{'[x] ' if (b + n) % 2 else ''}step {n}" for n in range(c % 4))},
        {"parent": str(other)},
        {"parent": None},
        {"practice": _slug(ctx, b)},
        {"audience": ("me", "owners", "team", None)[c % 4]},
        {"buffer": str(b % 6) if b % 3 else None},
        {"deadline": _day(b).isoformat() if b % 3 else None},
        {"promised": _day(b).isoformat(), "target": None, "because": f"Said {b}" if c % 2 else None},
        {"because": f"Late {b}" if b % 3 else None},
        {"assignee": _handle_for(ctx, task_id, b)},
        {"target": _day(b).isoformat(), "starts": _day(c).isoformat()},
        {"notes": f"private {b}", "public_title": "Public" if b % 2 else None},
        {"kind": ("renewal", "billing", None)[c % 3]},
        {"deadline": _day(b).isoformat(), "lead": str(c % 7) if c % 3 else None},
    )
    return edit.edit(ctx, task_id, given[b % len(given)], because="Edited" if c % 3 == 0 else None)


def _edit_practice(ctx: Context, a: int, b: int, c: int) -> object:
    changed: Sequence[Mapping[str, Scalar]] = (
        {"buffer_policy": f"fixed:{c % 6}"},
        {"weekdays": ("12345", "135", "23456", "1234567", "1234h5h")[c % 5]},
        {"holidays": HOLIDAYS[c % 3]},
        {"timezone": ZONES[c % 3], "name": f"Name {c}"},
        {"status": str(tuple(PracticeStatus)[c % 2])},
    )
    return practices.edit(ctx, SLUGS[a % 2], changed[b % len(changed)])


def _close(ctx: Context, a: int, b: int, c: int) -> object:
    return practices.close(ctx, SLUGS[a % 2], [_day(b), _day(b + 1), _day(c)], open_again=not c % 3, half=not b % 4)


def _season(ctx: Context, a: int, b: int, c: int) -> object:
    first = _day(b)
    span = (first, first + timedelta(days=c % 12))
    if not b % 3:
        return seasons.end_season(ctx, SLUGS[a % 2], span)
    return seasons.season(ctx, SLUGS[a % 2], span, weekdays=(None, "135", "12")[c % 3])


def _away(ctx: Context, a: int, b: int, c: int) -> object:
    slug = SLUGS[a % 2]
    who = "me" if not b % 4 else _handle(ctx, slug, b) or "nobody"
    span = (_day(c), _day(c) + timedelta(days=a % 9))
    if not c % 5:
        return away.back(ctx, who, span)
    return away.away(ctx, who, span, cover=_handle(ctx, slug, c) if c % 2 else None)


_SHOWN = Shown((Piece(Form.NOTE, "Letter"), Piece(Form.LINK, "https://board.example/1")))


def _register(ctx: Context, a: int, b: int, c: int) -> object:
    slug = SLUGS[a % 2]
    given = {"holder": _handle(ctx, slug, b) or "Somebody", "expires": _day(c).isoformat(), "lead": str(b % 9)}
    return registers.add(ctx, ("licence", "caqh", "equipment")[c % 3], f"Item {a}", slug, given)


def _renewal(ctx: Context, a: int, b: int, c: int) -> object:
    ids = [int(row[0]) for row in ctx.read.rows("SELECT id FROM register_item ORDER BY id")]
    item = ids[a % len(ids)] if ids else 1
    match b % 4:
        case 0:
            return registers.edit(ctx, item, {"expires": _day(c).isoformat(), "holder": None if c % 2 else "Else"})
        case 1:
            return renewals.renew(
                ctx,
                item,
                renewals.Renewal((_day(c) + timedelta(days=90)).isoformat(), shown=_SHOWN if c % 2 else NOTHING),
            )
        case 2 if not c % 5:
            return registers.retire(ctx, item)
        case _:
            return renewals.make_task(ctx, item)


def _duty(ctx: Context, a: int, b: int, c: int) -> object:
    task_id = _task(ctx, a)
    match b % 7:
        case 0 | 1:
            rule = ("mon", "2 weeks", "month on 15 rolled after", "3 days after done", "1 jun..10 jul")[c % 5]
            return edit.edit(ctx, task_id, {"every": rule, "catch_up": ("skip", "one", "all", None)[c % 4]})
        case 2:
            return duties.skip(ctx, task_id)
        case 3:
            because = "It suits them" if c % 3 else None
            return duties.move(ctx, task_id, _day(c).isoformat(), all_to_come=not c % 2, because=because)
        case 4:
            return duties.pause(ctx, task_id)
        case 5:
            return duties.resume(ctx, task_id)
        case _:
            return duties.end(ctx, task_id)


def _goal(ctx: Context, a: int, b: int, c: int) -> object:
    ids = [int(row[0]) for row in ctx.read.rows("SELECT id FROM goal ORDER BY id")]
    goal = ids[a % len(ids)] if ids else 1
    match b % 8:
        case 0 | 1:
            return goals.add(ctx, ("ar-days", "utilisation", "referrals")[c % 3], SLUGS[a % 2], {})
        case 2 | 3:
            return goals.read(ctx, goal, str(c), _day(c - 40).isoformat())
        case 4:
            return goals.edit(ctx, goal, {"aim": None if c % 2 else "20..30", "audience": ("me", "team")[c % 2]})
        case 5:
            return goals.unread(ctx, goal, _day(c - 40).isoformat())
        case 6:
            return goals.retire(ctx, goal) if c % 2 else goals.resume(ctx, goal)
        case _:
            return edit.edit(ctx, _task(ctx, c), {"goal": str(goal) if a % 3 else None})


def _hours(ctx: Context, a: int, b: int, c: int) -> object:
    ids = [int(row[0]) for row in ctx.read.rows("SELECT id FROM hours_entry ORDER BY id")]
    entry = ids[a % len(ids)] if ids else 1
    match b % 4:
        case 0 | 1:
            what = f"@{SLUGS[a % 2]}" if b % 8 > 3 else str(_task(ctx, a))
            return hours_log.log(ctx, what, f"{c + 1}m", _day(c - 40).isoformat())
        case 2:
            return hours_log.edit(ctx, entry, {"time": f"{c + 2}m", "task": str(_task(ctx, c)) if c % 2 else None})
        case _:
            return hours_log.remove(ctx, entry)


_BOOK = understood(
    b"""playbook = 1
version = 1
title = "Open a room"
source = "Us"
check_your_state = "Yours"
anchor = "First day"
roles = { owner = "Who pays" }
questions = [{ key = "walls", ask = "Are walls moved?" }]
steps = [
  { key = "plan", title = "Plan", public = "Plan", role = "owner", before = 6, start = 2, buffer = 1, minutes = 30 },
  { key = "permit", title = "Permit", public = "Permit", when = "walls=yes", after = "plan", days = 1 },
  { key = "teach", title = "Teach", public = "Taught", per_person = true, after = "permit", checklist = ["Door"] },
  { key = "open", title = "Open", audience = "me", after = "anchor", needs = ["teach"], deadline = true },
]
""",
    "room.toml",
).playbook


def _playbook(ctx: Context, a: int, b: int, c: int) -> object:
    assert _BOOK is not None
    who = _handle(ctx, SLUGS[a % 2], b)
    where = (SLUGS[a % 2],) if c % 3 else ("all-active",)
    roles, people = ({"owner": who}, (who,)) if who and b % 3 else ({}, ())
    given = playbook_runs.Run(where, _day(c), roles, {"walls": ("yes", "no")[b % 2]}, people)
    return playbook_runs.run(ctx, _BOOK, given)


def _playbook_runs(ctx: Context, a: int, b: int, c: int) -> object:
    """A duty whose work is a playbook, another anchor, a later answer, the next run."""
    assert _BOOK is not None
    because = "why" if a % 3 else None
    match b % 4:
        case 0:
            where = (SLUGS[a % 2],)
            new = duty_runs.NewDuty(
                where, playbook_runs.Run(where, _day(c), {}, {}), ("mon", "9 days after done")[c % 2]
            )
            return duty_runs.begin(ctx, _BOOK, new)
        case 1:
            return playbook_moves.move(ctx, [1 + a % 3], _day(c), because=because)
        case 2:
            return playbook_answers.answer(ctx, 1 + a % 3, {"walls": ("yes", "no")[c % 2]})
        case _:
            return duty_runs.next_of(ctx, _task(ctx, a))


def _edit_person(ctx: Context, a: int, b: int, c: int) -> object:
    slug = SLUGS[a % 2]
    handle = _handle(ctx, slug, b) or "nobody"
    changed: Sequence[Mapping[str, Scalar]] = (
        {"name": f"Name {c}"},
        {"role": str(tuple(RoleName)[c % 4]), "review": "yes"},
        {"email": f"x{c % 3}@example.org"},
        {"timezone": ZONES[c % 3], "cadence": "weekly:fri@16:00"},
    )
    return people.edit(ctx, slug, handle, changed[c % len(changed)])


def _undo(ctx: Context, a: int, b: int, c: int) -> object:
    return history.undo(ctx)


def _redo(ctx: Context, a: int, b: int, c: int) -> object:
    return history.redo(ctx)


def _sleep(ctx: Context, a: int, b: int, c: int) -> object:
    clock = ctx.store.clock
    assert isinstance(clock, FixedClock)
    return clock.advance(hours=a)


BY_ME: Mapping[str, Verb] = {
    "add practice": _add_practice,
    "add person": _add_person,
    "add": _add,
    "promise": _promise,
    "moved by calendar": _moved_by_calendar,
    "tell": _tell,
    "target": _target,
    "defer": _defer,
    "move": _move,
    "wait": _wait,
    "answered": _answered,
    "edit": _edit,
    "edit practice": _edit_practice,
    "close": _close,
    "season": _season,
    "away": _away,
    "register": _register,
    "renewal": _renewal,
    "duty": _duty,
    "goal": _goal,
    "hours": _hours,
    "playbook": _playbook,
    "playbook runs": _playbook_runs,
    "edit person": _edit_person,
    "sleep": _sleep,
}
WITH_UNDO: Mapping[str, Verb] = {**BY_ME, "undo": _undo, "redo": _redo}
BY_ANYBODY: Mapping[str, Verb] = {
    **WITH_UNDO,
    "told by daemon": _told_by_daemon,
    "done by daemon": _done_by_daemon,
}
OFTEN = ("add", "promise", "tell", "edit", "edit")
FOUNDED = (Step("add practice", 0, 0, 1), Step("add person", 0, 0, 1), Step("add person", 1, 0, 2))


def steps(verbs: Mapping[str, Verb] = BY_ANYBODY) -> st.SearchStrategy[Step]:
    """Draw one step."""
    numbers = st.integers(0, 59)
    return st.builds(Step, st.sampled_from((*verbs, *OFTEN)), numbers, numbers, numbers)


def work(verbs: Mapping[str, Verb] = BY_ANYBODY, most: int = 30) -> st.SearchStrategy[list[Step]]:
    """Draw work in a world that has a practice with two people to begin with."""
    return st.lists(steps(verbs), max_size=most).map(lambda drawn: [*FOUNDED, *drawn])


def perform(ctx: Context, step: Step) -> FollowthruError | None:
    """Do one step; return the guard's, or another user's error, if it was refused."""
    try:
        BY_ANYBODY[step.verb](ctx, step.a, step.b, step.c)
    except FollowthruError as error:
        return error
    return None


def outcome_words(error: FollowthruError | None) -> str:
    """Return an error's words for a failing example's output."""
    return "done" if error is None else error.sentences()
