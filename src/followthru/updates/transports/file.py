"""A folder as a mailbox: each mail becomes one `.eml` file, whole or not at all."""

from __future__ import annotations

import asyncio
import hashlib
import re
from pathlib import Path

from followthru import durable
from followthru.updates.outbox import Outcome, Phase, State
from followthru.updates.transports.answers import id_of
from followthru.updates.transports.base import OnPhase


class FileTransport:
    """Writes mails into a folder, named after their Message-ID.

    Safe to repeat: a file that already holds these bytes counts as accepted, and a file that holds others
    is never overwritten.
    """

    repeats_safely = True

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, payload: bytes, sender: str, recipient: str, on_phase: OnPhase) -> Outcome:
        """Write the mail, its bytes and its name durable before this returns."""
        await on_phase(Phase.DATA_STARTED)
        return await asyncio.to_thread(self._write, payload)

    async def aclose(self) -> None:
        """Nothing is kept open."""

    def _write(self, payload: bytes) -> Outcome:
        path = self._folder / file_name(payload)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if path.exists():
                return _already(path, payload)
            durable.write(path, payload)
        except OSError as fault:
            return Outcome(State.DEFERRED, None, f"{path} cannot be written: {fault.strerror or fault}")
        return Outcome(State.ACCEPTED, None, f"Written to {path}")


def file_name(payload: bytes) -> str:
    """Return a file name of its own for each Message-ID."""
    message_id = id_of(payload)
    readable = re.sub(r"[^A-Za-z0-9.-]+", "_", message_id.strip("<>")).strip("._")[:80]
    return f"{readable}-{hashlib.sha256(message_id.encode()).hexdigest()[:12]}.eml"


def _already(path: Path, payload: bytes) -> Outcome:
    if path.read_bytes() == payload:
        return Outcome(State.ACCEPTED, None, f"Already written to {path}")
    return Outcome(State.REFUSED, None, f"{path} already holds another mail of this name")
