"""A home whose one mail account has a mailbox on a real Dovecot, and updates that were sent from it."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from followthru.actions import drafting, updates
from followthru.actions.deliver import Sender
from followthru.actions.desk import Desk, open_desk
from followthru.config.places import home_in
from followthru.config.reading import load
from followthru.domain.clock import Clock
from followthru.store.updates import UpdateRow
from followthru.updates.outbox import State
from tests.actions.mailkit import FakeTransport, answer
from tests.dovecot import PASSWORD, Owner

CONFIG = """\
[[mail]]
name = "oak"
practices = ["oak-street"]
from = "Robin Vale <robin@oak.example>"
transport = "file"
folder = "mails"

[mail.incoming]
host = "127.0.0.1"
port = {port}
security = "plain"
username = "{user}"
password = {{ file = "secret" }}
{more}

[updates]
send_delay = 0

[daemon]
poll = 1
"""


def connect(folder: Path, owner: Owner, more: str = "", password: str = PASSWORD) -> None:
    """Write the configuration of a home: its mailbox is this one's."""
    folder.mkdir(parents=True, exist_ok=True)
    secret = folder / "secret"
    secret.write_text(password, "ascii")
    secret.chmod(0o600)
    (folder / "config.toml").write_text(CONFIG.format(port=owner.server.port, user=owner.name, more=more), "utf-8")


@contextmanager
def desk_of(folder: Path, clock: Clock) -> Generator[Desk]:
    """Open the store of a home."""
    home = home_in(folder)
    desk = open_desk(home, load(home.config), clock)
    try:
        yield desk
    finally:
        desk.ctx.store.close()


def send(folder: Path, clock: Clock, state: State = State.ACCEPTED) -> UpdateRow:
    """Draft, approve and send an update to Dana; the server answers as told. Return it."""
    with desk_of(folder, clock) as desk:
        update_id = drafting.draft(desk.ctx, "oak-street", "dana").update_id
        updates.approve(desk.ctx, desk.config, update_id)
        asyncio.run(Sender(desk.ctx, desk.config.mail[0], FakeTransport(answer(state)), "one").run())
        return updates.find(desk.ctx.read, update_id)
