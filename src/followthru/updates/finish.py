"""From an approved subject and text to the bytes that are frozen."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from followthru.updates.mail_reading import Attached
from followthru.updates.message import Mail, Mailbox, build
from followthru.updates.render_html import render_html
from followthru.updates.render_text import parse_text, render_text
from followthru.updates.tree import Tree, tree
from followthru.updates.words import clean


class Envelope(NamedTuple):
    """Who writes to whom, under which Message-ID, and when (an aware instant).

    `in_reply_to` is the Message-ID of the mail in whose thread it goes.
    `fewer` is the address to which a reader writes who wants fewer, in mails that come by themselves.
    """

    message_id: str
    sender: Mailbox
    recipient: Mailbox
    reply_to: str | None
    date: datetime
    in_reply_to: str | None = None
    fewer: str | None = None


def finished(envelope: Envelope, subject: str, body: str, attached: Attached | None = None) -> bytes:
    """Return the final bytes of a mail whose text and HTML are both made from the approved text.

    `attached` is the page that goes along with it.

    Raises MessageError (nothing was sent) when it cannot be made safely.
    """
    subject = clean(subject)
    text, html = rendered(subject, body)
    return build(
        Mail(
            message_id=envelope.message_id,
            sender=_named(envelope.sender),
            recipient=_named(envelope.recipient),
            reply_to=envelope.reply_to,
            subject=subject,
            date=envelope.date,
            text=text,
            html=html,
            in_reply_to=envelope.in_reply_to,
            fewer=envelope.fewer,
            attached=attached,
        )
    )


def rendered(subject: str, body: str) -> tuple[str, str]:
    """Return the text and the HTML of a mail with this subject and this approved text."""
    content = headed(parse_text(body), subject)
    return render_text(content), render_html(content, subject)


def headed(content: Tree, subject: str) -> Tree:
    """Return a tree that has a title, so that text and HTML are headed by the same words."""
    return content if content.title else tree(subject, content.blocks)


def _named(mailbox: Mailbox) -> Mailbox:
    return mailbox._replace(name=clean(mailbox.name))
