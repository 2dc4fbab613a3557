"""What a draft that is no digest is known by, so that whoever looks again makes no second one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from followthru.updates.outbox import UpdateKind

if TYPE_CHECKING:
    from followthru.updates.compose import Draft


class Key(NamedTuple):
    """What a notice is known by for its reader. As text it is the update's period.

    `told_on` is the date that it is about: the one that was told, on which somebody was asked, or on which they are to
    be reminded. `step` is the action by which they were asked, None where a told date alone says it.
    """

    kind: UpdateKind
    uid: str
    told_on: date
    step: int | None = None

    def __str__(self) -> str:
        """Return the key as it is stored."""
        step = "" if self.step is None else f":{self.step}"
        return f"{self.kind}:{self.uid}:{self.told_on.isoformat()}{step}"

    @classmethod
    def read(cls, period: str) -> Key:
        """Read a stored key."""
        kind, uid, told_on, *step = period.split(":")
        return cls(UpdateKind(kind), uid, date.fromisoformat(told_on), int(step[0]) if step else None)


class Writing(NamedTuple):
    """A notice as it is written, and the update in whose thread it goes."""

    draft: Draft
    follows_id: int | None = None


class Wanted(NamedTuple):
    """A notice that there should be: about which tasks, for whom, at which practice. The first task is the key's."""

    key: Key
    task_ids: tuple[int, ...]
    practice_id: int
    person_id: int

    @property
    def place(self) -> tuple[int, int, str]:
        """Who it is for, where, and what of."""
        return self.person_id, self.practice_id, str(self.key)
