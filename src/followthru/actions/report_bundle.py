"""A report to pass on when help is wanted: how things stand, and nothing of whom, where or what.

It is built from what may be in it, not by taking out what may not: which look found what, which commands were advised,
counts of rows, and of the log when, how bad, which module, and the class and frames of an exception.
"""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from followthru import __version__, durable
from followthru.config.places import Home
from followthru.domain.findings import Finding
from followthru.errors import FollowthruError
from followthru.store import backups, fitness
from followthru.typed_path import expanded

LAST_LINES = 400
_FRAME = r"[\w.<>-]+\.py:\d+:[\w<>]+"
_LINE = re.compile(
    r"^at=(?P<at>[0-9TZ:.-]+) level=(?P<level>[a-z]+) logger=(?P<logger>followthru[\w.]*) "
    rf'(?:.* )?error=(?P<error>[A-Za-z_]\w*) frames="?(?P<frames>{_FRAME}(?: > {_FRAME})*)"?$'
)
_PLAIN = re.compile(r"^at=(?P<at>[0-9TZ:.-]+) level=(?P<level>[a-z]+) logger=(?P<logger>followthru[\w.]*) ")


def write(home: Home, found: Sequence[Finding], file: str) -> Path:
    """Write a report to a file of its own and return where it is. Raises FollowthruError."""
    path = expanded(file).absolute()
    report = {
        "followthru": __version__,
        "python": platform.python_version(),
        "sqlite": fitness.VERSION,
        "system": f"{platform.system()} {platform.release()}",
        "findings": [_finding(one) for one in found],
        "rows": _rows(home.database),
        "log": list(_log(home.logs)),
    }
    try:
        durable.write(path, (json.dumps(report, indent=1) + "\n").encode())
    except OSError as fault:
        raise FollowthruError(f"{path} cannot be written: {fault.strerror}.", safe="Nothing was changed.") from fault
    return path


def _finding(one: Finding) -> dict[str, str]:
    """Return a finding without its words: of its topic the sort, which holds no name, and of its advice the verbs."""
    verbs = re.match(
        r"followthru [a-z]+(?: (?:add|check|verify|settle|resolve|resume|stop|install|logs|status|test))?", one.run
    )
    return {
        "topic": one.topic.split(" ")[0],
        "standing": str(one.standing),
        "run": verbs.group() if verbs else "",
    }


def _rows(database: Path) -> dict[str, int]:
    """Return how many rows each table has; none where the database cannot be read."""
    if not database.exists():
        return {}
    try:
        return backups.rows(database)
    except FollowthruError:
        return {}


def _log(folder: Path) -> Iterator[dict[str, str]]:
    for path in sorted(folder.glob("*.log")):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:]:
            known = _LINE.match(line) or _PLAIN.match(line)
            if known is not None and known["level"] in ("warning", "error", "critical"):
                yield {name: value for name, value in known.groupdict().items() if value}
