"""Where a store may live."""

from __future__ import annotations

from pathlib import Path

import pytest

from followthru.errors import RefusedError
from followthru.store import place
from followthru.store.place import NETWORK_FILE_SYSTEMS, check_place, file_system

MOUNTS = """\
/dev/sda1 / ext4 rw,relatime 0 0
proc /proc proc rw 0 0
server:/home /home nfs4 rw,vers=4.2 0 0
/dev/sdb1 /home/robin/disk ext4 rw 0 0
//nas/share /mnt/my\\040share cifs rw 0 0
robin@host:/ /mnt/far fuse.sshfs rw 0 0
C:\\134 /mnt/c 9p rw,aname=drvfs 0 0
nowhere
/dev/sdc1 /data xfs rw 0 0
server:/data /data nfs rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "system"),
    [
        ("/var/lib", "ext4"),
        ("/", "ext4"),
        ("/home/robin", "nfs4"),
        ("/homework", "ext4"),
        ("/home/robin/disk", "ext4"),
        ("/home/robin/disk/deep/er", "ext4"),
        ("/mnt/my share/x", "cifs"),
        ("/mnt/far/x", "fuse.sshfs"),
        ("/mnt/c/Users", "9p"),
        ("/data/x", "nfs"),
    ],
)
def test_the_mount_that_holds_a_folder(folder: str, system: str) -> None:
    assert file_system(Path(folder), MOUNTS) == system


def test_a_folder_outside_the_table() -> None:
    assert file_system(Path("/home"), "/dev/sda1 /data ext4 rw 0 0\n") is None


@pytest.mark.parametrize(
    "path",
    [
        "/home/robin/Dropbox/f.db",
        "/home/robin/Dropbox (Personal)/f.db",
        "/Volumes/disk/robin/Library/Mobile Documents/com~apple~CloudDocs/f.db",
        "/Volumes/disk/robin/Library/CloudStorage/OneDrive-Personal/f.db",
        "/Volumes/disk/robin/iCloud Drive/f.db",
        "/home/robin/OneDrive/f.db",
        "/home/robin/OneDrive - Oak Street/deep/f.db",
        "/home/robin/Google Drive/f.db",
        "/home/robin/Nextcloud/f.db",
    ],
)
def test_synced_folders_are_refused(path: str) -> None:
    with pytest.raises(RefusedError, match="synchronises") as caught:
        check_place(Path(path))
    assert path in caught.value.message
    assert "FOLLOWTHRU_HOME" in caught.value.remedy


@pytest.mark.parametrize("name", ["dropboxes", "my-onedrive-notes", "icloudy", "drive"])
def test_folders_that_only_sound_alike_are_fine(tmp_path: Path, name: str) -> None:
    check_place(tmp_path / name / "f.db")


@pytest.mark.parametrize("system", sorted(NETWORK_FILE_SYSTEMS))
def test_network_file_systems_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    table = f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path} {system} rw 0 0\n"
    real = Path.read_text

    def read(self: Path, *words: str, **options: str) -> str:
        return table if self == Path("/proc/mounts") else real(self, *words, **options)

    monkeypatch.setattr(Path, "read_text", read)
    monkeypatch.setattr(place.sys, "platform", "linux")
    with pytest.raises(RefusedError, match=f"network file system \\({system}\\)"):
        check_place(tmp_path / "f.db")
