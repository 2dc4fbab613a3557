"""What a plan consists of: steps about single objects, as values."""

from __future__ import annotations

from typing import NamedTuple

from followthru.calendars.identity import object_uid
from followthru.calendars.links import Agreed, Link
from followthru.calendars.merge import Move, Question
from followthru.calendars.newcomers import Verdict
from followthru.calendars.shown import Role, View

Slot = tuple[str, Role]


class Place(NamedTuple):
    """Where a plan is for: the store, the calendar, and its collection's URL.

    `plain` says that the server takes no X- lines and no CLASS. `before` are the names that the calendar had before,
    under which some of its objects were made.
    """

    store_uid: str
    view: View
    url: str
    plain: bool = False
    before: tuple[str, ...] = ()

    def makes(self, uid: str, task_uid: str, role: Role, generation: int) -> bool:
        """Whether an object's UID is of our making, whatever the calendar was called then."""
        names = (self.view.name, *self.before)
        return any(object_uid(self.store_uid, task_uid, role, name, generation) == uid for name in names)


class Create(NamedTuple):
    """Put a new object on the server. The link is stored before the first request."""

    link: Link
    body: str
    agreed: Agreed
    published: str | None = None


class Update(NamedTuple):
    """Put `body` over the version of `link.etag`."""

    link: Link
    body: str
    agreed: Agreed
    published: str | None = None


class Remove(NamedTuple):
    """Delete the version of `link.etag`."""

    link: Link


class Pull(NamedTuple):
    """Take changes made on the calendar over into the task, and store the link with them.

    If the task refuses, the link stays as it `was`, and is read again.
    """

    link: Link
    moves: tuple[Move, ...]
    was: Link


class Salvage(NamedTuple):
    """Take over what was edited on an object that is about to go, as far as its task still says what it said then.

    Where it does not, or where the user would have been asked, `lost` says what was not taken over. What follows is
    done all the same.
    """

    link: Link
    moves: tuple[Move, ...]
    lost: str
    asked: bool = False


class Ask(NamedTuple):
    """Store the link, whose state now waits for the user's answer."""

    link: Link
    questions: tuple[Question, ...]


class Record(NamedTuple):
    """Store the link as it now is; nothing is sent. `why` is for people."""

    link: Link
    why: str


class Release(NamedTuple):
    """Let somebody's own item stay where it is if its task is no more; then nothing else is done about it."""

    link: Link


class Rejoin(NamedTuple):
    """Take up an item again that was left where it is: its task is back."""

    link: Link


Step = Create | Update | Remove | Pull | Salvage | Ask | Record | Release | Rejoin


class Item(NamedTuple):
    """What has to be done about one object, in this order; what follows a step that fails is left out."""

    slot: Slot
    steps: tuple[Step, ...]

    @property
    def local(self) -> bool:
        """Whether nothing has to be sent."""
        return not any(isinstance(step, Create | Update | Remove) for step in self.steps)


class Problem(NamedTuple):
    """One object that is left alone, and why. The rest goes on."""

    task_id: int
    role: Role
    reason: str


class Plan(NamedTuple):
    """All items, those that send nothing first; `arrivals` is what is decided on before about what is new there."""

    items: tuple[Item, ...]
    problems: tuple[Problem, ...]
    arrivals: tuple[Verdict, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps in the order in which they are carried out."""
        return tuple(step for item in self.items for step in item.steps)


NOTHING = Plan((), ())
"""A plan with nothing in it."""
