"""What the header, the status line and the footer say. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from followthru.actions.registry import Command
from followthru_tui.cells import safe
from followthru_tui.feed import Place, View
from followthru_tui.footer import label
from followthru_tui.palette import Tone
from followthru_tui.parts import Part


def heading(view: View, matching: str, marked: int = 0, above: Sequence[str] = ()) -> list[Part]:
    """Return the breadcrumb with its counts, the order and the filter if any hold, and how many are marked."""
    late = f", {view.late:,} late" if view.late else ""
    title = " > ".join(safe(each) for each in (*above, view.title))
    parts: list[Part] = [(f" {title}", Tone.STRONG), (f" ({view.total:,}{late})", Tone.DIM)]
    # Before what is cut off first: what the PM chose is always seen.
    if said := [words for words in view.order.words if words not in matching]:
        parts.append((f"  {' '.join(said)}", Tone.KEY))
    if view.remark:
        parts.append((f"  {safe(view.remark)}", Tone.DIM))
    if matching:
        parts.append((f"  /{safe(matching)}", Tone.KEY))
    if marked:
        parts.append((f"  {marked} marked", Tone.KEY))
    return parts


def crumb(view: View) -> str:
    """Return what a list is called in the breadcrumb of another: a stop of the review by its number alone."""
    return view.title.partition(": ")[0] if view.where.place is Place.REVIEW else view.title


def empty(view: View, matching: str) -> str:
    """Return what an empty list says: never only that it is empty, always the next key."""
    if matching:
        return "Nothing matches. Esc clears the filter."
    if view.first_run:
        return (
            "Welcome. Nothing is here yet. Press : and choose “Add a practice” to add the first one you serve, "
            "then “Add a person” for whom you keep informed. a captures a task at once, ? shows every key."
        )
    if view.where.place == Place.TODAY:
        return "Nothing needs you today. a captures a task, 3 shows all, 4 the week, ? the keys."
    return _EMPTY.get(view.where.place, "No open tasks here. a captures one, 1 goes back to Today.")


_EMPTY = {
    Place.UPDATES: "No update waits, is on its way or was sent. N drafts one, 1 goes back to Today.",
    Place.CALENDARS: (
        "No calendar is set up: followthru account add, then followthru calendar add. 1 goes back to Today."
    ),
    Place.EXPIRY: (
        "The registers hold nothing yet: licences, insurance, contracts, equipment. "
        "Press : and choose “Add to a register”; 1 goes back to Today."
    ),
    Place.PRACTICES: (
        "There is no practice yet. Press : and choose “Add a practice” to add the first one you serve; "
        "1 goes back to Today."
    ),
    Place.PRACTICE: "Nothing is here yet. a captures a task, : “Add a person” says whom you keep informed.",
    Place.DUTIES: (
        "Nothing comes back yet. a captures such a task: Send payroll every last working day @slug. "
        "1 goes back to Today."
    ),
    Place.YEAR: "No duty comes within twelve months. 1 goes back to Today.",
    Place.GOALS: "No goal is set yet. Press : and choose “Add a goal”; 1 goes back to Today.",
    Place.INBOX: "The inbox is empty: nothing waits to be sorted. 1 goes back to Today.",
    Place.TIMELINE: "No open task has a date yet. p on a task promises one, 1 goes back to Today.",
    Place.LOADED: "Nothing is promised for this week. 4 goes back to the week.",
    Place.HOURS: "No time is logged this month. M on a task or a practice logs some; 1 goes back to Today.",
    Place.MEETINGS: "No meeting is planned. Press : and choose “Plan a meeting”; 1 goes back to Today.",
    Place.MEETING: "This meeting was taken away. Esc goes back.",
    Place.RUN: "This run has no steps any more. Esc goes back.",
    Place.PLAYBOOKS: "No playbook is called that. Esc clears the filter.",
    Place.REVIEW: "Nothing lies at this stop any more. . goes on, , goes back; 1 goes to Today and z comes back here.",
    Place.SAVED: "Nothing fits this view now. ' shows the other views, 1 goes back to Today.",
    Place.WAITING: "Nobody is waited on. w on a task says whom it waits on, 1 goes back to Today.",
}
"""What an empty view says, by the view: always the next key."""


def troubles(short: Sequence[str]) -> str:
    """Return what is degraded for the status line; more than one is counted, m shows all."""
    if not short:
        return ""
    return short[0] if len(short) == 1 else f"{short[0]} (+{len(short) - 1}, m)"


def position(cursor: int, view: View) -> list[Part]:
    """Return where the cursor is in a list without sections."""
    if len(view.sections) != 1 or view.sections[0].words or view.sections[0].lines or not view.total:
        return []
    return [(f"{cursor + 1:,}/{view.total:,} ", Tone.DIM)]


def typing(keys: Sequence[tuple[str, str]]) -> list[Part]:
    """Return the footer while a line is typed: its keys, and what each does."""
    return [part for key, words in keys for part in ((f" {key}", Tone.KEY), (f" {words} ", Tone.DIM))]


def keys(commands: Sequence[Command]) -> list[Part]:
    """Return the footer: key and words of each command."""
    parts: list[Part] = []
    for command in commands:
        key, words = label(command)
        parts += [(f"{key} ", Tone.KEY), (f"{words}  ", Tone.DIM)]
    return [*parts[:-1], (parts[-1][0].rstrip(), Tone.DIM)] if parts else parts
