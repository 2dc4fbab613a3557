"""Look among sent mail for one that may have arrived: a provider that files it there has taken it over."""

from __future__ import annotations

import asyncio

from followthru.errors import FollowthruError
from followthru.updates.incoming.mailbox import Mailbox, Settings
from followthru.updates.transports.base import Found, Sight, Unknown
from followthru.updates.words import clean

NOT_THERE = "It is not in {folder}. That proves nothing: not every provider files there what a program sends."
UNNAMED = "The mailbox does not say which folder holds sent mail: name it with sent, under incoming."


class SentMail:
    """Asks one mailbox (`updates.transports.base.Finder`). `folder` is that of sent mail, None for the server's own.

    That a mail is not there is never taken for a proof that it was not sent.
    """

    def __init__(self, settings: Settings, folder: str | None = None) -> None:
        self._settings = settings
        self._folder = folder

    async def find(self, message_id: str) -> Sight:
        """Look for one mail; what goes wrong is said and never raised."""
        return await asyncio.to_thread(self._find, message_id)

    async def aclose(self) -> None:
        """Nothing is kept open."""

    def _find(self, message_id: str) -> Sight:
        try:
            with Mailbox(self._settings) as mailbox:
                folder = self._folder or mailbox.sent_folder()
                if folder is None or not mailbox.has(folder):
                    return Unknown(UNNAMED)
                mailbox.examine(folder)
                there = mailbox.holds(message_id)
        except FollowthruError as fault:
            return Unknown(fault.sentences())
        return (
            Found(f"found in your mail folder {clean(folder)}.")
            if there
            else Unknown(NOT_THERE.format(folder=clean(folder)))
        )
