"""What the fields of a task are called in a sentence. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

FIELD_WORDS: Mapping[str, str] = {
    "public_title": "title for readers",
    "practice_id": "practice",
    "promised": "promise",
    "promised_on": "promise",
    "promised_time": "time of the promise",
    "target_on": "target",
    "deadline_on": "deadline",
    "starts": "start",
    "starts_on": "start",
    "buffer": "wiggle room",
    "buffer_days": "wiggle room",
    "buffer_set_days": "wiggle room",
    "assignee": "person in charge",
    "assignee_id": "person in charge",
    "parent": "whole that it is part of",
    "parent_id": "whole that it is part of",
    "needs": "tasks that come first",
    "because": "reason",
    "kind": "kind of work",
    "estimate_minutes": "estimate",
    "every": "rule by which it comes back",
    "repeats": "rule by which it comes back",
    "catch_up": "rule for what was missed",
    "lead": "lead time",
    "lead_days": "lead time",
    "evidence": "need for evidence",
    "needs_evidence": "need for evidence",
    "goal_id": "goal",
    "waiting_for": "thing waited for",
    "waiting_by": "day it is needed by",
    "follow_up": "day to follow up",
    "follow_up_on": "day to follow up",
}
"""The words of fields whose own name is not a word; the others are called by their name."""


def called(names: Iterable[str]) -> str:
    """Return fields as they are called in a sentence: `tags, title for readers`."""
    return ", ".join(dict.fromkeys(FIELD_WORDS.get(name, name) for name in names))
