"""Mails that come back to an update, as mail programs and mail servers write them."""

from __future__ import annotations

from collections.abc import Callable
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import count

from followthru.actions.context import Context
from followthru.actions.incoming import Looked, Wanted, look
from followthru.actions.updates import find
from followthru.store.updates import UpdateRow
from followthru.updates.incoming.mailbox import Mailbox, Settings, SignIn
from followthru.updates.transports.smtp import Security
from tests.actions.mailkit import FakeTransport, approved, sender
from tests.dovecot import PASSWORD, Owner
from tests.storekit import NOON

_numbers = count(1)


def showing(words: str) -> Callable[[str | None], SignIn]:
    """Return what signs in with a password."""

    def sign_in(refused: str | None) -> SignIn:
        return SignIn(words)

    return sign_in


def settings(owner: Owner) -> Settings:
    """Return how the program signs in to a mailbox."""
    return Settings("127.0.0.1", owner.server.port, Security.PLAIN, owner.name, showing(PASSWORD))


def looked(ctx: Context, owner: Owner, *, tasks: str | None = None) -> Looked:
    """Look once through a mailbox."""
    with Mailbox(settings(owner)) as mailbox:
        return look(ctx, Wanted("oak", tasks), mailbox)


async def sent(ctx: Context, person: str = "dana") -> UpdateRow:
    """Send an update to a person, Dana unless told otherwise, and return it."""
    row = approved(ctx, person=person)
    await sender(ctx, FakeTransport()).run()
    return find(ctx.read, row.id)


def new_id() -> str:
    """Return a Message-ID that no other mail has."""
    return f"<{next(_numbers)}.other@elsewhere.example>"


def mail(from_: str, subject: str, text: str = "Words for you alone.", **headers: str) -> EmailMessage:
    """Return a plain mail; underscores in the names of further headers are dashes."""
    message = EmailMessage()
    message["From"] = from_
    message["To"] = "robin@oak.example"
    message["Subject"] = subject
    message["Date"] = format_datetime(NOON)
    message["Message-ID"] = new_id()
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def reply(
    to: UpdateRow, *, from_: str = "", subject: str = "", text: str = "Thank you.", **headers: str
) -> EmailMessage:
    """Return a reply to an update, from whom it went to unless told otherwise."""
    subject = subject or f"Re: {to.subject}"
    return mail(from_ or f"Dana Reyes <{to.email}>", subject, text, In_Reply_To=str(to.message_id), **headers)


def report(
    quotes: str,
    recipient: str,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "550 5.1.1 No such user here",
    envelope_id: str | None = None,
    headers_only: bool = False,
) -> bytes:
    """Return a delivery report (RFC 3464) about one recipient, as Postfix writes it."""
    envelope = f"Original-Envelope-Id: {envelope_id}\n" if envelope_id else ""
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    text = "" if headers_only else "\nThe words of the mail that is returned.\n"
    return f"""\
From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: robin@oak.example
Subject: Undelivered Mail Returned to Sender
Date: {format_datetime(NOON)}
Message-ID: {new_id()}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=report"

--=report
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--=report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
{envelope}Arrival-Date: {format_datetime(NOON)}

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {diagnostic}

--=report
Content-Type: {kind}

From: Robin Vale <robin@oak.example>
To: {recipient}
Subject: Your update
Message-ID: {quotes}
{text}
--=report--
""".encode()
