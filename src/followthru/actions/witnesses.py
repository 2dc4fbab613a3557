"""What the servers of a configuration say about the time: the witnesses of this machine's clock."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from followthru.config.values import Config

ALLOWED = timedelta(hours=1)
"""By how much a clock may differ from a server's. Less is nothing that a reader of an update would notice."""
_URLS = {"graph": "https://graph.microsoft.com/v1.0"}


class Server(NamedTuple):
    """A server that is talked to anyway, and the file of the private authority that vouches for it."""

    url: str
    ca_file: Path | None = None

    @property
    def host(self) -> str:
        """Its name in words."""
        return urlsplit(self.url).hostname or self.url


def servers(config: Config) -> tuple[Server, ...]:
    """Return the servers of a configuration that say what time it is; none where it says not to ask them.

    Calendars and mail over HTTP do; SMTP and IMAP have no word for it.
    """
    if not config.daemon.check_clock:
        return ()
    calendars = [Server(one.url, one.ca_file) for one in config.accounts]
    mails = [Server(url, one.ca_file) for one in config.mail if (url := one.url or _URLS.get(one.transport))]
    return tuple({one.host: one for one in (*calendars, *mails) if one.url.startswith("http")}.values())


async def said(asked: Collection[Server]) -> dict[str, datetime]:
    """Return what time servers say it is (aware, UTC), by host; one that does not answer is left out."""
    from followthru.web import hour

    async def ask(one: Server) -> datetime | None:
        return await hour.said_by(one.url, None if one.ca_file is None else str(one.ca_file))

    answers = await asyncio.gather(*(ask(one) for one in asked))
    return {one.host: answer for one, answer in zip(asked, answers, strict=True) if answer is not None}


def apart(now: datetime, said: Mapping[str, datetime]) -> tuple[str, datetime] | None:
    """Return the server that is nearest to a clock, if even that one says another time; None where one agrees.

    Where nobody was heard nothing is known against the clock: None as well.
    """
    nearest = min(said.items(), key=lambda one: abs(one[1] - now), default=None)
    return None if nearest is None or abs(nearest[1] - now) <= ALLOWED else nearest


def apart_words(now: datetime, nearest: tuple[str, datetime]) -> str:
    """Return in a sentence which time the clock shows, and which a server."""
    host, at = nearest
    return f"The clock of this machine shows {_instant(now)}; {host} says it is {_instant(at)}."


def _instant(at: datetime) -> str:
    return f"{at:%-d %B %Y, %H:%M} UTC"
