"""What does not work: a fault of something in a register, and the task that sees to it."""

from __future__ import annotations

from typing import NamedTuple

from followthru.actions import edits, lookup
from followthru.actions.context import Context, Outcome
from followthru.actions.registers import one
from followthru.domain.changes import Action, Scalar, create
from followthru.domain.people import Member
from followthru.domain.plain import one_line
from followthru.domain.registers import FaultReport, RegisterItem
from followthru.domain.task import Area, Status
from followthru.errors import NotFoundError, RefusedError, UsageError
from followthru.store import journal, registers
from followthru.store.store import Writer

KIND = "equipment-repair"
PUBLIC = "Equipment repair"
"""What readers see of it: of what a register holds nothing reaches them until the PM writes more."""


class Reported(NamedTuple):
    """What was done, and the report."""

    outcome: Outcome
    report: FaultReport


def report(ctx: Context, item_id: int, words: str, vendor: str | None = None) -> Reported:
    """Note that an item does not work, and add the task that has it repaired, which closes with evidence.

    `vendor` is who was told of it. A person of the practice is waited on from then on; any other name is kept as it
    is. Raises NotFoundError, UsageError for a report without words, RefusedError for a retired item.
    """
    words = one_line(words)
    if not words:
        raise UsageError("Say what does not work.", safe="Nothing was changed.")
    with ctx.acting() as tx:
        item = one(tx, item_id)
        if item.retired_on is not None:
            raise RefusedError(f"{item.title} is retired.", safe="Nothing was changed.")
        who = _person(tx, item.practice_id, vendor)
        told = who.name if who is not None else one_line(vendor or "") or None
        task_id, fault_id = tx.new_id("task"), tx.new_id("fault_report")
        row = edits.new_task(tx, _row(item, words, told, who))
        reported: dict[str, Scalar] = {
            "register_item_id": item.id,
            "task_id": task_id,
            "words": words,
            "reported_on": ctx.today_for(tx, item.practice_id).isoformat(),
            "vendor": told,
            "created_at": tx.now,
        }
        said = f"Added {task_id}: {row['title']}"
        changes = (create("task", task_id, row), create("fault_report", fault_id, reported))
        action_id = journal.apply(tx, Action("register fault", said, changes))
    notes = () if told is None else (f"It waits on {told}." if who is not None else f"Told: {told}.",)
    kept = next(each for each in registers.faults_of(ctx.read, item_id) if each.id == fault_id)
    return Reported(Outcome(action_id, (task_id,), said, notes), kept)


def _person(tx: Writer, practice_id: int, vendor: str | None) -> Member | None:
    """Return the person of the practice who is named. `+name` has to be one."""
    if not vendor:
        return None
    try:
        return lookup.member(tx, practice_id, vendor)
    except NotFoundError:
        if vendor.startswith("+"):
            raise
        return None


def _row(item: RegisterItem, words: str, told: str | None, who: Member | None) -> dict[str, Scalar]:
    said = (("Vendor", item.vendor), ("Contact", item.contact), ("Told", told))
    notes = "\n".join(f"{name}: {value}" for name, value in said if value)
    waiting: dict[str, Scalar] = {"status": str(Status.WAITING), "waiting_on_id": who.person_id} if who else {}
    return {
        "title": f"Repair {item.title}: {words}",
        "public_title": PUBLIC,
        "practice_id": item.practice_id,
        "kind": KIND,
        "area": str(Area.OPERATIONS),
        "audience": item.audience,
        "needs_evidence": 1,
        "notes": notes or None,
        **waiting,
    }
