"""Delivery reports (RFC 3464): what became of a mail of ours, as far as its report proves that it is about one.

A report counts only if it quotes the Message-ID of a mail that we sent: in the headers it returns, as the envelope
id, or as what it answers. Only whoever got the mail, or carried it, knows that.
"""

from __future__ import annotations

import re
from email.message import Message
from enum import StrEnum
from typing import NamedTuple

from followthru.updates.incoming.headers import LARGEST, message_ids, parsed, raw, words

MOST_RECIPIENTS = 50
DETAIL_WIDTH = 200
_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_XTEXT = re.compile(r"\+([0-9A-F]{2})")


class Fate(StrEnum):
    """What a report says of one recipient: returned for good, given up after trying, or not delivered yet."""

    RETURNED = "returned"
    GIVEN_UP = "given up"
    DELAYED = "delayed"


class Reported(NamedTuple):
    """What a report says of one recipient. `addresses` are the one we wrote to and the one it was to end at."""

    addresses: frozenset[str]
    fate: Fate | None
    code: str | None
    detail: str


class Report(NamedTuple):
    """A delivery report: the Message-IDs that it quotes, and what it says of each recipient."""

    quotes: tuple[str, ...]
    recipients: tuple[Reported, ...]

    def of(self, recipient: str) -> tuple[Reported, bool] | None:
        """Return what it says of a recipient and whether their own address is meant, None where nothing went wrong.

        Where only others are named, for instance whom a mail was passed on to, the first that failed is returned.
        """
        failed = [one for one in self.recipients if one.fate is not None]
        for one in failed:
            if recipient.casefold() in one.addresses:
                return one, True
        if any(recipient.casefold() in one.addresses for one in self.recipients):
            return None
        return (failed[0], False) if failed else None


def read_report(status: bytes, returned: bytes) -> Report:
    """Read a report's own part and the headers of the mail that it returns; of no shape, it says nothing."""
    blocks = [parsed(block) for block in _BLANK.split(status[:LARGEST].strip())[: MOST_RECIPIENTS + 1]]
    per_message = [block for block in blocks if "Final-Recipient" not in block]
    quotes = message_ids(parsed(returned), "Message-ID")[:1]
    for block in per_message[:1]:
        envelope = _plain(raw(block, "Original-Envelope-Id")).strip().strip("<>")
        quotes += [f"<{envelope}>"] if envelope else []
    recipients = tuple(_recipient(block) for block in blocks if "Final-Recipient" in block)
    return Report(tuple(dict.fromkeys(quotes)), recipients)


def _recipient(block: Message) -> Reported:
    names = ("Original-Recipient", "Final-Recipient")
    addresses = frozenset(_plain(raw(block, name).partition(";")[2]).strip().strip("<>").casefold() for name in names)
    detail = words(raw(block, "Diagnostic-Code").partition(";")[2], DETAIL_WIDTH)
    found = _STATUS.search(raw(block, "Status")) or _STATUS.search(detail)
    code = found[1] if found else None
    action = raw(block, "Action").strip().casefold()
    return Reported(addresses - {""}, _fate(action, code), code, detail)


def _fate(action: str, code: str | None) -> Fate | None:
    """Whatever failed is not delivered any more; against the address it counts only with a status of class 5.

    A server that has tried for days gives up under the status of its last try, of class 4 (RFC 3464 section 2.3.3,
    RFC 3463 section 2).
    """
    if action == "failed":
        return Fate.RETURNED if (code or "").startswith("5.") else Fate.GIVEN_UP
    return Fate.DELAYED if action == "delayed" else None


def _plain(xtext: str) -> str:
    """Return what xtext stands for (RFC 3461 section 4)."""
    return _XTEXT.sub(lambda found: chr(int(found[1], 16)), xtext[:500])
