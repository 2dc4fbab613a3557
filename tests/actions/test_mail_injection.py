"""Hostile words in every field that reaches a mail, judged by the bytes that a real server received."""

from __future__ import annotations

import unicodedata
from contextlib import suppress
from datetime import date
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from html.parser import HTMLParser

import pytest

from followthru.actions import drafting, edit, people, practices, promises, tasks, updates
from followthru.actions.context import Context
from followthru.actions.deliver import Sender
from followthru.actions.promises import NewPromise
from followthru.actions.tasks import Waiting
from followthru.config.values import MailAccount, Mailbox
from followthru.errors import FollowthruError, RefusedError
from followthru.updates.transports.smtp import Security, SmtpSettings, SmtpTransport
from tests.actions.mailkit import ACCOUNT, config, oak_street
from tests.storekit import FixedClock, add_task
from tests.updates.corpus import INJECTIONS
from tests.updates.scripted import Accepted, ScriptedServer

DANA = "dana.reyes@oak-street.example"
HEADERS = ["content-type", "date", "from", "message-id", "mime-version", "subject", "to"]
NEVER = frozenset({"Cc", "Cs", "Zl", "Zp"})
"""Kinds of characters that end a line for somebody, or are none; plain line ends and tabs are not meant."""
TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


class Elements(HTMLParser):
    """Notes every element and attribute of a page, and what it is."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.comments = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_comment(self, data: str) -> None:
        """Count a comment, in which words would be hidden."""
        self.comments += 1


async def sent(ctx: Context, server: ScriptedServer, account: MailAccount, edited: str | None = None) -> bool:
    """Draft, perhaps edit, approve and send an update to Dana; return whether it was approved."""
    row = updates.find(ctx.read, drafting.draft(ctx, "oak-street", "dana").update_id)
    if edited is not None:
        lines = updates.to_edit(ctx, row).splitlines()
        text = "\n".join(f"Subject: {edited}" if line.startswith("Subject:") else line for line in lines)
        with suppress(FollowthruError):
            updates.edit(ctx, row.id, f"{text}\n\n{edited}\n")
    try:
        updates.approve(ctx, config(0, account), row.id)
    except RefusedError:
        return False
    transport = SmtpTransport(SmtpSettings("127.0.0.1", server.port, Security.PLAIN))
    await Sender(ctx, account, transport, "one").run()
    return True


def poison(ctx: Context, words: str) -> None:
    """Put words into every field that a reader may see; what is refused stays as it was."""
    given = words.replace("\ud800", "\ufffd")  # no database, and no terminal, holds half a character
    doings = (
        lambda: practices.edit(ctx, "oak-street", {"name": given}),
        lambda: people.edit(ctx, "oak-street", "dana", {"name": given}),
        lambda: people.edit(ctx, "oak-street", "dana", {"address": given}),
        lambda: edit.edit(ctx, 1, {"public_title": given}),
        lambda: edit.edit(ctx, 2, {"title": given}),
        lambda: promises.promise(ctx, 3, NewPromise(date(2026, 7, 20)), because=given),
        lambda: tasks.wait(ctx, 4, Waiting("dana", given, date(2026, 7, 3))),
    )
    for do in doings:
        with suppress(FollowthruError):
            do()


@pytest.mark.parametrize("words", INJECTIONS, ids=range(len(INJECTIONS)))
async def test_hostile_words_arrive_as_words_or_do_not_go(ctx: Context, clock: FixedClock, words: str) -> None:
    oak_street(ctx)
    for number in range(4):
        add_task(ctx, f"Task {number} by 15 Jul @oak-street")
    async with ScriptedServer() as server:
        assert await sent(ctx, server, ACCOUNT)
        clock.advance(hours=1)
        poison(ctx, words)
        poisoned = ACCOUNT._replace(from_=Mailbox(words[:100], ACCOUNT.from_.address))
        went = [await sent(ctx, server, poisoned)]
        if not went[0]:
            # A name that cannot be written holds the mail back; the other fields are tried without it.
            with suppress(FollowthruError):
                people.edit(ctx, "oak-street", "dana", {"name": "Dana Reyes"})
            practices.edit(ctx, "oak-street", {"name": "Oak Street"})
            assert await sent(ctx, server, ACCOUNT)
        clock.advance(hours=1)
        add_task(ctx, "One more by 16 Jul @oak-street")
        went.append(await sent(ctx, server, ACCOUNT, edited=words.replace("\ud800", "")))
    assert server.connections <= 3
    assert len(server.accepted) == 2 + went[1]
    for mail in server.accepted:
        check(mail)


async def test_every_field_reaches_the_reader(ctx: Context, clock: FixedClock) -> None:
    """Otherwise the test above would hold for a mail without any of the words."""
    oak_street(ctx)
    for number in range(4):
        add_task(ctx, f"Task {number} by 15 Jul @oak-street")
    async with ScriptedServer() as server:
        assert await sent(ctx, server, ACCOUNT)
        clock.advance(hours=1)
        poison(ctx, "marigold")
        assert await sent(ctx, server, ACCOUNT._replace(from_=Mailbox("marigold", ACCOUNT.from_.address)))
    read = BytesParser(policy=policy.default).parsebytes(server.accepted[1].content)
    assert isinstance(read, EmailMessage)
    body = read.get_body(("plain",))
    assert body is not None
    words = [str(read["Subject"]), str(read["From"]), str(read["To"])]
    assert all("marigold" in each for each in words), words
    assert str(body.get_content()).count("marigold") >= 6, body.get_content()


def check(mail: Accepted) -> None:
    """Hold what a server received to being one mail to Dana whose words are words."""
    assert (mail.sender, mail.recipients) == (ACCOUNT.from_.address, (DANA,))
    assert mail.content.isascii()
    lines = mail.content.split(b"\r\n")
    assert not [line for line in lines if b"\r" in line or b"\n" in line or b"\0" in line or len(line) > 998]
    read = BytesParser(policy=policy.default).parsebytes(mail.content)
    assert isinstance(read, EmailMessage)
    assert sorted(name.lower() for name in read) == HEADERS
    assert [address.addr_spec for address in read["To"].addresses] == [DANA]
    assert [address.addr_spec for address in read["From"].addresses] == [ACCOUNT.from_.address]
    assert [part.get_content_type() for part in read.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    texts = [str(read["Subject"]), str(read["From"]), str(read["To"])]
    texts += [part.get_content() for part in read.iter_parts()]
    for text in texts:
        odd = {each for each in text if unicodedata.category(each) in NEVER or each in TURNING} - set("\r\n\t")
        assert not odd, odd
    page = Elements()
    page.feed(texts[-1])
    assert not page.elements & {"script", "img", "a", "b", "iframe", "form"}
    assert not {name for name in page.attributes if name.startswith("on") or name in {"href", "src"}}
    assert not page.comments


def test_the_check_sees_what_it_is_for() -> None:
    """A mail with a second reader, a script and an override is none that passes."""
    good = (
        f"From: {ACCOUNT.from_.address}\r\nTo: {DANA}\r\nDate: x\r\nSubject: x\r\nMessage-ID: <1@x>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>x</p>\r\n--b--\r\n"
    )
    check(Accepted(ACCOUNT.from_.address, (DANA,), good.encode()))
    for old, new in (
        ("Subject: x", "Subject: x\r\nBcc: injected@example.com"),
        (f"To: {DANA}", f"To: {DANA}, injected@example.com"),
        ("<p>x</p>", "<p>x</p><script>1</script>"),
        ("<p>x</p>", '<p onclick="1">x</p>'),
        ("\r\n\r\nx\r\n", "\r\n\r\nx\ny\r\n"),
        ("Subject: x", "Subject: =?utf-8?q?=E2=80=AEx?="),
    ):
        assert good != good.replace(old, new)
        with pytest.raises(AssertionError):
            check(Accepted(ACCOUNT.from_.address, (DANA,), good.replace(old, new).encode()))
