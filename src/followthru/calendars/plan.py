"""The plan: from what we remember, what we want shown and what is on the server, to what has to be done.

Pure. `--dry-run` prints it, property tests drive it, the cycle carries it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from followthru.calendars.errors import LossGuardError
from followthru.calendars.identity import object_href, object_name, object_uid
from followthru.calendars.item import Case, about, is_unsure, taken_up
from followthru.calendars.links import EXPECTED, RETURNS, WAS_BUSY, Link, LinkState, Resting, Snapshot
from followthru.calendars.merge import values_of
from followthru.calendars.shown import Shown
from followthru.calendars.sight import NOTHING_NEW, Delta, Sight
from followthru.calendars.steps import NOTHING, Create, Item, Place, Plan, Problem, Record, Slot, Step

MUCH = 40
"""Objects that need as many requests beside their own, where nothing was measured, as two measurements."""
SUSPECT = 50
"""Most objects read again although their etag is the known one: one request. More are a large write of our own."""


def newest(links: Iterable[Link]) -> dict[Slot, Link]:
    """Return each slot's link of the highest generation."""
    found: dict[Slot, Link] = {}
    for link in sorted(links, key=lambda one: one.generation):
        found[(link.task_uid, link.role)] = link
    return found


def current(snapshot: Snapshot) -> dict[Slot, Link]:
    """Return each slot's newest link, but where a newer one is at rest: what came before that is past."""
    past: dict[Slot, int] = {}
    for one in snapshot.resting:
        slot = (one.task_uid, one.role)
        past[slot] = max(one.generation, past.get(slot, 0))
    return {slot: link for slot, link in newest(snapshot.links).items() if link.generation > past.get(slot, 0)}


def moved_here(snapshot: Snapshot) -> tuple[Link, ...]:
    """Return the objects in step with the server whose task says something else by now."""
    wanted = {(one.task_uid, one.role): one for one in snapshot.wanted}
    return tuple(
        link
        for slot, link in current(snapshot).items()
        if link.state is LinkState.LINKED
        and link.etag is not None
        and link.reason != WAS_BUSY
        and slot in wanted
        and link.form is wanted[slot].form
        and link.agreed != values_of(wanted[slot])
    )


def reforming(snapshot: Snapshot) -> tuple[Link, ...]:
    """Return the objects that are of another form than is shown by now, those among them that were removed included."""
    wanted = {(one.task_uid, one.role): one for one in snapshot.wanted}
    begun = {one.link.id for one in snapshot.unfinished}
    return tuple(
        link
        for slot, link in current(snapshot).items()
        if slot in wanted and link.form is not wanted[slot].form and link.id not in begun
    )


def narrowed(snapshot: Snapshot, links: Iterable[Link]) -> Snapshot:
    """Return the snapshot as if these objects were all there is."""
    kept = {(link.task_uid, link.role): link for link in links}
    shown = tuple(one for one in snapshot.wanted if (one.task_uid, one.role) in kept)
    return snapshot._replace(links=tuple(kept.values()), wanted=shown, unfinished=(), resting=())


def first_link(place: Place, shown: Shown, generation: int) -> Link:
    """Return the link, not stored yet, of an object with its UID and address fixed."""
    uid = _uid(place, shown, generation)
    href = object_href(place.url, uid)
    return Link(0, shown.task_id, shown.task_uid, shown.role, generation, uid, href, form=shown.form)


def first_name(place: Place, shown: Shown) -> str:
    """Return the name of `first_link` without making it: every object's is needed several times in a cycle."""
    return object_name(_uid(place, shown, 1))


def _uid(place: Place, shown: Shown, generation: int) -> str:
    return object_uid(place.store_uid, shown.task_uid, shown.role, place.view.name, generation)


def our_names(place: Place, snapshot: Snapshot) -> frozenset[str]:
    """Return the names of all objects that are or may be ours, so that no other is ever fetched."""
    known = {(one.task_uid, one.role) for one in (*snapshot.links, *snapshot.resting)}
    fresh = (one for one in snapshot.wanted if (one.task_uid, one.role) not in known)
    expected = {first_name(place, shown) for shown in fresh}
    return frozenset({link.name for link in (*snapshot.links, *snapshot.resting)} | expected)


def to_fetch(place: Place, snapshot: Snapshot, delta: Delta) -> tuple[str, ...]:
    """Return the names of our objects whose text has to be read: changed ones, and those not read last time."""
    anew = _to_be_made_anew(snapshot)
    # What is left to its owner, or to a program that brings it back again and again, is nothing to merge.
    past = {one.name for one in (*snapshot.links, *snapshot.resting) if _is_left(one)} - anew
    seen = {link.name: link.seen_etag for link in snapshot.links} | {one.name: one.etag for one in snapshot.resting}
    ours = our_names(place, snapshot) if delta.etags else frozenset[str]()
    named = {name: etag for name, etag in delta.etags.items() if name in ours and name not in past}
    new = {name for name, etag in named.items() if name not in seen or etag is None or etag != seen[name]}
    # Named as changed under the etag that is known: mostly our own write, but some servers count anew after a deletion.
    agreed = {one.name for one in (*snapshot.links, *snapshot.resting) if one.state is LinkState.LINKED}
    same = frozenset[str]() if delta.complete else (named.keys() - new) & agreed
    new |= same if len(same) <= SUSPECT else frozenset()
    unread = {
        link.name
        for link in snapshot.links
        if (link.state in EXPECTED or is_unsure(link) or link.name in anew)
        and link.seen_etag is None
        and link.name not in delta.etags
        and not delta.lacks(link.name)
    }
    return tuple(sorted(new | unread))


