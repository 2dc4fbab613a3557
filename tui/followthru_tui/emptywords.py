"""What each list says while nothing is in it: what would stand there, and the next key. The one table of it. Pure."""

from __future__ import annotations

from followthru_tui.feed import Place, View

WELCOME = (
    "Welcome. Nothing is here yet. Enter fills it with sample data: two made-up practices to try things out on, which "
    "one step takes out again and of which nothing is ever sent. : “Add a practice” adds the first one you serve, "
    ": “Add a person” whom you keep informed. a captures a task at once, ? shows every key."
)
_BACK = "1 goes back to Today."
_EMPTY = {
    Place.TODAY: "Nothing needs you today. a captures a task, 3 shows all, 4 the week, ? the keys.",
    Place.SECTION: f"Nothing stands in this part of Today any more. Esc goes back, {_BACK}",
    Place.ALL: f"No task is open. a captures one, {_BACK}",
    Place.WEEK: (
        "Nothing is dated in this week. a captures a task with a date (Call the payer by fri), 3 shows what has none; "
        f"{_BACK}"
    ),
    Place.UPDATES: f"No update waits, is on its way or was sent. N drafts one, {_BACK}",
    Place.CALENDARS: f"No calendar is set up. : “Connect a calendar” does it step by step; {_BACK}",
    Place.EXPIRY: (
        "The registers hold nothing yet: licences, insurance, contracts, equipment. "
        f": “Add to a register” adds the first; {_BACK}"
    ),
    Place.PRACTICES: f"There is no practice yet. : “Add a practice” adds the first one you serve; {_BACK}",
    Place.PRACTICE: "Nothing is known of this practice yet. a captures a task, : “Add a person” says whom you inform.",
    Place.PRACTICE_TASKS: f"No task of this practice is open. a captures one, Esc goes back, {_BACK}",
    Place.DUTIES: (
        f"Nothing comes back yet. a captures such a task: Send payroll every last working day @slug. {_BACK}"
    ),
    Place.YEAR: f"No duty comes within twelve months. : “Duties” lists those that there are; {_BACK}",
    Place.GOALS: f"No goal is set yet. : “Add a goal” sets the first; {_BACK}",
    Place.INBOX: f"The inbox is empty: nothing waits to be sorted. a captures something, {_BACK}",
    Place.TIMELINE: f"No open task has a date yet. p on a task promises one, 3 shows all; {_BACK}",
    Place.LOADED: "Nothing is promised for this week. 4 goes back to the week, p on a task promises a date.",
    Place.HOURS: f"No time is logged this month. M on a task or a practice logs some; {_BACK}",
    Place.MEETINGS: f"No meeting is planned. : “Plan a meeting” plans one; {_BACK}",
    Place.MEETING: "This meeting was taken away. Esc goes back to the others.",
    Place.RUN: "This run has no steps any more. Esc goes back to the playbooks.",
    Place.PLAYBOOKS: f"There is no playbook. `followthru playbook check` says why one is left out; {_BACK}",
    Place.REVIEW: "Nothing lies at this stop any more. . goes on, , goes back; 1 goes to Today and z comes back here.",
    Place.SAVED: f"Nothing fits this view now. ' shows the other views, {_BACK}",
    Place.WAITING: f"Nobody is waited on. w on a task says whom it waits on, {_BACK}",
}
_NARROWED = "Nothing matches “{matching}”. Esc clears the filter, / changes it."


def of(view: View, matching: str) -> str:
    """Return what an empty list says; in a store without practices Today welcomes, and the others say its first key."""
    if matching:
        return _NARROWED.format(matching=matching)
    if view.first_run and view.where.place is Place.TODAY:
        return WELCOME
    words = _EMPTY[view.where.place]
    return f"{words} Enter fills everything with sample data." if view.first_run else words
