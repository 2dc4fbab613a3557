"""The task that tests begin with, in the shape in which the store hands tasks over."""

from __future__ import annotations

from followthru.domain.task import Audience, Status, TaskRow

NO_TASK = TaskRow(
    id=0,
    uid="",
    title="",
    public_title=None,
    practice="oak-street",
    practice_id=1,
    status=Status.OPEN,
    area=None,
    kind=None,
    priority=None,
    audience=Audience.OWNERS,
    assignee=None,
    waiting_on=None,
    waiting_for=None,
    waiting_by=None,
    follow_up_on=None,
    deadline_on=None,
    promised_on=None,
    promised_time=None,
    because=None,
    reason_missing=False,
    target_on=None,
    target_source=None,
    buffer_days=0,
    starts_on=None,
    done_on=None,
    in_buffer_from=None,
    at_risk_from=None,
    late_from=None,
    stalled_from=None,
    tags=(),
    told=0,
    out_of_step=0,
    blocked=False,
)
"""An open task of Oak Street for owners, with no date and nobody who waits for it."""
