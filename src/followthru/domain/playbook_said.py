"""A playbook as plain values, such as its file says them: what a run keeps, so that a later edition changes none. Pure.

`playbook_reading.read` of what is said here is the playbook again.
"""

from __future__ import annotations

from followthru.domain.playbooks import ANCHOR, FORMAT, Playbook, Question, Step


def said(book: Playbook) -> dict[str, object]:
    """Return a playbook as its file could say it, each step with what it got from the top."""
    return {
        "playbook": FORMAT,
        "version": book.version,
        "title": book.title,
        "source": book.source,
        "check_your_state": book.check_your_state,
        "anchor": book.anchor,
        **({} if book.every is None else {"every": book.every}),
        "roles": dict(book.roles),
        "questions": [_question(one) for one in book.questions],
        "steps": [_step(one) for one in book.steps],
    }


def _question(one: Question) -> dict[str, object]:
    return {"key": one.key, "ask": one.ask, "answers": list(one.answers), "usual": one.usual}


def _step(step: Step) -> dict[str, object]:
    """Return a step; what it does not say is left out."""
    whole: dict[str, object] = {
        "key": step.key,
        "title": step.title,
        "public": step.public,
        "role": step.role,
        "area": str(step.area),
        "kind": step.kind,
        **_day(step),
        "needs": [need for need in step.needs if need != step.origin],
        "when": None if step.when is None else f"{step.when.question}={step.when.answer}",
        "buffer": step.buffer_days,
        "start": step.start_days,
        "minutes": step.minutes,
        "audience": None if step.audience is None else str(step.audience),
        "deadline": step.deadline or None,
        "evidence": step.evidence or None,
        "per_person": step.per_person or None,
        "note": step.note,
        "checklist": list(step.checklist),
        "goal": step.goal,
    }
    return {key: value for key, value in whole.items() if value not in (None, [])}


def _day(step: Step) -> dict[str, object]:
    if step.origin == ANCHOR and step.days <= 0:
        return {"before": -step.days}
    return {"after": step.origin, "days": step.days}
