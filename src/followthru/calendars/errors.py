"""What a calendar server can do to us, in words for the user.

The engine tells these apart by class; nothing here carries text from a server without cleaning it.
"""

from __future__ import annotations

from followthru.calendars.ical.clean import squash
from followthru.calendars.ical.form import Form
from followthru.errors import FollowthruError, RefusedError

_UNTOUCHED = "Nothing was lost: what is not yet on the calendar waits in the store."


class CalendarError(FollowthruError):
    """A calendar server did not do what was asked."""


class UnreachableError(CalendarError):
    """No complete answer came: no connection, a time-out, a connection dropped half-way."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"The calendar server {place} cannot be reached ({squash(reason, 200)}).",
            safe=_UNTOUCHED,
            remedy="Check the network and the account's url and try again; the background process does so by itself.",
        )


class AuthRefusedError(CalendarError):
    """The server refused the user name or password (401). Not repeated until they change.

    `wanted` is the way to sign in that the server asks for, if it is not the one that was tried.
    """

    def __init__(self, account: str, place: str, wanted: str | None = None) -> None:
        asks = "" if wanted is None else f" It asks for {_ASKS[wanted]}."
        super().__init__(
            f"The calendar server {place} refused the user name or password of account {account}.{asks}",
            safe=_UNTOUCHED,
            remedy="For a day it is not tried again by itself, so that the account is not locked; correct the password"
            f"{'' if wanted is None else ' or how the account signs in'}, then: `followthru account check {account}`",
        )


class TokenRefusedError(AuthRefusedError):
    """The server does not take the token of an account that signs in through oauth, not even a fresh one."""

    def __init__(self, account: str, place: str) -> None:
        super().__init__(account, place)
        self.message = f"The calendar server {place} does not take the sign-in of account {account}."
        self.args = (self.message,)
        self.remedy = (
            "Check that this account may use calendars there, and the scope under oauth in config.toml, "
            f"then: `followthru account login {account}`"
        )


class SignInEndedError(AuthRefusedError):
    """The provider ended a sign-in (RFC 6749 section 5.2, `invalid_grant`). Only its user can begin another."""

    def __init__(self, account: str, place: str, words: str = "") -> None:
        super().__init__(account, place)
        self.message = f"{place} ended the sign-in of account {account}{_quoted(words)}."
        self.args = (self.message,)
        self.remedy = (
            "A provider ends it when the password changes, when access is taken back or after months unused; Google "
            "ends sign-ins of a consent screen in testing mode after 7 days: publish it, or sign in each week. "
            f"Run `followthru account login {account}`"
        )


_ASKS = {"basic": 'sign_in = "basic"', "digest": 'sign_in = "digest"', "bearer": "a sign-in through oauth"}


class CertificateError(CalendarError):
    """The server's certificate is not one that is trusted here, or not its own."""

    def __init__(self, host: str, reason: str, ca_file: str | None) -> None:
        private = "name the file of its authority as ca_file of the account" if ca_file is None else "check ca_file"
        super().__init__(
            f"The certificate of {host} is not trusted: {squash(reason, 200)}.",
            safe=f"Nothing was sent to it. {_UNTOUCHED}",
            remedy=f"Check the account's url; if the server is your own or your practice's, {private} in config.toml.",
        )


class ForbiddenError(CalendarError):
    """The server does not allow this (403 without a named precondition, 405)."""

    def __init__(self, what: str, words: str = "") -> None:
        super().__init__(
            f"The calendar server does not allow {what}{_quoted(words)}.",
            safe=_UNTOUCHED,
            remedy="Check that the account may write to this calendar.",
        )


class BusyError(CalendarError):
    """The server asks for patience (429, 503). `retry_after` is in seconds, a floor, or None."""

    def __init__(self, place: str, retry_after: float | None) -> None:
        when = "soon" if retry_after is None else f"in {round(retry_after)} seconds"
        super().__init__(
            f"The calendar server {place} is busy and asks to come back {when}.",
            safe=_UNTOUCHED,
            remedy="Try again then; the background process does so by itself.",
        )
        self.retry_after = retry_after


class PreconditionError(CalendarError):
    """A condition of the request does not hold (409, 412, or 403 naming one).

    `kind` is the DAV:error child element's name, such as `no-uid-conflict`, or `unknown`: then only
    the object itself can say (RFC 4918 section 16).
    """

    def __init__(self, kind: str, status: int) -> None:
        super().__init__(f"The calendar server refused the change ({kind}, {status}).", safe=_UNTOUCHED)
        self.kind = kind
        self.status = status


