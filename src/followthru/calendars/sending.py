"""What is sent for a step, as it is written down before."""

from __future__ import annotations

from followthru.calendars.links import Operation, Verb
from followthru.calendars.steps import Ask, Create, Pull, Record, Rejoin, Release, Remove, Step, Update


def operation_of(step: Step) -> Operation:
    """Return the operation of a step that sends something, not written down yet."""
    match step:
        case Create(link, body, agreed, published):
            return Operation(0, link, Verb.CREATE, None, body, agreed, published)
        case Update(link, body, agreed, published):
            return Operation(0, link, Verb.UPDATE, link.etag, body, agreed, published)
        case Remove(link):
            return Operation(0, link, Verb.REMOVE, link.etag, None, None)
        case Record() | Ask() | Pull() | Release() | Rejoin():
            raise TypeError("this step sends nothing")
