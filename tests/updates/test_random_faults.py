"""Graph and JMAP under faults drawn at random, driven as the sender does: never twice, never taken for sent if not.

A try of unknown outcome is repeated only where the mailbox says that it was not sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import pytest

from followthru.updates.outbox import State
from followthru.updates.transports.base import Absent, Found
from followthru.updates.transports.graph import GraphSettings, GraphTransport
from followthru.updates.transports.jmap import JmapSettings, JmapTransport
from tests.loopback import Said, serving
from tests.updates import graphserver, jmapserver
from tests.updates.graphserver import Cut, GraphMailbox, Step
from tests.updates.jmapserver import TOKEN, JmapServer
from tests.updates.test_smtp import DANA, ME, PAYLOAD, Phases
from tests.updates.test_smtp_tokens import Tokens
from tests.updates.values import mail

ROUNDS = 12
TRIES = 30
MESSAGE_ID = mail().message_id
MEETS: Sequence[Said | Cut] = (Cut.BEFORE, Cut.AFTER, Said(500), Said(503, {"Retry-After": "1"}), Said(429))
METHODS = ("session", "upload", "Email/query", "Email/import", "EmailSubmission/set", "EmailSubmission/query")


async def driven(transport: GraphTransport | JmapTransport) -> State:
    """Send until it is settled or nobody can tell; return how it ended."""
    for _ in range(TRIES):
        outcome = await transport.send(PAYLOAD, ME, DANA, Phases().note)
        if outcome.state == State.UNCERTAIN:
            sight = await transport.find(MESSAGE_ID)
            if isinstance(sight, Found):
                return State.ACCEPTED
            if not isinstance(sight, Absent):
                return State.UNCERTAIN
        elif outcome.state != State.DEFERRED:
            return outcome.state
    return State.DEFERRED


@pytest.mark.parametrize("seed", range(2))
async def test_graph_sends_once_or_says_that_it_did_not(seed: int) -> None:
    random, ends = Random(seed), list[State]()
    for _ in range(ROUNDS):
        faults = [
            graphserver.Fault(random.choice(list(Step)), random.choice(MEETS), random.randint(1, 2))
            for _ in range(random.randint(1, 4))
        ]
        mailbox = GraphMailbox(*faults)
        with serving(mailbox) as server:
            transport = GraphTransport(GraphSettings(Tokens("good"), server.url, timeout=5))
            ended = await driven(transport)
            await transport.aclose()
        assert len(mailbox.sent) <= 1, faults
        assert ended != State.ACCEPTED or len(mailbox.sent) == 1, faults
        assert ended not in (State.DEFERRED, State.REFUSED, State.ACCOUNT_PAUSED) or not mailbox.sent, faults
        ends.append(ended)
    assert State.ACCEPTED in ends


@pytest.mark.parametrize("keeps", [True, False])
async def test_jmap_sends_once_or_says_that_it_did_not(keeps: bool) -> None:
    random, ends = Random(7), list[State]()
    for _ in range(ROUNDS):
        faults = [
            jmapserver.Fault(random.choice(METHODS), random.choice(MEETS), random.randint(1, 2))
            for _ in range(random.randint(1, 4))
        ]
        account = JmapServer(*faults, keeps_submissions=keeps)
        with serving(account) as server:
            transport = JmapTransport(JmapSettings(server.url, Tokens(TOKEN), timeout=5))
            ended = await driven(transport)
            await transport.aclose()
        assert len(account.sent) <= 1, faults
        assert ended != State.ACCEPTED or len(account.sent) == 1, faults
        assert ended not in (State.DEFERRED, State.REFUSED, State.ACCOUNT_PAUSED) or not account.sent, faults
        ends.append(ended)
    assert State.ACCEPTED in ends
