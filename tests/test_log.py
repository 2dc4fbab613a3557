"""The log says what happened in ids and counts, to its owner alone."""

from __future__ import annotations

import errno
import io
import logging
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from followthru import log
from followthru.config import home
from followthru.log import close, configure, event
from followthru.secrets import MASK, Secret

SECRET = Secret("hunter2")


@pytest.fixture
def file() -> Iterator[Path]:
    """The log of this test, at level info."""
    yield configure(home(), "info")
    close()


def test_a_line_is_key_and_value_with_a_utc_time(file: Path) -> None:
    event(logging.getLogger("followthru.sync"), "sync.done", calendar="oak street", changed=3, note="")
    line = file.read_text().rstrip("\n")
    assert re.fullmatch(r"at=[0-9-]{10}T[0-9:]{8}\.[0-9]{3}Z level=info logger=followthru\.sync .*", line)
    assert line.endswith(' event=sync.done calendar="oak street" changed=3 note=""')


def test_the_time_is_utc_in_every_zone(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = logging.LogRecord("followthru", logging.INFO, "", 0, "x", None, None)
    record.created, record.msecs = 0.0, 250.0
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    log.time.tzset()
    assert log.KeyValue().format(record).startswith("at=1970-01-01T00:00:00.250Z ")
    assert file.exists()


def test_one_event_is_one_line_whatever_it_holds(file: Path) -> None:
    event(logging.getLogger("followthru"), "x", words='a\nb "c" \x1b[31m=\\ é\u2028')
    text = file.read_text()
    assert text.count("\n") == 1
    assert text[:-1].isprintable()
    assert text.endswith(r'words="a\nb \"c\" \x1b[31m=\\ \xe9\u2028"' + "\n")


def test_secrets_are_masked_wherever_they_are_put(file: Path) -> None:
    logger = logging.getLogger("followthru")
    logger.warning("signing in with %s and %r", SECRET, SECRET)
    logger.warning("signing in with %(password)s", {"password": SECRET})
    logger.warning(SECRET)
    event(logger, "sign.in", password=SECRET, more=[SECRET, {"x": SECRET}])
    text = file.read_text()
    assert text.count("\n") == 4
    assert "hunter2" not in text
    assert text.count(MASK) == 7


def test_no_secret_is_handed_on(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert file.exists()
    root = logging.getLogger()
    root.removeHandler(caplog.handler)
    root.addHandler(caplog.handler)
    logging.getLogger("followthru").warning("signing in with %s", SECRET)
    assert caplog.records[-1].args == (MASK,)


def test_an_error_is_its_class_and_place_not_its_words(file: Path) -> None:
    try:
        raise ValueError("Renew licence of Dr. Reyes")
    except ValueError:
        logging.getLogger("followthru").exception("sync.failed")
    line = file.read_text()
    assert "Reyes" not in line
    assert re.search(r"event=sync\.failed error=ValueError frames=test_log\.py:[0-9]+:test_an_error[a-z_]+$", line)


def test_the_level_holds_for_ours_and_others_are_heard_from_warnings_on(file: Path) -> None:
    logging.getLogger("followthru.calendars").debug("no")
    logging.getLogger("followthru_daemon").info("ours")
    for name in ("caldav", "niquests", "httpx", "httpcore", "httpcore.connection", "aiosmtplib", "other"):
        logging.getLogger(name).info("Authorization: Basic aHVudGVyMg==")
        logging.getLogger(name).warning("theirs")
    text = file.read_text()
    assert (text.count("event=ours"), text.count("event=theirs"), text.count("event=no")) == (1, 7, 0)
    assert "Authorization" not in text


def test_a_library_asked_to_talk_is_still_capped() -> None:
    names = ("caldav", "niquests", "httpx", "httpcore", "aiosmtplib")
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    configure(home(), "debug")
    try:
        for name in names:
            assert logging.getLogger(name).getEffectiveLevel() == logging.WARNING
        assert logging.getLogger("followthru.store").isEnabledFor(logging.DEBUG)
    finally:
        close()


def test_the_file_is_its_owners_alone_also_after_turning_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "LARGEST", 500)
    monkeypatch.setattr(log, "KEPT", 2)
    here = home()
    here.logs.mkdir(parents=True)
    (here.logs / "daemon.log").touch(mode=0o644)
    first = configure(here, "info", surface="daemon")
    try:
        assert stat.S_IMODE(first.stat().st_mode) == 0o600
        for number in range(30):
            event(logging.getLogger("followthru"), "turned", number=number)
    finally:
        close()
    files = sorted(path.name for path in here.logs.iterdir())
    assert files == ["daemon.log", "daemon.log.1", "daemon.log.2"]
    modes = {stat.S_IMODE((here.logs / name).stat().st_mode) for name in files}
    assert modes <= {0o600}


def test_setting_up_again_does_not_say_everything_twice(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert configure(home(), "info", to_stderr=True) == file
    event(logging.getLogger("followthru"), "once")
    assert file.read_text().count("event=once") == 1
    shown = capsys.readouterr()
    assert (shown.out, shown.err.count("event=once")) == ("", 1)


def test_a_disk_that_takes_no_line_is_not_told_of_with_each(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(io.StringIO):
        def write(self, _: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    (handler,) = (one for one in logging.getLogger().handlers if getattr(one, "baseFilename", None) == str(file))
    assert isinstance(handler, logging.FileHandler)
    with monkeypatch.context() as full:
        full.setattr(handler, "stream", Full())
        logging.getLogger("followthru").warning("canary=%s", 1)
    assert capsys.readouterr().err == ""
