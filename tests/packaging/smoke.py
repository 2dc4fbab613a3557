"""A short day with an installed followthru: what a wheel has to bring along for it is all used."""

from __future__ import annotations

import subprocess

from tests.packaging.installed import PATIENCE, Installed
from tests.terminal import Terminal


def commands(one: Installed) -> None:
    """Walk through the store: migrations, views, playbooks, kinds, templates, charts, backup."""
    one.run("practice", "add", "oak-street", "--timezone", "America/Los_Angeles", "--holidays", "US-CA")
    one.run("person", "add", "Dana Reyes", "dana@oakstreet.example", "--practice", "oak-street", "--role", "owner")
    one.run("add", "Renew", "cover", "by", "in", "3", "weeks", "to", "dana", "@oak-street")
    one.run("add", "Call", "the", "landlord", "by", "today", "@oak-street")
    assert "told dana" in one.run("list")
    assert "inbox" in one.run("review").casefold()
    assert "read back and whole" in one.run("backup")
    assert "is whole" in one.run("backup", "verify")
    assert "onboard-clinician" in one.run("playbook", "list")
    assert "malpractice" in one.run("register", "kinds")
    assert "no-shows" in one.run("goal", "kinds")
    assert "Hello Dana Reyes" in one.run("update", "draft", "dana")
    assert "Renew cover" in one.run("search", "cover")
    assert "1" in one.run("history")
    one.run("export", "all.jsonl")


def screen(one: Installed) -> None:
    """Open the terminal screen, see the task on it, and leave."""
    with Terminal([str(one.program)], one.env, 100, 30) as terminal:
        terminal.wait_for("Call the landlord")
        terminal.send("q")
        assert terminal.wait_end(30) == 0


def daemon(one: Installed) -> None:
    """Start the background process, see that it runs, and end it."""
    argv = [str(one.program), "daemon", "run"]
    with subprocess.Popen(argv, cwd=one.folder, env=one.env, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            assert any("daemon=ready" in line for line in process.stderr)
            assert "runs" in one.run("daemon", "status")
            one.run("daemon", "stop")
            assert process.wait(PATIENCE) == 0
        finally:
            process.kill()
