"""Every kind of mail as programs of others read it: Dovecot takes it apart, mutt shows it."""

from __future__ import annotations

import imaplib
import os
import pty
import re
import shutil
import subprocess
from email.header import decode_header, make_header
from pathlib import Path
from quopri import decodestring

import pytest

from followthru.updates.finish import headed
from followthru.updates.render_html import render_html
from followthru.updates.render_text import parse_text, render_text
from followthru.updates.transports.file import FileTransport
from tests.dovecot import Owner, dovecot, owner
from tests.updates.samples import OWNER, Sample, payload, samples
from tests.updates.test_file_transport import nothing

__all__ = ["dovecot", "owner"]

BEYOND_ASCII = Sample(
    "beyond ASCII",
    samples()[0].kind,
    OWNER._replace(name="Zoë Müller-Łoś"),
    "Oak Street Therapy: “größer” – 東京",
    "Oak Street Therapy\n==================\n\nHello Zoë,\n\n- 東京: größer, naïve – “ok” = 100 % €\n\n"
    + "- " + "long " * 60 + "ends\n\n.\nFrom here on\n",
)  # fmt: skip
EVERY = (*samples(), BEYOND_ASCII)
# RFC 3501, 7.4.2: type, subtype, parameters, id, description, encoding, octets, lines.
_PART = r'\("TEXT" "{kind}" \("CHARSET" "utf-8"\) NIL NIL "QUOTED-PRINTABLE" \d+ \d+ NIL NIL NIL NIL\)'
_STRUCTURE = re.compile(
    rf'BODYSTRUCTURE \({_PART.format(kind="PLAIN")}{_PART.format(kind="HTML")} "ALTERNATIVE" \("BOUNDARY" "[^"]+"\)',
    re.IGNORECASE,
)


def approved(sample: Sample) -> tuple[str, str]:
    """Return the text and the HTML that were approved."""
    content = headed(parse_text(sample.body), sample.subject)
    return render_text(content), render_html(content, sample.subject)


def lines(text: str) -> list[str]:
    """Return lines, which line ends of mail do not change."""
    return text.replace("\r\n", "\n").rstrip("\n").split("\n")


def test_a_mailbox_server_takes_it_apart_as_it_was_meant(owner: Owner) -> None:
    for sample in EVERY:
        owner.put(payload(sample))
    with owner.signed_in() as client:
        client.select("INBOX", readonly=True)
        for number, sample in enumerate(EVERY, 1):
            [structure] = client.fetch(str(number), "(BODYSTRUCTURE)")[1]
            assert isinstance(structure, bytes)
            assert _STRUCTURE.search(structure.decode("ascii")), (sample.name, structure)
            parts = [decodestring(_fetched(client, number, f"BODY[{part}]")).decode("utf-8") for part in (1, 2)]
            assert [lines(part) for part in parts] == [lines(one) for one in approved(sample)], sample.name
            subject = _fetched(client, number, "BODY[HEADER.FIELDS (SUBJECT)]").decode("ascii")
            assert _plain(subject.partition(":")[2]) == sample.subject


def _fetched(client: imaplib.IMAP4, number: int, what: str) -> bytes:
    found = client.fetch(str(number), f"({what})")[1][0]
    assert isinstance(found, tuple)
    return found[1]


def _plain(header: str) -> str:
    return " ".join(str(make_header(decode_header(re.sub(r"\r\n[ \t]", " ", header).strip()))).split())


@pytest.mark.skipif(shutil.which("mutt") is None, reason="mutt is not here: install mutt")
@pytest.mark.parametrize("kind", ["plain", "html"])
async def test_a_mail_program_in_a_terminal_shows_it(kind: str, tmp_path: Path) -> None:
    """In a Maildir that the file transport has written into, as text, and as HTML where that is asked for."""
    for number, sample in enumerate(EVERY):
        maildir = tmp_path / str(number)
        for name in ("cur", "new", "tmp"):
            (maildir / name).mkdir(parents=True)
        await FileTransport(maildir / "new").send(payload(sample), "a@example.org", "b@example.org", nothing)
        head, _, body = shown(maildir, kind).partition("\n\n")
        want = approved(sample)[kind == "html"]
        assert lines(body.strip("\n")) == lines(want.strip("\n")), sample.name
        assert f"Subject: {sample.subject}" in re.sub(r"\n[ \t]+", " ", head)


def shown(maildir: Path, kind: str) -> str:
    """Return what mutt makes of the one mail of a folder: its headers and the part that it shows."""
    out, settings = maildir / "shown.txt", maildir / "muttrc"
    (maildir / "mailcap").write_text("text/html; cat %s; copiousoutput; nametemplate=%s.html\n", "utf-8")
    settings.write_text(
        f"set folder={maildir}\nset mailcap_path={maildir}/mailcap\nset mbox_type=Maildir\nset charset=utf-8\n"
        "set pipe_decode=yes\nset wait_key=no\nset quit=yes\nset wrap=0\nunset mark_old\n"
        f"alternative_order text/{kind}\nauto_view text/html\n",
        "utf-8",
    )
    keys = f"push '<pipe-message>cat > {out}<enter><exit>'"
    env = {"PATH": os.environ["PATH"], "TERM": "xterm", "HOME": str(maildir), "LANG": "C.UTF-8"}
    outside, inside = pty.openpty()
    try:
        command = ["mutt", "-n", "-R", "-F", str(settings), "-f", str(maildir), "-e", keys]
        subprocess.run(command, stdin=inside, stdout=inside, stderr=inside, env=env, timeout=30, check=True,
                       start_new_session=True)  # fmt: skip
    finally:
        os.close(outside)
        os.close(inside)
    return re.sub(r"(?m)^\[-- .* --\]\n+", "", out.read_text("utf-8"))
