"""What a morning of updates costs: many approved mails through one account to a sink on this machine."""

from __future__ import annotations

import asyncio
import smtplib
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from followthru.actions import drafting, people, practices, updates
from followthru.actions.context import Context
from followthru.actions.deliver import Sender
from followthru.actions.gate import Rules
from followthru.config.values import Config, Daemon, MailAccount, Mailbox, Me, StoreSettings, Updates
from followthru.domain.clock import SystemClock
from followthru.domain.people import Channel, RoleName
from followthru.store import outbox
from followthru.store.connection import connect
from followthru.store.store import Store
from followthru.updates.outbox import Phase
from followthru.updates.transports.smtp import Security, SmtpSettings, SmtpTransport
from tests.storekit import add_task

PRACTICES = 4
TASKS = 10
"""Open, promised tasks at each practice; every update states as many as fit."""


class Morning(NamedTuple):
    """How many were sent and how long that took, in seconds: ours, and the same bytes by a bare smtplib."""

    sent: int
    ours: float
    bare: float


def morning(folder: Path, mails: int) -> Morning:
    """Approve so many updates, then time one run of the sender."""
    folder.mkdir(parents=True)
    connect(folder / "followthru.db").close()
    ctx = Context(Store.open(folder / "followthru.db", SystemClock()), zone="UTC", my_name="Robin Vale")
    slugs = [f"practice-{number}" for number in range(PRACTICES)]
    config = _config(slugs)
    for slug in slugs:
        practices.add(ctx, practices.NewPractice(slug, "UTC", weekdays="12345", holidays=None))
        for number in range(TASKS):
            add_task(ctx, f"Promise {number} by in {number + 2} weeks @{slug}")
    for number in range(mails):
        slug = slugs[number % PRACTICES]
        person = people.NewPerson(f"Reader R{number}", f"r{number}@x.example", RoleName.OWNER, channel=Channel.MAIL)
        handle = people.add(ctx, slug, person)[1].handle
        updates.approve(ctx, config, drafting.draft(ctx, slug, handle).update_id)
    payloads = [delivery.frozen for number in range(mails) if (delivery := outbox.one(ctx.read, number + 1))]
    try:
        with _sink(folder / "ours") as port:
            began = time.perf_counter()
            asyncio.run(_send(ctx, config.mail[0], port, folder / "run"))
            ours = time.perf_counter() - began
        sent = ctx.read.value("SELECT count(*) FROM delivery WHERE phase = ?", Phase.ACCEPTED)
        with _sink(folder / "bare") as port:
            began = time.perf_counter()
            with smtplib.SMTP("127.0.0.1", port) as client:
                for one in payloads:
                    client.sendmail("robin@x.example", [one.recipient], one.payload)
            bare = time.perf_counter() - began
    finally:
        ctx.store.close()
    return Morning(int(sent or 0), ours, bare)


async def _send(ctx: Context, account: MailAccount, port: int, run: Path) -> None:
    transport = SmtpTransport(SmtpSettings("127.0.0.1", port, Security.PLAIN))
    await Sender(ctx, account, transport, "bench", rules=Rules(None, 5), run_folder=run).run()


def _config(slugs: list[str]) -> Config:
    account = MailAccount(
        "post", tuple(slugs), Mailbox("Robin Vale", "robin@x.example"), None, "smtp", "127.0.0.1", 25, "plain", None,
        None, False, None,
    )  # fmt: skip
    me = Me("Robin Vale", None, None, "dmy", None, None)
    return Config(me, StoreSettings(None), (), (), (account,), Updates(0, None, None), Daemon(60, 7, "info"))


@contextmanager
def _sink(folder: Path) -> Generator[int]:
    """Run the demo's mail sink as a process; give its port."""
    command = [sys.executable, "-m", "followthru.demo.mailsink", "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.terminate()
