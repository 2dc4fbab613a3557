"""What lines may leave out: each entity's fields as they are where nothing is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from followthru.domain import fields
from followthru.domain.changes import Scalar
from followthru.domain.people import Channel, PracticeStatus
from followthru.domain.task import CLOSED, Audience, How, Status

Values = dict[str, Scalar]


def fill(entity: str, values: Values, now: str) -> None:
    """Fill what a line may leave out. `now` is an instant as stored."""
    if any(field.name == "created_at" for field in fields.of(entity)):
        values.setdefault("created_at", now)
    if entity in _FILL:
        _FILL[entity](values, now)


def _fill_practice(values: Values, now: str) -> None:
    values.setdefault("name", str(values.get("slug", "")).replace("-", " ").title())
    values.setdefault("weekdays", "12345")
    values.setdefault("buffer_policy", "fixed:0")
    values.setdefault("status", str(PracticeStatus.ACTIVE))


def _fill_person(values: Values, now: str) -> None:
    values.setdefault("channel", str(Channel.MAIL if values.get("email") else Channel.CALL))


def _fill_task(values: Values, now: str) -> None:
    status = Status.INBOX if values.get("practice_id") is None else Status.OPEN
    values.setdefault("status", str(Status.DONE if values.get("done_on") else status))
    values.setdefault("reason_missing", 0)
    if "uid" in values:
        return
    from uuid import uuid4

    values["uid"] = str(uuid4())
    if values["status"] in CLOSED:
        values.setdefault("closed_at", now)
    if values["status"] == Status.DONE:
        values.setdefault("done_on", now[:10])
    if values.get("target_on") is not None:
        values.setdefault("target_source", "hand")


def _fill_telling(values: Values, now: str) -> None:
    values.setdefault("told_on", now[:10])
    values.setdefault("told_at", now)
    values.setdefault("how", str(How.UNSPECIFIED))
    values.setdefault("retracted", 0)


def _fill_step(values: Values, now: str) -> None:
    values.setdefault("position", 0)
    values.setdefault("done", 0)


def _fill_role(values: Values, now: str) -> None:
    values.setdefault("review", 0)


def _fill_goal(values: Values, now: str) -> None:
    from uuid import uuid4

    values.setdefault("audience", str(Audience.OWNERS))
    values.setdefault("uid", str(uuid4()))


def _fill_reading(values: Values, now: str) -> None:
    values.setdefault("audience", str(Audience.OWNERS))


_FILL: Mapping[str, Callable[[Values, str], None]] = {
    "practice": _fill_practice,
    "person": _fill_person,
    "role": _fill_role,
    "task": _fill_task,
    "telling": _fill_telling,
    "checklist_item": _fill_step,
    "goal": _fill_goal,
    "reading": _fill_reading,
}
