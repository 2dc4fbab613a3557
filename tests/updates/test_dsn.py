"""Reports are asked for where a server gives them, in words that come back with a returned mail."""

from __future__ import annotations

import pytest

from followthru.updates.outbox import State
from followthru.updates.transports.dsn import sender_options, xtext
from followthru.updates.transports.smtp import Security, SmtpSettings, SmtpTransport
from tests.updates.scripted import Manners, ScriptedServer
from tests.updates.test_smtp import DANA, ME, PAYLOAD, Phases
from tests.updates.values import mail


async def sent(server: ScriptedServer, copy_to: str | None = None) -> State:
    transport = SmtpTransport(
        SmtpSettings("127.0.0.1", server.port, Security.PLAIN, copy_to=copy_to, timeout=5, dot_timeout=5)
    )
    outcome = await transport.send(PAYLOAD, ME, DANA, Phases().note)
    await transport.aclose()
    return outcome.state


async def test_a_server_that_reports_is_asked_to() -> None:
    async with ScriptedServer(manners=Manners(extensions=("DSN",))) as server:
        assert await sent(server, copy_to=ME) == State.ACCEPTED
    name = mail().message_id.strip("<>")
    assert server.envelopes == [
        f"MAIL FROM:<{ME}> RET=HDRS ENVID={name}",
        f"RCPT TO:<{DANA}> NOTIFY=FAILURE,DELAY ORCPT=rfc822;{DANA}",
        f"RCPT TO:<{ME}> NOTIFY=NEVER",
    ]


async def test_a_server_that_does_not_is_told_nothing_of_it() -> None:
    async with ScriptedServer() as server:
        assert await sent(server, copy_to=ME) == State.ACCEPTED
    assert server.envelopes == [f"MAIL FROM:<{ME}>", f"RCPT TO:<{DANA}>", f"RCPT TO:<{ME}>"]


@pytest.mark.parametrize(
    ("words", "written"),
    [("a+b=c@x.example", "a+2Bb+3Dc@x.example"), ("a b", "a+20b"), ("é", "+C3+A9"), ("a.-_", "a.-_")],
)
def test_what_a_parameter_does_not_take_is_written_out(words: str, written: str) -> None:
    assert xtext(words) == written


def test_an_id_that_is_too_long_for_it_is_left_out() -> None:
    assert sender_options(f"<{'a' * 95}@x.example>") == ("RET=HDRS",)
    assert sender_options("") == ("RET=HDRS",)
