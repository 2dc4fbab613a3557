"""The service's files as systemd and launchd read them, and what is asked of the two when it is installed."""

from __future__ import annotations

import os
import plistlib
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from followthru.actions.presence import running
from followthru.config.places import Home, home_in
from followthru.errors import FollowthruError
from followthru_daemon import service
from followthru_daemon.launchd import LABEL, Launchd
from followthru_daemon.program import Program
from followthru_daemon.service import Keeper, install, program_of, standing, uninstall
from followthru_daemon.systemd import Systemd
from tests.program.daemon import end_all, start
from tests.storekit import copy_database

ODD = 'My practice "north" 100% $HOME\\n'
"""A folder's name with everything that unit files give a meaning of their own."""
PROGRAM = Program(("/usr/bin/python3", "-P", "-m", "followthru"), {"FOLLOWTHRU_HOME": f"/srv/{ODD}"}, Path("/srv/out"))
MANAGER = """\
#!/bin/sh
echo "${{0##*/}} $*" >> {log}
case "$*" in
    *show*) cat {status} 2>/dev/null ;;
    *restart*) if [ -e {refuses} ]; then rm {refuses}; echo "the start failed" >&2; exit 1; fi ;;
esac
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blank_database: Path) -> Iterator[Home]:
    """A home in a folder of an odd name."""
    made = home_in(tmp_path / ODD)
    copy_database(blank_database, made.database)
    monkeypatch.setenv("FOLLOWTHRU_HOME", str(made.config.parent))
    yield made
    end_all()


class Manager:
    """The commands of the system's service manager, which note how they are called."""

    def __init__(self, folder: Path) -> None:
        self._log, self.status, self.refuses = (folder / name for name in ("log", "status", "refuses"))
        for name in ("systemctl", "launchctl"):
            command = folder / name
            command.write_text(MANAGER.format(log=self._log, status=self.status, refuses=self.refuses))
            command.chmod(0o755)

    @property
    def asked(self) -> list[str]:
        return self._log.read_text().splitlines() if self._log.exists() else []


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Manager:
    """Service managers of this test's own, before those of the machine."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return Manager(folder)


def analyze(*words: str) -> str:
    """Run systemd's own judge of units; return what it says."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    # The units of the machine are read as well, and some name sockets there, whose paths must be short.
    with tempfile.TemporaryDirectory(dir="/tmp") as runtime:
        env = {**os.environ, "XDG_RUNTIME_DIR": runtime}
        done = subprocess.run(
            ["systemd-analyze", "--user", *words], env=env, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("walls", [True, False])
def test_systemd_reads_the_unit_without_a_word(tmp_path: Path, *, walls: bool) -> None:
    unit = tmp_path / "followthru.service"
    unit.write_bytes(Systemd().text(PROGRAM, walls=walls).replace(b"man:followthru(1)", b"man:man(1)"))
    assert analyze("verify", str(unit)) == ""


def test_systemd_finds_little_that_the_unit_may_do(tmp_path: Path) -> None:
    unit = tmp_path / "followthru.service"
    unit.write_bytes(Systemd().text(PROGRAM))
    # What is left is the network, the home, and what no user's own process can do anyway. 50 stands for 5.0.
    analyze("security", "--offline=true", "--threshold=50", str(unit))


def test_the_unit_keeps_an_odd_folder_as_it_is() -> None:
    text = Systemd().text(PROGRAM).decode()
    (line,) = (line for line in text.splitlines() if line.startswith("Environment="))
    (word,) = shlex.split(line.removeprefix("Environment=").replace("%%", "%"))
    assert word == f"FOLLOWTHRU_HOME=/srv/{ODD}"
    assert "$$" not in line, "the dollar means nothing there"


def test_the_agent_is_a_property_list_that_keeps_an_odd_folder_as_it_is() -> None:
    agent = plistlib.loads(Launchd().text(PROGRAM))
    assert agent["Label"] == LABEL
    assert agent["ProgramArguments"] == list(PROGRAM.words)
    assert agent["EnvironmentVariables"] == {"FOLLOWTHRU_HOME": f"/srv/{ODD}"}
    assert agent["KeepAlive"] == {"SuccessfulExit": False}
    assert agent["RunAtLoad"] is True
    if shutil.which("plutil"):
        checked = subprocess.run(["plutil", "-lint", "-"], input=Launchd().text(PROGRAM), check=False)
        assert checked.returncode == 0


@pytest.mark.parametrize("by", [Systemd, Launchd])
def test_installed_it_runs_this_python_on_this_home(home: Home, manager: Manager, by: type[Keeper]) -> None:
    keeper = by()
    assert standing(home, keeper) is None
    assert str(keeper.path) in install(home, keeper)
    text = keeper.path.read_text()
    assert sys.executable in text
    assert keeper.path.read_bytes() == keeper.text(program_of(home))
    assert "at every login" in (standing(home, keeper) or "")
    assert uninstall(keeper).startswith("The daemon is stopped")
    assert not keeper.path.exists()
    assert uninstall(keeper) == "No service is installed."


def test_a_file_that_cannot_be_removed_is_said(home: Home, manager: Manager) -> None:
    keeper = Systemd()
    keeper.path.mkdir(parents=True)  # a folder in its place refuses as one that may only be read does
    with pytest.raises(FollowthruError, match="cannot be removed") as caught:
        uninstall(keeper)
    assert "The daemon is stopped" in caught.value.safe
    assert "systemctl --user disable --now followthru.service" in manager.asked


def test_systemd_is_told_to_run_it_anew_where_it_runs(home: Home, manager: Manager) -> None:
    install(home, Systemd())
    install(home, Systemd())
    once = [f"systemctl --user {words}" for words in ("daemon-reload", "enable followthru.service")]
    assert manager.asked == [*once, "systemctl --user restart followthru.service"] * 2
    uninstall(Systemd())
    assert "systemctl --user disable --now followthru.service" in manager.asked


def test_launchd_is_told_to_run_it_anew_where_it_runs(home: Home, manager: Manager) -> None:
    install(home, Launchd())
    domain = f"gui/{os.getuid()}"
    assert manager.asked == [
        f"launchctl bootout {domain}/{LABEL}",
        f"launchctl enable {domain}/{LABEL}",
        f"launchctl bootstrap {domain} {Launchd().path}",
    ]


def test_where_users_have_no_namespaces_it_runs_without_walls(home: Home, manager: Manager) -> None:
    manager.refuses.touch()
    manager.status.write_text("226\n")
    assert "without walls" in install(home, Systemd())
    text = Systemd().path.read_text()
    assert "ProtectSystem" not in text
    assert "NoNewPrivileges=yes" in text
    assert "at every login" in (standing(home, Systemd()) or "")


def test_a_start_that_fails_is_said(home: Home, manager: Manager) -> None:
    manager.refuses.touch()
    manager.status.write_text("1\n")
    with pytest.raises(FollowthruError, match="the start failed") as caught:
        install(home, Systemd())
    assert "daemon run" in caught.value.remedy


def test_without_systemd_it_says_what_to_do_instead(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(FollowthruError, match="there is no systemctl"):
        install(home, Systemd())


def test_the_daemon_that_ran_before_is_ended(home: Home, manager: Manager) -> None:
    process = start(home.config.parent)
    assert f"process {process.pid}" in install(home, Systemd())
    assert running(home.database) is None
    process.communicate(timeout=60)
    assert process.returncode == 0


def test_after_an_upgrade_it_says_that_it_is_to_be_written_anew(home: Home, manager: Manager) -> None:
    install(home, Systemd())
    path = Systemd().path
    path.write_text(path.read_text().replace("Nice=5", "Nice=1"))
    assert "writes it anew" in (standing(home, Systemd()) or "")
    install(home, Systemd())
    assert "at every login" in (standing(home, Systemd()) or "")


def test_folders_that_were_moved_by_the_environment_stay_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("FOLLOWTHRU_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert program_of(home_in(tmp_path)).environment == {"XDG_DATA_HOME": str(tmp_path)}


def test_each_system_has_its_way() -> None:
    assert isinstance(service.keeper("darwin"), Launchd)
    assert isinstance(service.keeper("linux"), Systemd)
