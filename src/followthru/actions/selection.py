"""What is under the cursor, and why a command cannot be had there."""

from __future__ import annotations

from typing import NamedTuple

from followthru.domain.task import TaskRow


class Selected(NamedTuple):
    """What is under the cursor: a task, or the key of a line that is no task (`update:12`), or neither.

    `standing` is where an update is on its way, None where that is not known yet; `reviewing` is set at a stop of the
    weekly review.
    """

    row: TaskRow | None = None
    line: str | None = None
    standing: str | None = None
    reviewing: bool = False

    @property
    def sort(self) -> str:
        """What sort of line is under the cursor, as in `update`; empty for a task, and for nothing."""
        return "" if self.line is None else self.line.partition(":")[0]


TO_CALL = "to call"
"""Where an update stands that is to be told in a call, in place of the phase of a mail."""


def needs_task(selected: Selected) -> str | None:
    """Refuse without a task under the cursor."""
    return None if selected.row is not None else "no task is selected"


def needs_open_task(selected: Selected) -> str | None:
    """Refuse without an open task under the cursor."""
    if selected.row is None:
        return "no task is selected"
    return f"the task is {selected.row.status}" if selected.row.closed else None


def needs_closed_task(selected: Selected) -> str | None:
    """Refuse without a done or dropped task under the cursor."""
    if selected.row is None:
        return "no task is selected"
    return None if selected.row.closed else f"the task is {selected.row.status}"


def needs_waiting_task(selected: Selected) -> str | None:
    """Refuse without a waiting task under the cursor."""
    reason = needs_open_task(selected)
    if reason is None and selected.row is not None and selected.row.status != "waiting":
        return "the task waits on nobody"
    return reason


def needs_promise(selected: Selected) -> str | None:
    """Refuse without an open, promised task under the cursor."""
    reason = needs_open_task(selected)
    if reason is None and selected.row is not None and selected.row.promised_on is None:
        return "nothing is promised yet: press p"
    return reason


FIRST_RUN = "first run"
"""What is under the cursor of an empty list in a store without practices."""


def needs_first_run(selected: Selected) -> str | None:
    """Refuse where there is a practice already, or something is in the list."""
    return None if selected.sort == FIRST_RUN else "it is for an empty list in a store without practices"


def needs_beginning(selected: Selected) -> str | None:
    """Refuse in an empty list of a store without practices."""
    return "there is no practice yet: Enter fills it with sample data" if selected.sort == FIRST_RUN else None


def needs_something(selected: Selected) -> str | None:
    """Refuse where there is nothing to open."""
    there = selected.row is not None or selected.line not in (None, FIRST_RUN)
    return None if there else "nothing is selected"


def needs_review(selected: Selected) -> str | None:
    """Refuse unless the weekly review is on screen."""
    return None if selected.reviewing else "no weekly review is on the screen: z shows it"


def needs_update(selected: Selected) -> str | None:
    """Refuse unless an update is under the cursor."""
    return None if (selected.line or "").startswith("update:") else "no update is selected: 8 lists them"


def needs_question(selected: Selected) -> str | None:
    """Refuse unless something that a calendar asks is under the cursor."""
    return None if (selected.line or "").startswith("question:") else "no calendar asks anything here"


def needs_register_item(selected: Selected) -> str | None:
    """Refuse unless something out of a register is under the cursor."""
    return None if selected.sort == "register" else "nothing out of a register is selected"


def needs_register_item_without_task(selected: Selected) -> str | None:
    """Refuse unless something is under the cursor that no task is there to renew."""
    reason = needs_register_item(selected)
    return "there is a task for it already" if reason is None and selected.row is not None else reason


def needs_duty(selected: Selected) -> str | None:
    """Refuse unless work that comes back is under the cursor."""
    return None if selected.sort == "duty" else "no duty is selected"


def needs_mail(selected: Selected) -> str | None:
    """Refuse unless something that came back by mail is under the cursor."""
    return None if selected.sort == "mail" else "nothing that came back by mail is selected"


def needs_hours(selected: Selected) -> str | None:
    """Refuse unless an entry of the hours log is under the cursor."""
    return None if selected.sort == "hours" else "no logged time is selected"


def needs_time_place(selected: Selected) -> str | None:
    """Refuse unless a task or a practice is under the cursor."""
    return None if selected.row is not None or selected.sort == "practice" else "no task or practice is selected"


def needs_playbook(selected: Selected) -> str | None:
    """Refuse unless a playbook is under the cursor."""
    return None if selected.sort == "playbook" else "no playbook is selected"


def needs_run(selected: Selected) -> str | None:
    """Refuse unless a run of a playbook is under the cursor."""
    return None if selected.sort == "run" else "no run of a playbook is selected"


def needs_goal(selected: Selected) -> str | None:
    """Refuse unless a goal is under the cursor."""
    return None if selected.sort == "goal" else "no goal is selected"


def needs_meeting(selected: Selected) -> str | None:
    """Refuse unless a meeting is under the cursor."""
    return None if selected.sort == "meeting" else "no meeting is selected"


def needs_decision(selected: Selected) -> str | None:
    """Refuse unless a decision is under the cursor."""
    return None if selected.sort == "decision" else "no decision is selected"


def needs_note(selected: Selected) -> str | None:
    """Refuse unless something to raise is under the cursor."""
    return None if selected.sort == "raise" else "nothing to raise is selected"


def needs_update_to_review(selected: Selected) -> str | None:
    """Refuse unless an update under the cursor may still be approved or edited."""
    return _needs_standing(selected, ("drafted", "in review"))


def needs_update_to_edit(selected: Selected) -> str | None:
    """Refuse unless the words of an update under the cursor may still be changed."""
    return _needs_standing(selected, ("drafted", "in review", TO_CALL))


def needs_call(selected: Selected) -> str | None:
    """Refuse unless what is under the cursor is to be told in a call."""
    return _needs_standing(selected, (TO_CALL,))


def needs_approved_update(selected: Selected) -> str | None:
    """Refuse unless an update under the cursor is approved and may be recalled."""
    return _needs_standing(selected, ("approved", "deferred"))


def needs_sent_update(selected: Selected) -> str | None:
    """Refuse unless the update under the cursor may be with its reader."""
    return _needs_standing(selected, ("claimed", "data started", "uncertain", "accepted"))


def needs_uncertain_update(selected: Selected) -> str | None:
    """Refuse unless something is to be settled about the update under the cursor."""
    return _needs_standing(selected, ("uncertain", "deferred"))


def needs_pending_update(selected: Selected) -> str | None:
    """Refuse unless the update under the cursor is neither sent nor given up."""
    wanted = ("drafted", "in review", TO_CALL, "approved", "deferred", "refused", "uncertain")
    return _needs_standing(selected, wanted)


def _needs_standing(selected: Selected, wanted: tuple[str, ...]) -> str | None:
    if (reason := needs_update(selected)) is not None or selected.standing in (None, *wanted):
        return reason
    return f"it is {_GIVEN_UP.get(selected.standing or '', selected.standing)}"


_GIVEN_UP = {"cancelled": "discarded", "superseded": "replaced by a newer one"}
