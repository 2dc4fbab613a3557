"""Every test here may ask for the command line, for a calendar server and for a mailbox on a server."""

from __future__ import annotations

from tests.calendarkit import radicale, user
from tests.clikit import cli, office
from tests.dovecot import dovecot, owner

__all__ = ["cli", "dovecot", "office", "owner", "radicale", "user"]
