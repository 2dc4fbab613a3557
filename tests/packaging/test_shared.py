"""The manual pages are read without a warning, and Tab is answered in every shell that is here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from followthru.cli.describe import command_of, known, shown_options
from followthru.cli.manual import PAGES, commands_manual
from followthru.config.places import home
from tests.clikit import Cli
from tests.docs.pages import ROOT
from tests.terminal import Terminal

SHARE = ROOT / "share"
BIN = Path(sys.executable).parent


def need(program: str) -> None:
    """Skip where a program is not installed."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")


@pytest.mark.parametrize("page", PAGES)
def test_mandoc_finds_nothing_wrong(page: str) -> None:
    need("mandoc")
    argv = ["mandoc", "-T", "lint", "-W", "warning", SHARE / "man" / page]
    ran = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert ran.stdout + ran.stderr == ""


@pytest.mark.parametrize("page", PAGES)
def test_man_shows_it_without_a_warning(page: str) -> None:
    need("man")
    env = {**os.environ, "LC_ALL": "C.UTF-8", "MANWIDTH": "100", "MANPAGER": "cat"}
    argv = ["man", "--warnings", "-l", SHARE / "man" / page]
    ran = subprocess.run(argv, env=env, capture_output=True, text=True, check=True)
    assert ran.stderr == ""
    assert "SEE ALSO" in ran.stdout


def test_the_manual_has_every_command_and_option() -> None:
    text = commands_manual().replace("\\-", "-")
    for name in known():
        assert f"\n.B followthru {name}" in text, name
        assert all(f"\n.B {option}\n" in text.replace("...", "…") for option, _ in shown_options(command_of(name))), (
            name
        )


def offered(words: str, **more: str) -> list[str]:
    """Return what the program answers a bash that asks what may stand at the end of a line."""
    env = {
        **os.environ,
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
        "_FOLLOWTHRU_COMPLETE": "bash_complete",
    }
    ran = subprocess.run([BIN / "followthru"], env={**env, **more}, capture_output=True, text=True, check=True)
    assert ran.stderr == ""
    return [line.removeprefix("plain,") for line in ran.stdout.splitlines() if line]


def test_commands_and_options_are_offered() -> None:
    assert {"add", "backup", "update"} <= set(offered("followthru "))
    assert offered("followthru ba") == ["backup"]
    assert offered("followthru backup ") == ["now", "list", "verify"]
    assert "--dry-run" in offered("followthru import --d")
    assert offered("followthru person add --role ") == ["owner", "lead", "staff", "vendor"]
    assert "add" in offered("followthru nonsense ")
    assert not home().database.exists()


def test_what_the_store_has_is_offered(office: Cli) -> None:
    office.ok("add", "Renew cover", "@oak-street")
    assert offered("followthru practice show ") == ["oak-street"]
    assert offered("followthru update draft d") == ["dana"]
    assert offered("followthru done ") == ["1"]
    assert offered("followthru update show ") == []


def test_saved_views_and_orders_are_offered(office: Cli) -> None:
    office.ok("view", "save", "oak-late", "health:late")
    assert offered("followthru list --view ") == ["oak-late"]
    assert offered("followthru view remove o") == ["oak-late"]
    assert offered("followthru list --sort p") == ["promise", "practice", "person", "priority"]
    assert offered("followthru list --group p") == ["practice", "person"]


def test_a_store_that_cannot_be_read_is_no_trouble_behind_tab() -> None:
    home().prepare()
    home().database.write_bytes(b"this is no database" * 100)
    assert offered("followthru done ") == []
    home().config.write_text("nonsense = 1\n", encoding="utf-8")
    assert offered("followthru practice show ") == []


SHELLS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "bash": (("bash", "--norc", "--noprofile", "-i"), f"source {SHARE}/bash-completion/completions/followthru"),
    "zsh": (("zsh", "-f", "-i"), f"fpath=({SHARE}/zsh/site-functions $fpath); autoload -U compinit; compinit -u -D"),
    "fish": (("fish", "--no-config", "-i"), f"set -p fish_complete_path {SHARE}/fish/vendor_completions.d"),
}
"""Each shell without anybody's settings, and the line after which it looks where our files lie."""


@pytest.mark.parametrize("shell", SHELLS)
def test_tab_is_answered_in_the_shell_itself(shell: str, office: Cli) -> None:
    """The first Tab after a start too, when the shell only then reads the file."""
    need(shell)
    office.ok("add", "Renew cover", "@oak-street")
    argv, line = SHELLS[shell]
    env = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "PS1": "> ", "LANG": "C.UTF-8"}
    with Terminal(argv, env, 120, 30) as terminal:
        terminal.send(f"{line}; echo re''ady\n")
        terminal.wait_for("\nready")
        terminal.send("followthru pract\t")
        terminal.wait_for("followthru practice")
        terminal.send("sho\t")
        terminal.wait_for("followthru practice show")
        terminal.send("oa\t")
        terminal.wait_for("followthru practice show oak-street")
