"""The one table of fields: every piece of user state, its type, who may see it and what it is called.

Rows, JSON, filters, the journal and the allow-list for what leaves the machine are made from this
table or checked against it. An entity is stored in the table of the same name.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from typing import NamedTuple


class Kind(StrEnum):
    """How a value is stored and written.

    `DATE` is a civil date as ISO text, `TIME` a wall-clock `HH:MM`, `INSTANT` UTC ISO text with `Z`,
    `FLAG` 0 or 1, `REF` the id of another entity, `JSON` canonical JSON text.
    """

    TEXT = "text"
    WHOLE = "whole"
    FLAG = "flag"
    DATE = "date"
    TIME = "time"
    INSTANT = "instant"
    REF = "ref"
    JSON = "json"


class Sees(StrEnum):
    """Who may ever read a field: the PM alone, or a reader whose audience allows the entity."""

    PM = "pm"
    READER = "reader"


class Field(NamedTuple):
    """One field of one entity."""

    entity: str
    name: str
    kind: Kind
    sees: Sees
    required: bool
    calendar: bool
    filterable: bool
    ref: str | None
    json: str


def _fields(entity: str, *rows: tuple[str, str, str]) -> list[Field]:
    """Read rows of (name, kind, marks): `r` reader may see, `!` required, `c` calendar-owned, `f` filterable.

    A kind `ref:person` names the entity referred to.
    """
    result: list[Field] = []
    for name, kind, marks in rows:
        base, _, ref = kind.partition(":")
        result.append(
            Field(
                entity,
                name,
                Kind(base),
                Sees.READER if "r" in marks else Sees.PM,
                "!" in marks,
                "c" in marks,
                "f" in marks,
                ref or None,
                name.removesuffix("_id") if ref else name,
            )
        )
    return result


FIELDS: tuple[Field, ...] = (
    *_fields(
        "practice",
        ("slug", "text", "r!f"),
        ("name", "text", "r!"),
        ("timezone", "text", "r!"),
        ("weekdays", "text", "!"),
        ("holidays", "text", ""),
        ("buffer_policy", "text", "!"),
        ("status", "text", "!f"),
        ("created_at", "instant", "!"),
        ("roll", "text", ""),
        ("capacity_minutes", "whole", ""),
        ("retainer_minutes", "whole", ""),
        ("report_hours", "flag", ""),
    ),
    *_fields(
        "closure",
        ("practice_id", "ref:practice", "!"),
        ("closed_on", "date", "r!"),
        ("half", "flag", ""),
    ),
    *_fields(
        "season",
        ("practice_id", "ref:practice", "!"),
        ("first_on", "date", "!"),
        ("last_on", "date", "!"),
        ("weekdays", "text", ""),
        ("yearly", "flag", ""),
    ),
    *_fields(
        "person",
        ("handle", "text", "!f"),
        ("name", "text", "r!"),
        ("address", "text", "r"),
        ("email", "text", ""),
        ("channel", "text", "!"),
        ("timezone", "text", ""),
        ("created_at", "instant", "!"),
    ),
    *_fields(
        "role",
        ("person_id", "ref:person", "!"),
        ("practice_id", "ref:practice", "!"),
        ("role", "text", "!"),
        ("cadence", "text", ""),
        ("review", "flag", "!"),
        ("paused_on", "date", ""),
        ("paused_until", "date", ""),
    ),
    *_fields(
        "absence",
        ("person_id", "ref:person", ""),
        ("first_on", "date", "!"),
        ("last_on", "date", "!"),
        ("cover_id", "ref:person", ""),
    ),
    *_fields(
        "past_case",
        ("site", "text", ""),
        ("kind", "text", ""),
        ("told_on", "date", "!"),
        ("done_on", "date", "!"),
    ),
    *_fields(
        "register_item",
        ("practice_id", "ref:practice", "!"),
        ("kind", "text", "!"),
        ("title", "text", "!"),
        ("holder_id", "ref:person", ""),
        ("holder_name", "text", ""),
        ("identifier", "text", ""),
        ("issued_on", "date", ""),
        ("expires_on", "date", ""),
        ("service_every", "text", ""),
        ("lead_days", "whole", ""),
        ("vendor", "text", ""),
        ("contact", "text", ""),
        ("cost", "text", ""),
        ("documents", "json", ""),
        ("notes", "text", ""),
        ("audience", "text", ""),
        ("retired_on", "date", ""),
        ("created_at", "instant", "!"),
    ),
    *_fields(
        "run",
        ("playbook", "text", "!"),
        ("version", "whole", "!"),
        ("title", "text", "!"),
        ("practice_id", "ref:practice", "!"),
        ("anchor_on", "date", "!"),
        ("book", "json", "!"),
        ("answers", "json", "!"),
        ("roles", "json", "!"),
        ("people", "json", "!"),
        ("created_at", "instant", "!"),
    ),
    *_fields(
        "goal",
        ("uid", "text", "!"),
        ("practice_id", "ref:practice", "!"),
        ("kind", "text", ""),
        ("title", "text", "r!"),
        ("unit", "text", "r"),
        ("direction", "text", "r!"),
        ("aim", "text", "r"),
        ("aim_to", "text", "r"),
        ("by_on", "date", "r"),
        ("audience", "text", "!"),
        ("notes", "text", ""),
        ("retired_on", "date", ""),
        ("created_at", "instant", "!"),
    ),
    *_fields(
        "reading",
        ("goal_id", "ref:goal", "!"),
        ("read_on", "date", "r!"),
        ("value", "text", "r!"),
        ("audience", "text", "!"),
        ("note", "text", ""),
        ("created_at", "instant", "!"),
    ),
    *_fields(
        "task",
        ("uid", "text", "!"),
        ("title", "text", "!f"),
        ("public_title", "text", "r"),
        ("practice_id", "ref:practice", "f"),
        ("status", "text", "r!f"),
        ("area", "text", "f"),
        ("kind", "text", "f"),
        ("priority", "text", "f"),
        ("estimate_minutes", "whole", ""),
        ("notes", "text", ""),
        ("audience", "text", "f"),
        ("assignee_id", "ref:person", "f"),
        ("parent_id", "ref:task", ""),
        ("deadline_on", "date", "rcf"),
        ("promised_on", "date", "rcf"),
        ("promised_time", "time", "rc"),
        ("because", "text", "r"),
        ("reason_missing", "flag", "!"),
        ("target_on", "date", "f"),
        ("target_source", "text", ""),
        ("buffer_set_days", "whole", ""),
        ("starts_on", "date", "f"),
        ("waiting_on_id", "ref:person", "f"),
        ("waiting_for", "text", "r"),
        ("waiting_by", "date", "r"),
        ("follow_up_on", "date", "f"),
        ("answer", "text", ""),
        ("created_at", "instant", "!"),
        ("done_on", "date", "rf"),
        ("closed_at", "instant", ""),
        ("repeats", "text", ""),
        ("previous_id", "ref:task", ""),
        ("lead_days", "whole", ""),
        ("start_by_on", "date", "f"),
        ("register_item_id", "ref:register_item", ""),
        ("needs_evidence", "flag", ""),
        ("occurs_on", "date", ""),
        ("catch_up", "text", ""),
        ("duty_paused", "flag", ""),
        ("goal_id", "ref:goal", "f"),
        ("imported_at", "instant", ""),
        ("run_id", "ref:run", ""),
        ("step", "text", ""),
        ("step_on", "date", ""),
        ("moved_from", "json", ""),
    ),
    *_fields("tag", ("task_id", "ref:task", "!"), ("name", "text", "!")),
    *_fields("dependency", ("task_id", "ref:task", "!"), ("needs_id", "ref:task", "!")),
    *_fields(
        "checklist_item",
        ("task_id", "ref:task", "!"),
        ("position", "whole", "!"),
        ("words", "text", "!"),
        ("done", "flag", "!"),
    ),
    *_fields(
        "evidence",
        ("task_id", "ref:task", ""),
        ("register_item_id", "ref:register_item", ""),
        ("dated_on", "date", "!"),
        ("form", "text", "!"),
        ("words", "text", "!"),
        ("sha256", "text", ""),
        ("created_at", "instant", "!"),
    ),
    *_fields("about", ("task_id", "ref:task", "!"), ("person_id", "ref:person", "!")),
    *_fields(
        "telling",
        ("task_id", "ref:task", "!"),
        ("person_id", "ref:person", "!"),
        ("promised_on", "date", "r!"),
        ("told_on", "date", "r!"),
        ("told_at", "instant", "!"),
        ("how", "text", "!"),
        ("retracted", "flag", "!"),
        ("update_id", "ref:update", ""),
        ("buffer_days", "whole", ""),
        ("forecast_on", "date", ""),
        ("forecast_chance", "whole", ""),
        ("calendar", "text", ""),
    ),
    *_fields(
        "update",
        ("uid", "text", "!"),
        ("practice_id", "ref:practice", "!"),
        ("person_id", "ref:person", "!"),
        ("kind", "text", "!"),
        ("period", "text", ""),
        ("status", "text", "!f"),
        ("subject", "text", "r!"),
        ("body", "text", "r!"),
        ("facts", "json", "!"),
        ("flags", "json", "!"),
        ("edited", "flag", "!"),
        ("drafted_at", "instant", "!"),
        ("approved_at", "instant", ""),
        ("approved_by", "text", ""),
        ("approved_hash", "text", ""),
        ("send_after", "instant", ""),
        ("composed", "text", ""),
        ("former", "text", ""),
        ("follows_id", "ref:update", ""),
        ("due_at", "instant", ""),
    ),
    *_fields(
        "hours_entry",
        ("practice_id", "ref:practice", "!"),
        ("task_id", "ref:task", ""),
        ("worked_on", "date", "!"),
        ("minutes", "whole", "!"),
        ("note", "text", ""),
        ("created_at", "instant", "!"),
    ),
    *_fields(
        "meeting",
        ("practice_id", "ref:practice", "!"),
        ("held_on", "date", "!"),
        ("held_time", "time", ""),
        ("title", "text", ""),
        ("agenda", "text", ""),
        ("minutes", "text", ""),
        ("created_at", "instant", "!"),
    ),
    *_fields("attendee", ("meeting_id", "ref:meeting", "!"), ("person_id", "ref:person", "!")),
    *_fields("action_item", ("meeting_id", "ref:meeting", "!"), ("task_id", "ref:task", "!"), ("line", "text", "!")),
    *_fields(
        "raise_note",
        ("practice_id", "ref:practice", "!"),
        ("person_id", "ref:person", "!"),
        ("words", "text", "!"),
        ("task_id", "ref:task", ""),
        ("raised_on", "date", ""),
        ("created_at", "instant", "!"),
    ),
    *_fields(
        "decision",
        ("uid", "text", "!"),
        ("practice_id", "ref:practice", "!"),
        ("meeting_id", "ref:meeting", ""),
        ("decided_on", "date", "r!"),
        ("words", "text", "r!"),
        ("notes", "text", ""),
        ("audience", "text", ""),
        ("retracted_on", "date", "r"),
        ("created_at", "instant", "!"),
    ),
    *_fields("decider", ("decision_id", "ref:decision", "!"), ("person_id", "ref:person", "!")),
    *_fields(
        "decision_task",
        ("decision_id", "ref:decision", "!"),
        ("task_id", "ref:task", "!"),
        ("link", "text", "!"),
        ("was_on", "date", ""),
        ("now_on", "date", ""),
    ),
    *_fields(
        "fault_report",
        ("register_item_id", "ref:register_item", "!"),
        ("task_id", "ref:task", "!"),
        ("words", "text", "!"),
        ("reported_on", "date", "!"),
        ("vendor", "text", ""),
        ("created_at", "instant", "!"),
    ),
)

ENTITIES: tuple[str, ...] = tuple(dict.fromkeys(field.entity for field in FIELDS))


@cache
def of(entity: str) -> tuple[Field, ...]:
    """Return the fields of an entity in storage order. Raises KeyError for an unknown entity."""
    found = tuple(field for field in FIELDS if field.entity == entity)
    if not found:
        raise KeyError(entity)
    return found


@cache
def by_name(entity: str) -> dict[str, Field]:
    """Return an entity's fields by name."""
    return {field.name: field for field in of(entity)}
