"""JMAP (RFC 8620, RFC 8621): the mail is put into Drafts, submitted, and moved to Sent by the server.

Retry safety: none by itself. After a lost answer the mailbox is asked: a submission that it knows, or the mail among
those sent, settles it. A draft that is still there does not: a server may forget a submission at any time (RFC 8621
section 7), and hands the mail over before it moves it. Only a submission that was cancelled was certainly not sent.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import NamedTuple, cast
from urllib.parse import quote, urljoin, urlsplit

from followthru.domain.clock import SystemClock
from followthru.updates.outbox import Outcome, Phase, State
from followthru.updates.transports.answers import Stopped, id_of, paused, said
from followthru.updates.transports.base import Absent, Found, Learnt, OnPhase, Sight, Unknown, learnt_size
from followthru.updates.transports.jmap_session import MAIL, Calls, Session, session_of, strings, table, tables
from followthru.updates.transports.signed import Signed
from followthru.web.http import Answer, Http
from followthru.web.origin import NoOriginError, origin_of
from followthru.web.patience import retry_after
from followthru.web.tokens import Tokens

_REDIRECTS = 3
# SetErrors of RFC 8621 section 7.5 and RFC 8620 section 5.3, by what they are about.
_ABOUT_ACCOUNT = frozenset({"forbiddenFrom", "forbiddenToSend", "forbiddenMailFrom", "forbidden", "accountReadOnly"})
_ABOUT_MAIL = frozenset({"noRecipients", "invalidRecipients", "tooManyRecipients", "invalidEmail", "tooLarge"})
# Cyrus: what its own relay answered last. That begins with an enhanced code only where it was a no.
_RELAYED = re.compile(r"([45])\.\d{1,3}\.\d{1,3}\b")
_NOTHING_DONE = frozenset({"rateLimit", "overQuota", "serverUnavailable", "notFound", "emailNotFound", "stateMismatch"})


class JmapSettings(NamedTuple):
    """One account; `url` is its session resource, or the server. Without `username` what `tokens` give is a token."""

    url: str
    tokens: Tokens
    username: str | None = None
    ca_file: str | None = None
    timeout: float = 60


class Box(NamedTuple):
    """Where mail is put before and after it is sent, and as whom it is submitted."""

    drafts: str
    sent: str
    identity: str


class _Draft(NamedTuple):
    """A mail in the mailbox, and whether this attempt has put it there."""

    id: str
    made: bool


Told = dict[str, dict[str, object]]


class JmapTransport:
    """Sends through one account, and finds there what it sent."""

    repeats_safely = False

    def __init__(self, settings: JmapSettings) -> None:
        self._url = settings.url
        self._signed = Signed(Http(settings.ca_file, timeout=settings.timeout), settings.tokens, settings.username)
        self._session: Session | None = None
        self._boxes: dict[str, Box] = {}

    async def send(self, payload: bytes, sender: str, recipient: str, on_phase: OnPhase) -> Outcome:
        """Try once to hand the mail over; see Transport.send."""
        try:
            session = await self._opened()
            box = await self._box(session, sender)
            draft = await self._drafted(session, box, payload)
        except Stopped as stopped:
            return stopped.outcome
        try:
            await on_phase(Phase.DATA_STARTED)
        except Exception:
            await self._tidy(session, draft)
            raise
        outcome = await self._submitted(session, box, draft.id, sender, recipient)
        if outcome.state == State.UNCERTAIN:
            sight = await self.find(id_of(payload))
            if isinstance(sight, Found):
                return Outcome(State.ACCEPTED, None, said(f"{outcome.text}; but {sight.where}"))
        elif outcome.state != State.ACCEPTED:
            await self._tidy(session, draft)
        return outcome

    async def find(self, message_id: str) -> Sight:
        """Return what the mailbox says of a mail; see Finder.find."""
        try:
            session = await self._opened()
            kept = await self._kept(session, message_id)
            if not kept:
                return Unknown("The mailbox has no mail of this Message-ID.")
            states = await self._submissions(session, [str(one["id"]) for one in kept])
            sent = await self._role(session, "sent")
        except Stopped as stopped:
            return Unknown(stopped.outcome.text)
        if states - {"canceled"}:
            return Found("the server has its submission.")
        if any(sent in table(one.get("mailboxIds")) and "$draft" not in table(one.get("keywords")) for one in kept):
            return Found("it is among the sent mails.")
        if states:
            return Absent("its submission was cancelled.")
        return Unknown("Its draft is still there, but the server may have forgotten that it was submitted.")

    async def learn(self) -> tuple[Learnt, ...]:
        """Return as whom the account may write and how much the server takes; see Learner.learn."""
        try:
            session = await self._opened()
            told = await self._call(
                session, [["Identity/get", {"accountId": session.submits}, "i"]], "asking who it is"
            )
        except Stopped:
            return ()
        named = [str(one.get("email") or "") for one in tables(told.get("Identity/get", {}).get("list"))]
        who = ", ".join(name for name in named if name)
        return (
            Learnt("sends_as", who or None, f"It may write from {who}." if who else "It does not say from whom."),
            learnt_size(session.most_bytes),
            Learnt("look_up", True, "What may have arrived is looked for in the mailbox before you are asked."),
        )

    async def aclose(self) -> None:
        """Close the connection; what the session said is asked anew next time."""
        self._session = None
        self._boxes.clear()
        await self._signed.aclose()

    async def _opened(self) -> Session:
        """Return the session (RFC 8620 section 2). Raises Stopped."""
        if self._session is None:
            url = self._url if urlsplit(self._url).path not in ("", "/") else urljoin(self._url, "/.well-known/jmap")
            answer, url = await self._followed(url)
            if answer.status != 200:
                raise Stopped(refusal("asking for the session", answer))
            self._session = session_of(answer, url, self._same)
        return self._session

    async def _followed(self, url: str) -> tuple[Answer, str]:
        """Ask for the session, being sent on within the same origin a few times. Raises Stopped."""
        for _ in range(_REDIRECTS):
            answer = await self._signed.ask("asking for the session", "GET", url, headers=_JSON)
            if answer.status not in (301, 302, 303, 307, 308):
                return answer, url
            url = self._same(urljoin(url, answer.headers.get("location", "")))
        raise Stopped(paused("The server sends from one address to the next, without end. Check url in config.toml."))

    def _same(self, url: str) -> str:
        """Return an address if a sign-in may go there. Raises Stopped for another origin than the account's."""
        try:
            here, there = origin_of(self._url), origin_of(url)
        except NoOriginError as fault:
            raise Stopped(paused(f"The server names an address that is none: {fault.reason}.")) from fault
        if here != there:
            words = f"The server sends us on to {there}, and the sign-in is for {here} alone."
            raise Stopped(paused(f"{words} If that is your provider's own, make it the url in config.toml."))
        return url

    async def _call(self, session: Session, calls: Calls, doing: str, *, sends: bool = False) -> Told:
        """Do calls in one request and return their answers by name, as `Email/get`; an error is under `error`.

        Raises Stopped.
        """
        body = json.dumps({"using": MAIL, "methodCalls": calls}).encode()
        answer = await self._signed.ask(doing, "POST", session.api, headers=_JSON, body=body, sends=sends)
        if answer.status != 200:
            unsure = sends and answer.status >= 500
            raise Stopped(_unsure(answer) if unsure else refusal(doing, answer))
        found: dict[str, dict[str, object]] = {}
        for one in cast("list[object]", answer.said().get("methodResponses") or []):
            parts = cast("list[object]", one) if isinstance(one, list) else []
            if len(parts) == 3:
                found.setdefault(str(parts[0]), table(parts[1]))
        if not found:
            state = State.UNCERTAIN if sends else State.DEFERRED
            raise Stopped(Outcome(state, None, f"The server's answer makes no sense while {doing}."))
        return found

    async def _box(self, session: Session, sender: str) -> Box:
        """Return where mail goes and as whom (RFC 8621 sections 2 and 6). Raises Stopped."""
        if sender not in self._boxes:
            calls: Calls = [
                ["Mailbox/get", {"accountId": session.account, "properties": ["id", "role"]}, "m"],
                ["Identity/get", {"accountId": session.submits}, "i"],
            ]
            told = await self._call(session, calls, "looking at the mailbox")
            roles = {str(one.get("role")): str(one["id"]) for one in tables(told.get("Mailbox/get", {}).get("list"))}
            if "drafts" not in roles or "sent" not in roles:
                raise Stopped(paused("The mailbox has no folder for drafts or none for sent mail; make them first."))
            found = _identity(tables(told.get("Identity/get", {}).get("list")), sender)
            if found is None:
                words = f"This account may not write from {sender}: the server knows no such identity."
                raise Stopped(paused(f"{words} Add it at your provider, or change `from` in config.toml."))
            self._boxes[sender] = Box(roles["drafts"], roles["sent"], found)
        return self._boxes[sender]

    async def _role(self, session: Session, role: str) -> str:
        calls: Calls = [["Mailbox/get", {"accountId": session.account, "properties": ["id", "role"]}, "m"]]
        told = await self._call(session, calls, "looking at the mailbox")
        every = tables(told.get("Mailbox/get", {}).get("list"))
        return next((str(one["id"]) for one in every if one.get("role") == role), "")

    async def _drafted(self, session: Session, box: Box, payload: bytes) -> _Draft:
        """Put the mail among the drafts, in place of what an earlier attempt left there. Raises Stopped."""
        if session.most_bytes is not None and len(payload) > session.most_bytes:
            words = f"The server takes mails of at most {session.most_bytes} bytes, and this one has {len(payload)}."
            raise Stopped(Outcome(State.REFUSED, None, words))
        url = session.upload.replace("{accountId}", quote(session.account, safe=""))
        headers = {**_JSON, "Content-Type": "message/rfc822"}
        answer = await self._signed.ask("handing over the text", "POST", url, headers=headers, body=payload)
        blob = answer.said().get("blobId")
        if answer.status not in (200, 201) or not isinstance(blob, str):
            raise Stopped(refusal("handing over the text", answer))
        stray = {"inMailbox": box.drafts, "hasKeyword": "$draft", "header": ["Message-ID", id_of(payload)]}
        draft = {"blobId": blob, "mailboxIds": {box.drafts: True}, "keywords": {"$draft": True, "$seen": True}}
        ids = {"resultOf": "q", "name": "Email/query", "path": "/ids"}
        account = session.account
        calls: Calls = [
            ["Email/query", {"accountId": account, "filter": stray}, "q"],
            ["Email/set", {"accountId": account, "#destroy": ids}, "d"],
            ["Email/import", {"accountId": account, "emails": {"mail": draft}}, "i"],
        ]
        told = await self._call(session, calls, "making its draft")
        if "Email/set" not in told or table(told["Email/set"].get("notDestroyed")):
            raise Stopped(Outcome(State.DEFERRED, None, "An earlier draft of it could not be taken away."))
        done = told.get("Email/import", {})
        made, refused = table(table(done.get("created")).get("mail")), table(table(done.get("notCreated")).get("mail"))
        email = made.get("id") or (refused.get("existingId") if refused.get("type") == "alreadyExists" else None)
        if not isinstance(email, str):
            raise Stopped(_set_error(refused or told.get("error", {}), sends=False))
        return _Draft(email, "id" in made)

    async def _submitted(self, session: Session, box: Box, email: str, sender: str, recipient: str) -> Outcome:
        """Submit the draft (RFC 8621 section 7.5), and return what came of it."""
        envelope = {"mailFrom": {"email": sender}, "rcptTo": [{"email": recipient}]}
        moved = {f"mailboxIds/{box.drafts}": None, f"mailboxIds/{box.sent}": True, "keywords/$draft": None}
        submission = {
            "accountId": session.submits,
            "create": {"mail": {"identityId": box.identity, "emailId": email, "envelope": envelope}},
            "onSuccessUpdateEmail": {"#mail": moved},
        }
        try:
            told = await self._call(session, [["EmailSubmission/set", submission, "s"]], "submitting it", sends=True)
        except Stopped as stopped:
            return stopped.outcome
        done = told.get("EmailSubmission/set", {})
        made = table(table(done.get("created")).get("mail"))
        if made.get("id"):
            note = "" if "Email/set" in told else " It could not be moved to the sent mails."
            return Outcome(State.ACCEPTED, None, f"The server took it.{note}")
        return _set_error(table(table(done.get("notCreated")).get("mail")) or told.get("error", {}), sends=True)

    async def _kept(self, session: Session, message_id: str) -> list[dict[str, object]]:
        """Return the mails of exactly this Message-ID, in any folder. Raises Stopped."""
        account, ids = session.account, {"resultOf": "q", "name": "Email/query", "path": "/ids"}
        wanted = ["id", "mailboxIds", "keywords", "messageId"]
        calls: Calls = [
            ["Email/query", {"accountId": account, "filter": {"header": ["Message-ID", message_id]}, "limit": 20}, "q"],
            ["Email/get", {"accountId": account, "#ids": ids, "properties": wanted}, "g"],
        ]
        told = await self._call(session, calls, "looking for it")
        if "Email/get" not in told:
            raise Stopped(_set_error(told.get("error", {}), sends=False))
        exact = message_id.strip("<>")
        return [one for one in tables(told["Email/get"].get("list")) if strings(one.get("messageId")) == [exact]]

    async def _submissions(self, session: Session, emails: list[str]) -> set[str]:
        """Return how the submissions stand that the server knows for these mails. Raises Stopped."""
        account, ids = session.submits, {"resultOf": "q", "name": "EmailSubmission/query", "path": "/ids"}
        calls: Calls = [
            ["EmailSubmission/query", {"accountId": account, "filter": {"emailIds": emails}}, "q"],
            ["EmailSubmission/get", {"accountId": account, "#ids": ids, "properties": ["id", "undoStatus"]}, "g"],
        ]
        told = await self._call(session, calls, "looking for its submission")
        return {str(one.get("undoStatus")) for one in tables(told.get("EmailSubmission/get", {}).get("list"))}

    async def _tidy(self, session: Session, draft: _Draft) -> None:
        """Take a draft away that is not sent; where that fails, the next attempt does it."""
        calls: Calls = [["Email/set", {"accountId": session.account, "destroy": [draft.id]}, "d"]]
        with suppress(Stopped):
            if draft.made:
                await self._call(session, calls, "taking its draft away")


