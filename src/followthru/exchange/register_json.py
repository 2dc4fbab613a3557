"""Register items as JSON, as commands answer with them."""

from __future__ import annotations

from followthru.domain.health import Health
from followthru.domain.registers import Expiring, FaultReport, RegisterItem, RegisterKind
from followthru.domain.task import Audience, Status
from followthru.exchange.kinds import KindFile

Json = dict[str, object]


def item_json(one: RegisterItem) -> Json:
    """Return an item's JSON; absent values are None, `task` is the open task that renews it."""
    return {
        "id": one.id,
        "practice": one.practice,
        "kind": one.kind,
        "title": one.title,
        "holder": one.holder,
        "holder_name": one.holder_words,
        "identifier": one.identifier,
        "issued_on": None if one.issued_on is None else one.issued_on.isoformat(),
        "expires_on": None if one.expires_on is None else one.expires_on.isoformat(),
        "service_every": one.service_every,
        "lead_days": one.lead_days,
        "vendor": one.vendor,
        "contact": one.contact,
        "cost": one.cost,
        "documents": list(one.documents),
        "notes": one.notes,
        "audience": one.audience,
        "retired_on": None if one.retired_on is None else one.retired_on.isoformat(),
        "task": one.task_id,
    }


def expiring_json(one: Expiring) -> Json:
    """Return a line of the expiry board as JSON: the item, where it stands and by when its renewal has to begin."""
    return {
        **item_json(one.item),
        "band": one.band,
        "days_left": one.days_left,
        "start_by_on": one.start_by_on.isoformat(),
        "due": one.due,
    }


_OF_A_TASK = (
    "id", "uid", "public_title", "area", "kind", "promised_on", "promised_time", "because", "target_on",
    "target_source", "starts_on", "waiting_on", "waiting_for", "waiting_by", "follow_up_on", "assignee", "priority",
    "done_on",
)  # fmt: skip


def due_json(one: Expiring) -> Json:
    """Return what has no task to renew it in the shape of a task that is not there yet: its `id` is None.

    Its deadline is the day on which it expires. `register_item` and `days_left` are the item's.
    """
    item = one.item
    audience = item.audience or Audience.OWNERS
    return {
        **dict.fromkeys(_OF_A_TASK),
        "title": item.named,
        "practice": item.practice,
        "status": str(Status.OPEN),
        "deadline_on": None if item.expires_on is None else item.expires_on.isoformat(),
        "start_by_on": one.start_by_on.isoformat(),
        "reason_missing": False,
        "told": [],
        "tags": [],
        "buffer_days": 0,
        "health": str(Health.LATE if one.days_left < 0 else Health.AT_RISK),
        "stalled": False,
        "blocked": False,
        "audience": str(audience),
        "private": audience == Audience.ME,
        "register_item": item.id,
        "days_left": one.days_left,
    }


def fault_json(one: FaultReport) -> Json:
    """Return what was reported as not working as JSON, with the task that sees to it."""
    return {
        "task": one.task_id,
        "words": one.words,
        "reported_on": one.reported_on.isoformat(),
        "vendor": one.vendor,
        "status": str(one.status),
        "done_on": None if one.done_on is None else one.done_on.isoformat(),
    }


def kind_file_json(one: KindFile) -> Json:
    """Return a file of a kind as JSON, with what is wrong with it."""
    problems = [{"line": line, "words": words} for line, words in one.problems]
    return {"file": one.file, "name": one.name, "own": one.own, "ok": one.kind is not None, "problems": problems}


def kind_json(one: RegisterKind) -> Json:
    """Return a shipped kind's JSON."""
    return {
        "name": one.name,
        "words": one.words,
        "asks": list(one.asks),
        "lead_days": one.lead_days,
        "every": one.every,
        "task": one.task,
        "public": one.public,
        "task_kind": one.task_kind,
        "area": one.area,
        "evidence": one.evidence,
        "source": one.source,
    }
