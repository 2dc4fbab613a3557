"""The port through which data reaches the screen.

A `Feed` is used on one reader thread only, with its own connection; nothing here is called on the
thread that paints. Every answer is a value that never changes afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from followthru.domain.orders import PLAIN, Order

if TYPE_CHECKING:
    from followthru.actions.desk import Desk
    from followthru.actions.outlook import Outlook
    from followthru.domain.capture import Known
    from followthru.domain.people import Member, Practice
    from followthru.domain.task import ChecklistItem, TaskRow, Telling
    from followthru.updates.difference import Turned
    from followthru.updates.tone import Point

T = TypeVar("T")

Todays = Mapping[str | None, date]
"""Today in each practice's zone, by slug; `None` is the PM's own."""


class Place(StrEnum):
    """The kinds of list that can fill the screen."""

    TODAY = "today"
    SECTION = "section"
    PRACTICE = "practice"
    ALL = "all"
    WEEK = "week"
    UPDATES = "updates"
    CALENDARS = "calendars"
    EXPIRY = "expiry"
    WAITING = "waiting"
    PRACTICES = "practices"
    PRACTICE_TASKS = "practice tasks"
    DUTIES = "duties"
    YEAR = "year"
    GOALS = "goals"
    INBOX = "inbox"
    TIMELINE = "timeline"
    LOADED = "loaded"
    PLAYBOOKS = "playbooks"
    RUN = "run"
    HOURS = "hours"
    MEETINGS = "meetings"
    MEETING = "meeting"
    REVIEW = "review"
    SAVED = "saved"


class Where(NamedTuple):
    """One list: Today, a whole section of it (`late`), the week, one practice by slug, all open tasks, and so on."""

    place: Place
    name: str = ""


TODAY = Where(Place.TODAY)

ARRANGED = frozenset(
    (
        Place.TODAY,
        Place.WEEK,
        Place.ALL,
        Place.SECTION,
        Place.PRACTICE_TASKS,
        Place.LOADED,
        Place.TIMELINE,
        Place.SAVED,
    )
)
"""Lists that can be sorted and grouped; the others keep their own order."""


RECALLS = " s: R"
"""How the state of a line ends that counts the seconds in which an update can still be recalled."""


class Line(NamedTuple):
    """A line that is no task: an update to review, a conflict. `key` names it, as in `update:12`.

    `when` is said in place of the date, `under` is painted below it and cannot be selected, `facts` are its detail as
    names and values. `task` is the task behind it: a task's keys hold on it too, unless the sort of line has its own.
    `standing` is where an update is on its way.
    """

    key: str
    state: str
    title: str
    practice: str | None
    on: date | None
    when: str = ""
    task: int | None = None
    under: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    standing: str | None = None


class Section(NamedTuple):
    """A heading and what stands under it: tasks by id, or lines.

    `total` counts all that belong here; a bounded section holds fewer. Without `words` no heading
    is painted. `ids` is not copied, so it may be an `array('q')` of any length. `whole` is the list that has all of it,
    `more` what is said in place of how many more there are, `note` what is said below the heading.
    """

    key: str
    words: str
    ids: Sequence[int]
    total: int
    lines: tuple[Line, ...] = ()
    whole: Where | None = None
    more: str = ""
    note: str = ""


class View(NamedTuple):
    """One list as it stands at `version`.

    `rows` holds at least the first screenful, so that the first frame needs no second question;
    `late` counts the late tasks of the whole list. `version` rises whenever any connection changed what is shown.
    `first_run` is set while there is neither practice nor task. `remark` is said beside the title. `order` is that in
    which its tasks stand.
    """

    where: Where
    title: str
    sections: tuple[Section, ...]
    rows: Sequence[TaskRow]
    todays: Todays
    total: int
    late: int
    version: int
    first_run: bool = False
    remark: str = ""
    order: Order = PLAIN


class TaskDetail(NamedTuple):
    """All that the detail shows of one task.

    `forecast` says whether history supports its date; `since` is the day from which its work has time,
    `counted` that the working days of its telling hold, where they are others by now.
    """

    row: TaskRow
    notes: str
    checklist: tuple[ChecklistItem, ...]
    tellings: tuple[Telling, ...]
    needs: tuple[tuple[int, str], ...]
    history: tuple[str, ...]
    buffer_set_days: int | None = None
    forecast: str = ""
    since: date | None = None
    counted: str = ""
    minutes: int | None = None
    repeats: str | None = None

    @property
    def told_now(self) -> tuple[str, ...]:
        """Everybody who was told a date that was not taken back."""
        return tuple(dict.fromkeys(told.person for told in self.tellings if not told.retracted))

    @property
    def holders(self) -> tuple[str, ...]:
        """Who was last told the date that is promised now."""
        newest = {told.person: told.promised_on for told in self.tellings if not told.retracted}
        return tuple(person for person, on in newest.items() if on == self.row.promised_on)


class Aids(NamedTuple):
    """What lines are read with; none of it touches the store any more. `zone` is the PM's own.

    `tags` and `kinds` are all that tasks have, the most used first. `views` are the saved lists: name, and words.
    """

    known: Known
    outlook: Outlook
    zone: str = "UTC"
    tags: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    views: tuple[tuple[str, str], ...] = ()


class Said(NamedTuple):
    """What a verb did, in words, and the task to select afterwards. `changed` is whether undo would take it back.

    `where` is the list to go to, None to stay.
    """

    words: str
    select: int | None = None
    changed: bool = True
    where: Where | None = None


Verb = Callable[["Desk"], Said]
"""Something to be done through the actions, on the reader thread. Raises FollowthruError."""


class Pulse(NamedTuple):
    """How things stand this second: the version of a list, what is degraded (short first, then in full), news."""

    version: int
    troubles: tuple[tuple[str, str], ...] = ()
    news: str = ""


class UpdateShown(NamedTuple):
    """An update as it is reviewed. `kind` is what it is called: `update`, `question`.

    `standing` is where it is on its way, `mark` what approving it refers to, `first` whether nothing was sent to
    this person before. `before` is the text of the last one that arrived. `goes_at` is UTC ISO text,
    `left` how many seconds there were until then when it was read. `tone` is what
    the reader may find unkind or unclear, `book` what is wrong with the practice's phrase book; neither holds it back.
    `hour` says how it stands to the hour at which it is due, `waits` why it does not go out by itself then.
    `turned` is what is new and what fell away against `before`; without any, `against` says why.
    """

    id: int
    person: str
    recipient: str
    practice: str
    subject: str
    body: str
    reasons: tuple[str, ...]
    status: str
    standing: str
    mark: str
    first: bool
    through: str | None
    before: str | None
    goes_at: str | None
    answer: str | None
    tone: tuple[Point, ...] = ()
    book: tuple[str, ...] = ()
    hour: str = ""
    waits: tuple[str, ...] = ()
    turned: tuple[Turned, ...] = ()
    against: str = ""
    kind: str = "update"
    left: int = 0


class CleanShown(NamedTuple):
    """The clean updates of a practice: by number and mark, a line for each, and how many have to be looked at."""

    practice: str
    marks: tuple[tuple[int, str], ...]
    lines: tuple[str, ...]
    left: int


class Feed(Protocol):
    """Answers the screen's questions. Every method may raise FollowthruError."""

    def pulse(self, where: Where = TODAY) -> Pulse:
        """Return how things stand; `version` differs once any connection changed what that list shows, or a day began.

        Lists that show the same sorts of things have the same version.
        """
        ...

    def view(self, where: Where, matching: str, order: Order | None = None) -> View:
        """Return one list, narrowed to what matches the filter text (empty: all of it).

        Without an order it stands as it was left.
        """
        ...

    def rows(self, ids: Sequence[int]) -> Sequence[TaskRow]:
        """Return the rows of these tasks in any order; ids that are gone are left out."""
        ...

    def details(self, ids: Sequence[int]) -> Sequence[TaskDetail]:
        """Return a few tasks with their tellings in any order; ids that are gone are left out."""
        ...

    def practices(self) -> Sequence[Practice]:
        """Return all practices by slug."""
        ...

    def evidence(self, id: int) -> Sequence[str]:
        """Return what a task's forecast rests on, a line for each case, the sentence first."""
        ...

    def members(self) -> Sequence[Member]:
        """Return every person in every role, for completion and for who can be told."""
        ...

    def choices(self, id: int) -> tuple[str, str] | None:
        """Return what becomes of what a calendar asks by either answer; None if it is asked no more."""
        ...

    def aids(self) -> Aids:
        """Return what a line is previewed against, read in full: it is used on the painting thread."""
        ...

    def update(self, id: int) -> UpdateShown:
        """Return an update to be reviewed."""
        ...

    def clean(self, id: int) -> CleanShown:
        """Return the clean updates of the practice of an update."""
        ...

    def to_edit(self, id: int) -> tuple[Path, bool]:
        """Put an update's text into a file to edit; return it, and whether it holds an edit left from before."""
        ...

    def history(self) -> Sequence[str]:
        """Return what was done, newest first, a line for each step."""
        ...

    def look(self, question: Callable[[Desk], T]) -> T:
        """Answer what a screen needs to know before it asks its user; nothing is changed."""
        ...

    def sync(self) -> str:
        """Have the background process look at everything now; start it where none runs. Return words."""
        ...

    def do(self, verb: Verb) -> Said:
        """Run a verb. Raises what it raises."""
        ...

    def close(self) -> None:
        """Release the connection."""
        ...
