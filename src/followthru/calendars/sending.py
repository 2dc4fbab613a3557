"""What is sent for a step, as it is written down before."""

from __future__ import annotations

from typing import NamedTuple

from followthru.calendars.ical.utc import in_utc
from followthru.calendars.links import Operation, Verb
from followthru.calendars.steps import Ask, Create, Pull, Record, Rejoin, Release, Remove, Salvage, Step, Update


class Job(NamedTuple):
    """An object's next request, written down if it has an id, and the steps that follow it."""

    operation: Operation
    steps: tuple[Step, ...]


def operation_of(step: Step) -> Operation:
    """Return the operation of a step that sends something, not written down yet."""
    match step:
        case Create(link, body, agreed, published):
            return Operation(0, link, Verb.CREATE, None, body, agreed, published)
        case Update(link, body, agreed, published):
            return Operation(0, link, Verb.UPDATE, link.etag, body, agreed, published)
        case Remove(link):
            return Operation(0, link, Verb.REMOVE, link.etag, None, None)
        case Record() | Ask() | Pull() | Salvage() | Release() | Rejoin():
            raise TypeError("this step sends nothing")


def instants(operation: Operation) -> Operation | None:
    """Return the operation with its clock times said in UTC, not written down yet, None where it says none.

    There are servers that refuse a time zone, or the one of the practice.
    """
    body = None if operation.body is None else in_utc(operation.body)
    return None if body is None or body == operation.body else operation._replace(id=0, body=body)
