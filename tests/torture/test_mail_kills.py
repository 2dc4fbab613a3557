"""Real senders, killed at every boundary of a delivery and racing; the long form is `make torture-mail`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from followthru.actions import deliver
from followthru.updates.outbox import Outcome, Phase, State
from followthru.updates.transports import smtp_steps
from followthru.updates.transports.answers import Stage
from tests.torture.mail_boundaries import EVERY_KIND
from tests.torture.mail_rounds import torture
from tests.torture.test_kills import ROOT, run
from tests.torture.tortured import Tortured
from tests.updates.scripted import DROP, Fault, Word

Breach = Callable[[pytest.MonkeyPatch], None]
ROUNDS = 60
"""Rounds within which a breach is found."""


def test_mail_is_neither_lost_nor_doubled_nor_mixed_up() -> None:
    said = run("tests.torture.mail_rounds", "--rounds", "25")
    counts = {what: int(count) for what, count in re.findall(r"(?m)^(\S.*?) {2,}(\d+)$", said)}
    assert counts["rounds"] == 25
    assert counts["all kills"] > 10
    assert counts["mails on the server"] > 10
    assert counts["violations"] == 0


@pytest.mark.torture
def test_a_thousand_rounds_of_faults_and_kills() -> None:
    rounds = os.environ.get("TORTURE_ROUNDS", "1000")
    subprocess.run([sys.executable, "-m", "tests.torture.mail_rounds", "--rounds", rounds], cwd=ROOT, check=True)


def forgetful(patch: pytest.MonkeyPatch) -> None:
    """Send again after a restart what may have left."""

    def after_restart(phase: Phase) -> Phase:
        return Phase.APPROVED if phase in {Phase.CLAIMED, Phase.DATA_STARTED} else phase

    patch.setattr(deliver, "after_restart", after_restart)


def hopeful(patch: pytest.MonkeyPatch) -> None:
    """Take a connection that was lost at the end for success."""
    lost = smtp_steps.lost

    def taken(stage: Stage, words: str) -> Outcome:
        return Outcome(State.ACCEPTED, None, None, words) if stage == Stage.DOT else lost(stage, words)

    patch.setattr(smtp_steps, "lost", taken)


def impatient(patch: pytest.MonkeyPatch) -> None:
    """Try again whenever no answer came."""
    lost = smtp_steps.lost

    def taken(stage: Stage, words: str) -> Outcome:
        return lost(stage, words)._replace(state=State.DEFERRED)

    patch.setattr(smtp_steps, "lost", taken)


def at_the_end(dice: Random) -> Fault:
    """Lose the connection where nobody can tell whether a mail was kept."""
    return Fault(dice.choice([Word.DOT, Word.KEPT]), DROP, times=1, after=dice.randint(0, 2))


@pytest.mark.parametrize("breach", [forgetful, hopeful, impatient])
def test_a_broken_sender_is_noticed(breach: Breach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    breach(monkeypatch)
    done = Tortured(Random(5), EVERY_KIND)
    torture(done, tmp_path, ROUNDS, enough=1, fault=at_the_end)
    assert done.violations
