"""Our side a few objects at a time: what a batch of texts is about, found by name. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from followthru.calendars.links import Link, Resting, Snapshot
from followthru.calendars.plan import first_name
from followthru.calendars.shown import Shown
from followthru.calendars.steps import Place, Slot


class Portions:
    """Finds the part of a snapshot that some names are about."""

    def __init__(self, place: Place, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._shown: dict[Slot, Shown] = {(one.task_uid, one.role): one for one in snapshot.wanted}
        self._links: dict[Slot, list[Link]] = {}
        self._resting: dict[Slot, list[Resting]] = {}
        self._slots: dict[str, Slot] = {}
        for link in snapshot.links:
            self._links.setdefault((link.task_uid, link.role), []).append(link)
            self._slots[link.name] = (link.task_uid, link.role)
        for one in snapshot.resting:
            self._resting.setdefault((one.task_uid, one.role), []).append(one)
            self._slots[one.name] = (one.task_uid, one.role)
        known = {*self._links, *self._resting}
        for slot, shown in self._shown.items():
            if slot not in known:
                self._slots[first_name(place, shown)] = slot

    def about(self, names: Iterable[str]) -> Snapshot:
        """Return the snapshot as if the objects of these names were all there is."""
        slots = self.slots(names)
        return self._snapshot._replace(
            links=tuple(link for slot in slots for link in self._links.get(slot, ())),
            resting=tuple(one for slot in slots for one in self._resting.get(slot, ())),
            wanted=tuple(self._shown[slot] for slot in slots if slot in self._shown),
            unfinished=(),
        )

    def slots(self, names: Iterable[str]) -> Sequence[Slot]:
        """Return what the objects of these names stand for."""
        return list(dict.fromkeys(self._slots[name] for name in names if name in self._slots))


def begun_left_out(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot as if there were nothing of which it is not known yet what became of its request."""
    begun = {(one.link.task_uid, one.link.role) for one in snapshot.unfinished}
    return without(snapshot, begun) if begun else snapshot


def without(snapshot: Snapshot, slots: set[Slot]) -> Snapshot:
    """Return the snapshot as if there were nothing of these slots."""
    return snapshot._replace(
        links=tuple(one for one in snapshot.links if (one.task_uid, one.role) not in slots),
        resting=tuple(one for one in snapshot.resting if (one.task_uid, one.role) not in slots),
        wanted=tuple(one for one in snapshot.wanted if (one.task_uid, one.role) not in slots),
    )
