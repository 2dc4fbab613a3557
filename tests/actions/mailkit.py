"""A practice with somebody to write to, its mail account, and a transport that answers as told."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from followthru.actions import drafting, updates
from followthru.actions.context import Context
from followthru.actions.deliver import Sender
from followthru.config.values import Config, Daemon, MailAccount, Mailbox, Me, StoreSettings, Updates
from followthru.domain.people import Member
from followthru.store.updates import UpdateRow
from followthru.updates.outbox import Outcome, Phase, State
from tests.storekit import add_person, add_practice

ACCOUNT = MailAccount(
    name="oak",
    practices=("oak-street",),
    from_=Mailbox("Robin Vale", "robin@oak.example"),
    reply_to=None,
    transport="smtp",
    host="127.0.0.1",
    port=25,
    security="plain",
    username=None,
    password=None,
    bcc_self=False,
    folder=None,
)


def config(send_delay: int = 60, account: MailAccount | None = ACCOUNT) -> Config:
    """Return a configuration with at most one mail account."""
    me = Me("Robin Vale", None, None, "dmy", None, None)
    mail = () if account is None else (account,)
    return Config(me, StoreSettings(None), (), (), mail, Updates(send_delay, None, None), Daemon(60, 7, "info"))


def oak_street(ctx: Context, *, cadence: str | None = None) -> Member:
    """Add the practice and its owner Dana."""
    add_practice(ctx)
    return add_person(ctx, cadence=cadence)


def drafted(ctx: Context, person: str = "dana") -> UpdateRow:
    """Draft an update to a person, Dana unless told otherwise, and return it."""
    return updates.find(ctx.read, drafting.draft(ctx, "oak-street", person).update_id)


def approved(ctx: Context, send_delay: int = 0, *, person: str = "dana") -> UpdateRow:
    """Draft and approve an update to a person, Dana unless told otherwise, and return it."""
    row = drafted(ctx, person)
    updates.approve(ctx, config(send_delay), row.id)
    return updates.find(ctx.read, row.id)


class FakeTransport:
    """Hands nothing over and answers as told; a script's exception is raised after the data started."""

    def __init__(self, *script: Outcome | BaseException, repeats_safely: bool = False) -> None:
        self.repeats_safely = repeats_safely
        self.sent: list[tuple[bytes, str, str]] = []
        self._script = list(script)
        self.before_data: Callable[[], None] | None = None
        self.after_data: Callable[[], None] | None = None

    async def send(
        self, payload: bytes, sender: str, recipient: str, on_phase: Callable[[Phase], Awaitable[None]]
    ) -> Outcome:
        if self.before_data is not None:
            self.before_data()
        await on_phase(Phase.DATA_STARTED)
        self.sent.append((payload, sender, recipient))
        if self.after_data is not None:
            self.after_data()
        answer = self._script.pop(0) if self._script else Outcome(State.ACCEPTED, 250, "queued")
        if isinstance(answer, BaseException):
            raise answer
        return answer

    async def aclose(self) -> None:
        """Nothing is open."""


def answer(state: State, text: str = "words") -> Outcome:
    """Return an outcome of this state."""
    return Outcome(state, None, text)


def sender(ctx: Context, transport: FakeTransport, holder: str = "one") -> Sender:
    """Return the sender of Dana's practice."""
    return Sender(ctx, ACCOUNT, transport, holder, jitter=lambda: 0.999)


def phase(ctx: Context, update_id: int) -> tuple[str, str | None]:
    """Return an update's status and how far its delivery came."""
    row = updates.find(ctx.read, update_id)
    return row.status, row.phase
