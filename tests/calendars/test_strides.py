"""Batches grow while answers are quick and small, and fall back at once where one is not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from uuid import UUID, uuid5

import pytest

from followthru.calendars.dav.requests import BATCH
from followthru.calendars.identity import object_uid
from followthru.calendars.sight import Body
from followthru.calendars.strides import LONGEST, Found, Strides

NAMES = [f"{number}.ics" for number in range(40 * BATCH)]


class Server:
    """Answers after `seconds`, with objects of `size` characters, `faulty` ones among them or not."""

    def __init__(self) -> None:
        self.seconds, self.size, self.faulty = 0.1, 1000, False
        self.time = 0.0
        self.asked: list[int] = []

    async def read(self, names: Sequence[str], at_once: int) -> Found:
        assert len(names) == at_once
        self.asked.append(len(names))
        self.time += self.seconds
        return {name: Body("x" * self.size, '"1"') for name in names}, {names[0]: "refused"} if self.faulty else {}


def sizes(server: Server, trouble: int | None = None, **then: object) -> list[int]:
    """Read all one batch after the other, with the server being otherwise for one of them."""

    async def run() -> None:
        strides = Strides(NAMES, server.read, lambda: server.time)
        seen: list[str] = []
        for number, batch in enumerate(strides):
            usual = (server.seconds, server.size, server.faulty)
            if number == trouble:
                for name, value in then.items():
                    setattr(server, name, value)
            await strides.read(batch)
            server.seconds, server.size, server.faulty = usual
            seen += batch
        assert seen == NAMES

    asyncio.run(run())
    return server.asked


def test_a_quick_server_is_asked_for_more_at_a_time() -> None:
    grown = [BATCH, 2 * BATCH, 4 * BATCH, 8 * BATCH]
    assert sizes(Server()) == [*grown, LONGEST, LONGEST, 5 * BATCH]


@pytest.mark.parametrize("then", [{"seconds": 1.5}, {"size": 6000}, {"faulty": True}])
def test_a_slow_a_large_and_a_faulty_answer_make_the_next_one_small(then: dict[str, object]) -> None:
    assert sizes(Server(), 2, **then)[:5] == [BATCH, 2 * BATCH, 4 * BATCH, BATCH, 2 * BATCH]


def test_what_never_comes_quickly_is_asked_for_in_small_batches() -> None:
    server = Server()
    server.seconds = 5.0
    assert set(sizes(server)) == {BATCH}


def test_a_uid_is_what_the_standard_makes_of_its_parts() -> None:
    namespace = UUID("efd2d7d1-37b1-5bcd-8158-9b86575f6c77")
    for task in ("a", "ä\nb", "0" * 200):
        expected = uuid5(namespace, "\n".join(("store", task.replace("\n", " "), "promise", "me", "2")))
        assert object_uid("store", task, "promise", "me", 2) == str(expected)
