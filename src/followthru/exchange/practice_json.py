"""Practices and people as JSON, as commands answer with them."""

from __future__ import annotations

from followthru.domain.people import Member, Practice

Json = dict[str, object]


def practice_json(one: Practice) -> Json:
    """Return a practice's JSON; absent values are None."""
    return {
        "slug": one.slug,
        "name": one.name,
        "timezone": one.timezone,
        "weekdays": one.weekdays,
        "holidays": one.holidays,
        "buffer_policy": one.buffer_policy,
        "status": str(one.status),
        "roll": one.roll,
        "capacity_minutes": one.capacity_minutes,
        "retainer_minutes": one.retainer_minutes,
        "report_hours": one.report_hours,
    }


def member_json(one: Member) -> Json:
    """Return the JSON of a person in one role; absent values are None."""
    return {
        "handle": one.handle,
        "name": one.name,
        "address": one.address,
        "email": one.email,
        "channel": str(one.channel),
        "timezone": one.timezone,
        "practice": one.practice,
        "role": str(one.role),
        "cadence": one.cadence,
        "review": one.review,
        "paused_on": one.paused_on.isoformat() if one.paused_on else None,
        "paused_until": one.paused_until.isoformat() if one.paused_until else None,
    }