def _is_left(one: Link | Resting) -> bool:
    """Whether an object is left where it is, so that two programs do not undo each other for ever."""
    return one.state is LinkState.LEFT or (one.state is LinkState.GONE and one.returned >= RETURNS)


def _to_be_made_anew(snapshot: Snapshot) -> frozenset[str]:
    """Return the names of objects that are gone and shown again: it is looked whether they are back before."""
    if not any(link.state is LinkState.GONE for link in snapshot.links):
        return frozenset()
    wanted = {(one.task_uid, one.role) for one in snapshot.wanted}
    gone = (item for item in current(snapshot).items() if item[1].state is LinkState.GONE)
    return frozenset(link.name for slot, link in gone if slot in wanted)


def guard(place: Place, snapshot: Snapshot, delta: Delta) -> tuple[str, ...]:
    """Return the names of linked objects that are missing. Raises LossGuardError if too many are.

    Too many: a complete listing that is empty where two or more objects were known, or more than
    max(3, 20 %) of our linked objects.
    """
    if delta is NOTHING_NEW:
        return ()
    expected = [link.name for link in (*snapshot.links, *snapshot.resting) if link.state in EXPECTED]
    lost = tuple(name for name in expected if delta.lacks(name))
    memory = snapshot.memory
    emptied = delta.complete and not delta.present() and max(memory.known, len(expected)) >= 2
    # What is named both as removed and as there is looked at as well, and is no loss before.
    missing = sum(1 for name in lost if name not in delta.etags)
    many = missing > max(3, len(expected) * 0.2)
    if (emptied or many) and not memory.confirmed:
        count = max(memory.known, len(expected)) if emptied else len(expected)
        raise LossGuardError(place.view.name, count if emptied else missing, count)
    return lost


def plan(place: Place, snapshot: Snapshot, sight: Sight, now: datetime) -> Plan:
    """Return what has to be done. Raises LossGuardError.

    What rests is left alone: `resting.disturbed` tells which objects have to be read whole before.
    """
    guard(place, snapshot, sight.delta)
    return portion(place, snapshot, sight, now)


def portion(place: Place, snapshot: Snapshot, sight: Sight, now: datetime) -> Plan:
    """Return what has to be done about some of the objects; losses were judged over all of them before."""
    linked = current(snapshot)
    resting = {(one.task_uid, one.role) for one in snapshot.resting if one.state is not LinkState.GONE}
    wanted = {slot: one for one in snapshot.wanted if (slot := (one.task_uid, one.role)) not in resting}
    items: list[Item] = []
    problems: list[Problem] = []
    for slot in [*wanted, *(slot for slot in linked if slot not in wanted)]:
        link, shown = linked.get(slot), wanted.get(slot)
        steps, problem = _one(Case(link, shown, _fresh(place, link, shown), sight, now, place))
        problems += [problem] if problem is not None else []
        items += [Item(slot, steps)] if steps else []
    for link in _surplus(snapshot, linked, sight):
        steps, problem = _one(Case(link, None, None, sight, now, place))
        problems += [problem] if problem is not None else []
        items += [Item((link.task_uid, link.role), steps)] if steps else []
    busy = {slot for slot, link in linked.items() if link.reason == WAS_BUSY}
    return Plan(tuple(sorted(items, key=lambda item: (not item.local, item.slot in busy))), tuple(problems))


def _surplus(snapshot: Snapshot, latest: Mapping[Slot, Link], sight: Sight) -> list[Link]:
    """Return the objects that are there and should not be, as far as they were read: they are to be removed.

    Such as one that we deleted and a stale client brought back, or that came back once another had taken its place.
    What is to be made anew is taken up again instead.
    """
    anew = _to_be_made_anew(snapshot)
    found: list[Link] = []
    for link in snapshot.links:
        heard = sight.bodies.get(link.name) is not None or link.name in sight.faults
        if link.state is LinkState.GONE and heard and link.name not in anew and not _is_left(link):
            found.append(taken_up(link)._replace(returned=link.returned + 1))
        elif link.state in EXPECTED and latest.get((link.task_uid, link.role)) != link:
            known = heard or link.seen_etag is not None or sight.delta.lacks(link.name)
            found += [link] if known else []
    return found


def is_much(todo: Plan, sight: Sight) -> bool:
    """Whether so much is to be made in an empty collection that a measurement before costs less than care would."""
    empty = sight.delta.complete and not sight.delta.present()
    return empty and sum(isinstance(step, Create) for step in todo.steps) > MUCH


def is_still(place: Place, snapshot: Snapshot, now: datetime) -> bool:
    """Whether a cycle would do nothing, as long as the server has nothing new and our side stays as it is."""
    if snapshot.unfinished or to_fetch(place, snapshot, NOTHING_NEW):
        return False
    return plan(place, snapshot, Sight(NOTHING_NEW), now) == NOTHING


def _fresh(place: Place, link: Link | None, shown: Shown | None) -> Link | None:
    if shown is None:
        return None
    return first_link(place, shown, 1 if link is None else link.generation + 1)


def _one(case: Case) -> tuple[tuple[Step, ...], Problem | None]:
    """Return one object's steps, or why there are none: then what was seen of it is read again next time."""
    link, of = case.link, case.shown or case.link
    try:
        return tuple(about(case)), None
    except (ValueError, OverflowError) as error:
        again = link is not None and link.state in EXPECTED and link.seen_etag is not None
        steps = (Record(_unseen(link), str(error)),) if link is not None and again else ()
        return steps, None if of is None else Problem(of.task_id, of.role, str(error))


def _unseen(link: Link) -> Link:
    """Return the link as if its newest text had not been read yet."""
    return link._replace(etag=None) if link.theirs is None else link._replace(theirs_etag=None)
