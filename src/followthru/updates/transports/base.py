"""What every transport promises its caller."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from followthru.updates.outbox import Outcome, Phase

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
