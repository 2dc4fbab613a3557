"""Playbooks as JSON, as commands answer with them."""

from __future__ import annotations

from followthru.domain.playbooks import Playbook, Step, offsets
from followthru.exchange.playbooks import Found

Json = dict[str, object]


def playbook_json(one: Playbook) -> Json:
    """Return a playbook's JSON; absent values are None."""
    days = offsets(one.steps)
    return {
        "name": one.name,
        "version": one.version,
        "title": one.title,
        "own": one.own,
        "anchor": one.anchor,
        "every": one.every,
        "source": one.source,
        "check_your_state": one.check_your_state,
        "roles": one.roles,
        "questions": [{**asked._asdict(), "answers": list(asked.answers)} for asked in one.questions],
        "steps": [_step_json(step, days[step.key]) for step in one.steps],
    }


def _step_json(step: Step, from_anchor: int) -> Json:
    return {
        "key": step.key,
        "title": step.title,
        "public_title": step.public,
        "role": step.role,
        "area": str(step.area),
        "kind": step.kind,
        "after": step.origin,
        "days": step.days,
        "days_from_anchor": from_anchor,
        "needs": list(step.needs),
        "when": None if step.when is None else f"{step.when.question}={step.when.answer}",
        "buffer_days": step.buffer_days,
        "start_days": step.start_days,
        "minutes": step.minutes,
        "audience": None if step.audience is None else str(step.audience),
        "deadline": step.deadline,
        "evidence": step.evidence,
        "per_person": step.per_person,
        "note": step.note,
        "checklist": list(step.checklist),
        "goal": step.goal,
    }


def found_json(one: Found) -> Json:
    """Return what was found in a file as JSON: its problems, each with its line."""
    return {
        "file": one.file,
        "name": one.name,
        "own": one.own,
        "ok": one.playbook is not None,
        "problems": [{"line": line, "words": words} for line, words in one.problems],
    }


def listed_json(one: Found) -> Json:
    """Return a playbook's line in the list as JSON; one with errors has no more than its name and that."""
    book = one.playbook
    return {
        "name": one.name,
        "title": None if book is None else book.title,
        "version": None if book is None else book.version,
        "anchor": None if book is None else book.anchor,
        "every": None if book is None else book.every,
        "steps": None if book is None else len(book.steps),
        "own": one.own,
        "ok": book is not None,
    }
