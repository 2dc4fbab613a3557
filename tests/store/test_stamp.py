"""Each sort of list is read anew for what it shows, whoever noted it, and for nothing else."""

from __future__ import annotations

from collections.abc import Callable

from followthru.actions import history, mail_hold, people, practices, tasks
from followthru.actions.context import Context
from followthru.store import heartbeats, incoming, others
from followthru.store.incoming import Arrived
from followthru.store.others import OtherRow
from followthru.store.stamp import Shows, stamp
from tests.storekit import add_person, add_practice, add_task

ALL = frozenset(Shows)
REPLY = Arrived("oak", "<1@x.example>", "reply", 1, 1, 1, (1,), "", "Re: it", "2026-07-01T12:00:00Z")
OTHER = OtherRow("/a.ics", None, "foreign", "It is not ours.", None, "")


def _keep(ctx: Context) -> None:
    with ctx.store.writing() as tx:
        incoming.keep(tx, REPLY)


def _see(ctx: Context) -> None:
    with ctx.store.writing() as tx:
        incoming.see(tx, 1, seen=True)


def _put(ctx: Context) -> None:
    with ctx.store.writing() as tx:
        others.put(tx, "home", OTHER)


def _fail(ctx: Context) -> None:
    heartbeats.beat(ctx.store, "mail oak", fault="It refuses the password.")


def _do_well(ctx: Context) -> None:
    heartbeats.beat(ctx.store, "mail oak")


NOTED: dict[str, tuple[Callable[[Context], object], frozenset[Shows]]] = {
    "a step": (lambda ctx: tasks.done(ctx, 1), ALL),
    "a step taken back": (history.undo, ALL),
    "a step taken again": (history.redo, ALL),
    "a practice's name": (lambda ctx: practices.edit(ctx, "oak-street", {"name": "Oak"}), ALL),
    "a role": (lambda ctx: people.edit(ctx, "oak-street", "dana", {"role": "staff"}), ALL),
    "a mail that came back": (_keep, ALL - {Shows.TASKS}),
    "that it was seen": (_see, ALL - {Shows.TASKS}),
    "what is left alone on a calendar": (_put, frozenset({Shows.CALENDARS})),
    "a fault": (_fail, frozenset({Shows.CALENDARS})),
    "that it is over": (_do_well, frozenset({Shows.CALENDARS})),
    "that the job does well still": (_do_well, frozenset()),
    "that all mail is held": (mail_hold.hold, frozenset({Shows.CALENDARS})),
    "that it goes again": (mail_hold.let_go, frozenset({Shows.CALENDARS})),
}
"""What is noted, one after the other, and the lists that show it."""


def test_a_list_is_read_anew_for_what_it_shows_and_for_nothing_else(ctx: Context) -> None:
    add_practice(ctx)
    add_person(ctx)
    add_task(ctx, "Renew cover @oak-street")
    for what, (note, wanted) in NOTED.items():
        before = {shows: stamp(ctx.read, shows) for shows in Shows}
        note(ctx)
        assert {shows for shows in Shows if stamp(ctx.read, shows) != before[shows]} == wanted, what
