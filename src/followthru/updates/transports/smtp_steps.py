"""One step of a conversation over SMTP, and what it means when it fails."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable

import aiosmtplib

from followthru.updates.outbox import Outcome
from followthru.updates.transports.answers import Stage, Stopped, answered, lost
from followthru.web.trust import refusal


async def step(stage: Stage, step: Awaitable[aiosmtplib.SMTPResponse]) -> aiosmtplib.SMTPResponse:
    """Do one step and return the answer. Raises Stopped with what its failure means."""
    try:
        return await step
    except aiosmtplib.SMTPResponseException as fault:
        raise Stopped(answered(stage, fault.code, fault.message)) from fault
    except (aiosmtplib.SMTPException, OSError, ssl.SSLError, ValueError, UnicodeError) as fault:
        raise Stopped(failed(stage, fault)) from fault


def failed(stage: Stage, fault: Exception) -> Outcome:
    """Return what a fault of the connection means at a stage."""
    untrusted = refusal(fault)
    if untrusted is not None:
        return lost(Stage.TLS, f"the server's certificate is not trusted ({untrusted})")
    return lost(stage, str(fault) or type(fault).__name__)
