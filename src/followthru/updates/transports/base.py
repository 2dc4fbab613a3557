"""What every transport promises its caller, what it learns, and what a place that keeps sent mail can tell later."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple, Protocol, runtime_checkable

from followthru.updates.outbox import Outcome, Phase
from followthru.updates.words import megabytes

OnPhase = Callable[[Phase], Awaitable[None]]


class Transport(Protocol):
    """Hands one frozen mail to one recipient, once.

    `repeats_safely` states its retry safety: true only where the same bytes sent twice arrive once.
    """

    @property
    def repeats_safely(self) -> bool:
        """Whether an attempt of unknown outcome may be repeated without asking anybody."""
        ...

    async def send(self, payload: bytes, sender: str, recipient: str, on_phase: OnPhase) -> Outcome:
        """Try once and return what came of it; network faults are outcomes and never raised.

        `on_phase(Phase.DATA_STARTED)` is awaited before the first byte of the mail may leave, so that the
        caller can commit it. What `on_phase` raises ends the attempt before anything left, and is raised.
        """
        ...

    async def aclose(self) -> None:
        """Let go of whatever is kept open between mails."""
        ...


class Learnt(NamedTuple):
    """One thing that was learnt of an account: a name and a value for programs, and words for a person."""

    name: str
    value: str | int | bool | None
    words: str


def learnt_size(most: int | None) -> Learnt:
    """Return how many bytes a mail may have at most, None where the server does not say, as it is told."""
    words = (
        "It does not say how large a mail may be." if most is None else f"It takes mails of up to {megabytes(most)}."
    )
    return Learnt("size", most, words)


@runtime_checkable
class Learner(Protocol):
    """A transport that tells what it has seen of its server, also where a mail could not be sent."""

    async def learn(self) -> tuple[Learnt, ...]:
        """Return what is known by now, asking for no more than reading does. Raises nothing for network faults."""
        ...


class Found(NamedTuple):
    """The mail was handed over: who was asked keeps it as sent. `where` says in words where it is."""

    where: str


class Absent(NamedTuple):
    """The mail has not been handed over, and who was asked can tell. `where` says in words how that is known.

    That a mail is not among those sent is no such proof: it may be on its way there, or kept nowhere. A draft that
    still waits to be sent is one.
    """

    where: str


class Unknown(NamedTuple):
    """Nothing can be told now; why, in words."""

    why: str


Sight = Found | Absent | Unknown


@runtime_checkable
class Finder(Protocol):
    """Can be asked whether a mail was handed over, so that an uncertain one is settled without asking the PM.

    A transport may be one, or something beside it that reads the mailbox. `actions.lookout` asks at growing
    intervals; it believes `Found` at once and `Absent` only when some time has passed since the attempt, because a
    server may still be working on a request whose answer was lost.
    """

    async def find(self, message_id: str) -> Sight:
        """Return what is known of the mail with this Message-ID (with its angle brackets).

        Read-only. Faults of network, sign-in or server are `Unknown`, and never raised.
        """
        ...

    async def aclose(self) -> None:
        """Let go of whatever is kept open between questions."""
        ...
