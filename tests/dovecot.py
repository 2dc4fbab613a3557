"""A real Dovecot as a process of its own on loopback: the mailbox that replies, bounces and sent mail are found in.

It runs without privileges, on a configuration and in a folder of its own. Tests put mail into it over IMAP, as a mail
program does.
"""

from __future__ import annotations

import contextlib
import imaplib
import os
import pwd
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

PASSWORD = "loopback-only"
_NOBODY = "nobody"
_SERVICES = ("/usr/lib/dovecot", "/usr/libexec/dovecot")
_CONFIG = """\
base_dir = {base}/run
state_dir = {base}/state
log_path = {base}/dovecot.log
protocols = imap
listen = 127.0.0.1
ssl = {ssl}
{certificate}
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain login
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
default_vsz_limit = 0
default_process_limit = 40
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={base}/mail/%u
}}
first_valid_uid = 1
namespace inbox {{
  inbox = yes
  mailbox "Gesendet" {{
    auto = create
    special_use = \\Sent
  }}
}}
service anvil {{
  chroot =
}}
service imap {{
  service_count = 100
  process_min_avail = 1
}}
service imap-login {{
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service stats {{
  chroot =
}}
"""
_users = count(1)


class Dovecot:
    """Starts, holds and stops one server. Any user may sign in with `PASSWORD`; each has a mailbox of their own."""

    def __init__(self, *, certificate: Path | None = None) -> None:
        self._base = Path(tempfile.mkdtemp(prefix="dovecot-", dir="/var/tmp"))
        self._certificate = certificate
        self._process: subprocess.Popen[bytes] | None = None
        self.port, self.tls_port = _free_port(), _free_port()

    def __enter__(self) -> Self:
        # Dovecot keeps no mail of root's.
        as_root = os.getuid() == 0
        own = pwd.getpwnam(_NOBODY) if as_root else pwd.getpwuid(os.getuid())
        config = self._base / "dovecot.conf"
        config.write_text(self._settings(own), "utf-8")
        if as_root:
            for path in (self._base, *self._base.iterdir()):
                os.chown(path, own.pw_uid, own.pw_gid)
        self._process = subprocess.Popen(
            [_program() or "dovecot", "-F", "-c", str(config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=own.pw_uid if as_root else None,
            group=own.pw_gid if as_root else None,
            extra_groups=[] if as_root else None,
        )
        until = time.monotonic() + 60
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                log = self.log()
                self.__exit__(None, None, None)
                raise AssertionError(f"Dovecot does not start: {log}")
            time.sleep(0.05)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)
        shutil.rmtree(self._base, ignore_errors=True)

    def _settings(self, own: pwd.struct_passwd) -> str:
        certificate = ""
        if self._certificate is not None:
            kept = self._base / "server.pem"
            shutil.copyfile(self._certificate, kept)
            certificate = f"ssl_cert = <{kept}\nssl_key = <{kept}"
        return _CONFIG.format(
            base=self._base,
            ssl="no" if self._certificate is None else "yes",
            certificate=certificate,
            user=own.pw_name,
            group=_group(own.pw_gid),
            uid=own.pw_uid,
            gid=own.pw_gid,
            password=PASSWORD,
            port=self.port,
            tls_port=self.tls_port if self._certificate is not None else 0,
        )

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as probe:
            probe.settimeout(5)
            return probe.recv(100).startswith(b"* OK")
        return False

    def log(self) -> str:
        """Return what the server has logged."""
        path = self._base / "dovecot.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def log_of(self, name: str) -> list[str]:
        """Return what the server logged about somebody's connections as they ended, oldest first."""
        ended = f"imap({name})"
        assert self.logs(ended, self.log().count(f"Login: user=<{name}>"))
        return [line for line in self.log().splitlines() if ended in line]

    def logs(self, words: str, times: int) -> bool:
        """Return whether the server comes to log some words so often."""
        until = time.monotonic() + 60
        while self.log().count(words) < times and time.monotonic() < until:
            time.sleep(0.02)
        return self.log().count(words) >= times


class Owner:
    """Somebody's mailbox as their own mail program has it: mail can be put in, moved and looked at."""

    def __init__(self, server: Dovecot, name: str) -> None:
        self.server = server
        self.name = name

    @contextmanager
    def signed_in(self) -> Generator[imaplib.IMAP4]:
        """Sign in as they do."""
        with imaplib.IMAP4("127.0.0.1", self.server.port, timeout=20) as client:
            client.login(self.name, PASSWORD)
            yield client

    def put(self, mail: EmailMessage | bytes, folder: str = "INBOX") -> None:
        """Put a mail into a folder."""
        data = mail if isinstance(mail, bytes) else mail.as_bytes()
        with self.signed_in() as client:
            kind, said = client.append(folder, "", "", re.sub(rb"\r?\n", b"\r\n", data))
            assert kind == "OK", said

    def make(self, folder: str) -> None:
        """Make a folder."""
        with self.signed_in() as client:
            assert client.create(folder)[0] == "OK"

    def remake(self, folder: str) -> None:
        """Take a folder away and make it anew: its UIDs are others then."""
        with self.signed_in() as client:
            assert client.delete(folder)[0] == "OK"
            time.sleep(1.1)  # a new validity is the second in which it is given
            assert client.create(folder)[0] == "OK"

    def take_away(self, *numbers: int) -> None:
        """Delete mails of the inbox for good, by their numbers."""
        with self.signed_in() as client:
            client.select()
            client.store(",".join(map(str, numbers)), "+FLAGS", r"(\Deleted)")
            client.expunge()

    def flags(self, folder: str = "INBOX") -> list[str]:
        """Return each mail's flags, as the server says them."""
        with self.signed_in() as client:
            client.select(folder, readonly=True)
            return [str(line) for line in client.uid("FETCH", "1:*", "(FLAGS)")[1]]


def _program() -> str | None:
    return shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def _group(gid: int) -> str:
    import grp

    return grp.getgrgid(gid).gr_name


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """One server for all tests; each test signs in as somebody else."""
    if _program() is None or not any(Path(folder, "imap").exists() for folder in _SERVICES):
        pytest.skip("Dovecot is not here: install dovecot-imapd")
    with Dovecot() as server:
        yield server


@pytest.fixture
def owner(dovecot: Dovecot) -> Owner:
    """Somebody with an empty mailbox."""
    return Owner(dovecot, f"pm{next(_users)}")


def trusting(ca_file: Path) -> ssl.SSLContext:
    """Return a context that trusts one authority."""
    return ssl.create_default_context(cafile=str(ca_file))
