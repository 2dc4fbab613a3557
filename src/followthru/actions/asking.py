"""Questions, assignments and their reminders: who is to be written to, and what; and who is better called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from followthru.actions import readers
from followthru.actions.asked import MOST, Due, Round, is_under_way, is_withdrawn
from followthru.actions.context import Context
from followthru.actions.notice_keys import Key, Wanted, Writing
from followthru.domain.people import Member, Practice
from followthru.domain.plain import one_line
from followthru.domain.saying import count_words, day_words
from followthru.domain.task import Status, TaskRow
from followthru.store import asking as store
from followthru.store import practices, tasks
from followthru.store.asking import Ask, Letter
from followthru.store.updates import UpdateRow
from followthru.updates import facts
from followthru.updates.outbox import TO_REVIEW, UpdateKind

if TYPE_CHECKING:
    from followthru.updates.asking import Setting
    from followthru.updates.view import ReaderView

KINDS = frozenset({UpdateKind.QUESTION, UpdateKind.ASSIGNMENT, UpdateKind.NUDGE})


def wanted(ctx: Context, person_id: int | None = None) -> list[Wanted]:
    """Return what people, or one person, are to be asked by mail now, or reminded of."""
    round_ = Round(ctx, person_id)
    first = [ask for ask in round_.asks if ask.by_mail and round_.first_mail_waits(ask)]
    questions = [Wanted(round_.key(ask), (ask.task_id,), ask.practice_id, ask.person_id) for ask in first if ask.waits]
    return [*questions, *_assignments(round_, first), *_reminders(ctx, round_)]


def _assignments(round_: Round, first: Sequence[Ask]) -> Iterator[Wanted]:
    """Yield one note for each person, practice and step: of all that the step gave them and no other mail speaks of."""
    given: dict[tuple[int, int, int], list[Ask]] = {}
    for ask in first:
        if not ask.waits and not round_.is_on_its_way(ask):
            given.setdefault((ask.practice_id, ask.person_id, ask.step), []).append(ask)
    for (practice_id, person_id, _), asks in given.items():
        key = _key_of(round_, asks)
        if key is not None:
            yield Wanted(key, tuple(ask.task_id for ask in asks), practice_id, person_id)


def _key_of(round_: Round, asks: Sequence[Ask]) -> Key | None:
    """Return what the note about these tasks of one step is known by; None where that has to wait for another day.

    A draft that is there stays the one while tasks are done and come back, and so does one that was withdrawn. Else it
    is the first task's by whose name no mail has gone without what is asked here, or been given up.
    """
    letters = round_.of_step(asks[0])
    for one in (*(one for one in letters if one.status in TO_REVIEW), *filter(is_withdrawn, letters)):
        return Key.read(one.period or "")
    taken = {one.period for one in letters}
    keys = [round_.key(ask) for ask in asks]
    keys += [key._replace(told_on=round_.today(asks[0])) for key in keys]
    return next((each for each in keys if str(each) not in taken), None)


def _reminders(ctx: Context, round_: Round) -> list[Wanted]:
    """Return at most one reminder for each person: of all that is due at one practice."""
    due: dict[int, list[Due]] = {}
    handles = {one.person_id: one.handle for one in practices.everybody(ctx.read)}
    for one in _due_today(round_):
        if one.before < MOST and round_.is_working(one.ask) and not round_.is_away(one.ask, handles[one.ask.person_id]):
            due.setdefault(one.ask.person_id, []).append(one)
    found = (_reminder(round_, every) for every in due.values())
    return [one for one in found if one is not None]


def _due_today(round_: Round) -> list[Due]:
    every = (round_.due(ask) for ask in round_.asks if ask.follow_up_on is not None)
    return [one for one in every if one is not None and one.on <= round_.today(one.ask)]


def _reminder(round_: Round, due: Sequence[Due]) -> Wanted | None:
    """Return the reminder of what is due longest, with all else at that practice; None while another is under way."""
    nudges = [one.letter for one in round_.told(due[0].ask.person_id) if one.letter.kind == UpdateKind.NUDGE]
    if any(is_under_way(one) or _left_today(round_, one, due[0].ask) for one in nudges):
        return None
    open_at = {one.practice_id for one in nudges if one.status in TO_REVIEW}
    # A draft that is there stays the one: another practice's waits until it has gone, or is given up.
    every = sorted(due, key=lambda one: (one.ask.practice_id not in open_at, one.on, one.ask.task_id))
    first = every[0]
    here = [one for one in every if one.ask.practice_id == first.ask.practice_id]
    key = Key(UpdateKind.NUDGE, first.ask.uid, first.on, first.ask.step)
    ids = tuple(dict.fromkeys(one.ask.task_id for one in here))
    return Wanted(key, ids, first.ask.practice_id, first.ask.person_id)


def _left_today(round_: Round, letter: Letter, ask: Ask) -> bool:
    return letter.at is not None and round_.day(ask, letter.at) == round_.today(ask)


def overtaken(ctx: Context, row: UpdateRow) -> str | None:
    """Return why a mail that asks for something must not go out any more, None where it may, or asks for nothing."""
    if row.kind not in KINDS:
        return None
    round_, known = Round(ctx, row.person_id), facts.load(row.facts).known
    if row.kind == UpdateKind.ASSIGNMENT:
        return _given_otherwise(round_, row)
    if row.kind != UpdateKind.NUDGE:
        asked = next((one for one in round_.asks if str(round_.key(one)) == row.period), None)
        if asked is None:
            return "They are asked for something else by now, or for nothing."
        return None if round_.first_mail_waits(asked) else "Another update has asked them for it by now."
    asks = {one.uid: one for one in round_.asks if one.practice_id == row.practice_id}
    for uid, fact in known.items():
        ask = asks.get(uid)
        due = None if ask is None else round_.due(ask)
        if ask is None or due is None or due.on > round_.today(ask):
            return f"“{fact.words}”: they have written back, or are to be asked later."
    return None


def _given_otherwise(round_: Round, row: UpdateRow) -> str | None:
    """Return which task of an assignment is not to be asked for by it any more, and why; None where all are."""
    step = Key.read(row.period or "").step
    given = {
        one.uid: one for one in round_.asks if not one.waits and one.practice_id == row.practice_id and one.step == step
    }
    for uid, fact in facts.load(row.facts).known.items():
        ask = given.get(uid)
        if ask is None:
            return f"“{fact.words}”: they are asked for something else by now, or for nothing."
        if not round_.first_mail_waits(ask) or round_.is_on_its_way(ask, but=row.id):
            return f"“{fact.words}”: another update has asked them for it by now."
    return None


def why_not(row: UpdateRow, key: Key, task: TaskRow) -> str:
    """Return why a question, an assignment or a reminder is not wanted any more, of a task that is still to be done."""
    if key.kind is UpdateKind.ASSIGNMENT:
        return "it is theirs no more" if task.assignee != row.person else "they were asked otherwise, or get no mail"
    if task.status == Status.WAITING and task.waiting_on == row.person:
        return "it is asked otherwise by now" if key.kind is UpdateKind.QUESTION else "it is not due today"
    return "nothing is waited for from them any more"


def composed(ctx: Context, at: Practice, member: Member, one: Wanted) -> Writing | None:
    """Return what a person is to be asked, as it would be written now; None where they may not see the task."""
    from followthru.updates.asking import compose_assignment, compose_question

    view = readers.view_of(ctx, member, at, tasks.by_ids(ctx.read, one.task_ids))
    if not view.tasks:
        return None
    setting = _setting(ctx, at, member, view)
    if one.key.kind is UpdateKind.NUDGE:
        return _nudge(ctx, setting, one)
    if one.key.kind is UpdateKind.ASSIGNMENT:
        theirs = tuple(task for task in view.tasks if task.assigned)
        return Writing(compose_assignment(setting._replace(view=view._replace(tasks=theirs)))) if theirs else None
    return Writing(compose_question(setting)) if view.tasks[0].needs is not None else None


def _setting(ctx: Context, at: Practice, member: Member, view: ReaderView) -> Setting:
    from followthru.updates.asking import Setting

    last = readers.last_known(ctx.read, member)
    words = {} if last is None else {uid: known.words for uid, known in last.known.items()}
    return Setting(view, readers.occasion(ctx, member, view), words, ctx.books.of(at.slug).phrases)


def _nudge(ctx: Context, setting: Setting, one: Wanted) -> Writing | None:
    from followthru.updates.asking import Reminder, compose_nudge

    round_ = Round(ctx, one.person_id)
    asks = {ask.task_id: ask for ask in round_.asks if ask.practice_id == one.practice_id}
    seen = {task.id: task for task in setting.view.tasks}
    reminders = [
        Reminder(seen[id], _asked_on(round_, asks[id]))
        for id in one.task_ids
        if id in seen and id in asks and (seen[id].needs is not None or seen[id].assigned)
    ]
    if not reminders:
        return None
    begun = _begun_by(round_, [asks[reminder.task.id] for reminder in reminders])
    draft = compose_nudge(setting, reminders, _subject(begun, reminders[0].task.words))
    return Writing(draft, None if begun is None else begun.id)


def _asked_on(round_: Round, ask: Ask) -> date:
    """Return the day on which a person was asked first: by the first mail, or where none arrived, by the PM."""
    first = next((one.at for one in round_.letters(ask) if one.at is not None), None)
    return round_.day(ask, first or ask.asked_at)


def _begun_by(round_: Round, asks: Sequence[Ask]) -> Letter | None:
    """Return the mail that began the thread: the one that asked first; where several did, the newest of these."""
    first = (next((one for one in round_.letters(ask) if one.at is not None), None) for ask in asks)
    return max((one for one in first if one is not None), key=lambda one: one.id, default=None)


def _subject(begun: Letter | None, words: str) -> str | None:
    """Return the subject to answer under; none where it calls the task by a name that it no longer has."""
    if begun is None:
        return None
    names_none = begun.kind == UpdateKind.DIGEST or len(facts.load(begun.facts).known) > 1
    return begun.subject if names_none or words in begun.subject else None


class CallFor(StrEnum):
    """Why somebody is to be called."""

    NO_MAIL = "no mail"
    REMINDED = "reminded"


class Call(NamedTuple):
    """Somebody to be called: about which task, why, on which day they were asked, and how often reminded by mail."""

    task: TaskRow
    why: CallFor
    since: date
    reminders: int

    @property
    def waits(self) -> bool:
        """Whether the task waits on them, rather than being theirs to do."""
        return self.task.waiting_on is not None

    @property
    def words(self) -> str:
        """Return whom to call, what about and why, as a sentence."""
        task = self.task
        who = task.waiting_on or task.assignee or "somebody"
        return f"Call {who} at {task.practice} about “{one_line(task.title)}”: {self._reason()}."

    def _reason(self) -> str:
        if self.why is CallFor.REMINDED:
            return f"{count_words(self.reminders, 'reminder')} went out since {day_words(self.since, self.since)}"
        by = f" by {day_words(self.task.waiting_by, self.since)}" if self.task.waiting_by else ""
        return f"you wait for {one_line(self.task.waiting_for or 'an answer')}{by}, and they get no mail"


def calls(ctx: Context) -> list[Call]:
    """Return whom to call today: who gets no mail, and who has been reminded often enough."""
    round_ = Round(ctx)
    found: list[tuple[Ask, CallFor, int]] = [
        (ask, CallFor.NO_MAIL, 0)
        for ask in round_.asks
        if ask.waits and not ask.by_mail and not _called(ctx, round_, ask)
    ]
    found += [(one.ask, CallFor.REMINDED, one.before) for one in _due_today(round_) if one.before >= MOST]
    rows = {row.id: row for row in tasks.by_ids(ctx.read, [ask.task_id for ask, _, _ in found])}
    return [Call(rows[ask.task_id], why, _asked_on(round_, ask), count) for ask, why, count in found]


def _called(ctx: Context, round_: Round, ask: Ask) -> bool:
    """Return whether the PM set a day for asking again after it was first noted: they have asked until then."""
    ahead = ask.follow_up_on is not None and date.fromisoformat(ask.follow_up_on) > round_.today(ask)
    return ahead and store.follow_up_set_at(ctx.read, ask.task_id, ask.step) is not None
