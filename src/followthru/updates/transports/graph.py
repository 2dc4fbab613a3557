"""Microsoft Graph: the mail becomes a draft in the mailbox, and the draft is sent.

learn.microsoft.com/graph: user-post-messages (MIME in base64 as text/plain, 201), message-send (202, a copy goes to
Sent Items), throttling (429 and Retry-After). Sending is asked for by the draft's id and takes effect once; but an
answer that is lost leaves open whether it did. Retry safety: none by itself; what may have been sent is looked up. A
draft that is still there was not sent, one among the sent mails was, and otherwise nobody knows.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple, cast
from urllib.parse import quote, urlencode

from followthru.domain.clock import SystemClock
from followthru.updates.outbox import Outcome, Phase, State
from followthru.updates.transports.answers import Stopped, id_of, paused, said
from followthru.updates.transports.base import Absent, Found, Learnt, OnPhase, Sight, Unknown, learnt_size
from followthru.updates.transports.signed import Signed
from followthru.web.http import Answer, Http
from followthru.web.patience import retry_after
from followthru.web.tokens import Tokens

GRAPH = "https://graph.microsoft.com/v1.0"
_MOST_BYTES = 3_000_000  # a request of 4 MB, in base64
# Ids that stay the same while a mail moves between folders (learn.microsoft.com/graph/outlook-immutable-id).
_IDS = {"Prefer": 'IdType="ImmutableId"'}
# What a mailbox or its administrator must mend, however the one mail looks.
_ABOUT_ACCOUNT = frozenset(
    {
        "ErrorAccessDenied", "ErrorSendAsDenied", "ErrorMessageSubmissionBlocked", "ErrorAccountSuspend",
        "ErrorMailboxNotFound", "ErrorMailboxNotEnabled", "MailboxNotEnabledForRESTAPI", "ErrorInvalidUser",
        "MailboxNotSupportedForRESTAPI", "ErrorNonExistentMailbox", "ErrorQuotaExceeded", "ErrorExceededMessageLimit",
    }
)  # fmt: skip
_LATER = frozenset(
    {
        "ErrorSubmissionQuotaExceeded", "ErrorServerBusy", "ErrorMailboxStoreUnavailable", "ErrorTooManyRequests",
        "ErrorIrresolvableConflict", "ErrorMailboxMoveInProgress", "ErrorTimeoutExpired", "ErrorInternalServerError",
    }
)  # fmt: skip


class GraphSettings(NamedTuple):
    """One mailbox at Microsoft; `base` is where Graph is, timeouts are in seconds."""

    tokens: Tokens
    base: str = GRAPH
    ca_file: str | None = None
    timeout: float = 60


class _Draft(NamedTuple):
    """A mail in the mailbox. `message_id` is the one it goes under, which the server may have changed."""

    id: str
    message_id: str
    is_draft: bool


class GraphTransport:
    """Sends through one mailbox, and finds there what it sent."""

    repeats_safely = False

    def __init__(self, settings: GraphSettings) -> None:
        self._base = settings.base.rstrip("/")
        self._signed = Signed(Http(settings.ca_file, timeout=settings.timeout), settings.tokens)
        self._renamed: dict[str, str] = {}

    async def send(self, payload: bytes, sender: str, recipient: str, on_phase: OnPhase) -> Outcome:
        """Try once to hand the mail over; see Transport.send."""
        message_id = id_of(payload)
        try:
            kept = await self._kept(message_id)
            if any(not one.is_draft for one in kept):
                # Microsoft may send an earlier attempt's draft at any time after it was last seen as a draft.
                await on_phase(Phase.DATA_STARTED)
                return Outcome(State.ACCEPTED, None, "An earlier attempt had sent it: it is in the mailbox as sent.")
            for stray in kept:
                # An earlier attempt's: nobody sends it any more, and two of them could both be sent by hand.
                await self._remove(stray.id)
            draft = await self._draft(payload)
        except Stopped as stopped:
            return stopped.outcome
        if draft.message_id and draft.message_id != message_id:
            self._renamed[message_id] = draft.message_id
        try:
            await on_phase(Phase.DATA_STARTED)
        except Exception:
            await self._tidy(draft)
            raise
        outcome = await self._sent(draft, message_id)
        if outcome.state not in (State.ACCEPTED, State.UNCERTAIN):
            await self._tidy(draft)
        return outcome

    async def find(self, message_id: str) -> Sight:
        """Return what the mailbox says of a mail: sent, still a draft, or nothing; see Finder.find."""
        wanted = self._renamed.get(message_id, message_id)
        try:
            kept = await self._kept(wanted)
        except Stopped as stopped:
            return Unknown(stopped.outcome.text)
        if any(not one.is_draft for one in kept):
            return Found("it is in the mailbox as sent.")
        if kept:
            return Absent("its draft is still in the mailbox.")
        return Unknown("The mailbox has neither a draft nor a sent mail of this Message-ID.")

    async def learn(self) -> tuple[Learnt, ...]:
        """Return as whom the mailbox sends, by its newest sent mail, and what Microsoft documents; see Learner."""
        query = urlencode({"$top": "1", "$select": "from", "$orderby": "sentDateTime desc"}, quote_via=quote)
        try:
            answer = await self._ask("looking who it is", "GET", f"/me/mailFolders/sentitems/messages?{query}")
        except Stopped:
            return ()
        every = answer.said().get("value")
        newest = cast("list[object]", every)[0] if isinstance(every, list) and every else None
        who = _address(newest)
        return (
            *([Learnt("sends_as", who, f"It sends as {who}.")] if who else []),
            learnt_size(_MOST_BYTES),
            Learnt("look_up", True, "What may have arrived is looked for in the mailbox before you are asked."),
        )

    async def aclose(self) -> None:
        """Close the connection; drafts stay where they are."""
        await self._signed.aclose()

    async def _kept(self, message_id: str) -> list[_Draft]:
        """Return what the mailbox holds under a Message-ID, in any folder. Raises Stopped."""
        quoted = message_id.replace("'", "''")
        query = urlencode(
            {"$filter": f"internetMessageId eq '{quoted}'", "$select": "id,isDraft,internetMessageId", "$top": "10"},
            quote_via=quote,
        )
        answer = await self._ask("looking for it", "GET", f"/me/messages?{query}")
        if answer.status != 200:
            raise Stopped(_refusal("looking for it", answer))
        return list(_drafts(answer.said().get("value")))

    async def _draft(self, payload: bytes) -> _Draft:
        """Put the mail into the mailbox as a draft. Raises Stopped: nothing was sent then."""
        body = b64encode(payload)
        answer = await self._ask(
            "making its draft", "POST", "/me/messages", body=body, headers={"Content-Type": "text/plain"}
        )
        found = next(_drafts([answer.said()]), None) if answer.status in (200, 201) else None
        if found is None:
            raise Stopped(_refusal("making its draft", answer))
        return found

    async def _sent(self, draft: _Draft, message_id: str) -> Outcome:
        """Have the draft sent, and return what came of it."""
        path = f"/me/messages/{quote(draft.id, safe='')}/send"
        try:
            answer = await self._ask("sending its draft", "POST", path, body=b"")
        except Stopped as stopped:
            # What never left is no send.
            unsure = stopped.outcome.state == State.UNCERTAIN
            return await self._in_doubt(stopped.outcome, message_id) if unsure else stopped.outcome
        if 200 <= answer.status < 300:
            return Outcome(State.ACCEPTED, answer.status, _accepted(draft, message_id))
        if answer.status in (404, 410) or answer.status >= 500:
            return await self._in_doubt(_uncertain(answer), message_id)
        return _refusal("sending its draft", answer)

    async def _in_doubt(self, outcome: Outcome, message_id: str) -> Outcome:
        """Return what a look into the mailbox makes of an unknown outcome; a draft may still be about to be sent."""
        sight = await self.find(message_id)
        if isinstance(sight, Found):
            return Outcome(State.ACCEPTED, None, f"{outcome.text}; but {sight.where}")
        return outcome

    async def _ask(
        self, doing: str, method: str, path: str, *, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """Send one request. Raises Stopped where no answer came: uncertain only for a send that may have arrived."""
        sends = path.endswith("/send")
        return await self._signed.ask(
            doing, method, self._base + path, body=body, headers={**_IDS, **(headers or {})}, sends=sends
        )

    async def _remove(self, draft_id: str) -> None:
        """Take a draft away. Raises Stopped where it may still be there."""
        answer = await self._ask("taking an old draft away", "DELETE", f"/me/messages/{quote(draft_id, safe='')}")
        if not (200 <= answer.status < 300 or answer.status in (404, 410)):
            raise Stopped(_refusal("taking an old draft away", answer))

    async def _tidy(self, draft: _Draft) -> None:
        """Take a draft away that is not sent; where that fails, the next attempt does it."""
        with suppress(Stopped):
            await self._remove(draft.id)


def _drafts(value: object) -> Iterator[_Draft]:
    for one in cast("list[object]", value) if isinstance(value, list) else []:
        item = cast("dict[str, object]", one) if isinstance(one, dict) else {}
        if isinstance(item.get("id"), str) and item["id"]:
            message_id = item.get("internetMessageId")
            named = message_id if isinstance(message_id, str) else ""
            yield _Draft(str(item["id"]), named, item.get("isDraft", True) is not False)


def _address(message: object) -> str | None:
    """Return whom a mail is from."""
    found = message
    for name in ("from", "emailAddress", "address"):
        found = cast("dict[str, object]", found).get(name) if isinstance(found, dict) else None
    return found if isinstance(found, str) else None


def _accepted(draft: _Draft, message_id: str) -> str:
    if draft.message_id in ("", message_id):
        return "Microsoft took it, and keeps a copy in Sent Items."
    return said(f"Microsoft took it, and sends it under another Message-ID: {draft.message_id}")


def _uncertain(answer: Answer) -> Outcome:
    return Outcome(State.UNCERTAIN, answer.status, said(f"Microsoft failed while sending: {_words(answer)}"))


def _refusal(doing: str, answer: Answer) -> Outcome:
    """Return what an answer means that did not do what was asked; nothing was sent."""
    status, code, words = answer.status, _code(answer), said(_words(answer))
    if status == 429 or status >= 500 or code in _LATER or status in (408, 409, 412, 423) or status < 400:
        seconds = retry_after(answer.headers.get("retry-after"), SystemClock().now())
        everything = status in (429, 503)
        text = said(f"Microsoft asks to come later ({words})")
        return Outcome(State.DEFERRED, status, text, everything, seconds)
    if status == 401:
        return paused(f"Microsoft does not take this account's sign-in ({words}), not even a fresh one. Sign in again.")
    if status == 403 or code in _ABOUT_ACCOUNT or (status == 404 and doing != "sending its draft"):
        return paused(f"Microsoft does not let this mailbox send ({words}). {_MEND}")._replace(code=status)
    return Outcome(State.REFUSED, status, words)


_MEND = (
    "Check that the client may use Mail.ReadWrite and Mail.Send, that an administrator allowed it where that is "
    "needed, and that `from` is an address of this mailbox; then sign in again."
)


def _error(answer: Answer) -> dict[str, object]:
    error = answer.said().get("error")
    return cast("dict[str, object]", error) if isinstance(error, dict) else {}


def _code(answer: Answer) -> str:
    return str(_error(answer).get("code") or "")


def _words(answer: Answer) -> str:
    """Return the status and the server's own words for a refusal (learn.microsoft.com/graph/errors)."""
    error = _error(answer)
    parts = [str(error[name]) for name in ("code", "message") if error.get(name)]
    return f"{answer.status} {': '.join(parts)}".strip()
