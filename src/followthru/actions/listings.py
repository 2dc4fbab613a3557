"""Lists of what the store holds, for a spreadsheet or a reader: one for each kind of thing that can be asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from followthru.actions.context import Context
from followthru.actions.export_scope import Scope
from followthru.domain.task import TaskRow
from followthru.exchange.evidence_csv import COLUMNS, evidence_json
from followthru.exchange.goal_json import goal_json, reading_json
from followthru.exchange.listing import Listing
from followthru.exchange.register_json import item_json
from followthru.exchange.task_json import task_json
from followthru.store import duties, evidence, goals, practices, registers, runs, tasks, worked
from followthru.store.store import Reader

Json = Mapping[str, object]
TASK_COLUMNS = (
    "id", "title", "public_title", "practice", "status", "health", "priority", "tags", "target_on", "promised_on",
    "deadline_on", "starts_on", "told", "waiting_on", "waiting_for", "waiting_by", "assignee", "area", "kind",
    "repeats", "audience", "estimate_minutes", "parent", "checklist", "done_on", "notes", "uid",
)  # fmt: skip
_PEOPLE = (
    "handle", "name", "address", "email", "channel", "timezone", "practice", "role", "cadence", "review", "paused_on",
    "paused_until",
)  # fmt: skip
_DUTIES = ("id", "title", "practice", "repeats", "on", "kind", "catch_up", "paused")
_PROMISES = ("task", "title", "status", "promised_on", "person", "told", "told_on", "how", "in_step")
_REGISTERS = (
    "id", "practice", "kind", "title", "holder", "holder_name", "identifier", "issued_on", "expires_on",
    "service_every", "lead_days", "vendor", "contact", "cost", "documents", "audience", "retired_on", "task", "notes",
)  # fmt: skip
_GOALS = (
    "id", "practice", "kind", "title", "unit", "direction", "aim", "aim_to", "by_on", "value", "read_on", "standing",
    "trend", "open_tasks", "audience", "retired_on", "notes", "uid",
)  # fmt: skip
_HOURS = ("id", "practice", "on", "minutes", "task", "note")
_RUNS = ("id", "title", "playbook", "version", "practice", "anchor_on", "open", "done", "ends_on", "roles")


class Lists:
    """Makes lists of one scope: what is not in it is in no list, whatever is asked for."""

    def __init__(self, ctx: Context, read: Reader, scope: Scope, *, private: bool) -> None:
        self._ctx, self._read, self._scope, self._private = ctx, read, scope, private
        self._practices = [one for one in practices.all_practices(read) if one.id in scope.ids("practice")]

    def of(self, kind: str) -> Listing:
        """Return the list of a kind. Raises KeyError for one that is none of KINDS."""
        return KINDS[kind](self)

    def tasks(self) -> Listing:
        """Return the tasks by id."""
        rows = self._task_rows()
        told = tasks.tellings(self._read, [one.id for one in rows])
        own = tasks.beside(self._read, [one.id for one in rows])
        found: list[Json] = []
        for one in rows:
            said = own[one.id]
            found.append(
                {
                    **task_json(one, told[one.id], self._today(one.practice_id)),
                    "told": [f"{t.person} {t.promised_on}" for t in told[one.id] if not t.retracted],
                    "estimate_minutes": said.estimate_minutes,
                    "repeats": said.repeats,
                    "parent": said.parent_id if said.parent_id in self._scope.ids("task") else None,
                    "notes": said.notes if self._private else None,
                    "checklist": [f"{'x ' if i.done else ''}{i.words}" for i in tasks.checklist(self._read, one.id)],
                }
            )
        return Listing("tasks", "Tasks", TASK_COLUMNS, found)

    def people(self) -> Listing:
        """Return the people in their roles."""
        members = [one for at in self._practices for one in practices.members(self._read, at.id)]
        rows = [{name: getattr(one, name) for name in _PEOPLE} for one in members]
        return Listing("people", "People", _PEOPLE, rows)

    def registers(self) -> Listing:
        """Return the register items, retired ones too."""
        items = [one for one in registers.items(self._read, retired=True) if one.id in self._scope.ids("register_item")]
        open_tasks = self._scope.ids("task")
        rows = [
            {
                **item_json(one),
                "notes": one.notes if self._private else None,
                "task": one.task_id if one.task_id in open_tasks else None,
            }
            for one in items
        ]
        return Listing("registers", "Registers", _REGISTERS, rows)

    def duties(self) -> Listing:
        """Return what comes back."""
        rows = [
            {**one._asdict(), "repeats": one.rule, "catch_up": str(one.catch_up)}
            for one in duties.duties(self._read)
            if one.id in self._scope.ids("task")
        ]
        return Listing("duties", "Duties", _DUTIES, rows)

    def promises(self) -> Listing:
        """Return every telling of an open promise that was not taken back, by date."""
        rows = [one for one in self._task_rows() if one.promised_on is not None and not one.closed]
        told = tasks.tellings(self._read, [one.id for one in rows])
        found: list[Json] = []
        for one in sorted(rows, key=lambda row: (row.promised_on or date.max, row.id)):
            base = {"task": one.id, "title": one.title, "status": str(one.status), "promised_on": one.promised_on}
            standing = {t.person: t for t in told[one.id] if not t.retracted}
            found += [
                {
                    **base,
                    "person": t.person,
                    "told": t.promised_on,
                    "told_on": t.told_on,
                    "how": t.how,
                    "in_step": t.promised_on == one.promised_on,
                }
                for t in standing.values()
            ] or [base]
        return Listing("promises", "Open promises, and who was told what", _PROMISES, found)

    def evidence(self) -> Listing:
        """Return what there is to show, with the hash of every file."""
        rows = [
            one
            for at in self._practices
            for one in evidence.of_practice(self._read, at.id, date.min, date.max)
            if one.id in self._scope.ids("evidence")
        ]
        return Listing("evidence", "Evidence", COLUMNS, [evidence_json(one) for one in rows])

    def goals(self) -> Listing:
        """Return the goals with where they stand."""
        found = self._goals()
        readings = goals.readings(self._read, [one.id for one in found])
        rows = [
            {
                **goal_json(one, self._seen(readings[one.id]), self._today(one.practice_id)),
                "notes": one.notes if self._private else None,
            }
            for one in found
        ]
        return Listing("goals", "Goals", _GOALS, rows)

    def readings(self) -> Listing:
        """Return the readings of all goals by day."""
        found = self._goals()
        readings = goals.readings(self._read, [one.id for one in found])
        rows = [
            {
                "practice": one.practice,
                "goal": one.title,
                "unit": one.unit,
                **reading_json(reading),
                "note": reading.note if self._private else None,
            }
            for one in found
            for reading in self._seen(readings[one.id])
        ]
        return Listing("readings", "Readings", ("practice", "goal", "on", "value", "unit", "note"), rows)

    def hours(self) -> Listing:
        """Return the hours that were noted."""
        rows = [
            {
                **one._asdict(),
                "task": one.task_id if one.task_id in self._scope.ids("task") else None,
                "note": one.note if self._private else None,
            }
            for at in self._practices
            for one in worked.entries(self._read, date.min, date.max, at.id)
        ]
        return Listing("hours", "Hours", _HOURS, rows)

    def runs(self) -> Listing:
        """Return the runs of playbooks."""
        found = [one for one in runs.runs(self._read) if one.id in self._scope.ids("run")]
        rows = [{**one._asdict(), "roles": [f"{role} {handle}" for role, handle in one.roles.items()]} for one in found]
        return Listing("playbook-runs", "Runs of playbooks", _RUNS, rows)

    def _task_rows(self) -> list[TaskRow]:
        return tasks.by_ids(self._read, sorted(self._scope.ids("task")))

    def _goals(self) -> list[goals.Goal]:
        return [one for one in goals.goals(self._read, retired=True) if one.id in self._scope.ids("goal")]

    def _seen(self, readings: Sequence[goals.Reading]) -> list[goals.Reading]:
        return [one for one in readings if one.id in self._scope.ids("reading")]

    def _today(self, practice_id: int | None) -> date:
        return self._ctx.today_for(self._read, practice_id)


KINDS: Mapping[str, Callable[[Lists], Listing]] = {
    "tasks": Lists.tasks,
    "people": Lists.people,
    "registers": Lists.registers,
    "duties": Lists.duties,
    "promises": Lists.promises,
    "evidence": Lists.evidence,
    "goals": Lists.goals,
    "readings": Lists.readings,
    "hours": Lists.hours,
    "runs": Lists.runs,
}
