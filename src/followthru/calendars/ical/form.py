"""The two forms in which a calendar shows a date, and all in which their texts differ (RFC 5545 section 3.6)."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Form(StrEnum):
    """What an object is on a calendar: an event that everybody sees, or a todo that can be ticked."""

    EVENT = "event"
    TODO = "todo"


class Rules(NamedTuple):
    """How a form is written.

    `day` is the line that says the day; `lines` are those that every new object of the form has besides.
    """

    component: str
    day: str
    lines: tuple[tuple[str, str], ...]


RULES = {
    Form.EVENT: Rules("VEVENT", "DTSTART", (("TRANSP", "TRANSPARENT"),)),
    Form.TODO: Rules("VTODO", "DUE", ()),
}
FORMS = {rules.component: form for form, rules in RULES.items()}
"""Each form by the name of its component."""
