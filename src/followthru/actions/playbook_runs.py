"""Run a playbook: see its dates at practices, and make its tasks there, all of them as one step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from uuid import uuid4

from followthru.actions import holidays, lookup
from followthru.actions.context import Context, Outcome
from followthru.actions.loading import load
from followthru.actions.targets import settled, with_start_by
from followthru.actions.tasks import TASK_DEFAULTS
from followthru.domain import fields
from followthru.domain.changes import Action, Change, Row, Scalar, create
from followthru.domain.load import Week, monday_of
from followthru.domain.people import Member, Practice, PracticeStatus
from followthru.domain.playbook_plan import Place, Plan, Planned, Terms, check_roles, plan
from followthru.domain.playbooks import Playbook, offsets
from followthru.domain.saying import count_words, day_words
from followthru.domain.task import Audience
from followthru.errors import RefusedError
from followthru.store import journal, practices, tasks
from followthru.store.store import Reader, Writer

ALL_ACTIVE = "all-active"
_DAYS_A_YEAR = 150
"""Working days that a year has at least; a practice that works less is looked after by a year more on both sides."""


class Run(NamedTuple):
    """What is said for a run: practices (slugs, or `all-active`), the anchor, who has which role, answers, for whom."""

    practices: tuple[str, ...]
    anchor: date
    roles: Mapping[str, str]
    answers: Mapping[str, str]
    people: tuple[str, ...] = ()


class Site(NamedTuple):
    """A run at one practice: its plan, the people it names by what was said of them, and its open tasks from before."""

    practice: Practice
    plan: Plan
    named: Mapping[str, Member]
    open_before: int


class Added(NamedTuple):
    """The minutes that a run adds to a week of the PM, and what is promised in it already."""

    minutes: int
    tasks: int
    week: Week


class Ran(NamedTuple):
    """What a run did or would do. `ids` are its tasks, by practice and place; none before it is made."""

    outcome: Outcome
    sites: tuple[Site, ...]
    weeks: tuple[Added, ...]
    ids: Mapping[tuple[int, Place], int]


def preview(ctx: Context, book: Playbook, run_: Run) -> Ran:
    """Return what a run would make, and make nothing. Raises what `run` raises."""
    with ctx.store.writing() as tx:
        sites = _sites(ctx, tx, book, run_)
        weeks = _weeks(ctx, tx, sites)
    count = count_words(sum(len(one.plan.tasks) for one in sites), "task")
    words = f"{book.title}: {count} would be added. Nothing was changed"
    return Ran(Outcome(None, (), words, _notes(run_, sites)), sites, weeks, {})


def run(ctx: Context, book: Playbook, run_: Run) -> Ran:
    """Make the tasks of a playbook at practices as one step, each promised for its day and told to nobody.

    Raises UsageError for a role or answer that it has not, NotFoundError for a practice or person, RefusedError
    where no practice is active.
    """
    with ctx.acting() as tx:
        sites = _sites(ctx, tx, book, run_)
        weeks = _weeks(ctx, tx, sites)
        ids: dict[tuple[int, Place], int] = {}
        changes: list[Change] = []
        for site in sites:
            made = {one.place: tx.new_id("task") for one in site.plan.tasks}
            ids |= {(site.practice.id, place): id for place, id in made.items()}
            changes += [create("task", made[one.place], _row(tx, site, one, run_)) for one in site.plan.tasks]
            for one in site.plan.tasks:
                changes += _members(tx, book, site, one, made)
        where = ", ".join(f"@{one.practice.slug}" for one in sites)
        words = f"Ran {book.name} for {day_words(run_.anchor)} at {where}: {count_words(len(ids), 'task')}"
        action_id = journal.apply(tx, Action("playbook run", words, tuple(changes)))
    return Ran(Outcome(action_id, tuple(ids.values()), words, _notes(run_, sites)), sites, weeks, ids)


def _sites(ctx: Context, tx: Writer, book: Playbook, run_: Run) -> tuple[Site, ...]:
    check_roles(book, run_.roles)
    return tuple(_site(ctx, tx, book, run_, one) for one in _practices(tx, run_.practices))


def _practices(read: Reader, given: Sequence[str]) -> list[Practice]:
    if tuple(given) != (ALL_ACTIVE,):
        return list(dict.fromkeys(lookup.practice(read, slug) for slug in given))
    found = [one for one in practices.all_practices(read) if one.status is PracticeStatus.ACTIVE]
    if not found:
        raise RefusedError("No practice is active.", safe="Nothing was changed.", remedy="Name one: --practice SLUG.")
    return found


def _site(ctx: Context, tx: Writer, book: Playbook, run_: Run, practice: Practice) -> Site:
    if practice.holidays is not None:
        days = offsets(book.steps).values()
        before, after = (abs(days_) // _DAYS_A_YEAR + 1 for days_ in (min(0, *days), max(0, *days)))
        holidays.cover(tx, practice.holidays, run_.anchor.year - before, run_.anchor.year + after)
    terms = Terms(practices.work_calendar(tx, practice.id), practice.roll, ctx.today(practice))
    people = {said: lookup.member(tx, practice.id, said) for said in (*run_.roles.values(), *run_.people)}
    copies = tuple(dict.fromkeys(people[said].handle for said in run_.people))
    named = {one.handle: one for one in people.values()} | people
    found = plan(book, run_.anchor, terms, run_.answers, copies)
    return Site(practice, found, named, tasks.open_tagged(tx, practice.id, book.name))


def _row(tx: Writer, site: Site, one: Planned, run_: Run) -> dict[str, Scalar]:
    step = one.step
    about = "" if one.person is None else f": {site.named[one.person].name}"
    role = None if step.role is None or step.audience is Audience.ME else run_.roles.get(step.role)
    given: dict[str, Scalar] = {
        **{field.name: None for field in fields.of("task")},
        **TASK_DEFAULTS,
        "uid": str(uuid4()),
        "title": f"{step.title}{about}",
        "public_title": None if step.public is None else f"{step.public}{about}",
        "practice_id": site.practice.id,
        "area": str(step.area),
        "kind": step.kind,
        "audience": None if step.audience is None else str(step.audience),
        "assignee_id": None if role is None else site.named[role].person_id,
        "promised_on": one.on.isoformat(),
        "starts_on": None if one.starts_on is None else one.starts_on.isoformat(),
        "deadline_on": run_.anchor.isoformat() if step.deadline else None,
        "buffer_set_days": step.buffer_days,
        "estimate_minutes": step.minutes,
        "needs_evidence": int(step.evidence) or None,
        "notes": step.note,
        "created_at": tx.now,
    }
    return with_start_by(tx, settled(tx, given))


def _members(tx: Writer, book: Playbook, site: Site, one: Planned, made: Mapping[Place, int]) -> list[Change]:
    """Return what belongs to a task: the playbook's name as its tag, its checklist, what it needs, whom it is about."""
    rows: list[tuple[str, Row]] = [("tag", {"name": book.name})]
    for position, words in enumerate(one.step.checklist):
        rows.append(("checklist_item", {"position": position, "words": words, "done": 0}))
    for place in one.needs:
        rows.append(("dependency", {"needs_id": made[place]}))  # noqa: PERF401
    if one.person is not None:
        rows.append(("about", {"person_id": site.named[one.person].person_id}))
    return [create(entity, tx.new_id(entity), {"task_id": made[one.place], **row}) for entity, row in rows]


