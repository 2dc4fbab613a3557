"""A mailbox behind the requests of Microsoft Graph that mail needs, over real HTTP; it fails where its script says.

As documented at learn.microsoft.com/graph: user-post-messages, message-send, user-list-messages with a filter,
message-delete, errors. What it `sent` is what left it for a reader.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Callable, Collection
from enum import StrEnum
from itertools import count
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from tests.loopback import Asked, Said

_MESSAGE_ID = re.compile(rb"(?mi)^Message-ID:\s*(<[^>]+>)")
_FILTER = re.compile(r"internetMessageId eq '(.*)'")
_SEND = re.compile(r"/me/messages/([^/?]+)/send")
_ONE = re.compile(r"/me/messages/([^/?]+)")


class Step(StrEnum):
    """What a request wants."""

    LOOK = "look"
    DRAFT = "draft"
    SEND = "send"
    REMOVE = "remove"


class Cut(StrEnum):
    """The connection is dropped, before the request had its effect or after."""

    BEFORE = "before"
    AFTER = "after"


class Fault(NamedTuple):
    """What the next `times` requests of a step meet: an answer in place of the effect, or a cut."""

    step: Step
    what: Said | Cut
    times: int = 1_000_000


class Item:
    """One mail in the mailbox."""

    def __init__(self, mime: bytes, message_id: str) -> None:
        self.mime = mime
        self.message_id = message_id
        self.is_draft = True


def refusal(status: int, code: str, message: str = "said so", **headers: str) -> Said:
    """Return an error as Graph writes it."""
    body = json.dumps({"error": {"code": code, "message": message}}).encode()
    return Said(status, {"Content-Type": "application/json", **headers}, body)


class GraphMailbox:
    """The mailbox; an `Answering` for tests.loopback. `tokens` are those it takes."""

    def __init__(self, *faults: Fault, tokens: Collection[str] = ("good",), renames: bool = False) -> None:
        self.faults = list(faults)
        self.tokens = tokens
        self.renames = renames
        self.items: dict[str, Item] = {}
        self.sent: list[bytes] = []
        self.steps: list[Step] = []
        self.noted: Callable[[Step], None] = lambda _: None
        self._number = count(1)

    @property
    def drafts(self) -> list[Item]:
        """What waits in it as drafts."""
        return [item for item in self.items.values() if item.is_draft]

    def __call__(self, asked: Asked) -> Said:
        """Answer one request."""
        if asked.signed.removeprefix("Bearer ") not in self.tokens:
            return refusal(401, "InvalidAuthenticationToken", "Access token has expired or is not yet valid.")
        path = urlsplit(asked.path).path
        if path == "/me/mailFolders/sentitems/messages":
            return self._newest()
        step = self._step(asked.method, path)
        if step is None or 'IdType="ImmutableId"' not in asked.headers.get("prefer", ""):
            return refusal(400, "BadRequest")
        self.steps.append(step)
        self.noted(step)
        fault = self._fault(step)
        if isinstance(fault, Said):
            return fault
        if fault is Cut.BEFORE:
            raise ConnectionAbortedError
        said = self._do(step, asked, path)
        if fault is Cut.AFTER:
            raise ConnectionAbortedError
        return said

    def _fault(self, step: Step) -> Said | Cut | None:
        for at, fault in enumerate(self.faults):
            if fault.step == step and fault.times > 0:
                self.faults[at] = fault._replace(times=fault.times - 1)
                return fault.what
        return None

    def _step(self, method: str, path: str) -> Step | None:
        if path == "/me/messages":
            return {"GET": Step.LOOK, "POST": Step.DRAFT}.get(method)
        if method == "POST" and _SEND.fullmatch(path):
            return Step.SEND
        return Step.REMOVE if method == "DELETE" and _ONE.fullmatch(path) else None

    def _do(self, step: Step, asked: Asked, path: str) -> Said:
        match step:
            case Step.LOOK:
                return self._look(asked)
            case Step.DRAFT:
                return self._draft(asked)
            case Step.SEND:
                return self._send(unquote(path.split("/")[3]))
            case Step.REMOVE:
                return Said(204) if self.items.pop(unquote(path.split("/")[3]), None) else _gone()

    def _look(self, asked: Asked) -> Said:
        [wanted] = parse_qs(urlsplit(asked.path).query)["$filter"]
        found = _FILTER.fullmatch(wanted)
        assert found is not None
        name = found[1].replace("''", "'")
        value = [_json(key, item) for key, item in self.items.items() if item.message_id == name]
        return Said(200, {"Content-Type": "application/json"}, json.dumps({"value": value}).encode())

    def _newest(self) -> Said:
        said = [{"from": {"emailAddress": {"address": _from(mime)}}} for mime in self.sent[-1:]]
        return Said(200, {"Content-Type": "application/json"}, json.dumps({"value": said}).encode())

    def _draft(self, asked: Asked) -> Said:
        if asked.headers.get("content-type") != "text/plain":
            return refusal(415, "UnsupportedMediaType")
        mime = b64decode(asked.body, validate=True)
        found = _MESSAGE_ID.search(mime)
        assert found is not None
        number = next(self._number)
        named = f"<{number}@prod.outlook.example>" if self.renames else found[1].decode()
        key = f"AAk/{number}="
        self.items[key] = Item(mime, named)
        return Said(201, {"Content-Type": "application/json"}, json.dumps(_json(key, self.items[key])).encode())

    def _send(self, key: str) -> Said:
        item = self.items.get(key)
        if item is None or not item.is_draft:
            return _gone()
        item.is_draft = False
        self.sent.append(item.mime)
        return Said(202)


def _from(mime: bytes) -> str:
    found = re.search(rb"(?mi)^From:.*?<([^>]+)>", mime)
    return found[1].decode() if found else ""


def _json(key: str, item: Item) -> dict[str, object]:
    return {"id": key, "isDraft": item.is_draft, "internetMessageId": item.message_id}


def _gone() -> Said:
    return refusal(404, "ErrorItemNotFound", "The specified object was not found in the store.")
