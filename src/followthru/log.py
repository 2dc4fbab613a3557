"""The log: one line for each event, `key=value`, with UTC times, in a file of its owner's.

What may be logged: ids, counts, durations, states, host names, the class of an error. What may never be: a
word of a task, note, update or person, the body of a request or answer, an Authorization header, a secret.
The rule is kept where lines are written; the filter below only catches a Secret handed over by mistake.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from logging.handlers import RotatingFileHandler
from pathlib import Path
from traceback import extract_tb
from typing import IO, Protocol, cast

from followthru.secrets import MASK, Secret

LARGEST = 1_000_000
KEPT = 5
ROOT = "followthru"
# Below a warning these write down addresses, headers or whole bodies.
TALKATIVE = (
    "aiosmtplib",
    "caldav",
    "h11",
    "h2",
    "hpack",
    "httpcore",
    "httpx",
    "imapclient",
    "keyring",
    "niquests",
    "urllib3",
    "urllib3_future",
)


class HasLogs(Protocol):
    """A home, as far as the log is concerned."""

    @property
    def logs(self) -> Path:
        """The folder of log files."""
        ...


def configure(home: HasLogs, level: str, to_stderr: bool = False, *, surface: str = "followthru") -> Path:
    """Log to `logs/<surface>.log` from now on, and return that file.

    Each surface (`cli`, `tui`, `daemon`) has a file of its own, because two processes cannot both turn one
    file over. `level` is debug, info, warning or error. Calling again replaces what was set up before.
    """
    home.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = home.logs / f"{surface}.log"
    handlers: list[logging.Handler] = [_PrivateFile(file)]
    if to_stderr:
        handlers.append(_Stderr(sys.stderr))
    root = logging.getLogger()
    close()
    for handler in handlers:
        handler.setFormatter(KeyValue())
        handler.addFilter(without_secrets)
        handler.set_name(_OURS)
        root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger(ROOT).setLevel(level.upper())
    logging.getLogger(f"{ROOT}_daemon").setLevel(level.upper())
    logging.getLogger(f"{ROOT}_tui").setLevel(level.upper())
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    return file


def close() -> None:
    """Stop logging to what `configure` set up, and close its file."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if handler.get_name() == _OURS]:
        root.removeHandler(handler)
        handler.close()


def event(logger: logging.Logger, name: str, level: int = logging.INFO, **facts: object) -> None:
    """Log an event by name with its facts, such as `event(log, "sync.done", calendar="me", changed=3)`."""
    if logger.isEnabledFor(level):
        logger.log(level, name, extra={"facts": facts})


def without_secrets(record: logging.LogRecord) -> bool:
    """Mask every Secret among a record's arguments and facts; the record itself always passes."""
    if isinstance(record.msg, Secret):
        record.msg = MASK
    if isinstance(record.args, Mapping):
        record.args = {key: _masked(value) for key, value in record.args.items()}
    elif record.args:
        record.args = tuple(_masked(value) for value in record.args)
    return True


class KeyValue(logging.Formatter):
    """One line of `key=value`: time (UTC, milliseconds), level, logger, event, facts.

    Of an exception only its class and its frames are written: its words may quote what was read.
    """

    converter: Callable[[float | None], time.struct_time] = time.gmtime
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's line."""
        facts = cast("Mapping[str, object]", getattr(record, "facts", {}))
        pairs: dict[str, object] = {
            "at": self.formatTime(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        pairs |= {key: _masked(value) for key, value in facts.items()}
        pairs |= _error(record)
        return " ".join(f"{key}={_word(value)}" for key, value in pairs.items())


class _Forgiving(logging.Handler):
    """Lets a line go that a full disk or a closed terminal does not take.

    Otherwise each would be printed with all its frames for as long as the disk is full, and words that no log has.
    """

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 -- logging's own name
        """Let the line go if the system refused it; a mistake in the call is still shown."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handleError(record)


class _Stderr(_Forgiving, logging.StreamHandler[IO[str]]):
    """Standard error."""


class _PrivateFile(_Forgiving, RotatingFileHandler):
    """A file that its owner alone may read, turned over when it is full."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8", errors="backslashreplace")

    def _open(self) -> IO[str]:  # pyright: ignore[reportIncompatibleMethodOverride]
        handle = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        os.fchmod(handle, 0o600)
        return os.fdopen(handle, "a", encoding=self.encoding, errors=self.errors)


_OURS = "followthru"


def frames_of(error: BaseException) -> str:
    """Return where an exception came from: each frame's file, line and function, and no word of what was read."""
    frames = extract_tb(error.__traceback__)
    return " > ".join(f"{Path(frame.filename).name}:{frame.lineno}:{frame.name}" for frame in frames)


def _error(record: logging.LogRecord) -> dict[str, object]:
    """Return the class of a record's exception and its frames."""
    error = record.exc_info[1] if record.exc_info else None
    return {} if error is None else {"error": type(error).__name__, "frames": frames_of(error)}


def _masked(value: object) -> object:
    """Return a value with secrets masked, those in lists and tables too."""
    if isinstance(value, Secret):
        return MASK
    if isinstance(value, Mapping):
        table = cast("Mapping[object, object]", value)
        return {key: _masked(item) for key, item in table.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(item) for item in cast("Iterable[object]", value)]
    return value


def _word(value: object) -> str:
    """Return a value as one word, quoted where it has spaces or characters that would break the line."""
    text = str(value)
    if text and text.isprintable() and not set(text) & set(" \"='\\"):
        return text
    return '"' + text.encode("unicode_escape").decode("ascii").replace('"', '\\"') + '"'