def _weeks(ctx: Context, read: Reader, sites: Sequence[Site]) -> tuple[Added, ...]:
    promised = load(ctx, read)
    minutes: dict[date, list[int]] = {}
    for site in sites:
        for one in site.plan.tasks:
            minutes.setdefault(monday_of(one.on), []).append(one.step.minutes or 60)
    return tuple(
        Added(sum(those), len(those), promised.week(None, monday)) for monday, those in sorted(minutes.items())
    )


def _notes(run_: Run, sites: Sequence[Site]) -> tuple[str, ...]:
    found: list[str] = []
    for site in sites:
        slug, found_on = site.practice.slug, site.plan.anchor_on
        if found_on != run_.anchor:
            closed = f"{slug} is closed on {day_words(run_.anchor)}"
            found.append(f"{closed}: its days are counted from {day_words(found_on)}")
        if hurried := sum(one.hurried for one in site.plan.tasks):
            found.append(
                f"{slug}: the day of {count_words(hurried, 'step')} has passed; due on the first working day there is"
            )
        if site.open_before:
            before = count_words(site.open_before, "open task")
            found.append(f"{slug} has {before} of this playbook already: `undo` takes back a run too many")
    if not run_.people and any(one.step.per_person for site in sites for one in site.plan.tasks):
        found.append("Some steps are once for each person; --for PERSON makes a copy for each")
    return tuple(found)
