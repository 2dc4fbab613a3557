"""The failpoints of the whole product: every place at which a process may die, by name.

Around each commit, named for the function that opened the transaction; around each file that takes another one's
place; around each copy of a database and each step of a migration; and around each word to a server, as `Boundaries`
and `mail_boundaries` name them. Nothing of it is in the product: a process that is to die is watched from outside.

`python -m tests.torture.failpoints` lists them.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from followthru.store.store import Store, Writer
from tests.torture.boundaries import Boundaries
from tests.torture.mail_boundaries import watch_mailboxes, watch_words

ROOT = Path(__file__).parents[2]
ROOMS = ("src/followthru", "daemon/followthru_daemon", "tui/followthru_tui")
OPENS = ("writing", "acting")
"""What a transaction is opened by: `Store.writing`, and `Context.acting` around it."""
DOORS = ("src/followthru/store/store.py", "src/followthru/actions/context.py", "src/followthru/durable.py")
"""Where others' transactions and files are committed."""
WIRES = (
    "aiosmtplib", "caldav", "desktop_notifier", "ftplib", "http", "httpcore", "httpx", "imapclient", "imaplib",
    "niquests", "poplib", "requests", "sdnotify", "smtplib", "socket", "subprocess", "telnetlib", "urllib3", "xmlrpc",
)  # fmt: skip
"""Libraries by which a process speaks to another one."""
CONNECTS = (
    "create_connection", "create_datagram_endpoint", "create_subprocess_exec", "open_connection",
    "open_unix_connection", "start_server", "urlopen",
)  # fmt: skip
"""And what does so without one of them."""
PASSED = (
    "contextlib", "pathlib", "followthru.store.store", "followthru.actions.context", "followthru.durable", __name__,
)  # fmt: skip
"""Modules that nothing is named for: they do what others ask of them."""
STEPS = (
    "followthru.store.backups._copy",
    "followthru.store.connection._make_views",
    "followthru.store.connection._migrate",
    "followthru.store.migrate._back_up",
    "followthru.store.migrate._compute",
    "followthru.store.migrate._run_script",
    "followthru.store.migrate._upgrade",
    "followthru.store.restoring._overwrite",
    "followthru.store.salvaging.salvage",
)
"""Functions that commit in a way of their own, each watched as one step."""


class Site(NamedTuple):
    """A place in the source: its file, the innermost function, what happens there."""

    file: str
    function: str
    what: str

    @property
    def name(self) -> str:
        """What the failpoints before and after it are named for."""
        return f"{Path(self.file).stem}.{self.function}"

    @property
    def failpoints(self) -> tuple[str, str]:
        """The failpoints around it."""
        return f"before {self.what}: {self.name}", f"after {self.what}: {self.name}"


class Failpoints(Boundaries):
    """Counts the failpoints that a process passes, and lets it die at one."""

    def watch(self) -> None:
        """Watch everything that this process does from now on."""
        super().watch()
        self._watch_commits()
        self._watch_files()
        self._watch_steps()
        watch_mailboxes(self)
        watch_words(self)

    def around(self, what: str, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function with a failpoint before and after it."""

        @wraps(call)
        def watched(*words: object, **named: object) -> object:
            self.cross(f"before {what}: {name}")
            answer = call(*words, **named)
            self.cross(f"after {what}: {name}")
            return answer

        return watched

    def _watch_commits(self) -> None:
        at, writing = self, Store.writing

        @contextmanager
        def watched(self: Store) -> Generator[Writer]:
            name = asked_by(inspect.currentframe())
            with writing(self) as tx:
                yield tx
                at.cross(f"before commit: {name}")
            at.cross(f"after commit: {name}")

        Store.writing = watched

    def _watch_files(self) -> None:
        replace = Path.replace

        def watched(path: Path, target: Any) -> Any:  # noqa: ANN401 -- as `Path.replace` has it
            name = asked_by(inspect.currentframe())
            return self.around("rename", name, replace)(path, target)

        setattr(Path, "replace", watched)  # noqa: B010 -- a method of the standard library's

    def _watch_steps(self) -> None:
        for step in STEPS:
            place, _, name = step.rpartition(".")
            module = importlib.import_module(place)
            named = f"{place.rpartition('.')[2]}.{name}"
            setattr(module, name, self.around("step", named, getattr(module, name)))


def asked_by(frame: FrameType | None) -> str:
    """Return who asked for what this frame does: a module and a function, such as `tasks.add`."""
    while frame is not None and frame.f_globals.get("__name__") in PASSED:
        frame = frame.f_back
    if frame is None:
        return "nobody"
    return f"{str(frame.f_globals.get('__name__')).rpartition('.')[2]}.{frame.f_code.co_name}"


@cache
def sites() -> list[Site]:
    """Return every place in the source where something is committed, read from the source itself.

    The doors are left out: what is done through them is named for who does it.
    """
    found = (
        site for path in sources() for site in sites_of(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
    )
    return sorted(site for site in found if site.file not in DOORS)


def speakers() -> dict[str, set[str]]:
    """Return each module that could speak to a server or to another program, and by which libraries."""
    found = {path.relative_to(ROOT).as_posix(): _wires(path.read_text("utf-8")) for path in sources()}
    return {file: wires for file, wires in found.items() if wires}


def _wires(text: str) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(str(node.module).partition(".")[0])
        elif isinstance(node, ast.Attribute) and node.attr in CONNECTS:
            names.add(node.attr)
    return names & {*WIRES, *CONNECTS}


def sources() -> Iterator[Path]:
    """Yield every module of the product but the sandbox's."""
    for room in ROOMS:
        yield from (path for path in (ROOT / room).rglob("*.py") if "demo" not in path.parts)


def sites_of(file: str, source: str) -> set[Site]:
    """Return the places in one module's text where something is committed."""
    found: set[Site] = set()

    def look(node: ast.AST, function: str) -> None:
        for child in ast.iter_child_nodes(node):
            inner = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
            what = _what(child)
            if what is not None:
                found.add(Site(file, inner, what))
            look(child, inner)

    look(ast.parse(source), "<module>")
    return found


def _what(node: ast.AST) -> str | None:
    """Return what a piece of source does that needs a failpoint, None for all else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _commits(node.value):
        return "step"
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    name, owner = node.func.attr, node.func.value.id if isinstance(node.func.value, ast.Name) else ""
    if name in OPENS and not node.args:
        return "commit"
    if name == "backup" and len(node.args) == 1:
        return "step"
    # A text's `replace` takes two.
    if (name in ("replace", "rename", "hardlink_to") and len(node.args) == 1) or (owner == "os" and name == "link"):
        return "rename"
    if owner == "durable" and name in ("write", "move"):
        return "rename"
    return None


def _commits(text: str) -> bool:
    """Whether a text is an SQL statement that ends a transaction, or a script that has one."""
    return text.strip().rstrip(";").endswith("COMMIT") or text.startswith("VACUUM INTO")


def listed() -> list[str]:
    """Return the names of all failpoints around what is committed."""
    return sorted({name for site in sites() for name in site.failpoints})


if __name__ == "__main__":
    sys.stdout.write("".join(f"{name}\n" for name in listed()))
