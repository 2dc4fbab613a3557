"""The judge of mail: whatever a server accepted, held against what the store says of it.

What it holds them to: whatever the server accepted went to one reader through their practice's own account, with the
bytes that were approved and under a Message-ID that never changes; once only, unless the PM had it sent again; and
the store never says that it was sent, or was not, where the log says otherwise.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from followthru.actions.context import Context
from followthru.config.values import MailAccount
from followthru.store import outbox
from followthru.store import updates as rows
from followthru.store.updates import UpdateRow
from tests.updates.scripted import Accepted, logged

_MESSAGE_ID = re.compile(rb"(?mi)^Message-ID:\s*(<[^>]+>)")
_CANARY = re.compile(rb"([a-z-]+)-(owners|team)-\d+")
_CERTAINLY_NOT = frozenset({"approved", "claimed", "deferred", "refused", "in review", "cancelled", "superseded"})


class MailJudge:
    """Judges a store by the log of its mail server. `accounts` are those by a practice's slug, `staff` who is no owner.

    The store of `ctx` may be opened anew at any time.
    """

    def __init__(self, ctx: Context, log: Path, accounts: Mapping[str, MailAccount], staff: frozenset[str]) -> None:
        self.ctx = ctx
        self.resent: Counter[int] = Counter()
        self.message_ids: dict[int, str] = {}
        self._log, self._accounts, self._staff = log, accounts, staff
        self._before = len(logged(log))

    def rows(self) -> list[UpdateRow]:
        """Return all updates."""
        return rows.listed(self.ctx.read, all_=True, limit=-1)

    def uncertain(self) -> list[UpdateRow]:
        """Return the updates that may have arrived."""
        return [row for row in self.rows() if (row.status, row.phase) == ("approved", "uncertain")]

    def log(self) -> list[Accepted]:
        """Return what the server accepted from this store."""
        return logged(self._log)[self._before :]

    def arrived(self, row: UpdateRow) -> int:
        """Return how often the server has accepted an update."""
        found = outbox.one(self.ctx.read, row.id)
        return 0 if found is None else sum(id_of(mail) == found.frozen.message_id for mail in self.log())

    def faults(self) -> list[str]:
        """Return all that is wrong."""
        log = self.log()
        found = [fault for mail in log for fault in self._faults_of_mail(mail)]
        times = Counter(id_of(mail) for mail in log)
        for row in self.rows():
            found += self._faults_of_row(row, times)
        found += [
            f"update {update_id} tells dates and never arrived"
            for update_id, phase in self.ctx.read.rows(
                "SELECT DISTINCT t.update_id, d.phase FROM telling t JOIN delivery d ON d.update_id = t.update_id"
            )
            if phase != "accepted"
        ]
        if self.ctx.read.value("PRAGMA integrity_check") != "ok":
            found.append("the database is damaged")
        return found

    def _faults_of_mail(self, mail: Accepted) -> list[str]:
        """Return what is wrong with a mail on the server, by what the store says that it approved."""
        message_id = id_of(mail)
        row = self.ctx.read.row(
            "SELECT d.recipient, d.payload, p.slug, e.handle FROM delivery d "
            'JOIN "update" u ON u.id = d.update_id JOIN practice p ON p.id = u.practice_id '
            "JOIN person e ON e.id = u.person_id WHERE d.message_id = ?",
            message_id,
        )
        if row is None:
            return [f"{message_id} is unknown here"]
        recipient, payload, slug, handle = row
        account = self._accounts[slug]
        # A copy that the server refused goes missing alone.
        with_copy = (recipient, account.from_.address) if account.bcc_self else (recipient,)
        found: list[str] = []
        if mail.recipients not in {with_copy, (recipient,)} or mail.sender != account.from_.address:
            found.append(f"{message_id} went from {mail.sender} to {mail.recipients}")
        if mail.content != payload:
            found.append(f"{message_id} has other bytes than were approved")
        found += [
            f"{handle} at {slug} reads {canary[0].decode()}"
            for canary in _CANARY.finditer(mail.content)
            if canary[1].decode() != slug or (handle in self._staff and canary[2] == b"owners")
        ]
        return found

    def _faults_of_row(self, row: UpdateRow, times: Counter[str]) -> list[str]:
        """Return where the store and the server's log disagree about an update."""
        delivery = outbox.one(self.ctx.read, row.id)
        if delivery is None:
            return []
        message_id = delivery.frozen.message_id
        count, resent = times[message_id], self.resent[row.id]
        found: list[str] = []
        if self.message_ids.setdefault(row.id, message_id) != message_id:
            found.append(f"update {row.id} has another Message-ID by now")
        if count > 1 + resent:
            found.append(f"update {row.id} arrived {count} times, and was sent again by the PM {resent} times")
        if not count and row.status == "approved" and delivery.phase == "accepted":
            found.append(f"update {row.id} counts as sent, and never arrived")
        stands = delivery.phase if row.status == "approved" else row.status
        if count and not resent and stands in _CERTAINLY_NOT:
            found.append(f"update {row.id} arrived, and the store says {stands}")
        return found

    def faults_of_taking_back(self, before: Counter[str], taken_back: set[int]) -> list[str]:
        """Return what was sent although it had been taken back, given what had arrived before that."""
        now = self.times()
        found: list[str] = []
        for update_id in taken_back:
            delivery = outbox.one(self.ctx.read, update_id)
            if delivery is not None and now[delivery.frozen.message_id] > before[delivery.frozen.message_id]:
                found.append(f"update {update_id} went out although it was taken back")
        return found

    def times(self) -> Counter[str]:
        """Return how often each mail has arrived, by its Message-ID."""
        return Counter(id_of(mail) for mail in self.log())

    def story(self) -> str:
        """Return what the store says it went through."""
        actions = self.ctx.read.rows("SELECT id, actor, verb, words FROM action ORDER BY id DESC LIMIT 20")
        tries = self.ctx.read.rows("SELECT * FROM delivery_attempt ORDER BY id DESC LIMIT 20")
        return "\n".join(f"    {row}" for row in (*reversed(actions), *reversed(tries)))


def id_of(mail: Accepted) -> str:
    """Return a mail's Message-ID."""
    found = _MESSAGE_ID.search(mail.content)
    return found[1].decode() if found else "a mail without a Message-ID"
