"""The mail server of the week, and mails as their readers see them."""

from __future__ import annotations

import asyncio
from email import message_from_bytes, policy
from pathlib import Path
from threading import Event
from typing import NamedTuple

from followthru.demo.mailsink import MailSink, Received


class Mail(NamedTuple):
    """A mail as it arrived: the practice that it came from, its reader, subject and text; all of it, decoded."""

    practice: str
    reader: str
    subject: str
    text: str
    whole: str

    @property
    def head(self) -> str:
        """One line that says who got what from where."""
        return f"{self.practice} to {self.reader}: {self.subject}"


class StallingSink(MailSink):
    """A mail server that keeps each mail, and says so once it `goes_on`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.goes_on = Event()
        self.goes_on.set()

    async def keep(self, sender: str, recipients: tuple[str, ...], content: bytes) -> None:
        """See `MailSink.keep`."""
        await super().keep(sender, recipients, content)
        await asyncio.to_thread(self.goes_on.wait)


def read(received: Received) -> Mail:
    """Read a mail that has one reader. Raises ValueError if it has none or several."""
    mail = message_from_bytes(received.content, policy=policy.default)
    [reader] = received.recipients
    texts = [str(part.get_content()) for part in mail.walk() if part.get_content_maintype() == "text"]
    practice = received.sender.partition("@")[2].partition(".")[0]
    head = "\n".join(f"{name}: {value}" for name, value in mail.items())
    flat = " ".join(texts[0].split())
    return Mail(practice, reader.partition("@")[0], str(mail["Subject"]), flat, "\n".join([head, *texts]))
