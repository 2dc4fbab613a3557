"""Everybody who acts on a store and its calendars; what they wrote is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, time

from followthru.actions import calendar_questions, edit, history, practices, promises, tasks
from followthru.actions.calendar_questions import Choice
from followthru.actions.context import Context
from followthru.actions.sync import CalendarReport
from followthru.calendars.errors import LossGuardError
from followthru.calendars.links import LinkState
from followthru.domain.capture import Capture
from followthru.errors import FollowthruError
from tests.torture import shelf
from tests.torture.judge import Judge
from tests.torture.shelf import Seen, Shelf
from tests.torture.sides import FIELD_OF, TALLIED, Slot
from tests.torture.tally import Value

PRACTICE = "oak-street"
ZONES = ("UTC", "Pacific/Kiritimati", "Etc/GMT+12", "America/New_York")
TIMES = (None, None, time(9, 30), time(23, 45))


class World(Judge):
    """Acts for everybody, notes what they wrote, and judges the end."""

    def __init__(self, ctx: Context, shelves: Mapping[str, Shelf]) -> None:
        super().__init__(ctx, shelves)
        self._last: dict[tuple[str, str], str] = {}
        self._beside: set[tuple[str, str]] = set()
        self._serial = 0

    # What the user does here.

    def add(self, *, deadline: bool, at: int = 0) -> None:
        """Add a task with a promise, and perhaps a deadline."""
        line = Capture(
            self.tally.title(),
            practice=PRACTICE,
            promised_on=self.tally.day(),
            promised_time=TIMES[at % len(TIMES)],
            deadline_on=self.tally.day() if deadline else None,
        )
        self._locally(lambda: tasks.add(self.ctx, line))

    def write(self, number: int, field: str) -> None:
        """Give a task another title, promise or deadline."""
        row = self.task_at(number)
        if row is None:
            return
        value = self.tally.title() if field == "title" else self.tally.day().isoformat()
        self._locally(lambda: edit.edit(self.ctx, row.id, {field: value}))

    def promise(self, number: int, at: int) -> None:
        """Promise another date and clock time, or take the promise back."""
        row = self.task_at(number)
        if row is not None:
            on = None if at % 7 == 0 else self.tally.day()
            new = promises.NewPromise(on, TIMES[at % len(TIMES)])
            self._locally(lambda: promises.promise(self.ctx, row.id, new))

    def step(self, number: int, verb: str) -> None:
        """Finish, reopen or drop a task."""
        row = self.task_at(number)
        if row is not None:
            act = {"done": tasks.done, "reopen": tasks.reopen, "drop": tasks.drop}[verb]
            self._locally(lambda: act(self.ctx, row.id))

    def undo(self) -> None:
        """Take the newest action back, but for the practice itself."""
        self._locally(lambda: history.undo(self.ctx))
        if self.ctx.read.value("SELECT count(*) FROM practice") == 0:
            self._locally(lambda: history.redo(self.ctx))

    def redo(self) -> None:
        """Do it again."""
        self._locally(lambda: history.redo(self.ctx))

    def rezone(self, number: int) -> None:
        """Move the practice to another zone."""
        zone = ZONES[number % len(ZONES)]
        self._locally(lambda: practices.edit(self.ctx, PRACTICE, {"timezone": zone}))

    def answer(self, number: int, choice: Choice) -> None:
        """Answer an open question."""
        found = calendar_questions.open_questions(self.ctx)
        if not found:
            return
        one = found[number % len(found)]
        roles = [role for role in FIELD_OF if one.link_id in self.links_of(one.calendar, one.task_id, role)]
        if not self._locally(lambda: calendar_questions.answer(self.ctx, one.link_id, choice)):
            return
        for slot in ((one.task_id, role) for role in roles):
            if choice is Choice.THEIRS and one.state is LinkState.QUARANTINED:
                self._leave(one.calendar, slot)
            if choice is Choice.OURS and one.state is LinkState.QUARANTINED:
                self._leave_beside(one.calendar, slot, self.links_of(one.calendar, *slot)[one.link_id][0])
            # Wanted again, or another one beside what cannot be read, whatever became of that.
            if choice is Choice.OURS and one.state in (LinkState.UNLINKED, LinkState.QUARANTINED):
                self.deleted.discard((one.calendar, slot))
        for question in one.questions if choice is Choice.OURS else ():
            if isinstance(question.ours, date | str) and isinstance(question.theirs, date | str):
                self.tally.preferred(question.ours, question.theirs)

    def _leave(self, calendar: str, slot: Slot) -> None:
        """Leave an event that could not be brought in step as it is for good."""
        self.left.add((calendar, slot))
        for one in self.ours(calendar):
            if self.slot_of(one) == slot:
                self.tally.thrown([one.on, one.title])

    def _leave_beside(self, calendar: str, slot: Slot, uid: str) -> None:
        """Leave an event that another one was made beside, as somebody else's: nobody touches it from then on.

        It may be deleted just now, and be put back later.
        """
        self._beside.add((calendar, uid))
        for one in self.ours(calendar):
            if self.slot_of(one) == slot:
                self.tally.thrown([one.on, one.title])
                self.foreign[calendar][one.name] = one.text

    def confirm(self, calendar: str) -> None:
        """Allow what a calendar's guard refused."""
        self._locally(lambda: calendar_questions.confirm(self.ctx, calendar))

    def was_quiet(self, reports: Iterable[CalendarReport]) -> bool:
        """Return whether nothing was to be done in a sync. Confirms what guards refused; raises any other fault."""
        quiet = True
        for one in reports:
            if isinstance(one.fault, LossGuardError):
                self.confirm(one.calendar)
                quiet = False
            elif one.fault is not None:
                raise one.fault
            else:
                quiet = quiet and one.report is not None and one.report.quiet
        return quiet

    def pass_time(self, advance: Callable[[], None]) -> None:
        """Let the clock be moved on, and what is long done disappear."""
        self._hiding(advance)

    def _locally(self, act: Callable[[], object]) -> bool:
        """Do something here and note what it replaced; return whether a guard let it."""
        before, good = self.rows(), True

        def tried() -> None:
            nonlocal good
            try:
                act()
            except FollowthruError:
                good = False

        self._hiding(tried)
        after = self.rows()
        for task_id in before.keys() | after.keys():
            old, new = before.get(task_id), after.get(task_id)
            for field in TALLIED:
                self.tally.edited(
                    task_id, field, None if old is None else old.value(field), None if new is None else new.value(field)
                )
        return good

    def _hiding(self, act: Callable[[], None]) -> None:
        """Do something that may take tasks off the calendars; what stands on their events then goes with them."""
        before = self.visible()
        act()
        after = self.visible()
        for slot in before ^ after:
            for calendar in self.shelves:
                self.deleted.discard((calendar, slot))
        if gone := before - after:
            for calendar in self.shelves:
                for one in self.ours(calendar):
                    if self.slot_of(one) in gone:
                        self.tally.thrown([one.on, one.title])

    # What others do on the calendars.

    def move(self, calendar: str, number: int) -> None:
        """Move an event to another day."""
        one = self.pick(calendar, number)
        if one is not None:
            day = self.tally.day()
            self._wrote(calendar, one, FIELD_OF[one.role], one.on, day)
            self.shelves[calendar].put(one.name, shelf.moved(one.text, day - one.on))

    def drag(self, calendar: str, number: int) -> None:
        """Drag an event that has a clock time to another day and time; one without, or told as an instant, is moved."""
        one = self.pick(calendar, number)
        if one is None or one.time is None or one.utc:
            self.move(calendar, number)
            return
        day = self.tally.day()
        self._wrote(calendar, one, FIELD_OF[one.role], one.on, day)
        self.shelves[calendar].put(one.name, shelf.later(shelf.moved(one.text, day - one.on)))

    def retitle(self, calendar: str, number: int) -> None:
        """Give an event another title.

        Not one that was ticked since it was agreed on: `done: ` before another title is a part of that title.
        """
        one = self.pick(calendar, number)
        if one is not None and self.agreed(calendar, one) == (one.title, one.done):
            title = self.tally.title()
            self._wrote(calendar, one, "title", one.title, title)
            self.shelves[calendar].put(one.name, shelf.retitled(one.text, one.title, title))

    def tick(self, calendar: str, number: int) -> None:
        """Tick an event, or take its tick away."""
        one = self.pick(calendar, number)
        if one is not None and self.agreed(calendar, one) == (one.title, one.done):
            self.shelves[calendar].put(one.name, shelf.ticked(one.text))

    def annotate(self, calendar: str, number: int) -> None:
        """Write something of one's own into an event."""
        one = self.pick(calendar, number)
        if one is not None:
            self._serial += 1
            self.shelves[calendar].put(one.name, shelf.annotated(one.text, f"theirs {self._serial}"))

    def delete(self, calendar: str, number: int) -> None:
        """Delete an event."""
        one = self.pick(calendar, number)
        if one is None:
            return
        slot = self.slot_of(one)
        self.tally.thrown([one.on, one.title])
        self._last[calendar, one.name] = one.text
        self.taken_away.add((calendar, one.name))
        self.ever_deleted.add((calendar, slot))
        if self.knows(calendar, one):
            self.deleted.add((calendar, slot))
        self.shelves[calendar].delete(one.name)

    def restore(self, calendar: str, number: int) -> None:
        """Put back an event that was deleted, as it was."""
        names = sorted(self._last, key=lambda key: list(self._last).index(key))
        wanted = [name for where, name in names if where == calendar]
        if not wanted:
            return
        name = wanted[number % len(wanted)]
        if name not in self.shelves[calendar].texts():
            text = self._last.pop((calendar, name))
            found = self.seen(calendar, name, text)
            if found is not None:
                self.deleted.discard((calendar, self.slot_of(found)))
                self.tally.returned(found.on)
                self.tally.returned(found.title)
            self.taken_away.discard((calendar, name))
            self.shelves[calendar].put(name, text)
            if found is not None and (calendar, found.uid) in self._beside:
                self.tally.thrown([found.on, found.title])
                self.foreign[calendar][name] = self.shelves[calendar].texts()[name]

    def copy(self, calendar: str, number: int) -> None:
        """Copy an event under another UID."""
        one = self.pick(calendar, number)
        if one is not None and self.is_listed(calendar) and shelf.is_marked(one.text):
            self._serial += 1
            uid = f"copy-{self._serial}"
            self._put_foreign(calendar, f"{uid}.ics", shelf.copied(one.text, uid))

    def note_down(self, calendar: str) -> None:
        """Note something to do on a calendar that was wholly ours: it becomes a task."""
        if self.is_listed(calendar):
            self._serial += 1
            uid, title, on = f"note-{self._serial}", self.tally.title(), self.tally.day()
            self.notes[uid] = (title, on)
            self.shelves[calendar].put(f"{uid}.ics", shelf.note(uid, title, on))

    def put_foreign(self, calendar: str, number: int, *, repeats: bool) -> None:
        """Add something of somebody else's, or change it."""
        if self.is_listed(calendar) or not repeats:
            text = shelf.foreign(number, repeats=repeats)
            self._serial += 1
            self._put_foreign(
                calendar, f"foreign-{number}.ics", shelf.annotated(text, f"{shelf.CANARY} {self._serial}")
            )

    def _put_foreign(self, calendar: str, name: str, text: str) -> None:
        self.shelves[calendar].put(name, text)
        self.foreign[calendar][name] = self.shelves[calendar].texts()[name]

    def _wrote(self, calendar: str, one: Seen, field: str, before: Value, after: Value) -> None:
        slot = self.slot_of(one)
        self.tally.edited(slot[0], field, before, after)
        former = [uid for uid, _ in self.links_of(calendar, *slot).values()][:-1]
        # An event that was made anew has a former self; one that comes back is taken away, whatever is edited there.
        if slot not in self.visible() or (calendar, slot) in self.left or one.uid in former:
            self.tally.thrown([after])

    def pick(self, calendar: str, number: int) -> Seen | None:
        found = [one for one in self.ours(calendar) if one.role in FIELD_OF]
        return found[number % len(found)] if found else None
