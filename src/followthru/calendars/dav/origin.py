"""Where credentials may go: one origin per account, https beyond loopback (RFC 6454, RFC 9110 section 4.3)."""

from __future__ import annotations

from urllib.parse import urljoin

from followthru.calendars.errors import BadAnswerError, ElsewhereError
from followthru.web import origin
from followthru.web.origin import NoOriginError, Origin


def origin_of(url: str) -> Origin:
    """Return a URL's origin. Raises BadAnswerError for what is none, or may not be spoken to."""
    try:
        return origin.origin_of(url)
    except NoOriginError as error:
        raise BadAnswerError(error.host, error.reason) from error


def resolve(base: str, reference: str) -> str:
    """Return `reference` as an absolute URL of the same origin as `base`.

    Raises ElsewhereError for another's, BadAnswerError for what is no address or may not be spoken to.
    """
    try:
        url = urljoin(base, reference)
    except ValueError as error:
        raise BadAnswerError(origin_of(base).host, f"{reference[:80]!a} is no address: {error}") from error
    if origin_of(url) != origin_of(base):
        raise ElsewhereError(origin_of(base).host, str(origin_of(url)))
    return url
