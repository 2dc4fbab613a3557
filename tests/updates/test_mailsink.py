"""The mail sink as a process of its own."""

from __future__ import annotations

import json
import signal
import smtplib
import subprocess
import sys
from pathlib import Path

from followthru.updates.message import build
from tests.updates.values import mail


def test_the_sink_prints_its_port_keeps_mails_and_stops(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "followthru.demo.mailsink", "--dir", str(tmp_path / "mails")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            port = int(process.stdout.readline())
            with smtplib.SMTP("127.0.0.1", port, local_hostname="localhost", timeout=60) as client:
                client.sendmail("ana@example.org", ["dana@example.com"], build(mail()))
                client.sendmail("ana@example.org", ["dana@example.com"], build(mail()))
        finally:
            process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
        assert process.stderr.read() == ""
    files = sorted((tmp_path / "mails").glob("*.eml"))
    assert [path.read_bytes() for path in files] == [build(mail())] * 2
    log = [json.loads(line) for line in (tmp_path / "mails" / "mails.jsonl").read_text().splitlines()]
    assert [(line["from"], line["to"], line["file"]) for line in log] == [
        ("ana@example.org", ["dana@example.com"], path.name) for path in files
    ]