_JSON = {"Accept": "application/json", "Content-Type": "application/json"}


def _identity(every: list[dict[str, object]], sender: str) -> str | None:
    """Return the identity that may write from an address: its own, one for its whole domain, or one without any."""
    domain = sender.rpartition("@")[2].casefold()
    for wanted in (sender.casefold(), f"*@{domain}", ""):
        for one in every:
            if str(one.get("email") or "").casefold() == wanted:
                return str(one["id"])
    return None


def refusal(doing: str, answer: Answer) -> Outcome:
    """Return what a status means that is no success (RFC 8620 section 3.6.1); nothing was sent."""
    problem = answer.said()
    parts = [str(problem[name]) for name in ("type", "detail", "title") if problem.get(name)]
    words = said(f"{answer.status} {': '.join(parts)}".strip())
    if answer.status == 401:
        return paused(f"The server does not take the sign-in of this account ({words}).")._replace(code=401)
    if answer.status in (403, 404):
        return paused(f"The server does not let this account in while {doing} ({words}). Check url in config.toml.")
    if answer.status == 413:
        return Outcome(State.REFUSED, 413, words)
    seconds = retry_after(answer.headers.get("retry-after"), SystemClock().now())
    return Outcome(State.DEFERRED, answer.status, f"Not now, while {doing}: {words}", True, seconds)


def _unsure(answer: Answer) -> Outcome:
    return Outcome(State.UNCERTAIN, answer.status, f"The server failed while submitting it: {answer.status}")


def _set_error(error: dict[str, object], *, sends: bool) -> Outcome:
    """Return what an error means that is about one mail, or one call; one that is not known may have sent it."""
    kind = str(error.get("type") or "no reason given")
    described = str(error.get("description") or "")
    words = said(f"{kind}: {described}" if described else kind)
    if kind in _ABOUT_ACCOUNT:
        return paused(f"The server does not let this account send ({words}). Check `from` in config.toml.")
    if kind in _ABOUT_MAIL:
        return Outcome(State.REFUSED, None, words)
    refused = _RELAYED.match(described) if kind == "smtpProtocolError" else None
    if refused is not None and refused[1] == "5":
        return Outcome(State.REFUSED, None, words)
    if kind in _NOTHING_DONE or refused is not None or not sends:
        return Outcome(State.DEFERRED, None, words)
    return Outcome(State.UNCERTAIN, None, words)
