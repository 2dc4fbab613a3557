"""Trouble at the n-th chance, for cycles in a world: kills, lost and spoilt answers, refusals."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from tests.calendars.fake import Fault


class KilledError(Exception):
    """The process ended here."""


def kill_at(at: int) -> Callable[[], None]:
    left = [at]

    def tick() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KilledError

    return tick


def fault_at(trouble: str, at: int) -> Fault:
    left = [at]

    def stand_between(request: httpx.Request, forward: Callable[[], httpx.Response]) -> httpx.Response:
        left[0] -= 1
        if left[0] != -1 or trouble in ("none", "kill"):
            return forward()
        if trouble in ("lost", "dies", "spoilt"):
            answer = forward()
            if trouble == "spoilt":
                return httpx.Response(answer.status_code, text="<html>sign in</html>")
            if trouble == "dies":
                raise KilledError
            raise httpx.ReadError("the answer is lost")
        if trouble == "refused":
            raise httpx.ConnectError("nobody there")
        return httpx.Response(int(trouble))

    return stand_between
