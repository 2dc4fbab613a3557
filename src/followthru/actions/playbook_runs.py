"""Run a playbook: see its dates at practices, and make its tasks there, all of them as one step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from followthru.actions import lookup
from followthru.actions.context import Context, Outcome
from followthru.actions.loading import load
from followthru.actions.playbook_tasks import Said, Site, begun, made, site
from followthru.domain.changes import Action, Change
from followthru.domain.load import Week, monday_of
from followthru.domain.people import Practice, PracticeStatus
from followthru.domain.playbook_plan import Place
from followthru.domain.playbooks import Playbook
from followthru.domain.saying import count_words, day_words
from followthru.errors import RefusedError
from followthru.store import journal, practices, runs, tasks
from followthru.store.store import Reader, Writer

ALL_ACTIVE = "all-active"


class Run(NamedTuple):
    """What is said for a run: practices (slugs, or `all-active`), the anchor, who has which role, answers, for whom.

    `again` makes a run although there is one of the same playbook for that anchor.
    """

    practices: tuple[str, ...]
    anchor: date
    roles: Mapping[str, str]
    answers: Mapping[str, str]
    people: tuple[str, ...] = ()
    again: bool = False

    @property
    def said(self) -> Said:
        """What it says beside where and when."""
        return Said(self.roles, self.answers, self.people)


class Added(NamedTuple):
    """The minutes that a run adds to a week of the PM, and what is promised in it already."""

    minutes: int
    tasks: int
    week: Week


class Ran(NamedTuple):
    """What a run did or would do. `ids` are its tasks, by practice and place, `runs` its runs by practice.

    There are none of either before it is made.
    """

    outcome: Outcome
    sites: tuple[Site, ...]
    weeks: tuple[Added, ...]
    ids: Mapping[tuple[int, Place], int]
    runs: Mapping[int, int]


def preview(ctx: Context, book: Playbook, run_: Run) -> Ran:
    """Return what a run would make, and make nothing. Raises what `run` raises."""
    with ctx.store.writing() as tx:
        sites = _sites(tx, book, run_)
        weeks, notes = weeks_of(ctx, tx, sites), _notes(tx, book, run_, sites)
    count = count_words(sum(len(one.plan.tasks) for one in sites), "task")
    words = f"{book.title}: {count} would be added. Nothing was changed"
    return Ran(Outcome(None, (), words, notes), sites, weeks, {}, {})


def run(ctx: Context, book: Playbook, run_: Run) -> Ran:
    """Make the tasks of a playbook at practices as one step, each promised for its day and told to nobody.

    Raises UsageError for a role or answer that it has not, NotFoundError for a practice or person, RefusedError
    where no practice is active, and for a run that is there already unless it is wanted again.
    """
    with ctx.acting() as tx:
        sites = _sites(tx, book, run_)
        for one in () if run_.again else sites:
            check_new(tx, book, one)
        weeks, notes = weeks_of(ctx, tx, sites), _notes(tx, book, run_, sites)
        changes: list[Change] = []
        run_ids: dict[int, int] = {}
        for one in sites:
            run_ids[one.practice.id], those = begun(tx, book, one)
            changes += those
        ids = made(changes)
        where = ", ".join(f"@{one.practice.slug}" for one in sites)
        words = f"Ran {book.name} for {day_words(run_.anchor)} at {where}: {count_words(len(ids), 'task')}"
        action_id = journal.apply(tx, Action("playbook run", words, tuple(changes)))
    return Ran(Outcome(action_id, tuple(ids.values()), words, notes), sites, weeks, ids, run_ids)


def _sites(tx: Writer, book: Playbook, run_: Run) -> tuple[Site, ...]:
    return tuple(site(tx, book, one, run_.anchor, run_.said) for one in chosen(tx, run_.practices))


def chosen(read: Reader, given: Sequence[str]) -> list[Practice]:
    """Return the practices that are named, or all that are active. Raises NotFoundError, RefusedError for none."""
    if tuple(given) != (ALL_ACTIVE,):
        return list(dict.fromkeys(lookup.practice(read, slug) for slug in given))
    found = [one for one in practices.all_practices(read) if one.status is PracticeStatus.ACTIVE]
    if not found:
        raise RefusedError("No practice is active.", safe="Nothing was changed.", remedy="Name one: --practice SLUG.")
    return found


def check_new(read: Reader, book: Playbook, here: Site) -> None:
    """Raise RefusedError where the playbook runs at the practice for this anchor already, for the same people."""
    for there in runs.alike(read, book.name, here.practice.id, here.anchor):
        if set(there.people) == set(here.people):
            raise RefusedError(
                f"{book.name} is there for {day_words(here.anchor)} at {here.practice.slug} already: run {there.id}.",
                safe="Nothing was changed.",
                remedy=f"`followthru playbook steps {there.id}` shows it; --again makes another one.",
            )


def weeks_of(ctx: Context, read: Reader, sites: Sequence[Site]) -> tuple[Added, ...]:
    """Return what a run adds to each week."""
    promised = load(ctx, read)
    minutes: dict[date, list[int]] = {}
    for here in sites:
        for one in here.plan.tasks:
            minutes.setdefault(monday_of(one.on), []).append(one.step.minutes or 60)
    return tuple(
        Added(sum(those), len(those), promised.week(None, monday)) for monday, those in sorted(minutes.items())
    )


def _notes(read: Reader, book: Playbook, run_: Run, sites: Sequence[Site]) -> tuple[str, ...]:
    found: list[str] = []
    for here in sites:
        found += notes_of(here)
        for there in runs.alike(read, book.name, here.practice.id, here.anchor):
            found.append(f"{here.practice.slug} has it for that day already, run {there.id}; --again makes another one")
        if open_before := tasks.open_tagged(read, here.practice.id, book.name):
            before = count_words(open_before, "open task")
            found.append(
                f"{here.practice.slug} has {before} of this playbook already: `undo` takes back a run too many"
            )
    if not run_.people and any(one.step.per_person for here in sites for one in here.plan.tasks):
        found.append("Some steps are once for each person; --for PERSON makes a copy for each")
    return tuple(found)


def notes_of(here: Site) -> list[str]:
    """Return what should be known of a plan's days: a closed anchor, steps whose own day has passed."""
    found: list[str] = []
    slug, found_on = here.practice.slug, here.plan.anchor_on
    if found_on != here.anchor:
        found.append(f"{slug} is closed on {day_words(here.anchor)}: its days are counted from {day_words(found_on)}")
    if hurried := sum(one.hurried for one in here.plan.tasks):
        count = count_words(hurried, "step")
        found.append(f"{slug}: the day of {count} has passed; due on the first working day there is")
    return found
