"""The playbook that a run keeps, as it goes out to others. Pure."""

from __future__ import annotations

import json
from typing import cast

from followthru.domain.task import Audience

_TITLE = "Private step"
_OWN = ("note", "checklist", "public")


def without_private(book: str) -> str:
    """Return a kept playbook, JSON as its file said it, without the PM's own words.

    Notes are left out, and what a step says that is only for the PM. The step itself stays: others are counted from
    it. What is no playbook says nothing.
    """
    said: object = json.loads(book)
    if not isinstance(said, dict):
        return "{}"
    kept = cast("dict[str, object]", said)
    steps = kept.get("steps")
    if isinstance(steps, list):
        kept = {**kept, "steps": [_bare(cast("dict[str, object]", one)) for one in cast("list[object]", steps)]}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def _bare(step: dict[str, object]) -> dict[str, object]:
    if step.get("audience") == Audience.ME:
        return {**{key: value for key, value in step.items() if key not in _OWN}, "title": _TITLE}
    return {key: value for key, value in step.items() if key != "note"}
