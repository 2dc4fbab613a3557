"""Fresh tokens for a calendar account, with what goes wrong told as the engine knows it."""

from __future__ import annotations

from followthru.calendars.errors import CalendarError, SignInEndedError, UnreachableError
from followthru.web import oauth
from followthru.web.errors import AwayError, EndedError, OAuthError


class NoTokenError(CalendarError):
    """The provider gave no token, for a reason that only its user can mend."""


async def refresh(client: oauth.Client, account: str, refresh_token: str) -> oauth.Grant:
    """Return a new token (RFC 6749 section 6).

    Raises SignInEndedError where the provider ended the sign-in (`invalid_grant`), UnreachableError, NoTokenError.
    """
    try:
        return await oauth.refresh(client, refresh_token)
    except EndedError as error:
        raise SignInEndedError(account, error.place, error.words) from error
    except AwayError as error:
        raise UnreachableError(error.place, error.reason) from error
    except OAuthError as error:
        safe = "Nothing was lost: what is not yet on the calendar waits in the store."
        raise NoTokenError(error.message, safe=safe, remedy=error.remedy) from error
