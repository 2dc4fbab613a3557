"""A mailbox at Microsoft or behind JMAP as a process: `python -m tests.torture.webpost graph LOG` prints its port.

It runs until stdin is closed; each line there is a new script, a JSON list of faults, and is answered with a line. What
leaves it for a reader is in the log before it says so, as `tests.updates.scripted` writes it.
"""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from collections.abc import Callable, Mapping
from email import message_from_bytes
from email.utils import parseaddr
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from tests.loopback import Asked, Said, serving
from tests.updates import graphserver, jmapserver
from tests.updates.graphserver import Cut, GraphMailbox, Step, refusal
from tests.updates.jmapserver import JmapServer
from tests.updates.scripted import Accepted

BEFORE, AFTER = "cut before", "cut after"
ANSWERS: Mapping[str, Said] = {
    "later": refusal(429, "ErrorTooManyRequests", **{"Retry-After": "1"}),
    "away": refusal(503, "ErrorServerBusy"),
    "broken": refusal(500, "ErrorInternalServerError"),
    "no": refusal(400, "ErrorInvalidRecipients"),
    "not you": refusal(403, "ErrorSendAsDenied"),
}
"""What a request may meet in place of its effect."""
SAID: Mapping[str, Mapping[str, Any]] = {"limit": {"type": "rateLimit"}, "gone": {"type": "serverUnavailable"}}
"""And what a method of JMAP may."""


class WebFault(NamedTuple):
    """What the next `times` requests for a step meet: a cut, or an answer by its name."""

    word: str
    what: str
    times: int = 1


class Post:
    """A mailbox that writes down what leaves it; one request at a time."""

    def __init__(self, log: Path) -> None:
        self._log, self._count, self._one = log, 0, Lock()

    def sent(self) -> list[Accepted]:
        """Return everything that left."""
        raise NotImplementedError

    def script(self, faults: list[WebFault]) -> None:
        """Misbehave like this from now on."""
        raise NotImplementedError

    def answer(self, asked: Asked) -> Said:
        """Answer a request."""
        raise NotImplementedError

    def __call__(self, asked: Asked) -> Said:
        """Answer a request, with what left by it in the log; half of one is as if it had never come."""
        if len(asked.body) < int(asked.headers.get("content-length", "0")):
            raise ConnectionAbortedError
        with self._one:
            try:
                return self.answer(asked)
            finally:
                self._note()

    def _note(self) -> None:
        new = self.sent()[self._count :]
        with self._log.open("ab") as log:
            for mail in new:
                log.write(json.dumps([mail.sender, mail.recipients, b64encode(mail.content).decode()]).encode() + b"\n")
        self._count += len(new)


class GraphPost(Post):
    """One at Microsoft. Whom a mail is for stands in it alone."""

    def __init__(self, log: Path) -> None:
        super().__init__(log)
        self.answer = self._box = GraphMailbox()

    def sent(self) -> list[Accepted]:
        """See `Post.sent`."""
        return [_by_its_headers(content) for content in self._box.sent]

    def script(self, faults: list[WebFault]) -> None:
        """See `Post.script`."""
        self._box.faults = [graphserver.Fault(Step(word), _met(what), times) for word, what, times in faults]


class JmapPost(Post):
    """One behind JMAP, that may write from anybody's address."""

    def __init__(self, log: Path) -> None:
        super().__init__(log)
        self.answer = self._server = JmapServer()
        self._server.identities = [{"id": "i1", "email": ""}]

    def sent(self) -> list[Accepted]:
        """See `Post.sent`."""
        return [Accepted(*one) for one in self._server.sent]

    def script(self, faults: list[WebFault]) -> None:
        """See `Post.script`."""
        self._server.faults = [
            jmapserver.Fault(word, SAID[what] if what in SAID else _met(what), times) for word, what, times in faults
        ]


def _met(what: str) -> Said | Cut:
    return ANSWERS.get(what) or {BEFORE: Cut.BEFORE, AFTER: Cut.AFTER}[what]


def _by_its_headers(content: bytes) -> Accepted:
    headers = message_from_bytes(content)
    return Accepted(parseaddr(headers["From"])[1], (parseaddr(headers["To"])[1],), content)


KINDS: Mapping[str, Callable[[Path], Post]] = {"graph": GraphPost, "jmap": JmapPost}


def main(kind: str, log: Path) -> None:
    """Serve until stdin is closed."""
    post = KINDS[kind](log)
    with serving(post) as server:
        said = str(server.server_port)
        while True:
            sys.stdout.write(f"{said}\n")
            sys.stdout.flush()
            line = sys.stdin.readline()
            if not line:
                return
            post.script([WebFault(*one) for one in json.loads(line)])
            said = "as you wish"


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
