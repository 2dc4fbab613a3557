"""Every command that a page shows is typed into a real interactive shell, in order, and says what the page says."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import click
import pytest

from followthru.actions.presence import running
from followthru.cli.root import root
from followthru.cli.session import Session
from followthru.config.places import home
from followthru.demo.radicale import Radicale
from followthru.domain.clock import SystemClock
from tests.clikit import Fronts
from tests.docs.pages import PAGES, Typed, Written, console_blocks, missing, name_of, says, steps
from tests.docs.shells import SHELLS, Shell

BIN = Path(sys.executable).parent
# The pages' own server; the test's stands at another port.
SERVER, USER, PASSWORD = "127.0.0.1:5232", "marisol", "try-it-here"
PATIENCE = 60.0

SIGNS = frozenset("#!~*?[^=")
"""Signs that bash and zsh read differently: comments, history, home folders, patterns, `=command`."""

TRIED = [page for page in PAGES if any(isinstance(step, Typed) for step in steps(page.read_text("utf-8")))]


def page_has_signs(page: Path) -> bool:
    """Tell whether a line of a page holds a sign that shells read each their own way."""
    lines = [step.line for step in steps(page.read_text("utf-8")) if isinstance(step, Typed)]
    return any(SIGNS & set(line) for line in lines)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Path]:
    """A folder to work in; a background process that a page leaves behind is ended."""
    folder = tmp_path / "work"
    folder.mkdir()
    yield folder
    for one in (home(), home()._replace(database=Path.home() / "followthru-trial" / "followthru.db")):
        if running(one.database) is not None:
            environment = {**os.environ, "FOLLOWTHRU_HOME": str(one.database.parent)}
            subprocess.run([BIN / "followthru", "daemon", "stop"], env=environment, check=True, capture_output=True)


@pytest.mark.parametrize("page", [pytest.param(page, id=name_of(page)) for page in TRIED])
def test_examples(page: Path, desk: Path) -> None:
    text = page.read_text("utf-8")
    with ExitStack() as stack:
        if SERVER in text:
            server = stack.enter_context(Radicale(desk.parent / "radicale", {USER: PASSWORD}))
            text = text.replace(SERVER, f"127.0.0.1:{server.port}")
        prompt = stack.enter_context(Shell("bash", desk, _environment(BIN)))
        for step in steps(text):
            if isinstance(step, Written):
                write(step, desk)
            else:
                follow(prompt, step)


def _environment(programs: Path) -> dict[str, str]:
    return {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}", "LANG": "C.UTF-8"}


NOTE = """#!/bin/sh
words=$(printf '<%s>' "$@")
printf '%s\\n' "$words" >> "$NOTED"
"""
"""A program that notes which words it got: in one piece, for one that runs in the background notes them beside it."""


@pytest.mark.parametrize("page", [pytest.param(page, id=name_of(page)) for page in TRIED if page_has_signs(page)])
def test_every_shell_gives_the_program_the_same_words(page: Path, desk: Path) -> None:
    """What it does with them is seen in one shell."""
    if missing_here := [shell for shell in SHELLS if shutil.which(shell) is None]:
        pytest.skip(f"{missing_here} not installed")
    program = desk.parent / "programs" / "followthru"
    program.parent.mkdir()
    program.write_text(NOTE)
    program.chmod(0o700)
    noted = {shell: desk.parent / f"{shell}.words" for shell in SHELLS}
    for shell, file in noted.items():
        folder = desk / shell
        folder.mkdir()
        with Shell(shell, folder, {**_environment(program.parent), "NOTED": str(file)}) as prompt:
            for step in steps(page.read_text("utf-8")):
                if isinstance(step, Written):
                    write(step, folder)
                else:
                    prompt.run(step.line)
            prompt.run("wait")
    first, *others = [sorted(file.read_text("utf-8").splitlines()) for file in noted.values()]
    assert others == [first] * len(others)


def write(step: Written, folder: Path) -> None:
    """Put a page's text where its reader would."""
    named = re.sub(r"^~", str(Path.home()), step.name)
    ours = named == "config.toml" or named.startswith("phrases/")
    path = (home().config.parent if ours else folder) / named
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(step.text)


def follow(prompt: Shell, step: Typed) -> None:
    """Type a command and compare what it says and ends with."""
    end = time.monotonic() + PATIENCE
    answers = tuple((says(question), answer) for question, answer in step.answers)
    ran = prompt.run(step.line, answers)
    while step.until and step.until not in ran.said and time.monotonic() < end:
        prompt.run("sleep 0.2")
        ran = prompt.run(step.line, answers)
    assert ran.code == step.code, f"$ {step.line}\n{ran.said}"
    assert step.until in ran.said, f"$ {step.line}\n{ran.said}\nnever said: {step.until}"
    lost = missing(step.said, ran.said)
    assert lost is None, f"$ {step.line}\n{ran.said}\nnever said: {lost}"


ELSEWHERE = ("docs/how-to/with-", "docs/how-to/install.md")
"""Pages about what a test cannot have: accounts at providers, and folders of the reader's own."""


def test_only_few_examples_are_not_run() -> None:
    """Most of what the pages show is tried; what is not, says why."""
    here = [page for page in PAGES if not name_of(page).startswith(ELSEWHERE)]
    blocks = [block for page in here for block in console_blocks(page.read_text("utf-8"))]
    left_out = [block for block in blocks if not block.startswith("$ ")]
    assert len(left_out) <= len(blocks) / 5


NOT_TRIED = [
    pytest.param(line, id=f"{name_of(page)}: {line}")
    for page in PAGES
    for block in console_blocks(page.read_text("utf-8"))
    if not block.startswith("$ ")
    for line in re.findall(r"^\$ (.+)$", block, re.MULTILINE)
]


def test_what_is_not_run_says_why() -> None:
    blocks = [block for page in PAGES for block in console_blocks(page.read_text("utf-8"))]
    left_out = [block for block in blocks if not block.startswith("$ ")]
    assert all(re.match(r"# not run by the tests: \w.*\n\$ ", block) for block in left_out)


@pytest.mark.parametrize("line", [one for one in NOT_TRIED if "followthru " in str(one.values[0])])
def test_what_is_not_run_is_a_command_all_the_same(line: str) -> None:
    """Its words are read as they would be, up to where it would begin to do something."""
    words = shlex.split(line, comments=True)
    if words[0] != "followthru":
        return
    command: click.Command = root
    ctx = click.Context(root, obj=Session(Fronts(), SystemClock()))
    rest = words[1:]
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        _, found, rest = command.resolve_command(ctx, rest)
        assert found is not None
        command = found
    command.make_context(command.name, rest, parent=ctx)
