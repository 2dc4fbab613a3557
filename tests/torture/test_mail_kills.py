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
from followthru.store.connection import connect
from followthru.updates.incoming.sent import SentMail
from followthru.updates.outbox import Outcome, Phase, State
from followthru.updates.transports import smtp_steps
from followthru.updates.transports.answers import Stage
from followthru.updates.transports.graph import GraphTransport
from followthru.updates.transports.jmap import JmapTransport
from tests.actions.posted import settings
from tests.dovecot import Owner, dovecot, owner
from tests.torture.boundaries import Target
from tests.torture.mail_boundaries import EVERY_KIND
from tests.torture.mail_rounds import scripted, sweep, torture
from tests.torture.postoffice import PostOffice, Server
from tests.torture.test_kills import ROOT, run
from tests.torture.tortured import Tortured
from tests.torture.ways import WAYS
from tests.updates.scripted import DROP, Fault, Word

__all__ = ["dovecot", "owner"]

Breach = Callable[[pytest.MonkeyPatch], None]
IMAP = [
    f"{where}: IMAP {word}"
    for where in ("before sending", "sent", "answered, unread")
    for word in ("CAPABILITY", "LOGIN", "LIST", "EXAMINE", "UID SEARCH", "UID FETCH", "LOGOUT")
]
"""The boundaries of a look into the folder of sent mail."""
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
@pytest.mark.parametrize("way", WAYS)
def test_a_thousand_rounds_of_faults_and_kills(way: str) -> None:
    rounds, seed = os.environ.get("TORTURE_ROUNDS", "1000"), os.environ.get("TORTURE_SEED", "1")
    command = [sys.executable, "-m", "tests.torture.mail_rounds", "--way", way, "--rounds", rounds, "--seed", seed]
    subprocess.run(command, cwd=ROOT, check=True)


@pytest.mark.long
@pytest.mark.parametrize("way", ["graph", "jmap"])
def test_a_sender_that_dies_at_any_word_to_microsoft_or_jmap_loses_and_doubles_nothing(
    way: str, tmp_path: Path
) -> None:
    done = Tortured(Random(3), frozenset(WAYS[way].words()))
    sweep(done, tmp_path, WAYS[way])
    assert done.violations == []
    assert done.missing() == []


def forgetful(patch: pytest.MonkeyPatch) -> None:
    """Send again after a restart what may have left."""

    def after_restart(phase: Phase) -> Phase:
        return Phase.APPROVED if phase in {Phase.CLAIMED, Phase.DATA_STARTED} else phase

    patch.setattr(deliver, "after_restart", after_restart)


def hopeful(patch: pytest.MonkeyPatch) -> None:
    """Take a connection that was lost at the end for success."""
    lost = smtp_steps.lost

    def taken(stage: Stage, words: str) -> Outcome:
        return Outcome(State.ACCEPTED, None, words) if stage == Stage.DOT else lost(stage, words)

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
    torture(done, tmp_path, ROUNDS, enough=1, way=WAYS["smtp"]._replace(fault=at_the_end))
    assert done.violations


def sightless(patch: pytest.MonkeyPatch) -> None:
    """Send again after a restart what may have left, and look for nothing before."""

    async def nothing(*_: object) -> list[object]:
        return []

    forgetful(patch)
    for transport in (GraphTransport, JmapTransport):
        patch.setattr(transport, "_kept", nothing)


@pytest.mark.parametrize("way", ["graph", "jmap"])
def test_a_broken_sender_by_another_way_is_noticed(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sightless(monkeypatch)
    done = Tortured(Random(3), frozenset())
    taken = "POST send" if way == "graph" else "EmailSubmission/set"
    sweep(done, tmp_path, WAYS[way]._replace(every=frozenset({f"answered, unread: {taken}"})))
    assert any("arrived 2 times" in one for one in done.violations), done.violations


def test_who_dies_while_looking_among_sent_mail_sends_nothing_again(owner: Owner, tmp_path: Path) -> None:
    """A mail server that keeps a mail and says nothing; the copy in the folder of sent mail tells."""
    connect(tmp_path / "blank.db").close()
    with scripted(tmp_path / "log") as (port, script):
        server = Server(WAYS["smtp"], port, lambda: SentMail(settings(owner)))
        office = PostOffice(tmp_path / "blank.db", tmp_path / "world", server, tmp_path / "log", Random(3))
        for kind in IMAP:
            filed = len(office.log())
            while not office.uncertain():
                script([Fault(Word.KEPT, DROP, times=1)])
                office.approve_some()
                office.clock.advance(hours=3)
                office.server = server._replace(finder=None)
                office.send(Target(None))
            for mail in office.log()[filed:]:
                owner.put(mail.content, "Gesendet")
            office.server = server
            assert office.send(Target(kind))[0] == [kind]
            assert office.faults() == [], kind
        script([])
        office.clock.advance(hours=3)
        office.send(Target(None))
        assert office.uncertain() == [], "all of them are there"
        assert office.faults() == []
        office.close()
