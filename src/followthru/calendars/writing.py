"""Sending one write: under a condition that the server holds, or between two looks where it holds none."""

from __future__ import annotations

from followthru.calendars.caps import Caps
from followthru.calendars.dav.collection import Collection
from followthru.calendars.errors import BadAnswerError, CalendarError, ServerFaultError
from followthru.calendars.ical.read import semantic
from followthru.calendars.links import Link, Operation, Verb
from followthru.calendars.refusals import strong
from followthru.calendars.settle import gone
from followthru.calendars.sight import Body


class UnreadableError(CalendarError):
    """A server fails at one object, and not at the others."""


class NoObjectError(CalendarError):
    """Something came in the place of one object that says nothing about it, such as the page of a portal."""


class Writer:
    """Writes to one collection as its server was measured to hold conditions."""

    def __init__(self, collection: Collection, caps: Caps) -> None:
        self._collection = collection
        self._caps = caps

    def is_guarded(self, operation: Operation) -> bool:
        """Whether a condition guards a write.

        None does where there is no strong etag (RFC 9110 section 8.8.1), or where the server was not seen to hold it.
        """
        return self.holds(operation.verb) and (strong(operation.if_match) or operation.verb is Verb.CREATE)

    async def cleared(self, operation: Operation) -> Operation | None:
        """Return the operation to be sent, None if something else is there than what it was made for.

        One that no condition guards is looked at before, and goes out under the version that was seen then.
        """
        link = operation.link
        if self.is_guarded(operation):
            return operation
        there = await self._read(link.name)
        if operation.verb is Verb.CREATE:
            return operation if there is None else None
        expected = link.theirs or link.base
        if there is None or expected is None:
            return operation if operation.verb is Verb.REMOVE else None
        if semantic(there.text) != semantic(expected):
            return None
        return operation if strong(operation.if_match) else operation._replace(if_match=there.etag)

    async def there(self, operation: Operation) -> Body | None:
        """Return what is there. Raises UnreadableError, NoObjectError if the server fails at this object alone."""
        try:
            return await self._read(operation.link.name)
        except ServerFaultError as error:
            await self._collection.head()  # Where everything fails, this raises, and the operation stays open.
            raise UnreadableError(error.message) from error

    async def _read(self, name: str) -> Body | None:
        try:
            return await self._collection.get(name)
        except BadAnswerError as error:
            await self._collection.head()  # A portal stands before everything.
            raise NoObjectError(error.message) from error

    async def write(self, operation: Operation, condition: str | None) -> Link:
        """Send it under a condition (None: under none), and return the link as it is then."""
        name, body = operation.link.name, operation.body
        if operation.verb is Verb.REMOVE or body is None or operation.agreed is None:
            await self._collection.delete(name, condition)
            return gone(operation.link)
        if operation.verb is Verb.CREATE:
            etag = await self._collection.create(name, body)
        else:
            etag = await self._collection.replace(name, body, condition)
        if not self.holds(operation.verb):
            etag = await self._verified(name, body)
        # A server that gives no etag may have changed the text (RFC 4791 section 5.3.4): it is read again.
        etag = etag if self._caps.etag_fine else None
        return operation.link.settled(body, etag, operation.agreed, operation.published)

    def holds(self, verb: Verb) -> bool:
        """Whether the server was seen to refuse what a condition forbids."""
        caps = self._caps
        replace_held = caps.replace_held and caps.missing_held
        return {Verb.CREATE: caps.create_held, Verb.UPDATE: replace_held, Verb.REMOVE: caps.delete_held}[verb]

    async def _verified(self, name: str, body: str) -> str | None:
        """Return the etag of what was written without a guard, None if something else is there by now."""
        there = await self._collection.get(name)
        return there.etag if there is not None and semantic(there.text) == semantic(body) else None
