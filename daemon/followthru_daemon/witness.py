"""Whether the wall clock can be believed before anything is done by it that cannot be taken back.

What a server said once goes on in elapsed time, which nobody sets: a clock that is set afterwards is found without
asking again. Nobody is asked while one agrees, and a machine that reaches nobody is believed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from followthru.actions.witnesses import Server, apart, apart_words, said
from followthru.domain.clock import Clock

ASK_AGAIN = 60.0
"""Seconds between two times at which the servers are asked."""

Ask = Callable[[Sequence[Server]], Awaitable[dict[str, datetime]]]


class Witness:
    """What the servers said, and when. `elapsed` returns seconds that go by whatever is set or sleeps."""

    def __init__(self, clock: Clock, elapsed: Callable[[], float], ask: Ask = said) -> None:
        self._clock = clock
        self._elapsed = elapsed
        self._ask = ask
        self._servers: Sequence[Server] = ()
        self._heard: dict[str, tuple[datetime, float]] = {}
        self._asked = float("-inf")
        self._asking = asyncio.Lock()

    def serve(self, servers: Sequence[Server]) -> None:
        """Believe these servers from now on, and no other one."""
        self._servers = servers
        hosts = {one.host for one in servers}
        self._heard = {host: heard for host, heard in self._heard.items() if host in hosts}
        self._asked = float("-inf")

    async def doubt(self) -> str | None:
        """Return, in words, why the clock is not to be believed; None where nothing is known against it."""
        # Whoever comes while somebody asks waits for the answer: without it all would be believed.
        async with self._asking:
            if self._servers and (not self._heard or self._apart() is not None):
                await self._ask_again()
        found = self._apart()
        if found is None:
            return None
        return (
            f"{apart_words(self._clock.now(), found)} Nothing is drafted or sent by it, no duty comes back, and "
            "nothing is lost. Set the clock; it goes on by itself. If it is right and the server's is not: "
            "`check_clock = false` under [daemon]."
        )

    async def _ask_again(self) -> None:
        if self._elapsed() - self._asked < ASK_AGAIN:
            return
        self._asked = self._elapsed()
        answers = await self._ask(self._servers)
        self._heard |= {host: (at, self._elapsed()) for host, at in answers.items()}

    def _apart(self) -> tuple[str, datetime] | None:
        now = self._elapsed()
        return apart(
            self._clock.now(), {host: at + timedelta(seconds=now - then) for host, (at, then) in self._heard.items()}
        )
