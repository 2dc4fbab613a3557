"""What a JMAP server says of itself and of an account (RFC 8620 section 2), and its JSON taken apart safely."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, cast
from urllib.parse import urljoin

from followthru.updates.outbox import Outcome, State
from followthru.updates.transports.answers import Stopped, paused
from followthru.web.http import Answer

MAIL = ["urn:ietf:params:jmap:core", "urn:ietf:params:jmap:mail", "urn:ietf:params:jmap:submission"]
Calls = list[list[object]]


class Session(NamedTuple):
    """Where the server is asked, whose mail it is, as whom that is submitted, and the most bytes it takes at once."""

    api: str
    upload: str
    account: str
    submits: str
    most_bytes: int | None


def session_of(answer: Answer, url: str, allowed: Callable[[str], str]) -> Session:
    """Read a session. `allowed` returns an address that the sign-in may go to, or raises Stopped. Raises Stopped."""
    said = answer.said()
    capabilities, primary = table(said.get("capabilities")), table(said.get("primaryAccounts"))
    if not capabilities:
        raise Stopped(Outcome(State.DEFERRED, None, "This is no JMAP server: it describes no session.", True))
    missing = [name.rpartition(":")[2] for name in MAIL if name not in capabilities]
    account, submits = primary.get(MAIL[1]), primary.get(MAIL[2])
    if missing or not isinstance(account, str):
        raise Stopped(
            paused(f"The server has no mail over JMAP for this account ({', '.join(missing) or 'no account'}).")
        )
    api, upload = said.get("apiUrl"), said.get("uploadUrl")
    if not isinstance(api, str) or not isinstance(upload, str):
        raise Stopped(Outcome(State.DEFERRED, None, "The server's session names no addresses.", True))
    most = table(capabilities[MAIL[0]]).get("maxSizeUpload")
    return Session(
        allowed(urljoin(url, api)),
        allowed(urljoin(url, upload)),
        account,
        submits if isinstance(submits, str) else account,
        most if isinstance(most, int) and most > 0 else None,
    )


def table(value: object) -> dict[str, object]:
    """Return a JSON object, empty for anything else."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def tables(value: object) -> list[dict[str, object]]:
    """Return the objects with an id in a JSON list."""
    every = cast("list[object]", value) if isinstance(value, list) else []
    return [one for one in map(table, every) if isinstance(one.get("id"), str)]


def strings(value: object) -> list[str]:
    """Return the strings of a JSON list."""
    every = cast("list[object]", value) if isinstance(value, list) else []
    return [one for one in every if isinstance(one, str)]
