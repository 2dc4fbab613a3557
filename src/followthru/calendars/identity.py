"""Names of our objects on calendars, fixed before the first request and the same after any crash."""

from __future__ import annotations

from hashlib import sha1
from urllib.parse import quote, unquote
from uuid import UUID

_FOLLOWTHRU = UUID("efd2d7d1-37b1-5bcd-8158-9b86575f6c77").bytes


def object_uid(store_uid: str, task_uid: str, role: str, calendar: str, generation: int) -> str:
    """Return the iCalendar UID of one object: a version 5 UUID (RFC 9562 section 5.5, RFC 7986 section 5.3).

    The same five values give the same UID for ever, so that a repeated request cannot make a second
    object. `generation` rises when a deleted object is made again.
    """
    parts = (store_uid, task_uid, role, calendar, str(generation))
    named = "\n".join(part.replace("\n", " ") for part in parts)
    # What `uuid.uuid5` does, without the object that it makes: a sync needs the name of every task several times.
    made = bytearray(sha1(_FOLLOWTHRU + named.encode(), usedforsecurity=False).digest()[:16])
    made[6], made[8] = made[6] & 0x0F | 0x50, made[8] & 0x3F | 0x80
    text = made.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def object_name(uid: str) -> str:
    """Return the last path segment of the object with this UID."""
    return f"{uid}.ics"


def object_href(collection: str, uid: str) -> str:
    """Return the path or URL of the object with this UID in `collection`."""
    return member_href(collection, object_name(uid))


def member_href(collection: str, name: str) -> str:
    """Return the path or URL of the object of this name in `collection`."""
    return f"{collection.rstrip('/')}/{quote(name)}"


def name_of(href: str) -> str:
    """Return the last path segment of an href, percent-decoded: what we know an object by."""
    return unquote(href.rstrip("/").rpartition("/")[2])
