"""Where a store may live: on a disk of this machine, outside folders that another program copies about."""

from __future__ import annotations

import sys
from pathlib import Path

from followthru.errors import RefusedError

NETWORK_FILE_SYSTEMS = frozenset(
    (
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "afpfs",
        "9p",
        "fuse.sshfs",
        "fuse.rclone",
        "davfs",
        "fuse.davfs2",
        "webdav",
    )
)
SYNCED_FOLDERS = frozenset(
    (
        "dropbox",
        "onedrive",
        "google drive",
        "googledrive",
        "icloud drive",
        "mobile documents",
        "cloudstorage",
        "nextcloud",
    )
)


def check_place(database: Path) -> None:
    """Raise RefusedError when a database at this path would be corrupted by what lies under it.

    SQLite's locks do not hold across machines (https://www.sqlite.org/howtocorrupt.html, section 2.1), and a
    folder that is copied to a cloud while it is written arrives there in pieces.
    """
    folder = database.parent.resolve()
    synced = next((part for part in folder.parts if _is_synced(part)), None)
    if synced is not None:
        raise _refusal(database, f"“{synced}” is a folder that another program synchronises")
    system = _file_system(folder)
    if system in NETWORK_FILE_SYSTEMS:
        raise _refusal(database, f"{folder} is on a network file system ({system})")


def _is_synced(part: str) -> bool:
    name = part.casefold()
    return any(name == known or name.startswith((f"{known}-", f"{known} ")) for known in SYNCED_FOLDERS)


def _refusal(database: Path, reason: str) -> RefusedError:
    return RefusedError(
        f"The store cannot live at {database}: {reason}, and would be damaged there.",
        safe="Nothing was written.",
        remedy="Set FOLLOWTHRU_HOME or [store] path to a folder on this computer's own disk.",
    )


def _file_system(folder: Path) -> str | None:
    """Return the type of the file system under a folder, None where the system does not say."""
    if not sys.platform.startswith("linux"):
        return None
    best, kind = "", None
    for line in Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines():
        _, mount, system, *_ = line.split(" ")
        point = mount.replace("\\040", " ")
        if len(point) >= len(best) and (folder == Path(point) or Path(point) in folder.parents):
            best, kind = point, system
    return kind
