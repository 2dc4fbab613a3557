"""A JMAP server with one account, as RFC 8620 and 8621 have it, over real HTTP; it fails where its script says.

What it `sent` is what left it: sender, recipients and bytes. With `keeps_submissions` it remembers them; Cyrus and
others forget a submission once it is done.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from itertools import count
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from tests.loopback import Asked, Said
from tests.updates.graphserver import Cut

_MESSAGE_ID = re.compile(rb"(?mi)^Message-ID:\s*<([^>]+)>")
CORE, MAIL, SUBMISSION = (f"urn:ietf:params:jmap:{name}" for name in ("core", "mail", "submission"))
_NO_RESULT = "invalidResultReference"
USER, PASSWORD, TOKEN = "ana", "loopback", "fmu1-token"


class Fault(NamedTuple):
    """What the next `times` requests meet that do `step`: `session`, `upload`, or a method such as `Email/import`.

    `what` is an answer in place of the effect, a cut of the connection, or the arguments of a method's own answer.
    """

    step: str
    what: Said | Cut | Mapping[str, Any]
    times: int = 1_000_000


class JmapServer:
    """The server; an `Answering` for tests.loopback."""

    def __init__(self, *faults: Fault, keeps_submissions: bool = True) -> None:
        self.faults = list(faults)
        self.keeps = keeps_submissions
        self.session: dict[str, Any] = {}
        self.identities = [{"id": "i1", "email": "ana@example.org"}]
        self.boxes = {"d": "drafts", "s": "sent", "in": "inbox"}
        self.emails: dict[str, dict[str, Any]] = {}
        self.submissions: dict[str, dict[str, Any]] = {}
        self.sent: list[tuple[str, tuple[str, ...], bytes]] = []
        self.steps: list[str] = []
        self.most_bytes = 10_000_000
        self._blobs: dict[str, bytes] = {}
        self._number = count(1)

    def in_box(self, role: str) -> list[dict[str, Any]]:
        """Return the mails in a folder."""
        [box] = [key for key, name in self.boxes.items() if name == role]
        return [one for one in self.emails.values() if box in one["mailboxIds"]]

    def __call__(self, asked: Asked) -> Said:
        """Answer one request."""
        basic = b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if asked.signed not in (f"Bearer {TOKEN}", f"Basic {basic}"):
            return Said(401, {"WWW-Authenticate": "Basic"})
        path = urlsplit(asked.path).path
        if path == "/.well-known/jmap":
            return Said(301, {"Location": "/jmap/session"})
        if path == "/jmap/session":
            return self._met("session", lambda: _said(self._session()))
        if path == "/jmap/upload/a%401/":
            return self._met("upload", lambda: self._upload(asked))
        if path == "/jmap/api/" and asked.method == "POST":
            return self._api(json.loads(asked.body))
        return Said(404)

    def _met(self, step: str, do: Callable[[], Said]) -> Said:
        self.steps.append(step)
        fault = self._fault(step)
        if isinstance(fault, Said):
            return fault
        if fault is Cut.BEFORE:
            raise ConnectionAbortedError
        said = do()
        if fault is Cut.AFTER:
            raise ConnectionAbortedError
        return said

    def _fault(self, step: str) -> Said | Cut | Mapping[str, Any] | None:
        for at, fault in enumerate(self.faults):
            if fault.step == step and fault.times > 0:
                self.faults[at] = fault._replace(times=fault.times - 1)
                return fault.what
        return None

    def _session(self) -> dict[str, Any]:
        return {
            "capabilities": {CORE: {"maxSizeUpload": self.most_bytes}, MAIL: {}, SUBMISSION: {}},
            "accounts": {"a@1": {"name": "ana"}},
            "primaryAccounts": {MAIL: "a@1", SUBMISSION: "a@1"},
            "apiUrl": "/jmap/api/",
            "uploadUrl": "/jmap/upload/{accountId}/",
        } | self.session

    def _upload(self, asked: Asked) -> Said:
        blob = f"G{sha256(asked.body).hexdigest()}"
        self._blobs[blob] = asked.body
        return _said({"accountId": "a@1", "blobId": blob, "size": len(asked.body), "type": "message/rfc822"}, 201)

    def _api(self, body: dict[str, Any]) -> Said:
        assert set(body["using"]) == {CORE, MAIL, SUBMISSION}
        answers: list[list[Any]] = []
        lose = False
        for name, given, tag in body["methodCalls"]:
            self.steps.append(name)
            fault = self._fault(name)
            if isinstance(fault, Said):
                return fault
            if fault is Cut.BEFORE:
                raise ConnectionAbortedError
            if fault is not None and not isinstance(fault, Cut):
                answers.append(["error" if "type" in fault else name, dict(fault), tag])
                continue
            assert given.pop("accountId") == "a@1"
            resolved = _resolved(given, answers)
            done = self._do(name, resolved) if resolved is not None else [["error", {"type": _NO_RESULT}]]
            answers += [[*one, tag] for one in done]
            lose = lose or fault is Cut.AFTER
        if lose:
            raise ConnectionAbortedError
        return _said({"methodResponses": answers, "sessionState": "1"})

    def _do(self, name: str, given: dict[str, Any]) -> list[list[Any]]:
        match name:
            case "Mailbox/get":
                return [[name, {"list": [{"id": key, "role": role} for key, role in self.boxes.items()]}]]
            case "Identity/get":
                return [[name, {"list": self.identities}]]
            case "Email/query":
                return [[name, {"ids": [key for key, one in self.emails.items() if self._fits(one, given["filter"])]}]]
            case "Email/get":
                names = ("id", "mailboxIds", "keywords", "messageId")
                found = [self.emails[key] for key in given["ids"] if key in self.emails]
                return [[name, {"list": [{each: one[each] for each in names} for one in found]}]]
            case "Email/set":
                return [[name, {"destroyed": [key for key in given["destroy"] if self.emails.pop(key, None)]}]]
            case "Email/import":
                return [[name, {"created": {key: {"id": self._import(one)} for key, one in given["emails"].items()}}]]
            case "EmailSubmission/set":
                return self._submit(name, given)
            case "EmailSubmission/query":
                wanted = given["filter"]["emailIds"]
                return [[name, {"ids": [key for key, one in self.submissions.items() if one["emailId"] in wanted]}]]
            case "EmailSubmission/get":
                return [[name, {"list": [self.submissions[key] for key in given["ids"]]}]]
            case _:
                return [["error", {"type": "unknownMethod"}]]

    def _fits(self, one: dict[str, Any], wanted: dict[str, Any]) -> bool:
        header, words = wanted["header"]
        assert header == "Message-ID"
        boxed = wanted.get("inMailbox") is None or wanted["inMailbox"] in one["mailboxIds"]
        marked = wanted.get("hasKeyword") is None or wanted["hasKeyword"] in one["keywords"]
        return boxed and marked and words.strip("<>") in one["messageId"][0]

    def _import(self, one: dict[str, Any]) -> str:
        key, content = f"M{next(self._number)}", self._blobs[one["blobId"]]
        found = _MESSAGE_ID.search(content)
        assert found is not None
        rest = {"mailboxIds": dict(one["mailboxIds"]), "keywords": dict(one["keywords"])}
        self.emails[key] = {"id": key, "messageId": [found[1].decode()], "content": content, **rest}
        return key

    def _submit(self, name: str, given: dict[str, Any]) -> list[list[Any]]:
        [(tag, one)] = given["create"].items()
        email = self.emails.get(one["emailId"])
        if email is None or one["identityId"] not in [each["id"] for each in self.identities]:
            return [[name, {"notCreated": {tag: {"type": "emailNotFound"}}}]]
        to = tuple(each["email"] for each in one["envelope"]["rcptTo"])
        self.sent.append((one["envelope"]["mailFrom"]["email"], to, email["content"]))
        key = f"S{next(self._number)}"
        if self.keeps:
            self.submissions[key] = {"id": key, "emailId": one["emailId"], "undoStatus": "final"}
        for path, value in given["onSuccessUpdateEmail"][f"#{tag}"].items():
            field, _, part = path.partition("/")
            if value is None:
                email[field].pop(part, None)
            else:
                email[field][part] = value
        return [[name, {"created": {tag: {"id": key, "undoStatus": "final"}}}], ["Email/set", {"updated": {}}]]


def _resolved(given: dict[str, Any], answers: list[list[Any]]) -> dict[str, Any] | None:
    """Return a call's arguments with those that point at an earlier answer (RFC 8620 section 3.7) put in.

    None where that call failed.
    """
    found: dict[str, Any] = {}
    for name, value in given.items():
        if not name.startswith("#"):
            found[name] = value
            continue
        said = next((one for what, one, tag in answers if (what, tag) == (value["name"], value["resultOf"])), None)
        if said is None:
            return None
        assert value["path"] == "/ids"
        found[name[1:]] = said["ids"]
    return found


def _said(body: object, status: int = 200) -> Said:
    return Said(status, {"Content-Type": "application/json"}, json.dumps(body).encode())
