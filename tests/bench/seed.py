"""Made-up work in any amount, the same for the same number."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

VERBS = ("Renew", "File", "Order", "Review", "Send", "Book", "Compare", "Sign", "Update", "Close")
THINGS = (
    "malpractice cover", "billing numbers", "fire safety check", "payroll run", "intake forms", "website copy",
    "licence of the second therapist", "phone contract", "onboarding plan", "quarterly report", "room schedule",
    "supply list", "referral letters template", "privacy notice", "cleaning contract", "bank reconciliation",
)  # fmt: skip
PRACTICES = ("oak-street", "harbor-view", "cedar-hill", "mill-lane")
TAGS = ("insurance", "billing", "people", "site", "compliance")
TODAY = date(2026, 11, 23)


class Made(NamedTuple):
    """One made-up task; `promised_on` and `done_on` are absent for some, `tags` may be empty."""

    number: int
    title: str
    practice: str
    promised_on: date | None
    done_on: date | None
    tags: tuple[str, ...]


def tasks(count: int) -> Iterator[Made]:
    """Yield `count` tasks: one in ten without a date, one in three done, the rest spread over half a year."""
    chance = random.Random(count)
    for number in range(count):
        promised = None if chance.random() < 0.1 else TODAY + timedelta(days=chance.randint(-60, 120))
        done = TODAY - timedelta(days=chance.randint(0, 90)) if chance.random() < 0.33 else None
        tags = tuple(sorted(chance.sample(TAGS, chance.choice((0, 0, 1, 2)))))
        title = f"{chance.choice(VERBS)} {chance.choice(THINGS)} {number:06}"
        yield Made(number, title, chance.choice(PRACTICES), promised, done, tags)


def lines(count: int) -> Iterator[str]:
    """Yield the same tasks as the lines that `followthru import` reads."""
    for task in tasks(count):
        given = {
            "type": "task",
            "title": task.title,
            "practice": task.practice,
            "status": "done" if task.done_on else "open",
            "promised_on": task.promised_on and task.promised_on.isoformat(),
            "done_on": task.done_on and task.done_on.isoformat(),
            "tags": task.tags,
        }
        yield json.dumps({key: value for key, value in given.items() if value})
