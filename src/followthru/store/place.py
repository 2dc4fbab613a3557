"""Where a store lives, and may: on a disk of this machine, outside folders that another program copies about."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from followthru.errors import RefusedError

NETWORK_FILE_SYSTEMS = frozenset(
    (
        "nfs", "nfs4", "cifs", "smb2", "smb3", "smbfs", "afs", "afpfs", "9p", "ncpfs", "coda", "davfs", "webdav",
        "ceph", "glusterfs", "vboxsf", "prl_fs",
        "fuse.sshfs", "fuse.rclone", "fuse.davfs2", "fuse.gvfsd-fuse", "fuse.s3fs", "fuse.ceph", "fuse.glusterfs",
        "fuse.onedriver", "fuse.google-drive-ocamlfuse", "fuse.vmhgfs-fuse", "macfuse",
    )
)  # fmt: skip
SYNCED_FOLDERS = frozenset(
    (
        "dropbox",
        "onedrive",
        "google drive",
        "googledrive",
        "icloud drive",
        "iclouddrive",
        "mobile documents",
        "cloudstorage",
        "nextcloud",
        "owncloud",
        "box sync",
        "pcloud drive",
        "pclouddrive",
    )
)
_ESCAPED = re.compile(r"\\([0-7]{3})")


def real(database: Path) -> Path:
    """Return where a database lies once links are followed: what belongs to it is there, however it is opened."""
    try:
        return database.resolve()
    except RuntimeError:  # links in a circle; opening it says so
        return database


def check_place(database: Path) -> None:
    """Raise RefusedError when a database at this path would be corrupted by what lies under it.

    SQLite's locks do not hold across machines (https://www.sqlite.org/howtocorrupt.html, section 2.1), and a
    folder that is copied to a cloud while it is written arrives there in pieces.
    """
    folder = real(database).parent
    synced = next((part for part in folder.parts if _is_synced(part)), None)
    if synced is not None:
        raise _refusal(database, f"“{synced}” is a folder that another program synchronises")
    if sys.platform.startswith("linux"):
        system = file_system(folder, Path("/proc/mounts").read_text(encoding="utf-8", errors="replace"))
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


def file_system(folder: Path, mounts: str) -> str | None:
    """Return the type of the file system under a folder, from the text of a mounts table (proc(5), fstab(5)).

    Of mounts at one place the later hides the earlier. None when the table does not cover the folder.
    """
    best, kind = "", None
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        point = _ESCAPED.sub(_unescaped, parts[1])
        if len(point) >= len(best) and folder.is_relative_to(point):
            best, kind = point, parts[2]
    return kind


def _unescaped(found: re.Match[str]) -> str:
    """Return the character that the table writes as a backslash and three octal digits."""
    return chr(int(found[1], 8))
