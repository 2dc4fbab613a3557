"""Tell the daemon that something changed: one empty datagram, and nobody minds if no one is there."""

from __future__ import annotations

import os
from pathlib import Path

SOCKET = "daemon.sock"


def wake(run_dir: Path) -> bool:
    """Send the datagram; return whether a daemon took it.

    A lost one costs seconds, not correctness: the daemon also looks at the store's data version.
    """
    path = run_dir / SOCKET
    try:
        if not path.exists():
            return False
        from socket import AF_UNIX, SOCK_DGRAM, socket

        with socket(AF_UNIX, SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.sendto(b"", os.fspath(path))
    except OSError:
        return False
    return True