class MissingError(CalendarError):
    """Nothing is at this address any more (404, 410)."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"The calendar server has no {what}.",
            safe=_UNTOUCHED,
            remedy="Check the collection's address, or add the calendar again.",
        )


class CollectionGoneError(MissingError):
    """A calendar's whole collection is not there any more."""

    def __init__(self, calendar: str, url: str) -> None:
        super().__init__(f"collection for calendar {squash(calendar, 120)} any more, at {url}")
        self.safe = "Nothing was unlinked or deleted here, and other calendars go on."
        self.remedy = (
            f"`followthru calendar setup {squash(calendar, 120)} --new` makes another and publishes everything to it; "
            f"`followthru calendar remove {squash(calendar, 120)} --leave` gives it up."
        )


class CollectionMovedError(CalendarError):
    """A collection answers at another address of the same server (301, 308 and the like)."""

    def __init__(self, url: str, calendar: str = "NAME") -> None:
        super().__init__(
            f"The collection of calendar {squash(calendar, 120)} has moved on its server, to {url}.",
            safe=_UNTOUCHED,
            remedy=f"`followthru calendar setup {squash(calendar, 120)}` follows it there.",
        )
        self.url = url

    def of(self, calendar: str) -> CollectionMovedError:
        """Return the error naming the calendar."""
        return CollectionMovedError(self.url, calendar)


class ServerFaultError(CalendarError):
    """The server failed (5xx other than 503). Whether a change was made is not known."""

    def __init__(self, place: str, status: int) -> None:
        super().__init__(
            f"The calendar server {place} failed ({status}).",
            safe=_UNTOUCHED,
            remedy="Try again later; the background process does so by itself.",
        )
        self.status = status


class TooLargeError(CalendarError):
    """An answer or an object is larger than we take."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(f"{what} is larger than {limit // 1024} KiB.", safe=_UNTOUCHED)


class BadAnswerError(CalendarError):
    """An answer is not what the protocol says: a web page, cut XML, a strange redirect."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(
            f"The calendar server {place} gave an answer that makes no sense ({squash(reason, 200)}).",
            safe=_UNTOUCHED,
            remedy="Check the account's url: a portal or a proxy may be answering in its place.",
        )


class ElsewhereError(BadAnswerError):
    """The server sends us to another one (RFC 6454): its password is for the first alone."""

    def __init__(self, place: str, there: str, what: str = "an address of another origin,") -> None:
        super().__init__(place, f"{what} {there}")
        self.safe = f"Nothing was sent to {there}. {_UNTOUCHED}"
        self.remedy = (
            f"If you know {there} as your provider's own, make it the account's url in config.toml, "
            "then: `followthru account check NAME`"
        )
        self.there = there


class ForeignItemsError(RefusedError):
    """The collection already holds somebody else's items."""

    def __init__(self, collection: str, count: int) -> None:
        items = "item that is" if count == 1 else "items that are"
        super().__init__(
            f"The collection {squash(collection, 120)} already holds {count} {items} not followthru's.",
            safe="Nothing was read from it or written to it.",
            remedy="Let followthru create a collection of its own, or say --share-existing.",
        )
        self.count = count


class ReadOnlyError(RefusedError):
    """The collection is there to be read: whoever signs in may write nothing into it (RFC 3744 section 5.4)."""

    def __init__(self, collection: str) -> None:
        super().__init__(
            f"The calendar {squash(collection, 120)} may only be read with this sign-in: its server says so.",
            safe="Nothing was written to it.",
            remedy="Ask whoever shares it to let you write, or have followthru make a calendar of its own.",
        )


class WrongKindError(RefusedError):
    """The collection does not take what a calendar is to be shown as (RFC 4791 section 5.2.3)."""

    def __init__(self, form: Form) -> None:
        other = {Form.EVENT: "tasks", Form.TODO: "events"}[form]
        super().__init__(
            f"This collection takes no {form}s: its server says so.",
            safe="Nothing was written to it.",
            remedy=f'Set as = "{other}" for the calendar, or have followthru make a collection of its own.',
        )
        self.form, self._other = form, other

    def of(self, calendar: str) -> WrongKindError:
        """Return the same about a calendar that is set up: `as` was changed, and its collection was made for one."""
        error = WrongKindError(self.form)
        name = squash(calendar, 120)
        error.remedy = (
            f"`followthru calendar setup {name} --new` makes another collection that does, and publishes everything to "
            f'it; or set as = "{self._other}" for the calendar again.'
        )
        return error


class LossGuardError(RefusedError):
    """So much is missing on the server that a person has to confirm it."""

    def __init__(self, calendar: str, lost: int, known: int) -> None:
        name = squash(calendar, 120)
        super().__init__(
            f"{lost} of {known} known objects are missing from calendar {name}.",
            safe="Nothing was unlinked or deleted.",
            remedy=f"If its server is well: `followthru calendar resolve {name} --confirm`, then `followthru sync`. "
            f"You are asked about each, and `followthru calendar resolve {name} ours` puts all of them back.",
        )
        self.lost = lost
        self.known = known


def _quoted(words: str) -> str:
    return f" (it says: {squash(words, 160)})" if words.strip() else ""
