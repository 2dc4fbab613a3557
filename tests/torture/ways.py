"""The ways by which mail leaves: each with a server that misbehaves as it is told, and every boundary on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from random import Random
from typing import NamedTuple

from followthru.config.values import MailAccount
from followthru.updates.transports.base import Transport
from followthru.updates.transports.graph import GraphSettings, GraphTransport
from followthru.updates.transports.jmap import JmapSettings, JmapTransport
from followthru.updates.transports.smtp import Security, SmtpSettings, SmtpTransport
from tests.torture.mail_boundaries import ANY_MOMENT, COMMITS, EVERY_KIND
from tests.torture.webpost import AFTER, ANSWERS, BEFORE, SAID, WebFault
from tests.updates.jmapserver import TOKEN
from tests.updates.scripted import DROP, HANG, SLOW, Fault, Word

PATIENCE = 0.2  # seconds
SAID_NO = ("451 4.3.0 Not now", "452 4.2.2 Full", "421 4.3.2 Closing", "554 5.0.0 No", "550 5.7.1 Policy", "what?")
ALWAYS = (DROP, HANG, SLOW, "what?")
"""What may happen once a mail is kept; a server that keeps it and says no is a liar that nobody sees through."""
SPOKEN = tuple(word for word in Word if word not in {Word.STARTTLS, Word.AUTH})
"""The words of a conversation in the clear."""
AnyFault = Fault | WebFault


class Way(NamedTuple):
    """One way: what sends through an account to a port, the server's module and words, faults, boundaries."""

    transport: Callable[[MailAccount, int], Transport]
    server: tuple[str, ...]
    fault: Callable[[Random], AnyFault]
    every: frozenset[str]
    before: Mapping[str, Sequence[AnyFault]] = {}
    """What has to go wrong for a request to be made at all, by its name."""

    def words(self) -> list[str]:
        """Return the boundaries on the network alone."""
        return sorted(kind for kind in self.every if "commit" not in kind and kind != ANY_MOMENT)


class _Token:
    """The one token that a server takes."""

    def __init__(self, words: str) -> None:
        self._words = words

    async def token(self, refused: str | None = None) -> str:
        """Return it."""
        return self._words


def _smtp(account: MailAccount, port: int) -> Transport:
    copy_to = account.from_.address if account.bcc_self else None
    return SmtpTransport(
        SmtpSettings("127.0.0.1", port, Security.PLAIN, timeout=PATIENCE, dot_timeout=PATIENCE, copy_to=copy_to)
    )


def _graph(account: MailAccount, port: int) -> Transport:
    return GraphTransport(GraphSettings(_Token("good"), f"http://127.0.0.1:{port}", timeout=5))


def _jmap(account: MailAccount, port: int) -> Transport:
    return JmapTransport(JmapSettings(f"http://127.0.0.1:{port}", _Token(TOKEN), timeout=5))


def smtp_fault(dice: Random) -> Fault:
    """Return one fault at any word, met a few times."""
    word = dice.choice([*SPOKEN, Word.TEXT, Word.DOT, Word.KEPT, Word.KEPT])
    what = dice.choice(ALWAYS if word == Word.KEPT else (*SAID_NO, *ALWAYS))
    if (word, what) == (Word.DOT, SLOW):
        word = Word.KEPT  # what comes slowly there is a yes, and means that it was kept
    return Fault(word, what, times=dice.randint(1, 3), after=dice.randint(0, 2))


def _web_fault(words: tuple[str, ...], whats: tuple[str, ...]) -> Callable[[Random], WebFault]:
    def fault(dice: Random) -> WebFault:
        word = dice.choice(words)
        own = [what for what in whats if what not in SAID or "/" in word]
        return WebFault(word, dice.choice([*own, BEFORE, AFTER, AFTER]), dice.randint(1, 2))

    return fault


def _asked(*requests: str, bodies: tuple[str, ...]) -> frozenset[str]:
    """Return the boundaries of requests, some of which have a body."""
    around = (f"{where}: {what}" for where, what in product(("before sending", "sent", "answered, unread"), requests))
    return frozenset((*COMMITS, *around, *(f"half sent: {what}" for what in bodies), ANY_MOMENT))


CALLS = (
    "Identity/get", "Email/import", "EmailSubmission/set",
    "Email/get", "EmailSubmission/get", "Mailbox/get", "Email/set",
)  # fmt: skip
"""The last method of each request."""
METHODS = ("Email/query", "EmailSubmission/query", *CALLS, "EmailSubmission/set")
WAYS: Mapping[str, Way] = {
    "smtp": Way(_smtp, ("tests.updates.scripted",), smtp_fault, EVERY_KIND),
    "graph": Way(
        _graph,
        ("tests.torture.webpost", "graph"),
        _web_fault(("look", "draft", "send", "send", "remove"), tuple(ANSWERS)),
        _asked("GET messages", "POST messages", "POST send", "DELETE messages", bodies=("POST messages",)),
        {"DELETE messages": [WebFault("send", "later")]},
    ),
    "jmap": Way(
        _jmap,
        ("tests.torture.webpost", "jmap"),
        _web_fault(("session", "upload", *METHODS), ("later", "away", "broken", *SAID)),
        _asked("GET jmap", "GET session", "POST upload", *CALLS, bodies=("POST upload", *CALLS)),
        {
            "Email/set": [WebFault("EmailSubmission/set", "limit")],
            "Email/get": [WebFault("EmailSubmission/set", AFTER)],
            "EmailSubmission/get": [WebFault("EmailSubmission/set", AFTER)],
            "Mailbox/get": [WebFault("EmailSubmission/set", AFTER)],
        },
    ),
}
