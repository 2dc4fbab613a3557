"""Set-up: which calendars does this account have, and make one. Never used by the sync itself.

The `caldav` library knows many servers' ways to their principal and home. It follows redirects and logs
as it likes, so it is kept to this: called from a command, with a time-out, its log turned off, and what
it found is checked against the account's own address.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import NamedTuple, Protocol, cast
from urllib.parse import urljoin
from uuid import uuid4

from followthru.calendars.dav.client import Account, DavClient
from followthru.calendars.dav.collection import Collection
from followthru.calendars.dav.origin import origin_of
from followthru.calendars.errors import AuthRefusedError, BadAnswerError, MissingError, UnreachableError
from followthru.calendars.ical.clean import squash

_TIMEOUT = 30
# What the library raises over answers that are no DAV at all, such as the log-in page of a guest network.
_STUMBLES = (AttributeError, TypeError, ValueError, LookupError, AssertionError, SyntaxError)


class _Calendar(Protocol):
    """As much of the library's calendar as is used here."""

    @property
    def url(self) -> object: ...
    def get_supported_components(self) -> Sequence[str]: ...
    def get_display_name(self) -> str | None: ...


class _Principal(Protocol):
    """As much of the library's principal as is used here."""

    @property
    def url(self) -> object: ...
    def get_calendars(self) -> Sequence[_Calendar]: ...
    def make_calendar(
        self, *, name: str, cal_id: str, supported_calendar_component_set: Sequence[str]
    ) -> _Calendar: ...


class FoundCalendar(NamedTuple):
    """A calendar collection. `components` is what it takes (VEVENT, VTODO); empty if the server does not say."""

    url: str
    name: str
    components: tuple[str, ...]


def find_calendars(account: Account) -> tuple[FoundCalendar, ...]:
    """Return the account's calendars. Blocking: run it where waiting is allowed.

    Raises AuthRefusedError, UnreachableError, MissingError (no calendars behind this address) and
    BadAnswerError (they live at another origin, which the message names).
    """
    with _principal(account) as principal:
        return tuple(_described(account, calendar) for calendar in principal.get_calendars())


def make_calendar(account: Account, title: str) -> FoundCalendar:
    """Make a calendar for events in the account's home and return it. Raises as `find_calendars` does."""
    name = squash(title, 120)
    with _principal(account) as principal:
        made = principal.make_calendar(
            name=name, cal_id=f"followthru-{uuid4()}", supported_calendar_component_set=["VEVENT"]
        )
        return FoundCalendar(_own(account, made.url), name, ("VEVENT",))


async def count_objects(client: DavClient, url: str) -> int:
    """Return how many objects a collection holds: by address and etag, none of them read."""
    return (await Collection(client, url).listing()).present()


@contextmanager
def _principal(account: Account) -> Generator[_Principal]:
    """Give the principal that the account signs in as; tell the library's errors apart."""
    from caldav.davclient import DAVClient
    from caldav.lib.error import AuthorizationError, DAVError, NotFoundError

    origin = origin_of(account.url)
    place = f"{origin.host}:{origin.port}"
    # Its log carries headers and whole bodies.
    logging.getLogger("caldav").setLevel(logging.CRITICAL + 1)
    try:
        with DAVClient(
            url=account.url,
            username=account.username,
            password=account.password,
            auth_type=account.scheme,
            timeout=_TIMEOUT,
            ssl_verify_cert=account.ca_file or True,
            enable_rfc6764=False,
        ) as client:
            principal = cast("_Principal", client.get_principal())
            _own(account, principal.url)
            yield principal
    except AuthorizationError as error:
        raise AuthRefusedError(account.name, place) from error
    except NotFoundError as error:
        raise MissingError("calendars behind this address") from error
    except DAVError as error:
        raise BadAnswerError(place, type(error).__name__) from error
    except _STUMBLES as error:
        raise BadAnswerError(place, "it is no calendar server's") from error
    except OSError as error:
        raise UnreachableError(place, type(error).__name__) from error


def _described(account: Account, calendar: _Calendar) -> FoundCalendar:
    components = tuple(sorted(str(one).upper() for one in calendar.get_supported_components()))
    return FoundCalendar(_own(account, calendar.url), squash(calendar.get_display_name() or "", 120), components)


def _own(account: Account, url: object) -> str:
    """Return an absolute URL of the account's own origin: its password goes nowhere else."""
    absolute = urljoin(account.url, str(url))
    here, there = origin_of(account.url), origin_of(absolute)
    if here != there:
        raise BadAnswerError(here.host, f"its calendars are at {there}: give that as the account's url")
    return absolute
